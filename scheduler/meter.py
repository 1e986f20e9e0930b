"""How predictable a design is: the exact program, for an adversary that lacks only the seed.

A design draws each open hour on its own and draws the whole period again when its count breaks the
rule. The adversary knows the design, the hours and the ordinary calls, sees each call as it comes,
and so knows the chance of a call in the next hour, the hazard. Nothing here is shared with the
draw, so that one can be held against the other.
"""

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]

GUARDS = (0.05, 0.20, 0.50)
GOAL = 1.05
"""The most that a rule may reach at the 20 % guard without a reason on record."""

_HIGHEST = 0.95
_UNLIKELY = 1e-9
_VOLUME_ERROR = 0.20
# The midpoints of fifteen equal parts of the standard normal law.
_ERRORS = (
    *(-1.834, -1.282, -0.967, -0.728, -0.524, -0.341, -0.168, 0.0),
    *(0.168, 0.341, 0.524, 0.728, 0.967, 1.282, 1.834),
)


class MeterRefused(ValueError):
    """A design that cannot be measured; the text says why and what would mend it."""


@dataclass(frozen=True, slots=True)
class Hours:
    """The open hours of a period, one slot each, in the order of time.

    ``volume`` is the ordinary calls of each slot in any unit; ``days`` and ``months`` number the
    day and the month of the period in which each slot lies, from 0 and never falling.
    """

    volume: tuple[float, ...]
    days: tuple[int, ...]
    months: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Design:
    """A way to draw the calls of one period.

    ``mean`` is that of the free draw, before redrawing; ``floor`` and ``ceiling`` bound the count,
    ``None`` is no ceiling. After a call ``dead_slots`` slots and ``free_days`` whole days are
    skipped. ``weights`` are those of the draw, one a slot, where they are not the volume: 0 for an
    hour that nobody could take. With ``blocks`` the period is cut into so many runs of slots of
    equal number, each gets exactly one call, and mean, floor, ceiling and gaps say nothing.
    """

    mean: float
    floor: int = 0
    ceiling: int | None = None
    dead_slots: int = 0
    free_days: int = 0
    weights: tuple[float, ...] | None = None
    blocks: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """What the meter shows of a design; every lift is 1 for a memoryless draw by volume.

    ``guard`` are the shares of the calls caught by one on guard for each share of the ordinary
    calls in ``GUARDS``, over that share; ``wrong_volume`` is the middle one where the volume that
    the design stands on is wrong by 20 % an hour. ``day`` and ``hour`` are the best guesses of the
    next call's day and hour over those that a memoryless draw with as many calls allows. ``kept``
    is the share of free draws that the rule keeps, ``calls`` the mean after redrawing. ``counts``
    and each of ``month_counts`` are the chances of 0, 1, 2 … calls in the period and in its months.
    """

    guard: tuple[float, ...]
    wrong_volume: float
    day: float
    hour: float
    kept: float
    calls: float
    counts: tuple[float, ...]
    month_counts: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Hazards:
    """The chance of a call in each slot, by the number of calls before it.

    ``of[s, k]`` holds for one who may be called in slot s and has had k calls; after a call in slot
    s nothing can come before slot ``following[s]``. The last column stands for k or more calls when
    ``open_ended``.
    """

    of: Floats
    following: tuple[int, ...]
    open_ended: bool
    kept: float


def measure(design: Design, hours: Hours) -> Reading:
    """Read the meter for a design on the open hours of one period.

    Raises MeterRefused when there is no volume or when no free draw keeps the rule.
    """
    volume = _shares(hours.volume)
    hazards = hazards_of(design, hours)
    reached = _reached(hazards)
    gain = reached[:-1] * hazards.of
    cost = reached[:-1] * volume[:, None]
    calls = float(gain.sum())
    day, hour = _guesses(hazards, hours.days, gain)
    best_day, best_hour = _ideal_guesses(volume, hours.days, calls)
    return Reading(
        guard=_lifts(gain, cost, hazards.of, volume),
        wrong_volume=_lift_under_error(gain, cost, hazards.of, volume),
        day=day / best_day,
        hour=hour / best_hour,
        kept=hazards.kept,
        calls=calls,
        counts=_trimmed(reached[-1]),
        month_counts=_month_counts(hazards, hours.months),
    )


def least_lift(covered: float) -> float:
    """The least that a guard can reach when only a share of the volume could get a call: 1/c.

    The hours that nobody could take are safe, so the guard leaves them out.

    >>> round(least_lift(0.96), 3)
    1.042
    """
    if not 0 < covered <= 1:
        raise ValueError(f"a covered share lies over 0 and at most at 1, not {covered}")
    return 1 / covered


def hazards_of(design: Design, hours: Hours) -> Hazards:
    """The adversary's whole knowledge: the hazard of each slot by the calls before it.

    Raises MeterRefused when there is no volume or when no free draw keeps the rule.
    """
    weights = _shares(design.weights or hours.volume)
    if len(weights) != len(hours.volume):
        raise ValueError(f"{len(weights)} weights for {len(hours.volume)} slots")
    if design.blocks:
        return _block_hazards(weights, design.blocks)
    chances = np.minimum(design.mean * weights, _HIGHEST)
    following = _following(design, hours.days)
    return _rule_hazards(chances, following, design.floor, design.ceiling)


def seen_by(hazards: Hazards, calls: tuple[int, ...]) -> tuple[float, ...]:
    """The hazard slot by slot for one who has had calls in the given slots, 0 while none may come.

    It is the picture of a design beside ``memoryless``.
    """
    seen = []
    k, free = 0, 0
    for slot in range(len(hazards.of)):
        seen.append(float(hazards.of[slot, k]) if slot >= free else 0.0)
        if slot in calls:
            k = min(k + 1, hazards.of.shape[1] - 1)
            free = hazards.following[slot]
    return tuple(seen)


def typical_calls(hazards: Hazards) -> tuple[int, ...]:
    """One plain history for the picture: calls where the mean count passes ½, 1½, 2½ …"""
    expected = np.cumsum((_reached(hazards)[:-1] * hazards.of).sum(axis=1))
    halves = np.arange(round(float(expected[-1]))) + 0.5
    return tuple(int(slot) for slot in np.searchsorted(expected, halves))


def memoryless(hours: Hours, calls: float) -> tuple[float, ...]:
    """The hazard of each slot when draws are by volume, with no rule and so many calls on average.

    Raises MeterRefused when the hours are too few for the calls.
    """
    return tuple(float(chance) for chance in _ideal_chances(_shares(hours.volume), calls))


def _shares(volume: tuple[float, ...]) -> Floats:
    array = np.array(volume, dtype=np.float64)
    if array.size == 0 or array.min() < 0 or array.sum() <= 0:
        raise MeterRefused("No open hour has any volume: give the centre hours and a volume.")
    shares: Floats = array / array.sum()
    return shares


def _following(design: Design, days: tuple[int, ...]) -> tuple[int, ...]:
    """The first slot in which a call may come after one in each slot."""
    after = np.minimum(np.arange(len(days)) + 1 + design.dead_slots, len(days))
    if design.free_days:
        after = np.maximum(after, np.searchsorted(days, np.array(days) + design.free_days + 1))
    return tuple(int(slot) for slot in after)


def _most(chances: Floats, floor: int) -> int:
    """A count above which a free draw falls less often than once in 10⁹, by Bernstein's bound."""
    mean, rarity = float(chances.sum()), -math.log(_UNLIKELY)
    over = rarity / 3 + math.sqrt(rarity**2 / 9 + 2 * rarity * mean)
    return min(max(math.ceil(mean + over), floor), len(chances))


def _rule_hazards(
    chances: Floats, following: tuple[int, ...], floor: int, ceiling: int | None
) -> Hazards:
    slots = len(chances)
    most = _most(chances, floor) if ceiling is None else ceiling
    legal = np.zeros((slots + 1, most + 1))
    legal[slots, floor:] = 1
    hazards = np.zeros((slots, most + 1))
    with_call = np.zeros(most + 1)
    for slot in range(slots - 1, -1, -1):
        after = legal[following[slot]]
        with_call[:-1] = after[1:]
        with_call[-1] = after[-1] if ceiling is None else 0
        called = chances[slot] * with_call
        legal[slot] = (1 - chances[slot]) * legal[slot + 1] + called
        np.divide(called, legal[slot], out=hazards[slot], where=legal[slot] > 0)
    kept = float(legal[0, 0])
    if kept < _UNLIKELY:
        raise MeterRefused(
            f"Hardly a draw has {floor} calls or more"
            + ("" if ceiling is None else f" and at most {ceiling}")
            + ": bring the floor and the ceiling around the mean, or open more hours to the draw."
        )
    return Hazards(hazards, following, ceiling is None, kept)


def _block_hazards(weights: Floats, blocks: int) -> Hazards:
    slots = len(weights)
    hazards = np.zeros((slots, blocks + 1))
    edges = [slots * number // blocks for number in range(blocks + 1)]
    for block in range(blocks):
        part = weights[edges[block] : edges[block + 1]]
        left = part[::-1].cumsum()[::-1]
        if not part.sum():
            raise MeterRefused(f"Block {block + 1} of {blocks} has no volume: use fewer blocks.")
        inside = hazards[edges[block] : edges[block + 1], block]
        np.divide(part, left, out=inside, where=left > 0)
    return Hazards(hazards, tuple(range(1, slots + 1)), False, 1.0)


def _called(flow: Floats, open_ended: bool) -> Floats:
    """The chances after one call more; they move by one along the first axis."""
    moved = np.zeros_like(flow)
    moved[1:] = flow[:-1]
    if open_ended:
        moved[-1] += flow[-1]
    return moved


def _reached(hazards: Hazards) -> Floats:
    """The chance to come to each slot with k calls and not blocked; the last row is the end."""
    slots, width = hazards.of.shape
    reached = np.zeros((slots + 1, width))
    reached[0, 0] = 1
    for slot in range(slots):
        call = reached[slot] * hazards.of[slot]
        reached[slot + 1] += reached[slot] - call
        reached[hazards.following[slot]] += _called(call, hazards.open_ended)
    return reached


def _caught(gain: Floats, cost: Floats, ratio: Floats, guards: tuple[float, ...]) -> Floats:
    """The share of the gain that the dearest items bring for each share of the ordinary calls."""
    order = np.argsort(ratio, kind="stable")[::-1]
    spent = np.concatenate(([0.0], cost[order].cumsum()))
    caught = np.concatenate(([0.0], gain[order].cumsum()))
    share: Floats = np.interp(guards, spent, caught) / caught[-1]
    return share


def _items(
    gain: Floats, cost: Floats, hazards: Floats, volume: Floats
) -> tuple[Floats, Floats, Floats]:
    """Gain, cost and hazard over volume of the states that matter; the rest brings no gain."""
    ratio = np.full_like(hazards, np.inf)
    np.divide(hazards, volume[:, None], out=ratio, where=volume[:, None] > 0)
    there = gain > 1e-12
    return gain[there], cost[there], ratio[there]


def _lifts(gain: Floats, cost: Floats, hazards: Floats, volume: Floats) -> tuple[float, ...]:
    caught = _caught(*_items(gain, cost, hazards, volume), GUARDS)
    return tuple(float(share) / guard for share, guard in zip(caught, GUARDS, strict=True))


def _lift_under_error(gain: Floats, cost: Floats, hazards: Floats, volume: Floats) -> float:
    """The 20 % guard when the true volume of an hour is the design's times 1 + .2·e.

    The errors e are standard normal, each hour's its own, and the adversary knows them; the answer
    is for their mean, each hour standing for fifteen that share its chances between them.
    """
    factors = 1 + _VOLUME_ERROR * np.array(_ERRORS)
    gain, cost, ratio = _items(gain, cost, hazards, volume)
    caught = _caught(
        np.outer(np.ones(len(factors)), gain).ravel() / len(factors),
        np.outer(factors, cost).ravel() / len(factors),
        np.outer(1 / factors, ratio).ravel(),
        (GUARDS[1],),
    )
    return float(caught[0]) / GUARDS[1]


def _guesses(hazards: Hazards, days: tuple[int, ...], gain: Floats) -> tuple[float, float]:
    """The mean over calls of the greatest chance of a day, and of a slot, to hold the next call.

    Where the period ends before the next call, a fresh period follows.
    """
    slots, width = hazards.of.shape
    best_slot = np.zeros((slots + 1, width))
    best_day = np.zeros((slots + 1, width))
    none_left = np.ones((slots + 1, width))
    later_days = np.zeros(width)  # the best of the days after this one
    today = np.zeros(width)
    no_more_today = np.ones(width)
    for slot in range(slots - 1, -1, -1):
        if slot + 1 < slots and days[slot] != days[slot + 1]:
            later_days = best_day[slot + 1]
            today = np.zeros(width)
            no_more_today = np.ones(width)
        hazard = hazards.of[slot]
        none = 1 - hazard
        none_left[slot] = none * none_left[slot + 1]
        best_slot[slot] = np.maximum(hazard, none * best_slot[slot + 1])
        today = hazard + none * today
        no_more_today = none * no_more_today
        best_day[slot] = np.maximum(today, no_more_today * later_days)
    following = np.array(hazards.following)
    answers = []
    for best in (best_day, best_slot):
        after = np.maximum(best, none_left * best[0, 0])[following]
        then = np.concatenate((after[:, 1:], after[:, -1:]), axis=1)
        answers.append(float((gain * then).sum() / gain.sum()))
    return answers[0], answers[1]


def _ideal_chances(volume: Floats, calls: float) -> Floats:
    if calls >= _HIGHEST * np.count_nonzero(volume):
        raise MeterRefused(f"{calls:.1f} calls don't fit into these hours: lower the mean.")
    low, high = calls, calls
    while np.minimum(high * volume, _HIGHEST).sum() < calls:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        if np.minimum(middle * volume, _HIGHEST).sum() < calls:
            low = middle
        else:
            high = middle
    return np.minimum(high * volume, _HIGHEST)


def _ideal_guesses(volume: Floats, days: tuple[int, ...], calls: float) -> tuple[float, float]:
    chances = _ideal_chances(volume, calls)
    ideal = Hazards(chances[:, None], tuple(range(1, len(volume) + 1)), True, 1.0)
    return _guesses(ideal, days, chances[:, None])


def _month_counts(hazards: Hazards, months: tuple[int, ...]) -> tuple[tuple[float, ...], ...]:
    """The chances of each count in each month, from the joint chances of both counts.

    ``at[s]`` holds the chances to come to slot s with k calls in the period (first axis) and c in
    the month (second); only slots not yet passed are kept.
    """
    slots, width = hazards.of.shape
    start = np.zeros((width, width))
    start[0, 0] = 1
    at = {0: start}
    result = []
    for slot in range(slots):
        here = at.pop(slot, None)
        if here is not None:
            call = here * hazards.of[slot][:, None]
            # A transposition makes the month's count the first axis.
            landed = _called(_called(call, hazards.open_ended).T, hazards.open_ended).T
            for later, flow in ((slot + 1, here - call), (hazards.following[slot], landed)):
                at[later] = at[later] + flow if later in at else flow
        if slot + 1 == slots or months[slot] != months[slot + 1]:
            result.append(_trimmed(sum(each.sum(axis=0) for each in at.values())))
            for later, each in at.items():
                anew = np.zeros_like(each)
                anew[:, 0] = each.sum(axis=1)
                at[later] = anew
    return tuple(result)


def _trimmed(chances: Floats) -> tuple[float, ...]:
    """The chances up to the last that could be seen."""
    seen = np.flatnonzero(chances > _UNLIKELY)
    return tuple(float(chance) for chance in chances[: seen[-1] + 1])

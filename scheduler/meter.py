"""How predictable a design is: what one gains who lacks only its seed, by the exact program."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scheduler.free_draw import Floats, Ints, Short
from scheduler.hazards import (
    HIGHEST,
    UNLIKELY,
    Design,
    Hazards,
    Hours,
    MeterRefused,
    hazards_of,
    shares_of,
)

GUARDS = (0.05, 0.20, 0.50)
GOAL = 1.05
"""The most that a rule may reach at the 20 % guard without a reason on record."""

_FEW = 255  # states that are ranked rather than halved
_FRACTION, _DIGITS = 23, 12  # binary ones of a number's fraction, and those that ranking looks at
_VOLUME_ERROR = 0.20
# The midpoints of fifteen equal parts of the standard normal law.
_ERRORS = (
    *(-1.834, -1.282, -0.967, -0.728, -0.524, -0.341, -0.168, 0.0),
    *(0.168, 0.341, 0.524, 0.728, 0.967, 1.282, 1.834),
)


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


def measure(design: Design, hours: Hours) -> Reading:
    """Read the meter for a design on the open hours of one period.

    Raises MeterRefused when there is no volume or when no free draw keeps the rule.
    """
    return read(hazards_of(design, hours), hours)


def read(hazards: Hazards, hours: Hours) -> Reading:
    """The same for hazards that are known already."""
    volume = shares_of(hours.volume)
    gain = hazards.reached[:-1] * hazards.of
    calls = _sum(gain)
    ranked = _ranked(_states(hazards, volume))
    day, hour = _guesses(hazards.of, hazards.following, hours.days, gain)
    best_day, best_hour = _ideal_guesses(volume, hours.days, calls)
    return Reading(
        guard=_lifts(ranked),
        wrong_volume=_lift_under_error(ranked),
        day=day / best_day,
        hour=hour / best_hour,
        kept=hazards.draws.share,
        calls=calls,
        counts=_trimmed(hazards.reached[-1]),
        month_counts=tuple(map(_trimmed, hazards.draws.month_counts())),
    )


def guard_lift(design: Design, hours: Hours) -> float:
    """The 20 % guard alone, for comparing designs. Raises MeterRefused like ``measure``."""
    return _lift(_states(hazards_of(design, hours), shares_of(hours.volume)), GUARDS[1])


def lifts(design: Design, hours: Hours) -> tuple[float, float, float]:
    """The three figures that have a goal: the 20 % guard, the guess of day and hour."""
    volume = shares_of(hours.volume)
    hazards = hazards_of(design, hours)
    gain = hazards.reached[:-1] * hazards.of
    day, hour = _guesses(hazards.of, hazards.following, hours.days, gain)
    best_day, best_hour = _ideal_guesses(volume, hours.days, _sum(gain))
    return _lift(_states(hazards, volume), GUARDS[1]), day / best_day, hour / best_hour


def least_lift(covered: float) -> float:
    """The least that a guard can reach when only a share of the volume could get a call: 1/c.

    The hours that nobody could take are safe, so the guard leaves them out.

    >>> round(least_lift(0.96), 3)
    1.042
    """
    if not 0 < covered <= 1:
        raise ValueError(f"a covered share lies over 0 and at most at 1, not {covered}")
    return 1 / covered


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
            free = int(hazards.following[slot])
    return tuple(seen)


def typical_calls(hazards: Hazards) -> tuple[int, ...]:
    """One plain history for the picture: calls where the mean count passes ½, 1½, 2½ …"""
    expected = np.cumsum((hazards.reached[:-1] * hazards.of).sum(axis=1))
    halves = np.arange(round(float(expected[-1]))) + 0.5
    return tuple(int(slot) for slot in np.searchsorted(expected, halves))


def memoryless(hours: Hours, calls: float) -> tuple[float, ...]:
    """The hazard of each slot when draws are by volume, with no rule and so many calls on average.

    Raises MeterRefused when the hours are too few for the calls.
    """
    return tuple(float(chance) for chance in _ideal_chances(shares_of(hours.volume), calls))


@dataclass(frozen=True, slots=True, eq=False)
class _States:
    """The states that bring calls: the hazard of each over the slot's volume, and the calls.

    What it costs to be on guard in one, in volume, is the second over the first.
    """

    ratio: Short
    gain: Short

    def of(self, chosen: NDArray[np.bool] | Ints) -> "_States":
        """Those that are chosen, or all in an order."""
        return _States(self.ratio[chosen], self.gain[chosen])

    @property
    def cost(self) -> Short:
        """The volume that a guard costs in each."""
        return self.gain / self.ratio


def _states(hazards: Hazards, volume: Floats) -> _States:
    gain = hazards.reached[:-1] * hazards.of
    there = gain > 1e-12  # the rest brings no gain
    of_slot = np.broadcast_to(volume.astype(np.float32)[:, None], there.shape)[there]
    ratio = np.full_like(of_slot, np.inf)
    np.divide(hazards.of[there], of_slot, out=ratio, where=of_slot > 0)
    return _States(ratio, gain[there])


def _lift(states: _States, guard: float) -> float:
    """The share of the calls that one on guard for a share of the volume catches, over that share.

    The states of the greatest ratio are guarded. They are found by halving, faster than by sorting:
    either all of the upper half is guarded, or none of the lower.
    """
    calls, left, caught = _sum(states.gain), guard, 0.0
    while states.gain.size > _FEW:
        upper = states.ratio > np.median(states.ratio[:: states.gain.size // _FEW])
        if not upper.any():
            break
        half = states.of(upper)
        cost = _sum(half.cost)
        if cost <= left:
            caught, left = caught + _sum(half.gain), left - cost
            half = states.of(~upper)
        states = half
    ranked = _ranked(states)
    return (caught + float(np.interp(left, ranked.spent, ranked.caught))) / calls / guard


@dataclass(frozen=True, slots=True, eq=False)
class _Ranked:
    """The states by their ratio, the greatest first; sums before each, with a 0 in front."""

    ratio: Floats
    spent: Floats
    caught: Floats


def _ranked(states: _States) -> _Ranked:
    """States of the same ratio, to one part in ``2 ** _DIGITS``, become one.

    To tell a million of them apart so takes a fifth of the time of sorting them.
    """
    alike = states.ratio.view(np.int32) >> _FRACTION - _DIGITS  # over 0, so they rise as their bits
    alike -= alike.min()
    gain, cost = (np.bincount(alike, each)[::-1] for each in (states.gain, states.cost))
    some = gain > 0
    gain, cost = gain[some], cost[some]
    ratio = np.divide(gain, cost, out=np.full_like(gain, np.inf), where=cost > 0)
    return _Ranked(ratio, *(np.concatenate(([0.0], each.cumsum())) for each in (cost, gain)))


def _lifts(ranked: _Ranked) -> tuple[float, ...]:
    caught = np.interp(GUARDS, ranked.spent, ranked.caught) / ranked.caught[-1]
    return tuple(float(share) / guard for share, guard in zip(caught, GUARDS, strict=True))


def _lift_under_error(ranked: _Ranked) -> float:
    """The 20 % guard when the true volume of an hour is the design's times 1 + .2·e.

    The errors e are standard normal, each hour's its own, and the adversary knows them; the answer
    is for their mean, each hour standing for fifteen that share its chances between them. Such a
    fifteenth costs its factor times as much, so that it is worth guarding while its hazard over its
    volume is above what the last hour that is guarded has; that is found by halving.
    """
    factors = 1 + _VOLUME_ERROR * np.array(_ERRORS)
    rising = -ranked.ratio

    def guarded(least: float) -> tuple[float, float]:
        taken = np.searchsorted(rising, -least * factors)
        return float((factors * ranked.spent[taken]).mean()), float(ranked.caught[taken].mean())

    low, high = 0.0, 2 * float(ranked.ratio[np.isfinite(ranked.ratio)].max()) / float(factors[0])
    for _ in range(60):
        middle = (low + high) / 2
        if guarded(middle)[0] <= GUARDS[1]:
            high = middle
        else:
            low = middle
    (less, few), (more, many) = guarded(high), guarded(low)
    caught = np.interp(GUARDS[1], [less, more], [few, many])
    return float(caught) / float(ranked.caught[-1]) / GUARDS[1]


def _guesses(
    hazards: Short, following: Ints, days: tuple[int, ...], gain: Short
) -> tuple[float, float]:
    """The mean over calls of the greatest chance of a day, and of a slot, to hold the next call.

    Where the period ends before the next call, a fresh period follows.
    """
    slots, width = hazards.shape
    starts, day = np.unique(days, return_index=True, return_inverse=True)[1:]
    ends = np.append(starts[1:], slots)
    # From a slot to the end of its day the chance of a call, the greatest one of a slot to hold the
    # next call, and the chance of none.
    some, most, none = hazards.copy(), hazards.copy(), 1 - hazards
    for hour in range(1, (ends - starts).max()):
        at = ends[ends - starts > hour] - hour - 1
        some[at] += none[at] * some[at + 1]
        most[at] = np.maximum(most[at], none[at] * most[at + 1])
        none[at] *= none[at + 1]
    # The same from the begin of a day, or the end, to the end of the period; of a day, not a slot.
    best_day, best_slot = np.zeros((2, len(starts) + 1, width), hazards.dtype)
    none_left = np.ones((len(starts) + 1, width), hazards.dtype)
    for number, start in reversed(list(enumerate(starts))):
        best_day[number] = np.maximum(some[start], none[start] * best_day[number + 1])
        best_slot[number] = np.maximum(most[start], none[start] * best_slot[number + 1])
        none_left[number] = none[start] * none_left[number + 1]
    answers, next_day = [], np.append(day, len(starts) - 1) + 1
    for today, best in ((some, best_day), (most, best_slot)):
        later = np.maximum(best, none_left * best[0, 0])
        then = later[next_day]
        then[:-1] *= none
        np.maximum(then[:-1], today, out=then[:-1])
        then = then[following]
        answers.append(_sum(gain[:, :-1] * then[:, 1:]) + _sum(gain[:, -1] * then[:, -1]))
    return answers[0] / _sum(gain), answers[1] / _sum(gain)


def _ideal_chances(volume: Floats, calls: float) -> Floats:
    if calls >= HIGHEST * np.count_nonzero(volume):
        raise MeterRefused(f"{calls:.1f} calls don't fit into these hours: lower the mean.")
    low, high = calls, calls
    while np.minimum(high * volume, HIGHEST).sum() < calls:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        if np.minimum(middle * volume, HIGHEST).sum() < calls:
            low = middle
        else:
            high = middle
    return np.minimum(high * volume, HIGHEST)


def _ideal_guesses(volume: Floats, days: tuple[int, ...], calls: float) -> tuple[float, float]:
    chances = _ideal_chances(volume, calls).astype(np.float32)[:, None]
    following = np.arange(len(volume)) + 1
    return _guesses(chances, following, days, chances)


def _sum(array: Short) -> float:
    return float(array.sum(dtype=np.float64))


def _trimmed(chances: Floats) -> tuple[float, ...]:
    """The chances up to the last that could be seen."""
    seen = np.flatnonzero(chances > UNLIKELY)
    return tuple(float(chance) for chance in chances[: seen[-1] + 1])

"""How predictable a design is: what one gains who lacks only its seed, by the exact program."""

from dataclasses import dataclass

import numpy as np

from scheduler.hazards import (
    HIGHEST,
    UNLIKELY,
    Design,
    Floats,
    Hazards,
    Hours,
    MeterRefused,
    hazards_of,
    shares_of,
)

GUARDS = (0.05, 0.20, 0.50)
GOAL = 1.05
"""The most that a rule may reach at the 20 % guard without a reason on record."""

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
    reached = _reached(hazards)
    gain = reached[:-1] * hazards.of
    calls = float(gain.sum())
    ranked = _ranked(reached[:-1], hazards.of, volume)
    day, hour = _guesses(hazards, hours.days, gain)
    best_day, best_hour = _ideal_guesses(volume, hours.days, calls)
    return Reading(
        guard=_lifts(ranked),
        wrong_volume=_lift_under_error(ranked),
        day=day / best_day,
        hour=hour / best_hour,
        kept=hazards.kept,
        calls=calls,
        counts=_trimmed(reached[-1]),
        month_counts=_month_counts(hazards, hours.months),
    )


def guard_lift(design: Design, hours: Hours) -> float:
    """The 20 % guard alone, for comparing designs. Raises MeterRefused like ``measure``."""
    hazards = hazards_of(design, hours)
    return _lifts(_ranked(_reached(hazards)[:-1], hazards.of, shares_of(hours.volume)))[1]


def lifts(design: Design, hours: Hours) -> tuple[float, float, float]:
    """The three figures that have a goal: the 20 % guard, the guess of day and hour."""
    volume = shares_of(hours.volume)
    hazards = hazards_of(design, hours)
    reached = _reached(hazards)[:-1]
    gain = reached * hazards.of
    day, hour = _guesses(hazards, hours.days, gain)
    best_day, best_hour = _ideal_guesses(volume, hours.days, float(gain.sum()))
    return _lifts(_ranked(reached, hazards.of, volume))[1], day / best_day, hour / best_hour


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
    return tuple(float(chance) for chance in _ideal_chances(shares_of(hours.volume), calls))


def _reached(hazards: Hazards) -> Floats:
    """The chance to come to each slot with k calls and not blocked; the last row is the end."""
    slots, width = hazards.of.shape
    reached = np.zeros((slots + 1, width))
    reached[0, 0] = 1
    for slot in range(slots):
        call = reached[slot] * hazards.of[slot]
        reached[slot + 1] += reached[slot] - call
        landed = reached[hazards.following[slot]]
        landed[1:] += call[:-1]
        if hazards.open_ended:
            landed[-1] += call[-1]
    return reached


@dataclass(frozen=True, slots=True)
class _Ranked:
    """The states by hazard over volume, the greatest first; sums before each, with a 0 in front."""

    ratio: Floats
    spent: Floats
    caught: Floats


def _ranked(reached: Floats, hazards: Floats, volume: Floats) -> _Ranked:
    ratio = np.full_like(hazards, np.inf)
    np.divide(hazards, volume[:, None], out=ratio, where=volume[:, None] > 0)
    gain = reached * hazards
    there = gain > 1e-12  # the rest brings no gain
    of_there = ratio[there]
    order = np.argsort(of_there)[::-1]
    cost = (reached * volume[:, None])[there][order]
    sums = (np.concatenate(([0.0], each.cumsum())) for each in (cost, gain[there][order]))
    return _Ranked(of_there[order], *sums)


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


def _guesses(hazards: Hazards, days: tuple[int, ...], gain: Floats) -> tuple[float, float]:
    """The mean over calls of the greatest chance of a day, and of a slot, to hold the next call.

    Where the period ends before the next call, a fresh period follows.
    """
    slots, width = hazards.of.shape
    firsts = np.unique(days, return_index=True)[1]
    lengths = np.diff(firsts, append=slots)
    # A day is a row; what a shorter one lacks at its end are hours without a call.
    places = np.arange(lengths.max())
    within = np.minimum(firsts[:, None] + places, slots - 1)
    hazard = np.where((places < lengths[:, None])[..., None], hazards.of[within], 0.0)
    none = 1 - hazard
    in_day, in_slot, in_none = np.empty((3, *hazard.shape))  # from an hour to the end of its day
    nothing = np.zeros_like(none[:, 0])
    some, best, free = nothing, nothing, nothing + 1
    for place in reversed(places):
        some = hazard[:, place] + none[:, place] * some
        best = np.maximum(hazard[:, place], none[:, place] * best)
        free = none[:, place] * free
        in_day[:, place], in_slot[:, place], in_none[:, place] = some, best, free
    best_day, best_slot = np.zeros((2, slots + 1, width))
    none_left = np.ones((slots + 1, width))
    after = slots
    for day, first, hours in reversed(list(zip(range(len(firsts)), firsts, lengths, strict=True))):
        own, left = slice(first, first + hours), in_none[day, :hours]
        best_day[own] = np.maximum(in_day[day, :hours], left * best_day[after])
        best_slot[own] = np.maximum(in_slot[day, :hours], left * best_slot[after])
        none_left[own] = left * none_left[after]
        after = first
    following = np.array(hazards.following)
    answers = []
    for best in (best_day, best_slot):
        after = np.maximum(best, none_left * best[0, 0])[following]
        then = np.concatenate((after[:, 1:], after[:, -1:]), axis=1)
        answers.append(float((gain * then).sum() / gain.sum()))
    return answers[0], answers[1]


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
            here -= call
            for later, flow in (
                (slot + 1, here),
                (hazards.following[slot], _landed(call, hazards)),
            ):
                if later in at:
                    at[later] += flow
                else:
                    at[later] = flow
        if slot + 1 == slots or months[slot] != months[slot + 1]:
            result.append(_trimmed(sum(each.sum(axis=0) for each in at.values())))
            for later, each in at.items():
                anew = np.zeros_like(each)
                anew[:, 0] = each.sum(axis=1)
                at[later] = anew
    return tuple(result)


def _landed(call: Floats, hazards: Hazards) -> Floats:
    """The joint chances of both counts after one call more."""
    landed = np.zeros_like(call)
    landed[1:, 1:] = call[:-1, :-1]
    if hazards.open_ended:
        landed[-1, 1:] += call[-1, :-1]
        landed[1:, -1] += call[:-1, -1]
        landed[-1, -1] += call[-1, -1]
    return landed


def _trimmed(chances: Floats) -> tuple[float, ...]:
    """The chances up to the last that could be seen."""
    seen = np.flatnonzero(chances > UNLIKELY)
    return tuple(float(chance) for chance in chances[: seen[-1] + 1])

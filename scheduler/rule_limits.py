"""What an institute can't have with a rule, its centres and its people, in plain sentences."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, exp

from scheduler.rule import Rule, mean_kept, most, number

SHOWS = Fraction(1, 100)  # of a centre's ordinary calls: above it the calls show
A_YEAR = 12
FEWEST_VOICES = 3
FOR_A_MEAN, FOR_THE_STANDARD = 4, 12  # scored calls
WEEKS_A_MONTH = Fraction(365, 84)

PERIODS = {1: "month", 2: "two months", 3: "quarter", 4: "four months", 6: "half-year", 12: "year"}


@dataclass(frozen=True, slots=True)
class Offered:
    """An assessor and the hours a week that they offered."""

    name: str
    hours: Fraction


@dataclass(frozen=True, slots=True)
class Busy:
    """A centre that declared its ordinary calls, and how many a week."""

    name: str
    a_week: int


def limits(
    rule: Rule, centres: int, crew: Iterable[Offered], declared: Iterable[Busy]
) -> tuple[str, ...]:
    """The sentences, those about time first, then those about people and money."""
    kept = mean_kept(rule)
    a_month = kept / rule.months
    crew = tuple(crew)
    return (
        *_time(rule, a_month),
        *_people(a_month * centres, crew),
        *_money(rule, centres, kept),
        *_volume(rule, kept, declared),
    )


def hours_short(rule: Rule, centres: int, crew: Iterable[Offered]) -> str:
    """How many hours a week the crew offers too few, in a sentence; "" where they are enough."""
    return _hours_short(mean_kept(rule) / rule.months * centres, crew)


def hours_a_week(calls_a_month: Fraction, minutes_a_call: int, people: int) -> Fraction:
    """The hours a week of each of so many people, when they share the calls evenly."""
    return calls_a_month * minutes_a_call / 60 / WEEKS_A_MONTH / people


def _time(rule: Rule, a_month: Fraction) -> Iterable[str]:
    period = PERIODS[rule.months]
    if a_month < FOR_A_MEAN:
        none = exp(-a_month)
        yield (
            f"A month says nothing by itself: it brings a centre {float(a_month):.1f} calls on "
            f"average, and none in {100 * none:.0f} % of months. Its report lists them without a "
            "mean."
        )
    months = ceil(FOR_THE_STANDARD / a_month)
    if months > A_YEAR:
        yield (
            f"No centre can be judged against the standard: that takes {FOR_THE_STANDARD} scored "
            f"calls within twelve months, and a year brings {float(a_month * A_YEAR):.3g}."
        )
    elif months > 3:
        yield (
            f"A centre can be judged against the standard once {months} months are taken together: "
            f"that takes {FOR_THE_STANDARD} scored calls."
        )
    if rule.months > 3:
        yield (
            f"The period is a {period}: with so few calls a floor for less than that would tell a "
            "centre when it is safe, and when not."
        )
    if not rule.floor:
        none = exp(-rule.mean)
        yield f"No centre is promised a call: {100 * none:.0f} % of them get none in a {period}."
    elif rule.floor < rule.mean / 2:
        yield f"No centre is promised more than {rule.floor} of its {number(rule.mean)} calls."


def _people(calls_a_month: Fraction, crew: tuple[Offered, ...]) -> Iterable[str]:
    if len(crew) < FEWEST_VOICES:
        there = {0: "no assessor", 1: "one assessor"}.get(len(crew), "two assessors")
        yield (
            f"Three voices a centre can't be had with {there}: each centre will know the voice. "
            f"Find {FEWEST_VOICES - len(crew)} more."
        )
    elif len(crew) == FEWEST_VOICES:
        yield (
            "Three voices a centre take all three assessors: where one has a tie, refuses, can't "
            "play the scenario or falls ill, a centre meets two, and one makes over 40 % of its "
            "calls. A fourth would mend it."
        )
    if short := _hours_short(calls_a_month, crew):
        yield short


def _hours_short(calls_a_month: Fraction, crew: Iterable[Offered]) -> str:
    offered = sum((each.hours for each in crew), Fraction())
    needed = calls_a_month * 50 / 60 / WEEKS_A_MONTH
    if not 0 < offered < needed:
        return ""
    return (
        f"The calls take {float(needed):.1f} hours a week, and all assessors together "
        f"offered {float(offered):.1f}: {float(needed - offered):.1f} are short."
    )


def _money(rule: Rule, centres: int, kept: Fraction) -> Iterable[str]:
    if not centres:
        return
    period = PERIODS[rule.months]
    top = most([kept] * centres)
    mean = float(kept * centres)
    if rule.capped:
        yield (
            f"The cap holds {_of(centres)} at {top} calls a {period}, {mean:.0f} on average: "
            "a draw with more is made again as a whole. What one centre gets is not capped."
        )
    else:
        yield (
            f"Nothing caps the total: about one {period} in forty brings more than {top} calls, "
            f"where {mean:.0f} are the average."
        )


def _of(centres: int) -> str:
    return "the one centre" if centres == 1 else f"{centres} centres together"


def _volume(rule: Rule, kept: Fraction, declared: Iterable[Busy]) -> Iterable[str]:
    for centre in declared:
        ordinary = centre.a_week * WEEKS_A_MONTH * rule.months
        if not ordinary or kept <= SHOWS * ordinary:
            continue
        yield (
            f"{centre.name}: {number(rule.mean)} calls are {100 * float(kept / ordinary):.1f} % of "
            f"its {float(ordinary):,.0f} ordinary calls in the period. Above 1 % they show: lower "
            f"the mean to {float(SHOWS * ordinary):.1f} or less, or leave the centre to visits."
        )

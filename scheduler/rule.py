"""The rule: how many calls a centre gets in a period, and where their weight lies."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import lru_cache
from math import isqrt

from config.clock import Month, Period
from scheduler.shape import BY_VOLUME, Shape

STRONGEST = 10  # times a band may raise the weight of its hours
MOST_CALLS = 200  # a period, on average, of a rule that is put in force


@dataclass(frozen=True, slots=True)
class Rule:
    """How many calls a centre gets in a period.

    ``mean`` is that of the free draw, before redrawing; a draw with fewer calls than ``floor`` or
    more than ``ceiling`` is made again. ``None`` is no ceiling. ``shape`` says which hours weigh
    more or less than their ordinary calls. Where the rule is ``capped``, the draw of the whole
    institute is made again while all its calls together are more than ``most`` of them.
    """

    months: int
    mean: Fraction
    floor: int
    ceiling: int | None = None
    shape: Shape = BY_VOLUME
    capped: bool = False


def default_rule() -> Rule:
    """A quarter with a mean of 21, drawn again below 12, and no ceiling."""
    return Rule(months=3, mean=Fraction(21), floor=12)


def period_of(day: date, months: int) -> Period:
    """The period of a rule that a day lies in; a year holds whole periods.

    >>> str(period_of(date(2027, 5, 31), 3).first)
    '2027-04'
    """
    return Period(Month(day.year, (day.month - 1) // months * months + 1), months)


def refusals(rule: Rule) -> tuple[str, ...]:
    """Why nothing can be drawn by a rule, as sentences; none when it is possible."""
    reasons = []
    if rule.months < 1 or 12 % rule.months:
        reasons.append(
            f"A period of {rule.months} months does not divide the year: use 1, 2, 3, 4, 6 or 12."
        )
    if rule.mean <= 0:
        reasons.append("The mean must be more than 0 calls a period.")
    if rule.floor < 0:
        reasons.append("The floor must be 0 or more.")
    if rule.mean < rule.floor:
        reasons.append(
            f"The mean of {number(rule.mean)} lies under the floor of {rule.floor}: "
            "raise the mean or lower the floor."
        )
    if rule.ceiling is not None and rule.ceiling < rule.mean:
        reasons.append(
            f"The mean of {number(rule.mean)} lies over the ceiling of {rule.ceiling}: "
            "lower the mean or raise the ceiling."
        )
    if not 0 <= rule.shape.flat <= 1:
        reasons.append("The flat share must lie from 0 to 1.")
    if any(not 0 < band.factor <= STRONGEST for band in rule.shape.bands):
        reasons.append(
            f"A band multiplies by more than 0 and at most {STRONGEST}; "
            "hours that are never drawn belong to the blackout."
        )
    return tuple(reasons)


@lru_cache(maxsize=1024)
def floor_for(mean: Fraction) -> int:
    """The largest floor that at least 98.5 % of free draws of a mean meet.

    The count of a free draw is taken as Poisson, which spreads a little wider than it does.

    >>> [floor_for(Fraction(mean)) for mean in (1, 8, 12, 16, 21)]
    [0, 3, 5, 8, 12]
    """
    terms = _poisson(mean)
    total = sum(terms)
    floor, below = 0, terms[0]
    while 1000 * below <= 15 * total:
        floor += 1
        below += terms[floor]
    return floor


def for_share(rule: Rule, share: Fraction) -> Rule:
    """The rule for a centre of which only a share of the period's volume can be drawn.

    The mean shrinks by the share, over 0 and up to 1; the floor falls with it and never rises; the
    ceiling stays.
    """
    if not 0 < share <= 1:
        raise ValueError(f"a share lies over 0 and at most at 1, not {share}")
    if share == 1:
        return rule
    mean = rule.mean * share
    return replace(rule, mean=mean, floor=min(rule.floor, floor_for(mean)))


def raised(rule: Rule, factor: Fraction) -> Rule:
    """The rule for a centre that is sampled more: its mean is so many times as high.

    The floor is what 98.5 % of free draws meet, and no lower than the rule's; a ceiling rises with
    the mean. A floor of 0 stays: such a rule promises no call.

    >>> raised(Rule(6, Fraction(8), 3), Fraction(2))
    Rule(months=6, mean=Fraction(16, 1), floor=8, ceiling=None, shape=Shape(bands=(), \
flat=Fraction(0, 1), never=(), shut=()), capped=False)
    """
    if factor < 1:
        raise ValueError(f"more sampling means a factor of 1 or more, not {factor}")
    mean = rule.mean * factor
    floor = max(rule.floor, floor_for(mean)) if rule.floor else 0
    ceiling = None if rule.ceiling is None else -(-rule.ceiling * factor // 1)
    return replace(rule, mean=mean, floor=floor, ceiling=None if ceiling is None else int(ceiling))


def mean_kept(rule: Rule) -> Fraction:
    """The mean of the draws that floor and ceiling keep, the count taken as Poisson.

    It is rounded to a millionth of a call, so that sums of many stay short.

    >>> float(mean_kept(Rule(6, Fraction(8), 3)))
    8.087076
    """
    last = rule.ceiling
    kept = [
        (calls, term)
        for calls, term in enumerate(_poisson(rule.mean))
        if rule.floor <= calls and (last is None or calls <= last)
    ]
    of_all = sum(calls * term for calls, term in kept)
    return Fraction(10**6 * of_all // sum(term for _, term in kept), 10**6)


def most(means: Iterable[Fraction]) -> int:
    """The calls that a capped institute never exceeds in a period: ⌊M + 2√M⌋, M the means' sum.

    >>> most([Fraction(8)] * 10)
    97
    """
    total = sum(means, Fraction())
    above, below = total.numerator, total.denominator
    return (above + isqrt(4 * above * below)) // below


def number(value: Fraction) -> str:
    """A mean or a factor as people write it."""
    return f"{float(value):.6g}"


def _poisson(mean: Fraction) -> list[int]:
    """The chances of 0, 1, 2 … calls, up to a common factor.

    The terms m^k / k! are integers scaled by 10⁶⁰, and those past 4 m + 80 are left out: together
    they are less than 10⁻²⁰ of the sum, so no floor hangs on them.
    """
    terms = [10**60]
    for k in range(1, int(4 * mean) + 80):
        terms.append(terms[-1] * mean.numerator // (mean.denominator * k))
    return terms

"""What a rule costs in calls, hours and money, and the rule that a budget allows."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from config.prices import Prices
from scheduler.rule import MOST_CALLS, Rule, floor_for

MINUTES_A_CALL = 50  # of an assessor, all in
ENOUGH = 8  # calls a period, for the shortest period that has so many
TENTH = Fraction(1, 10)
_PERIODS = (3, 6, 12)


class BudgetRefused(ValueError):
    """A budget that allows no rule; the text says why and what would mend it."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a rule takes each month, on average, of all centres together."""

    calls: Fraction
    assessor_hours: Fraction
    verified: Fraction  # calls
    verifier_hours: Fraction
    telephone: Fraction  # money
    hours: Fraction  # money for the hours of both

    @property
    def money(self) -> Fraction:
        """All of it."""
        return self.telephone + self.hours


def cost(calls: Fraction, prices: Prices) -> Cost:
    """The cost of so many calls a month.

    >>> float(cost(Fraction(204), Prices()).assessor_hours)
    170.0
    """
    assessor_hours = calls * MINUTES_A_CALL / 60
    verified = Fraction(to_verify(ceil(3 * calls)), 3)
    verifier_hours = verified * prices.review_minutes / 60
    return Cost(
        calls=calls,
        assessor_hours=assessor_hours,
        verified=verified,
        verifier_hours=verifier_hours,
        telephone=calls * prices.minutes_a_call * prices.a_minute,
        hours=(assessor_hours + verifier_hours) * prices.an_hour,
    )


def to_verify(calls: int) -> int:
    """How many calls of a quarter are verified at random.

    A tenth, and at least the number that holds a wrong one with 95 % when a tenth are wrong.

    >>> [to_verify(calls) for calls in (10, 13, 20, 40, 120, 200)]
    [10, 10, 16, 21, 26, 27]
    """
    wrong = ceil(calls * TENTH)
    verified, missed = 0, Fraction(1)
    while verified < calls and missed > Fraction(1, 20):
        missed *= Fraction(max(0, calls - wrong - verified), calls - verified)
        verified += 1
    return max(verified, wrong)


def rule_for(hours_a_month: Fraction, centres: int) -> Rule:
    """The rule that follows from the hours that all assessors have in a month.

    The period is the shortest of quarter, half-year and year with a mean of 8 or more, else the
    year; the mean is cut to a tenth of a call, the floor is what 98.5 % of free draws meet, and
    there is no ceiling; the total of several centres is capped, that of one would be a ceiling.
    Raises BudgetRefused when there is no centre, not one call a year, or too many for a rule.

    >>> rule_for(Fraction(100, 9), 10).mean
    Fraction(8, 1)
    """
    if centres < 1:
        raise BudgetRefused("There is no centre on the register to spend the hours on.")
    a_month = hours_a_month * 60 / MINUTES_A_CALL / centres
    months = next((each for each in _PERIODS if each * a_month >= ENOUGH), _PERIODS[-1])
    mean = Fraction(int(10 * a_month * months), 10)
    if mean < 1:
        raise BudgetRefused(
            f"{float(hours_a_month):.4g} hours a month are less than a call a year for each of "
            f"{centres} centres: offer more hours."
        )
    if mean > MOST_CALLS:
        raise BudgetRefused(
            f"So much would bring each centre more than {MOST_CALLS} calls in a quarter, which is "
            "the most of a rule: give less."
        )
    return Rule(months, mean, floor_for(mean), capped=centres > 1)


def rule_for_money(money_a_month: Fraction, centres: int, prices: Prices) -> Rule:
    """The rule that follows from what a month may cost, telephone and hours together.

    Raises BudgetRefused like ``rule_for``.
    """
    per_call = cost(Fraction(1), prices)
    dearest = per_call.money - per_call.verifier_hours * prices.an_hour
    if dearest <= 0:
        raise BudgetRefused("A call costs nothing by the settings: set the prices, or give hours.")
    calls = _last(int(3 * money_a_month / dearest), lambda n: _fits(n, money_a_month, prices))
    try:
        return rule_for(Fraction(calls * MINUTES_A_CALL, 3 * 60), centres)
    except BudgetRefused as refused:
        if centres < 1 or calls >= centres:
            raise
        raise BudgetRefused(
            f"{prices.currency}{float(money_a_month):,.2f} a month are less than a call a year for "
            f"each of {centres} centres: allow more money."
        ) from refused


def _fits(calls_a_quarter: int, money_a_month: Fraction, prices: Prices) -> bool:
    return cost(Fraction(calls_a_quarter, 3), prices).money <= money_a_month


def _last(most: int, fits: Callable[[int], bool]) -> int:
    """The last of 0 to ``most`` that fits, where what fits mostly comes before what doesn't."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if fits(middle):
            low = middle
        else:
            high = middle - 1
    while low and not fits(low):
        low -= 1
    return low

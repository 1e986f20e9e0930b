"""What a rule costs in calls and hours of assessors, and the rule that a budget of hours allows."""

from dataclasses import dataclass
from fractions import Fraction

from scheduler.draw import Rule, floor_for

MINUTES_A_CALL = 50  # of an assessor, all in
ENOUGH = 8  # calls a period, for the shortest period that has so many
_PERIODS = (3, 6, 12)


class BudgetRefused(ValueError):
    """A budget that allows no rule; the text says why and what would mend it."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a rule takes each month, on average, of all centres together."""

    calls: Fraction
    assessor_hours: Fraction


def cost(calls: Fraction, months: int, centres: int) -> Cost:
    """The cost of so many calls a centre and period.

    >>> cost(Fraction(18), 3, 34)
    Cost(calls=Fraction(204, 1), assessor_hours=Fraction(170, 1))
    """
    a_month = calls * centres / months
    return Cost(a_month, a_month * MINUTES_A_CALL / 60)


def rule_for(hours_a_month: Fraction, centres: int) -> Rule:
    """The rule that follows from the hours that all assessors have in a month.

    The period is the shortest of quarter, half-year and year with a mean of 8 or more, else the
    year; the mean is cut to a tenth of a call, the floor is what 98.5 % of free draws meet, and
    there is no ceiling. Raises BudgetRefused when there is no centre or not one call a year.

    >>> rule_for(Fraction(100, 9), 10)
    Rule(months=6, mean=Fraction(8, 1), floor=3, ceiling=None)
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
    return Rule(months, mean, floor_for(mean))

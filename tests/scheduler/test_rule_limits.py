"""What an institute can't have, in sentences: ten centres, three part-time assessors, few calls."""

from fractions import Fraction

from scheduler.rule import Rule, default_rule
from scheduler.rule_limits import Busy, Offered, hours_a_week, limits

HALF_YEAR = Rule(6, Fraction(8), 3, capped=True)


def crew(count: int, hours: int = 6) -> list[Offered]:
    return [Offered(f"Assessor {number}", Fraction(hours)) for number in range(count)]


def told(rule: Rule, count: int = 3, centres: int = 10, hours: int = 6) -> str:
    return "\n".join(limits(rule, centres, crew(count, hours), ()))


def test_ten_centres_three_assessors_and_four_calls_a_quarter_hear_what_they_cannot_have() -> None:
    words = told(HALF_YEAR)
    assert "A month says nothing by itself: it brings a centre 1.3 calls on average" in words
    assert "none in 26 % of months" in words
    assert "once 9 months are taken together" in words
    assert "The period is a half-year" in words
    assert "No centre is promised more than 3 of its 8 calls" in words
    assert "Three voices a centre take all three assessors" in words
    assert "at most" not in words
    assert "holds 10 centres together at 98 calls a half-year, 81 on average" in words


def test_fewer_than_three_assessors_are_told_how_many_to_find() -> None:
    assert "Three voices a centre can't be had with two assessors" in told(HALF_YEAR, 2)
    assert "with one assessor: each centre will know the voice. Find 2 more" in told(HALF_YEAR, 1)
    assert "with no assessor" in told(HALF_YEAR, 0)
    assert "voices" not in told(HALF_YEAR, 4)


def test_hours_that_are_short_are_counted() -> None:
    assert "short" not in told(HALF_YEAR, hours=1)
    words = told(default_rule(), centres=30, hours=10)
    assert "40.5 hours a week, and all assessors together offered 30.0: 10.5 are short" in words


def test_a_year_that_brings_less_than_twelve_calls_judges_nobody() -> None:
    words = told(Rule(12, Fraction(4), 0))
    assert "No centre can be judged against the standard" in words
    assert "No centre is promised a call: 2 % of them get none in a year" in words


def test_the_default_with_enough_people_lacks_little() -> None:
    (only,) = limits(default_rule(), 4, crew(5), ())
    assert only.startswith("Nothing caps the total: about one quarter in forty brings more than")


def test_a_mean_above_a_hundredth_of_the_declared_calls_is_warned_of_by_name() -> None:
    few, many = Busy("Small, Desk", 20), Busy("Large, Desk", 5_000)
    (words,) = (each for each in limits(HALF_YEAR, 2, crew(5), (few, many)) if "Desk" in each)
    assert words == (
        "Small, Desk: 8 calls are 1.6 % of its 521 ordinary calls in the period. Above 1 % they "
        "show: lower the mean to 5.2 or less, or leave the centre to visits."
    )


def test_assessors_share_the_hours_of_a_week_evenly() -> None:
    assert hours_a_week(Fraction(365, 7), 60, 2) == 6

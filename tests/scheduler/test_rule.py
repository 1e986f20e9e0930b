"""Rules: what is refused, which floor follows from a mean, and what a whole institute may cost."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.rule import (
    Rule,
    default_rule,
    floor_for,
    for_share,
    mean_kept,
    most,
    raised,
    refusals,
)
from scheduler.shape import Band, Shape, WeekHours

EVENINGS = WeekHours((0, 1, 2, 3, 4), 17, 20)
means = st.fractions(min_value=Fraction(1, 2), max_value=60, max_denominator=20)


def test_the_default_is_a_quarter_of_21_drawn_again_below_12() -> None:
    assert default_rule() == Rule(months=3, mean=Fraction(21), floor=12, ceiling=None)
    assert refusals(default_rule()) == ()


@pytest.mark.parametrize(
    ("rule", "word"),
    [
        (Rule(3, Fraction(4), 12, 30), "under the floor of 12"),
        (Rule(3, Fraction(31), 12, 30), "over the ceiling of 30"),
        (Rule(5, Fraction(21), 12), "does not divide the year"),
        (Rule(3, Fraction(0), 0), "more than 0"),
        (Rule(3, Fraction(21), -1), "0 or more"),
        (Rule(3, Fraction(21), 12, shape=Shape(flat=Fraction(3, 2))), "from 0 to 1"),
        (Rule(3, Fraction(21), 12, shape=Shape((Band(EVENINGS, Fraction(0)),))), "blackout"),
    ],
)
def test_an_impossible_rule_is_refused_in_a_sentence(rule: Rule, word: str) -> None:
    (reason,) = refusals(rule)
    assert word in reason


@pytest.mark.parametrize(("mean", "floor"), [(8, 3), (12, 5), (16, 8), (21, 12)])
def test_the_floor_follows_the_mean_as_the_table_says(mean: int, floor: int) -> None:
    assert floor_for(Fraction(mean)) == floor


@given(st.fractions(min_value=Fraction(1, 50), max_value=60, max_denominator=50))
def test_a_floor_is_the_largest_that_98_and_a_half_percent_of_free_draws_meet(
    mean: Fraction,
) -> None:
    def share_below(floor: int) -> float:
        logs = (k * math.log(mean) - float(mean) - math.lgamma(k + 1) for k in range(floor))
        return math.fsum(math.exp(log) for log in logs)

    floor = floor_for(mean)
    assert share_below(floor) <= 0.015 + 1e-9
    assert share_below(floor + 1) >= 0.015 - 1e-9


def test_part_of_a_period_has_its_part_of_the_mean_and_a_floor_that_follows() -> None:
    rule = default_rule()
    assert for_share(rule, Fraction(1)) == rule
    assert for_share(rule, Fraction(16, 21)) == Rule(3, Fraction(16), 8)
    assert for_share(rule, Fraction(1, 100)) == Rule(3, Fraction(21, 100), 0)
    assert for_share(Rule(1, Fraction(8), 1, 9), Fraction(99, 100)).floor == 1
    assert for_share(Rule(1, Fraction(8), 1, 9), Fraction(1, 2)).ceiling == 9


@pytest.mark.parametrize("share", [Fraction(0), Fraction(-1), Fraction(11, 10)])
def test_a_share_that_is_none_is_refused(share: Fraction) -> None:
    with pytest.raises(ValueError, match="a share lies"):
        for_share(default_rule(), share)


def test_more_sampling_multiplies_the_mean_and_the_floor_follows() -> None:
    assert raised(Rule(6, Fraction(8), 3), Fraction(2)) == Rule(6, Fraction(16), 8)
    assert raised(Rule(3, Fraction(20), 12, 30), Fraction(3, 2)) == Rule(3, Fraction(30), 19, 45)
    assert raised(default_rule(), Fraction(1)) == default_rule()
    with pytest.raises(ValueError, match="1 or more"):
        raised(default_rule(), Fraction(1, 2))


@given(means, st.fractions(min_value=1, max_value=4, max_denominator=8))
def test_a_raised_rule_can_still_be_drawn(mean: Fraction, factor: Fraction) -> None:
    rule = Rule(12, mean, floor_for(mean), math.ceil(mean))
    assert refusals(raised(rule, factor)) == ()


@given(means, st.booleans())
def test_the_mean_of_what_is_kept_is_that_of_the_poisson_counts(mean: Fraction, high: bool) -> None:
    floor = floor_for(mean)
    ceiling = math.ceil(mean) + 3 if high else None
    counts = range(floor, ceiling + 1 if ceiling is not None else 400)
    chances = [math.exp(k * math.log(mean) - float(mean) - math.lgamma(k + 1)) for k in counts]
    expected = sum(k * p for k, p in zip(counts, chances, strict=True)) / sum(chances)
    assert float(mean_kept(Rule(12, mean, floor, ceiling))) == pytest.approx(expected, abs=2e-6)


@given(st.lists(means, min_size=1, max_size=30))
def test_an_institute_never_exceeds_its_mean_and_twice_the_root_of_it(own: list[Fraction]) -> None:
    total = float(sum(own))
    cap = most(own)
    assert cap <= total + 2 * math.sqrt(total) + 1e-9
    assert cap + 1 > total + 2 * math.sqrt(total) - 1e-9

"""Budgets: the rule that hours allow never costs more than the hours."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.draw import Rule, refusals
from scheduler.rule_budget import BudgetRefused, Cost, cost, rule_for


@pytest.mark.parametrize(
    ("calls_a_quarter", "rule"),
    [
        (21, Rule(3, Fraction(21), 12)),
        (8, Rule(3, Fraction(8), 3)),
        (6, Rule(6, Fraction(12), 5)),
        (4, Rule(6, Fraction(8), 3)),
        (3, Rule(12, Fraction(12), 5)),
        (1, Rule(12, Fraction(4), 0)),
    ],
)
def test_the_period_is_the_shortest_with_eight_calls(calls_a_quarter: int, rule: Rule) -> None:
    hours = Fraction(calls_a_quarter * 10 * 50, 3 * 60)
    assert rule_for(hours, 10) == rule


@given(st.fractions(1, 2000), st.integers(1, 200))
def test_a_rule_stays_within_its_budget_and_can_be_drawn(hours: Fraction, centres: int) -> None:
    try:
        rule = rule_for(hours, centres)
    except BudgetRefused:
        assert hours * 12 * 60 / 50 / centres < 1
        return
    assert refusals(rule) == ()
    spent = cost(rule.mean, rule.months, centres).assessor_hours
    assert spent <= hours
    assert hours - spent < cost(Fraction(1, 10), rule.months, centres).assessor_hours


def test_a_call_takes_fifty_minutes() -> None:
    found = cost(Fraction(18), 3, 34)
    assert found == Cost(Fraction(204), Fraction(170))


def test_what_allows_no_rule_is_told_with_the_remedy() -> None:
    with pytest.raises(BudgetRefused, match="no centre on the register"):
        rule_for(Fraction(10), 0)
    with pytest.raises(BudgetRefused, match="offer more hours"):
        rule_for(Fraction(1), 100)

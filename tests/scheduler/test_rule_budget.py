"""Budgets: the rule that hours allow never costs more than the hours."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.prices import Prices
from scheduler.rule import MOST_CALLS, Rule, refusals
from scheduler.rule_budget import BudgetRefused, cost, rule_for, rule_for_money


@pytest.mark.parametrize(
    ("calls_a_quarter", "rule"),
    [
        (21, Rule(3, Fraction(21), 12, capped=True)),
        (8, Rule(3, Fraction(8), 3, capped=True)),
        (6, Rule(6, Fraction(12), 5, capped=True)),
        (4, Rule(6, Fraction(8), 3, capped=True)),
        (3, Rule(12, Fraction(12), 5, capped=True)),
        (1, Rule(12, Fraction(4), 0, capped=True)),
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
        calls_a_year = hours * 12 * 60 / 50 / centres
        assert calls_a_year < 1 or calls_a_year > 4 * MOST_CALLS
        return
    assert refusals(rule) == ()
    a_call = Fraction(50, 60)
    spent = rule.mean * centres / rule.months * a_call
    assert spent <= hours
    assert hours - spent < Fraction(centres, 10 * rule.months) * a_call


def test_the_total_of_one_centre_is_not_capped_since_the_cap_would_be_its_ceiling() -> None:
    assert rule_for(Fraction(10), 2).capped
    assert not rule_for(Fraction(10), 1).capped


def test_what_a_month_takes_is_counted_in_hours_and_in_money() -> None:
    prices = Prices(Fraction(8), Fraction(1, 20), Fraction(20), Fraction(30))
    spent = cost(Fraction(200, 3), prices)
    assert spent.assessor_hours == Fraction(500, 9)
    assert spent.verified == 9  # 27 of a quarter's 200
    assert spent.verifier_hours == Fraction(9, 2)
    assert spent.telephone == Fraction(80, 3)
    assert spent.money == spent.telephone + 20 * (Fraction(500, 9) + Fraction(9, 2))


@given(st.integers(20, 5_000), st.integers(1, 60))
def test_a_budget_of_money_is_spent_and_not_exceeded(money: int, centres: int) -> None:
    prices = Prices()
    try:
        rule = rule_for_money(Fraction(money), centres, prices)
    except BudgetRefused:
        return
    spent = cost(rule.mean * centres / rule.months, prices).money
    assert spent <= money
    more = cost((rule.mean + Fraction(1, 10)) * centres / rule.months + 2, prices).money
    assert more > money


def test_what_allows_no_rule_is_told_with_the_remedy() -> None:
    with pytest.raises(BudgetRefused, match="no centre on the register"):
        rule_for(Fraction(10), 0)
    with pytest.raises(BudgetRefused, match="offer more hours"):
        rule_for(Fraction(1), 100)
    for plenty in (1_000_000, 10**12):
        with pytest.raises(BudgetRefused, match="more than 200 calls in a quarter"):
            rule_for(Fraction(plenty), 6)
        with pytest.raises(BudgetRefused, match="more than 200 calls in a quarter"):
            rule_for_money(Fraction(plenty), 6, Prices())
    with pytest.raises(BudgetRefused, match="allow more money"):
        rule_for_money(Fraction(10), 100, Prices())
    free = Prices(Fraction(0), Fraction(0), Fraction(0))
    with pytest.raises(BudgetRefused, match="set the prices"):
        rule_for_money(Fraction(10), 100, free)

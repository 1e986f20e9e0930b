"""A rule under the meter: bands, flat shares and blackouts cost what the exact program says."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from scheduler.hazards import Design, hazards_of
from scheduler.meter import GOAL, guard_lift, lifts, measure
from scheduler.reference_profile import plain_hours
from scheduler.rule import Rule, default_rule, floor_for, raised
from scheduler.rule_reading import (
    Figures,
    design_of,
    figures_of,
    ground_of,
    parts,
    plain_ground,
    worst,
)
from scheduler.shape import Band, Shape, WeekHours

LATE = WeekHours((0, 1, 2, 3, 4), 15, 18)
QUARTER = plain_ground(3)
DOUBLED = replace(default_rule(), shape=Shape((Band(LATE, Fraction(2)),)))


def lift(rule: Rule) -> float:
    ground = plain_ground(rule.months)
    return guard_lift(design_of(rule, ground, 10), ground.hours)


def test_a_rule_by_volume_is_the_design_that_the_table_measures() -> None:
    assert design_of(default_rule(), QUARTER, 10) == Design(21, 12)
    reading = measure(design_of(default_rule(), QUARTER, 10), QUARTER.hours)
    own = figures_of(reading, QUARTER.name)
    assert not own.leaks
    assert lifts(design_of(default_rule(), QUARTER, 10), QUARTER.hours) == pytest.approx(
        (own.guard, own.day, own.hour)
    )


def test_a_fifth_spread_evenly_costs_what_the_table_says() -> None:
    rule = Rule(3, Fraction(20), 12, 30, Shape(flat=Fraction(1, 5)))
    assert lift(rule) == pytest.approx(1.098, abs=0.001)


def test_hours_that_weigh_twice_their_calls_leak_at_least_what_the_share_says() -> None:
    volume = np.array(QUARTER.ordinary)
    late = np.array([LATE.hold(slot.weekday, slot.hour) for slot in QUARTER.slots])
    share = volume[late].sum() / volume.sum()
    twice = 2 / (1 + share)  # times as many calls as ordinary work in the band
    assert lift(replace(DOUBLED, floor=0)) == pytest.approx(twice, abs=1e-6)
    assert lift(DOUBLED) > GOAL


def test_a_blackout_is_safe_and_costs_one_over_what_is_left() -> None:
    rule = replace(default_rule(), floor=0, shape=Shape(never=(LATE,)))
    left = sum(
        weight
        for weight, slot in zip(QUARTER.ordinary, QUARTER.slots, strict=True)
        if not LATE.hold(slot.weekday, slot.hour)
    ) / sum(QUARTER.ordinary)
    assert lift(rule) == pytest.approx(1 / left)


def test_the_dearest_part_of_a_rule_is_named_first_with_why() -> None:
    leaking = replace(DOUBLED, ceiling=40)
    found = parts(leaking, QUARTER, 10, lift(leaking))
    assert [part.words for part in found] == [
        "the band Mon-Fri 15-18 x 2",
        "never fewer than 12",
        "never more than 40",
    ]
    assert found[0].adds == pytest.approx(lift(leaking) - 1.02, abs=0.01)
    (exact,) = parts(Rule(1, Fraction(6), 6, 6), plain_ground(1), 10, 1.96)
    assert (exact.words, round(exact.adds, 2)) == ("exactly 6", 0.96)
    freely = guard_lift(design_of(default_rule(), QUARTER, 10, 1), QUARTER.hours)
    free, floor = parts(default_rule(), QUARTER, 10, freely, 1)
    assert (floor.words, free.words) == ("never fewer than 12", "1 free day after a call")


def test_only_hours_that_somebody_offered_are_drawn_where_that_is_asked() -> None:
    offered = [slot.hour < 17 for slot in QUARTER.slots]
    ground = replace(QUARTER, name="a centre", offered=tuple(offered))
    design = design_of(default_rule(), ground, 10, covered=True)
    assert design.weights is not None
    assert [bool(weight) for weight in design.weights] == offered
    assert guard_lift(design, ground.hours) > GOAL
    assert design_of(default_rule(), ground, 10).weights is None


def test_days_never_drawn_are_left_out_where_there_are_no_dates() -> None:
    first = QUARTER.slots[0].local_date
    rule = replace(default_rule(), shape=Shape(shut=((first, first),)))
    assert design_of(rule, QUARTER, 10).weights is None
    volume = tuple((1,) * 24 for _ in range(7))
    dated = ground_of("a centre", QUARTER.slots, volume)
    weights = design_of(rule, dated, 10).weights
    assert weights is not None
    assert set(weights[:9]) == {0}
    assert min(weights[9:]) > 0


def test_a_rule_leaks_when_any_figure_is_over_the_goal() -> None:
    assert not Figures(1.05, 1.05, 1.0504, "").leaks
    assert Figures(1.0, 1.06, 1.0, "").leaks
    found = Figures(1.0, 1.2, 1.0, "b")
    assert worst([Figures(1.1, 1.0, 1.0, "a"), found]) == found


@pytest.mark.parametrize(
    "rule", [default_rule(), Rule(6, Fraction(8), 3), Rule(12, Fraction(4), 0)]
)
@pytest.mark.parametrize("factor", [Fraction(3, 2), Fraction(2), Fraction(4)])
def test_a_centre_that_is_sampled_more_can_guess_no_better(rule: Rule, factor: Fraction) -> None:
    assert lift(raised(rule, factor)) <= GOAL


def test_a_factor_that_is_drawn_itself_would_give_the_calls_away() -> None:
    """The calls made so far tell which factor was drawn: that is why it stays as it is said."""
    hours = plain_hours(3)
    volume = np.array(hours.volume) / sum(hours.volume)
    weighed, called = (np.zeros((len(volume), 100)) for _ in range(2))
    for factor in (Fraction(1), Fraction(2)):
        mean = 21 * factor
        hazards = hazards_of(Design(float(mean), floor_for(mean)), hours)
        reached = np.zeros((len(volume) + 1, hazards.of.shape[1]))
        reached[0, 0] = 0.5
        for slot, hazard in enumerate(hazards.of):
            gain = reached[slot] * hazard
            reached[slot + 1] += reached[slot] - gain
            reached[slot + 1, 1:] += gain[:-1]
            called[slot, : len(hazard)] += gain
            weighed[slot, : len(hazard)] += reached[slot]
    cost = weighed * volume[:, None]
    seen = called > 1e-12
    order = np.argsort(called[seen] / cost[seen])[::-1]
    spent, caught = cost[seen][order].cumsum(), called[seen][order].cumsum()
    assert np.interp(0.2, spent, caught) / caught[-1] / 0.2 == pytest.approx(1.33, abs=0.01)

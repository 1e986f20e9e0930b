"""The cap on an institute's total: the hazards are those of every draw written out."""

import math
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.hazards import Design, Hours, hazards_of
from scheduler.meter import GOAL, guard_lift
from scheduler.reference_profile import plain_hours
from scheduler.rule import Rule, floor_for, mean_kept, most
from scheduler.rule_reading import design_of, plain_ground


@settings(deadline=None, max_examples=40)
@given(
    volume=st.lists(st.integers(1, 9), min_size=2, max_size=6),
    mean=st.floats(0.3, 3),
    cap=st.integers(1, 8),
    others=st.sampled_from([0.0, 0.7, 4.0]),
)
def test_a_centre_knows_how_many_calls_its_institute_has_left(
    volume: list[int], mean: float, cap: int, others: float
) -> None:
    chances = [min(mean * each / sum(volume), 0.95) for each in volume]

    def kept(own: int) -> float:
        counts = range(cap - own + 1)
        return sum(others**k * math.exp(-others) / math.factorial(k) for k in counts)

    draws = [
        (
            draw,
            kept(sum(draw))
            * math.prod(p if call else 1 - p for p, call in zip(chances, draw, strict=True)),
        )
        for draw in product((0, 1), repeat=len(volume))
    ]
    hours = Hours(tuple(map(float, volume)), tuple(range(len(volume))), (0,) * len(volume))
    hazards = hazards_of(Design(mean, 0, len(volume), cap=cap, others=others), hours)
    assert hazards.draws.share == pytest.approx(sum(chance for _, chance in draws))
    for slot, before in product(range(len(volume)), range(len(volume) + 1)):
        state = [(draw, chance) for draw, chance in draws if sum(draw[:slot]) == before]
        whole = sum(chance for _, chance in state)
        if whole > 1e-9:
            called = sum(chance for draw, chance in state if draw[slot])
            assert hazards.of[slot, before] == pytest.approx(called / whole, abs=1e-6)


def test_of_very_many_calls_the_count_is_taken_as_normal() -> None:
    hours = plain_hours(3)
    near = [
        guard_lift(Design(21, 12, cap=round(others + 21 + 2 * others**0.5), others=others), hours)
        for others in (1_999.0, 2_001.0)
    ]
    assert near[0] == pytest.approx(near[1], abs=2e-4)


@pytest.mark.parametrize("centres", [2, 3, 10])
@pytest.mark.parametrize(("months", "mean"), [(3, 21), (6, 8), (12, 4)])
def test_the_cap_of_two_centres_or_more_stays_within_the_goal(
    months: int, mean: int, centres: int
) -> None:
    rule = Rule(months, Fraction(mean), floor_for(Fraction(mean)), capped=True)
    ground = plain_ground(months)
    assert guard_lift(design_of(rule, ground, centres), ground.hours) <= GOAL


def test_the_cap_of_one_centre_would_be_its_ceiling_and_leaks() -> None:
    rule = Rule(6, Fraction(8), 3, capped=True)
    design = design_of(rule, plain_ground(6), 1)
    as_ceiling = Design(8, 3, most([mean_kept(rule)]))
    lifts = [guard_lift(each, plain_hours(6)) for each in (design, as_ceiling)]
    assert lifts[0] == pytest.approx(lifts[1])
    assert lifts[0] > GOAL

"""The meter: the published figures of known designs, the closed forms, and small cases by hand."""

import json
import math
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.free_draw import Short
from scheduler.hazards import Design, Hours, MeterRefused, hazards_of
from scheduler.meter import (
    GUARDS,
    guard_lift,
    least_lift,
    measure,
    memoryless,
    seen_by,
    typical_calls,
)
from scheduler.reference_profile import plain_hours

DEFAULT = Design(21, 12)
MONTH, QUARTER = plain_hours(1), plain_hours(3)


def equal(slots: int, a_day: int = 9) -> Hours:
    return Hours((1.0,) * slots, tuple(slot // a_day for slot in range(slots)), (0,) * slots)


def with_a_flat_fifth(hours: Hours) -> tuple[float, ...]:
    flat = sum(hours.volume) / len(hours.volume)
    return tuple(0.8 * each + 0.2 * flat for each in hours.volume)


def next_call(hazards: Short, slot: int, k: int) -> tuple[list[float], float]:
    """The chance of each slot to hold the next call from a state on, and the chance of none."""
    none, chances = 1.0, [0.0] * len(hazards)
    for at in range(slot, len(chances)):
        chances[at] = none * float(hazards[at, k])
        none -= chances[at]
    return chances, none


def guesses(hazards: Short, following: Sequence[int]) -> tuple[float, float]:
    """The mean greatest chance of a day and a slot, by every history of two days of three slots."""
    fresh, _ = next_call(hazards, 0, 0)
    day = hour = calls = 0.0
    histories = [(0, 0, 1.0)]
    while histories:
        slot, k, weight = histories.pop()
        for at, chance in enumerate(next_call(hazards, slot, k)[0]):
            after = following[at], min(k + 1, hazards.shape[1] - 1)
            chances, none = next_call(hazards, *after)
            ahead = [*chances, *(none * each for each in fresh)]
            calls += weight * chance
            hour += weight * chance * max(ahead)
            day += weight * chance * max(sum(ahead[first : first + 3]) for first in (0, 3, 6, 9))
            if chance:
                histories.append((*after, weight * chance))
    return day / calls, hour / calls


@pytest.mark.parametrize(
    ("design", "months", "lift"),
    [
        (Design(6.5), 1, 1.000),
        (DEFAULT, 3, 1.020),
        (Design(20, 12, 30), 3, 1.039),
        (Design(8, 3), 6, 1.038),
        (Design(12, 5), 6, 1.019),
        (Design(16, 8), 12, 1.021),
        (Design(16, 12), 12, 1.132),
        (Design(7.5, 3), 1, 1.050),
        (Design(20, 12, 30, weights=with_a_flat_fifth(QUARTER)), 3, 1.098),
        (Design(20, 20, 20), 3, 1.55),
        (Design(6.5, 4, 10), 1, 1.26),
        (Design(6, 6, 6), 1, 1.96),
        (Design(6.5, 4, 10, free_days=1), 1, 1.89),
        (Design(6, blocks=6), 1, 3.08),
        (Design(4, 12, 30), 3, 1.61),
    ],
)
def test_a_known_design_reads_what_was_published(design: Design, months: int, lift: float) -> None:
    tolerance = 0.0006 if round(lift, 2) != lift else 0.006
    assert measure(design, plain_hours(months)).guard[1] == pytest.approx(lift, abs=tolerance)


@pytest.mark.parametrize(
    "design",
    [Design(6.5), DEFAULT, Design(20, 20, 20), Design(21, 12, weights=(0.0, *QUARTER.volume[1:]))],
)
def test_the_guard_alone_is_that_of_the_whole_reading(design: Design) -> None:
    assert guard_lift(design, QUARTER) == pytest.approx(measure(design, QUARTER).guard[1], rel=1e-6)


@pytest.mark.shared
def test_the_cases_handed_over_come_out(shared: Path) -> None:
    text = (shared / "data" / "reference_cases.json").read_text("utf-8")
    cases = [case for case in json.loads(text) if case["topic"] == "unannouncedness"]
    found = {
        "schedule-gap-closed-form": measure(Design(6.5, dead_slots=1), equal(189)),
        "schedule-one-call-closed-form": measure(Design(1, 1, 1), equal(900)),
        "schedule-U1-memoryless": measure(Design(6.5), MONTH),
        "schedule-U1-quarter-mean-19.5": measure(Design(19.5, 12, 30), QUARTER),
    }
    assert {case["id"] for case in cases} == set(found)
    for case in cases:
        lift = found[case["id"]].guard[1]
        assert lift == pytest.approx(case["expected"], abs=case["tolerance"]), case["id"]


def test_a_ceiling_that_hardly_a_draw_reaches_is_none() -> None:
    high, none = hazards_of(Design(8, 3, 9_999), QUARTER), hazards_of(Design(8, 3), QUARTER)
    assert (high.of == none.of).all()
    assert (high.reached == none.reached).all()


def test_one_call_in_equal_hours_is_caught_by_the_square_root() -> None:
    lifts = measure(Design(1, 1, 1), equal(2000)).guard
    for guard, lift in zip(GUARDS, lifts, strict=True):
        assert lift == pytest.approx(math.sqrt(2 * guard) / guard, rel=0.002)


@pytest.mark.parametrize("gap", [1, 3, 9])
def test_dead_hours_after_each_call_are_free_of_guard(gap: int) -> None:
    reading = measure(Design(6.5, dead_slots=gap), equal(189))
    assert reading.guard[1] == pytest.approx(1 / (1 - reading.calls * gap / 189), rel=0.01)


def test_a_memoryless_draw_by_volume_gives_nothing_away() -> None:
    reading = measure(Design(6.5), MONTH)
    assert (*reading.guard, reading.day, reading.hour, reading.kept) == pytest.approx([1] * 6)
    assert reading.calls == pytest.approx(6.5)


def test_the_next_call_of_a_mild_rule_is_guessed_no_better_than_chance() -> None:
    reading = measure(Design(20, 12, 30), QUARTER)
    assert reading.day == pytest.approx(0.996, abs=0.0006)
    assert reading.hour == pytest.approx(0.994, abs=0.0006)


def test_after_the_only_call_of_a_period_the_next_may_be_anywhere_in_a_fresh_one() -> None:
    reading = measure(Design(1, 1, 1), equal(90))
    assert reading.hour == pytest.approx(1)
    none = 1 - 1 / 90  # in an hour of the memoryless draw, which guesses today or the next day
    today_or_next = [max(1 - none**left, none**left * (1 - none**9)) for left in range(9)]
    assert reading.day == pytest.approx(0.1 / (sum(today_or_next) / 9))


@settings(deadline=None, max_examples=40)
@given(
    volume=st.lists(st.integers(1, 9), min_size=6, max_size=6),
    mean=st.floats(0.5, 3),
    floor=st.integers(0, 1),
    free_days=st.integers(0, 1),
)
def test_guesses_are_the_greatest_chances_written_out(
    volume: list[int], mean: float, floor: int, free_days: int
) -> None:
    hours = Hours(tuple(map(float, volume)), (0, 0, 0, 1, 1, 1), (0,) * 6)
    design = Design(mean, floor, free_days=free_days)
    reading = measure(design, hours)
    hazards = hazards_of(design, hours)
    day, hour = guesses(hazards.of, hazards.following.tolist())
    best_day, best_hour = guesses(np.array([memoryless(hours, reading.calls)]).T, range(1, 7))
    assert (reading.day, reading.hour) == pytest.approx((day / best_day, hour / best_hour))


def test_a_profile_wrong_by_a_fifth_leaks_on_its_own() -> None:
    assert measure(DEFAULT, QUARTER).wrong_volume == pytest.approx(1.32, abs=0.006)


def test_a_tighter_guard_finds_more_in_each_hour_that_it_watches() -> None:
    for design in (DEFAULT, Design(6, 6, 6), Design(6.5, 4, 10, free_days=1)):
        small, middle, large = measure(design, QUARTER).guard
        assert small > middle > large > 1


def test_hours_that_nobody_could_take_are_left_unguarded() -> None:
    weights = tuple(0.0 if slot % 9 == 8 else volume for slot, volume in enumerate(QUARTER.volume))
    covered = sum(weights) / sum(QUARTER.volume)
    lift = measure(Design(21, weights=weights), QUARTER).guard[1]
    assert lift == pytest.approx(least_lift(covered))
    assert measure(Design(21, 12, weights=weights), QUARTER).guard[1] > lift
    with pytest.raises(ValueError, match="over 0"):
        least_lift(0)


def test_the_chances_of_counts_are_whole_and_have_the_mean() -> None:
    reading = measure(DEFAULT, QUARTER)
    assert sum(reading.counts) == pytest.approx(1)
    assert sum(reading.counts[:12]) == 0
    assert sum(k * chance for k, chance in enumerate(reading.counts)) == pytest.approx(
        reading.calls, abs=1e-5
    )
    assert len(reading.month_counts) == 3
    by_month = [sum(k * chance for k, chance in enumerate(month)) for month in reading.month_counts]
    assert by_month == pytest.approx([reading.calls / 3] * 3, abs=1e-5)


def test_a_month_of_its_own_has_the_counts_of_its_period() -> None:
    reading = measure(Design(6.5, 4, 10, free_days=1), MONTH)
    assert reading.month_counts[0] == pytest.approx(reading.counts)
    assert measure(Design(6, blocks=6), MONTH).counts == pytest.approx([0] * 6 + [1])


@settings(deadline=None, max_examples=60)
@given(
    volume=st.lists(st.integers(1, 9), min_size=2, max_size=6),
    mean=st.floats(0.3, 3),
    floor=st.integers(0, 2),
    width=st.integers(0, 3),
)
def test_the_hazards_are_those_of_every_draw_written_out(
    volume: list[int], mean: float, floor: int, width: int
) -> None:
    ceiling = min(floor + width, len(volume))
    chances = [min(mean * each / sum(volume), 0.95) for each in volume]
    legal = [
        (draw, math.prod(p if call else 1 - p for p, call in zip(chances, draw, strict=True)))
        for draw in product((0, 1), repeat=len(volume))
        if floor <= sum(draw) <= ceiling
    ]
    hours = Hours(tuple(map(float, volume)), tuple(range(len(volume))), (0,) * len(volume))
    hazards = hazards_of(Design(mean, floor, ceiling), hours)
    assert hazards.draws.share == pytest.approx(sum(chance for _, chance in legal))
    for slot, before in product(range(len(volume)), range(ceiling + 1)):
        state = [(draw, chance) for draw, chance in legal if sum(draw[:slot]) == before]
        whole = sum(chance for _, chance in state)
        if whole > 1e-9:
            called = sum(chance for draw, chance in state if draw[slot])
            assert hazards.of[slot, before] == pytest.approx(called / whole, abs=1e-6)


@settings(deadline=None, max_examples=40)
@given(
    volume=st.lists(st.integers(0, 9), min_size=20, max_size=60).filter(lambda v: sum(v) > 9),
    mean=st.floats(1, 6),
    floor=st.integers(0, 3),
    gap=st.integers(0, 3),
    free_days=st.integers(0, 1),
)
def test_no_design_hides_better_than_the_memoryless_one(
    volume: list[int], mean: float, floor: int, gap: int, free_days: int
) -> None:
    slots = range(len(volume))
    hours = Hours(
        tuple(map(float, volume)),
        tuple(slot // 5 for slot in slots),
        tuple(slot // 15 for slot in slots),
    )
    try:
        reading = measure(Design(mean, floor, None, gap, free_days), hours)
    except MeterRefused:
        return
    assert min(reading.guard) > 1 - 1e-6
    assert reading.wrong_volume >= reading.guard[1] - 1e-6
    assert all(sum(month) == pytest.approx(1, abs=1e-5) for month in reading.month_counts)
    by_month = sum(k * p for month in reading.month_counts for k, p in enumerate(month))
    assert by_month == pytest.approx(reading.calls, abs=1e-4)


def test_what_cannot_be_drawn_is_refused_with_the_remedy() -> None:
    with pytest.raises(MeterRefused, match="bring the floor and the ceiling around the mean"):
        measure(Design(1, 100), MONTH)
    with pytest.raises(MeterRefused, match="give the centre hours and a volume"):
        measure(DEFAULT, Hours((0.0, 0.0), (0, 0), (0, 0)))
    with pytest.raises(MeterRefused, match="use fewer blocks"):
        measure(Design(2, blocks=2), Hours((1.0, 1.0, 0.0, 0.0), (0, 0, 1, 1), (0,) * 4))
    with pytest.raises(MeterRefused, match="lower the mean"):
        memoryless(MONTH, 188)
    with pytest.raises(ValueError, match="2 weights for 189 slots"):
        measure(Design(6, weights=(1.0, 1.0)), MONTH)


def test_after_the_sixth_of_exactly_six_a_centre_is_safe() -> None:
    hazards = hazards_of(Design(6, 6, 6), MONTH)
    calls = typical_calls(hazards)
    assert len(calls) == 6
    seen = seen_by(hazards, calls)
    assert all(hazard > 0 for hazard in seen[: calls[-1] + 1])
    assert set(seen[calls[-1] + 1 :]) == {0.0}
    assert seen_by(hazards, calls[:5])[-1] == pytest.approx(1)


def test_a_free_day_shows_as_a_hazard_of_nothing() -> None:
    seen = seen_by(hazards_of(Design(6.5, 0, 10, free_days=1), MONTH), (4,))
    assert set(seen[5:18]) == {0.0}
    assert min(*seen[:5], *seen[18:]) > 0


def test_the_memoryless_picture_follows_the_volume_and_has_as_many_calls() -> None:
    chances = memoryless(MONTH, 6.5)
    assert sum(chances) == pytest.approx(6.5)
    assert np.ptp(np.array(chances) / np.array(MONTH.volume)) == pytest.approx(0, abs=1e-12)

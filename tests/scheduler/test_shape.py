"""Shapes: bands, a flat share and a blackout change the weights, and nothing else does."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.reference_profile import HOURS, REFERENCE_VOLUME, plain_slots
from scheduler.shape import BY_VOLUME, Band, Shape, WeekHours, shaped

SLOTS = plain_slots(1)
AFTERNOONS = WeekHours((0, 1, 2, 3, 4), 14, 18)
MONDAYS = WeekHours((0,), 0, 24)

week_hours = st.builds(
    lambda days, first, length: WeekHours(tuple(sorted(days)), first, first + length),
    st.sets(st.integers(0, 4), min_size=1),
    st.integers(9, 16),
    st.integers(1, 8),
)
shapes = st.builds(
    Shape,
    bands=st.lists(
        st.builds(Band, week_hours, st.fractions(Fraction(1, 4), 4, max_denominator=6)), max_size=3
    ).map(tuple),
    flat=st.fractions(0, 1, max_denominator=10),
)


def weights(shape: Shape) -> tuple[int, ...]:
    return shaped(REFERENCE_VOLUME, SLOTS, shape)


def share(shape: Shape, hours: WeekHours) -> Fraction:
    heavy = weights(shape)
    inside = [
        w for w, slot in zip(heavy, SLOTS, strict=True) if hours.hold(slot.weekday, slot.hour)
    ]
    return Fraction(sum(inside), sum(heavy))


def test_by_volume_the_weights_stay_as_they_are() -> None:
    assert weights(BY_VOLUME) == REFERENCE_VOLUME


def test_a_band_multiplies_the_odds_of_its_hours() -> None:
    before = share(BY_VOLUME, AFTERNOONS)
    after = share(Shape((Band(AFTERNOONS, Fraction(2)),)), AFTERNOONS)
    assert after / (1 - after) == 2 * before / (1 - before)


def test_a_flat_share_lies_evenly_over_the_open_minutes() -> None:
    assert len(set(weights(Shape(flat=Fraction(1))))) == 1
    own, tenth = share(BY_VOLUME, AFTERNOONS), share(Shape(flat=Fraction(1, 10)), AFTERNOONS)
    assert tenth == Fraction(9, 10) * own + Fraction(1, 10) * Fraction(4, HOURS)


def test_what_is_never_drawn_weighs_nothing_and_the_rest_keeps_its_odds() -> None:
    first = SLOTS[0].local_date
    heavy = weights(Shape(never=(MONDAYS,), shut=((first, date(2027, 1, 5)),)))
    for weight, before, slot in zip(heavy, REFERENCE_VOLUME, SLOTS, strict=True):
        away = slot.weekday == 0 or slot.local_date <= date(2027, 1, 5)
        assert weight == (0 if away else before)


@settings(max_examples=40, deadline=None)
@given(shapes)
def test_the_weights_are_those_of_fractions_up_to_a_common_factor(shape: Shape) -> None:
    whole = sum(REFERENCE_VOLUME)
    expected = []
    for volume, slot in zip(REFERENCE_VOLUME, SLOTS, strict=True):
        weight = (1 - shape.flat) * Fraction(volume, whole) + shape.flat / len(SLOTS)
        for band in shape.bands:
            if band.hours.hold(slot.weekday, slot.hour):
                weight *= band.factor
        expected.append(weight)
    found = weights(shape)
    assert [Fraction(each, sum(found)) for each in found] == [
        each / sum(expected) for each in expected
    ]


@given(shapes)
def test_a_blackout_has_the_last_word(shape: Shape) -> None:
    assert share(replace(shape, never=(AFTERNOONS,)), AFTERNOONS) == 0

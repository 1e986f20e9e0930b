"""The draw: in proportion to volume, within its rule, inside the opening hours, and repeatable."""

import math
from collections import Counter
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.clock import Month, Period
from scheduler.centre import OpenSpan
from scheduler.draw import (
    Drawn,
    DrawRefused,
    draw,
    draw_often,
    limits,
    redraw_one,
    thresholds,
    weights,
)
from scheduler.hours import SECTOR_VOLUME, Calendar, Slot, is_open, open_slots
from scheduler.keystream import Keystream
from scheduler.rule import Rule, default_rule

QUARTER = Period(Month(2027, 1), 3)
OFFICE = Calendar("Europe/London", tuple(OpenSpan(day, 540, 1050) for day in range(5)))
SLOTS = open_slots(OFFICE, QUARTER)
WEIGHTS = weights(SLOTS, SECTOR_VOLUME)
ZONES = (
    "Europe/London",
    "America/St_Johns",
    "America/Havana",
    "Africa/Cairo",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
)

spans = st.builds(
    lambda weekday, opens, length: OpenSpan(weekday, opens, opens + length),
    st.integers(0, 6),
    st.integers(0, 1439),
    st.integers(60, 1440),
)
keys = st.binary(min_size=32, max_size=32)


def stream(number: int) -> Keystream:
    return Keystream(number.to_bytes(32, "big"))


def without_weekday(weekday: int) -> list[int]:
    pairs = zip(SLOTS, WEIGHTS, strict=True)
    return [0 if slot.weekday == weekday else weight for slot, weight in pairs]


@pytest.mark.parametrize(
    ("rule", "word"),
    [
        (Rule(3, Fraction(4), 12, 30), "under the floor of 12"),
        (Rule(5, Fraction(21), 12), "does not divide the year"),
    ],
)
def test_nothing_is_drawn_by_an_impossible_rule(rule: Rule, word: str) -> None:
    with pytest.raises(DrawRefused, match=word):
        draw(SLOTS, WEIGHTS, rule, stream(1))


def test_a_weight_is_the_volume_of_the_hour_times_its_open_minutes() -> None:
    assert weights(SLOTS[:1], SECTOR_VOLUME) == (SECTOR_VOLUME[4][9] * 60,)  # 1 January 2027
    assert SLOTS[8].hour == 17
    assert weights(SLOTS[8:9], SECTOR_VOLUME) == (SECTOR_VOLUME[4][17] * 30,)


def test_a_threshold_is_the_exact_quotient_rounded_down_and_never_certain() -> None:
    assert thresholds((1, 2), Fraction(1, 2)) == ((1 << 64) // 6, (1 << 64) // 3)
    assert thresholds((1, 0), Fraction(1)) == (95 * (1 << 64) // 100, 0)


def test_hours_without_any_volume_are_refused() -> None:
    with pytest.raises(DrawRefused, match=r"^No open hour has any volume: .* and a volume\.$"):
        draw(SLOTS, [0] * len(SLOTS), default_rule(), stream(1))
    with pytest.raises(DrawRefused, match="No open hour has any volume"):
        draw((), (), default_rule(), stream(1))


def test_too_few_open_hours_for_the_floor_are_refused_at_once() -> None:
    with pytest.raises(DrawRefused, match="9 calls on average, under the floor of 12"):
        draw(SLOTS[:10], WEIGHTS[:10], Rule(3, Fraction(40), 12), stream(1))


class AlwaysZero(Keystream):
    """Chance under which every hour is drawn."""

    def words(self, count: int) -> npt.NDArray[np.uint64]:
        return np.zeros(count, dtype=np.uint64)


def test_an_hour_without_weight_is_drawn_by_no_word_at_all() -> None:
    rule, chance = Rule(3, Fraction(1), 0), AlwaysZero(bytes(32))
    assert [call.slot for call in draw(SLOTS[:3], (1, 0, 1), rule, chance)] == [0, 2]
    draws, slots = draw_often(limits((1, 0, 1), rule), rule, chance, 2)
    assert (draws.tolist(), slots.tolist()) == ([0, 0, 1, 1], [0, 2, 0, 2])


def test_a_rule_that_no_draw_meets_ends_in_a_sentence() -> None:
    with pytest.raises(DrawRefused, match="10000 draws in a row broke the floor of 1 or the"):
        draw(SLOTS[:3], (1, 1, 1), Rule(3, Fraction(1), 1, 2), AlwaysZero(bytes(32)))


def test_a_known_key_gives_this_draw_for_ever() -> None:
    drawn = draw(SLOTS, WEIGHTS, default_rule(), Keystream(bytes(range(32))))
    assert [(call.slot, call.moment.isoformat()) for call in drawn[:3]] == [
        (15, "2027-01-04T15:03:58+00:00"),
        (31, "2027-01-06T13:05:40+00:00"),
        (45, "2027-01-08T09:17:33+00:00"),
    ]
    assert len(drawn) == 28


def test_one_word_is_read_for_each_slot_also_where_the_weight_is_nothing() -> None:
    rule = Rule(3, Fraction(21), 0)
    words = Keystream(bytes(32))
    limits = thresholds(WEIGHTS, rule.mean)
    expected = [place for place, limit in enumerate(limits) if words.word() < limit]
    moments = []
    for place in expected:
        minute, second = words.below(SLOTS[place].minutes), words.below(60)
        moments.append(SLOTS[place].pieces[0][0] + timedelta(minutes=minute, seconds=second))
    drawn = draw(SLOTS, WEIGHTS, rule, Keystream(bytes(32)))
    assert drawn == tuple(Drawn(*pair) for pair in zip(expected, moments, strict=True))

    silent = without_weekday(0)
    without = draw(SLOTS, silent, rule, Keystream(bytes(32)))
    assert not any(SLOTS[call.slot].weekday == 0 for call in without)
    kept = {place for place in expected if SLOTS[place].weekday != 0}
    assert kept <= {call.slot for call in without}


def test_the_mean_of_many_free_draws_is_the_rules_mean() -> None:
    counts = [
        len(draw(SLOTS, WEIGHTS, Rule(3, Fraction(21), 0), stream(number))) for number in range(600)
    ]
    assert abs(sum(counts) / 600 - 21) < 4 * math.sqrt(21 / 600)
    spread = sum((count - 21) ** 2 for count in counts) / 600
    assert 16 < spread < 25


def test_calls_fall_into_the_hours_in_proportion_to_their_volume() -> None:
    seen: Counter[tuple[int, int]] = Counter()
    for number in range(600):
        for call in draw(SLOTS, WEIGHTS, default_rule(), stream(number)):
            seen[SLOTS[call.slot].weekday, SLOTS[call.slot].hour] += 1
    share: Counter[tuple[int, int]] = Counter()
    for slot, weight in zip(SLOTS, WEIGHTS, strict=True):
        share[slot.weekday, slot.hour] += weight
    calls, whole = seen.total(), share.total()
    expected = {hour: calls * weight / whole for hour, weight in share.items()}
    chi2 = sum((seen[hour] - mean) ** 2 / mean for hour, mean in expected.items())
    # 45 hours of the week: the statistic has mean 44 and standard deviation 9.4.
    assert chi2 < 44 + 4 * 9.4


def test_minutes_and_seconds_are_uniform() -> None:
    moments = [
        call.moment
        for number in range(600)
        for call in draw(SLOTS, WEIGHTS, default_rule(), stream(number))
        if SLOTS[call.slot].minutes == 60
    ]
    for part in (Counter(m.minute for m in moments), Counter(m.second for m in moments)):
        mean = len(moments) / 60
        assert sum((part[n] - mean) ** 2 / mean for n in range(60)) < 59 + 4 * 10.9


@given(
    mean=st.fractions(min_value=1, max_value=40, max_denominator=20),
    below=st.integers(0, 8),
    above=st.one_of(st.none(), st.integers(0, 8)),
    key=keys,
)
@settings(deadline=None)
def test_a_count_lies_within_floor_and_ceiling_and_the_same_key_gives_the_same_draw(
    mean: Fraction, below: int, above: int | None, key: bytes
) -> None:
    ceiling = None if above is None else math.ceil(mean) + above
    rule = Rule(3, mean, max(0, math.floor(mean) - below), ceiling)
    drawn = draw(SLOTS, WEIGHTS, rule, Keystream(key))
    assert rule.floor <= len(drawn)
    assert rule.ceiling is None or len(drawn) <= rule.ceiling
    assert drawn == draw(SLOTS, WEIGHTS, rule, Keystream(key))


@given(
    zone=st.sampled_from(ZONES),
    month=st.sampled_from((3, 4, 10, 11)),
    spans=st.lists(spans, min_size=2, max_size=8),
    key=keys,
)
@settings(deadline=None)
def test_every_moment_lies_in_opening_hours_and_no_two_in_one_clock_hour(
    zone: str, month: int, spans: list[OpenSpan], key: bytes
) -> None:
    calendar, period = Calendar(zone, tuple(spans)), Period(Month(2027, month), 1)
    slots = open_slots(calendar, period)
    drawn = draw(slots, weights(slots, SECTOR_VOLUME), Rule(1, Fraction(30), 0), Keystream(key))
    assert len({slots[call.slot].start for call in drawn}) == len(drawn)
    for call in drawn:
        start = slots[call.slot].start
        assert is_open(calendar, call.moment)
        assert start <= call.moment < start + timedelta(hours=1)
        assert call.moment.microsecond == 0


@given(key=keys, floor=st.integers(0, 3), ceiling=st.none() | st.integers(3, 5))
@settings(max_examples=20)
def test_many_draws_are_those_of_the_words_read_draw_by_draw(
    key: bytes, floor: int, ceiling: int | None
) -> None:
    rule = Rule(3, Fraction(3), floor, ceiling)
    under, words = limits([1] * 9, rule), Keystream(key)
    kept: dict[int, list[int]] = {}
    left = list(range(30))
    while left:
        for number in left:
            chosen = [place for place in range(9) if words.word() < int(under[place])]
            if floor <= len(chosen) <= (9 if ceiling is None else ceiling):
                kept[number] = chosen
        left = [number for number in left if number not in kept]
    draws, slots = draw_often(under, rule, Keystream(key), 30)
    expected = [(number, place) for number in range(30) for place in kept[number]]
    assert list(zip(draws.tolist(), slots.tolist(), strict=True)) == expected


def test_many_draws_by_a_rule_that_none_meets_end_in_the_same_sentence() -> None:
    rule = Rule(3, Fraction(1), 1, 2)
    with pytest.raises(
        DrawRefused, match="draws in a row broke the floor of 1 or the ceiling of 2:"
    ):
        draw_often(limits((1, 1, 1), rule), rule, AlwaysZero(bytes(32)), 2)


def test_an_hour_with_a_break_is_drawn_on_both_sides_of_it_and_never_within() -> None:
    spans = (OpenSpan(0, 540, 550), OpenSpan(0, 590, 600))
    (slot,) = open_slots(Calendar("UTC", spans), Period(Month(2027, 1), 1))[:1]
    minutes = set()
    for number in range(300):
        call = redraw_one((slot,), (1,), stream(number), slot.start)
        assert call is not None
        minutes.add(call.moment.minute)
    assert minutes == {*range(10), *range(50, 60)}


class Told(Keystream):
    """Chance that is told beforehand: place, minute and second."""

    def __init__(self, *integers: int) -> None:
        super().__init__(bytes(32))
        self.left = list(integers)

    def below(self, n: int) -> int:
        return self.left.pop(0)


def test_the_first_minute_that_a_break_pushes_on_is_the_one_after_it() -> None:
    spans = (OpenSpan(0, 540, 550), OpenSpan(0, 590, 600))
    (slot,) = open_slots(Calendar("UTC", spans), Period(Month(2027, 1), 1))[:1]
    last, first = (redraw_one((slot,), (1,), Told(0, *at), slot.start) for at in ((9, 59), (10, 0)))
    assert last == Drawn(0, slot.start + timedelta(minutes=9, seconds=59))
    assert first == Drawn(0, slot.start + timedelta(minutes=50))


def test_a_redraw_falls_into_the_rest_of_the_period_in_proportion_to_volume() -> None:
    after = datetime(2027, 3, 29, 8, tzinfo=UTC)
    free = without_weekday(1)
    seen: Counter[int] = Counter()
    for number in range(4000):
        call = redraw_one(SLOTS, free, stream(number), after)
        assert call is not None
        assert call.moment >= after
        seen[call.slot] += 1
    rest = {n: w for n, w in enumerate(free) if w and SLOTS[n].start >= after}
    assert set(seen) == set(rest)
    expected = {n: 4000 * w / sum(rest.values()) for n, w in rest.items()}
    chi2 = sum((seen[n] - mean) ** 2 / mean for n, mean in expected.items())
    degrees = len(rest) - 1
    assert chi2 < degrees + 4 * math.sqrt(2 * degrees)


def test_with_no_open_hour_left_nothing_is_redrawn() -> None:
    assert redraw_one(SLOTS, WEIGHTS, stream(1), datetime(2027, 4, 1, tzinfo=UTC)) is None
    assert redraw_one(SLOTS, [0] * len(SLOTS), stream(1), SLOTS[0].start) is None


def test_a_hand_made_slot_needs_no_calendar() -> None:
    start = datetime(2027, 1, 4, 9, tzinfo=UTC)
    slot = Slot(start, ((start, start + timedelta(minutes=1)),), start.date(), 0, 9)
    call = redraw_one((slot,), (5,), stream(1), start)
    assert call is not None
    assert start <= call.moment < start + timedelta(minutes=1)

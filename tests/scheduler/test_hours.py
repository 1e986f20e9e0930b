"""The opening calendar: open clock hours in every zone, over midnight and both clock changes."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.clock import Month, Period
from scheduler.centre import Closure, OpenSpan
from scheduler.hours import SECTOR_VOLUME, Calendar, Slot, is_open, merged, open_slots

ALWAYS = tuple(OpenSpan(day, 0, 1440) for day in range(7))
OFFICE = tuple(OpenSpan(day, 9 * 60, 17 * 60 + 30) for day in range(5))
NIGHT = tuple(OpenSpan(day, 22 * 60, 30 * 60) for day in range(5))

# Each zone with two months of 2027 in which its clock changes, or any two where it never does.
ZONES = {
    "Europe/London": (3, 10),
    "Europe/Dublin": (3, 10),
    "America/New_York": (3, 11),
    "America/St_Johns": (3, 11),
    "America/Havana": (3, 11),  # the change is at midnight
    "America/Santiago": (4, 9),  # and at midnight backwards
    "Africa/Cairo": (4, 10),  # the last hour of a day occurs twice
    "Africa/Casablanca": (2, 3),
    "Asia/Beirut": (3, 10),
    "Australia/Lord_Howe": (4, 10),  # by half an hour
    "Pacific/Chatham": (4, 9),  # at a quarter to
    "Asia/Kolkata": (1, 6),
    "Asia/Kathmandu": (1, 6),
    "UTC": (1, 6),
}

spans = st.builds(
    lambda weekday, opens, length: OpenSpan(weekday, opens, opens + length),
    st.integers(0, 6),
    st.integers(0, 1439),
    st.integers(1, 1440),
)


def month(year: int, number: int) -> Period:
    return Period(Month(year, number), 1)


def on(day: date, calendar: Calendar) -> tuple[Slot, ...]:
    slots = open_slots(calendar, Period(Month.of(day), 1))
    return tuple(slot for slot in slots if slot.local_date == day)


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def changes(zone: str, period: Period) -> list[datetime]:
    """The hours of UTC, with a day on either side, after which the distance from UTC differs."""
    clock = ZoneInfo(zone)
    hour, end = utc(period.start.year, period.start.month, period.start.day), period.end
    found = []
    while hour.date() <= end:
        later = hour + timedelta(hours=1)
        if hour.astimezone(clock).utcoffset() != later.astimezone(clock).utcoffset():
            found.append(hour)
        hour = later
    return found


def test_an_office_week_has_nine_slots_a_day_and_the_last_is_half() -> None:
    slots = on(date(2027, 1, 4), Calendar("Europe/London", OFFICE))
    assert [slot.hour for slot in slots] == list(range(9, 18))
    assert [slot.minutes for slot in slots] == [60] * 8 + [30]
    assert {slot.weekday for slot in slots} == {0}
    assert slots[0].pieces == ((utc(2027, 1, 4, 9), utc(2027, 1, 4, 10)),)


def test_a_slot_begins_with_its_clock_hour_and_not_with_the_opening() -> None:
    (slot,) = on(date(2027, 1, 4), Calendar("Europe/London", (OpenSpan(0, 570, 600),)))
    assert slot.start == utc(2027, 1, 4, 9)
    assert slot.pieces == ((utc(2027, 1, 4, 9, 30), utc(2027, 1, 4, 10)),)


def test_overlapping_spans_count_once_and_a_break_within_the_hour_makes_two_pieces() -> None:
    spans = (OpenSpan(0, 540, 560), OpenSpan(0, 550, 570), OpenSpan(0, 580, 620))
    first, second = on(date(2027, 1, 4), Calendar("UTC", spans))
    assert first.pieces == (
        (utc(2027, 1, 4, 9), utc(2027, 1, 4, 9, 30)),
        (utc(2027, 1, 4, 9, 40), utc(2027, 1, 4, 10)),
    )
    assert (first.minutes, second.minutes) == (50, 20)


def test_spans_that_touch_make_one_piece() -> None:
    spans = (OpenSpan(0, 570, 600), OpenSpan(0, 540, 570))
    (slot,) = on(date(2027, 1, 4), Calendar("UTC", spans))
    assert slot.pieces == ((utc(2027, 1, 4, 9), utc(2027, 1, 4, 10)),)


def test_a_span_of_the_evening_before_counts_from_midnight_of_the_first_day() -> None:
    # 31 January 2027 is a Sunday.
    calendar = Calendar("Europe/London", (OpenSpan(6, 22 * 60, 30 * 60),))
    slots = open_slots(calendar, month(2027, 2))
    assert [(slot.local_date, slot.hour) for slot in slots[:6]] == [
        (date(2027, 2, 1), hour) for hour in range(6)
    ]
    # The last Sunday evening, 28 February, ends with the period.
    assert [(slot.local_date.day, slot.hour) for slot in slots[-2:]] == [(28, 22), (28, 23)]


def test_a_closure_cancels_the_spans_that_open_on_it_with_their_part_after_midnight() -> None:
    calendar = Calendar("UTC", NIGHT, (Closure(date(2027, 1, 5), date(2027, 1, 6)),))
    assert [slot.hour for slot in on(date(2027, 1, 5), calendar)] == list(range(6))
    assert on(date(2027, 1, 6), calendar) == ()
    assert [slot.hour for slot in on(date(2027, 1, 7), calendar)] == [22, 23]
    assert is_open(calendar, utc(2027, 1, 5, 5, 59))
    assert not is_open(calendar, utc(2027, 1, 6, 5, 59))
    assert not is_open(calendar, utc(2027, 1, 7, 5, 59))


def test_closures_may_overlap_and_one_for_the_whole_year_leaves_nothing() -> None:
    week = (Closure(date(2027, 1, 1), date(2027, 1, 8)), Closure(date(2027, 1, 6), date.max))
    assert open_slots(Calendar("UTC", OFFICE, week), Period(Month(2027, 1), 12)) == ()


def test_the_repeated_autumn_hour_is_two_slots_and_the_missing_spring_hour_none() -> None:
    calendar = Calendar("Europe/London", ALWAYS)
    autumn, spring = on(date(2027, 10, 31), calendar), on(date(2027, 3, 28), calendar)
    assert [slot.hour for slot in autumn[:4]] == [0, 1, 1, 2]
    assert [slot.start.hour for slot in autumn[:4]] == [23, 0, 1, 2]
    assert (len(autumn), len(spring)) == (25, 23)
    assert [slot.hour for slot in spring[:3]] == [0, 2, 3]


def test_a_span_that_touches_the_missing_hour_is_cut() -> None:
    calendar = Calendar("Europe/London", (OpenSpan(6, 30, 90), OpenSpan(6, 105, 150)))
    first, second = on(date(2027, 3, 28), calendar)
    assert first.pieces == ((utc(2027, 3, 28, 0, 30), utc(2027, 3, 28, 1)),)
    assert second.pieces == ((utc(2027, 3, 28, 1), utc(2027, 3, 28, 1, 30)),)
    assert (first.hour, second.hour) == (0, 2)


def test_a_change_by_half_an_hour_repeats_and_removes_half_an_hour() -> None:
    calendar = Calendar("Australia/Lord_Howe", ALWAYS)
    autumn, spring = on(date(2027, 4, 4), calendar), on(date(2027, 10, 3), calendar)
    assert [(slot.hour, slot.minutes) for slot in autumn[:4]] == [
        (0, 60),
        (1, 60),
        (1, 30),
        (2, 60),
    ]
    assert [(slot.hour, slot.minutes) for slot in spring[1:4]] == [(1, 60), (2, 30), (3, 60)]


def test_a_change_a_minute_after_midnight_cuts_two_hours_that_begin_apart() -> None:
    # In 2010 Newfoundland's clocks went from 00:01 to 01:01.
    first, second, third = on(date(2010, 3, 14), Calendar("America/St_Johns", ALWAYS))[:3]
    assert [(slot.hour, slot.minutes) for slot in (first, second, third)] == [
        (0, 1),
        (1, 59),
        (2, 60),
    ]
    assert (first.start, second.start) == (utc(2010, 3, 14, 3, 30), utc(2010, 3, 14, 3, 31))


def test_an_hour_that_is_open_for_less_than_a_minute_is_no_slot() -> None:
    # In 1972 Liberia's clocks went from 00:00:00 to 00:44:30.
    half_a_minute = Calendar("Africa/Monrovia", (OpenSpan(4, 0, 45),))
    assert on(date(1972, 1, 7), half_a_minute) == ()
    minute_and_a_half = Calendar("Africa/Monrovia", (OpenSpan(4, 0, 46),))
    assert [slot.minutes for slot in on(date(1972, 1, 7), minute_and_a_half)] == [1]


def test_a_half_hour_zone_keeps_its_own_clock_hours() -> None:
    (slot,) = on(date(2027, 1, 4), Calendar("Asia/Kolkata", (OpenSpan(0, 540, 600),)))
    assert slot.start == utc(2027, 1, 4, 3, 30)
    assert (slot.hour, slot.minutes) == (9, 60)


def test_a_centre_without_hours_has_no_slot() -> None:
    assert open_slots(Calendar("UTC", ()), month(2027, 1)) == ()


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        is_open(Calendar("UTC", ALWAYS), datetime(2027, 1, 4))


@pytest.mark.parametrize("zone", ZONES)
def test_round_the_clock_every_minute_of_a_month_lies_in_one_slot(zone: str) -> None:
    for number in ZONES[zone]:
        period = month(2027, number)
        slots = open_slots(Calendar(zone, ALWAYS), period)
        first, after = period.moments(zone)
        pieces = [piece for slot in slots for piece in slot.pieces]
        assert (pieces[0][0], pieces[-1][1]) == (first, after)
        assert sum(slot.minutes for slot in slots) == (after - first) // timedelta(minutes=1)


@given(
    zone=st.sampled_from(sorted(ZONES)),
    which=st.integers(0, 1),
    spans=st.lists(spans, max_size=8),
    closed=st.lists(st.integers(0, 32), max_size=3),
)
@settings(deadline=None, max_examples=80)
def test_slots_hold_exactly_the_open_minutes_about_a_clock_change(
    zone: str, which: int, spans: list[OpenSpan], closed: list[int]
) -> None:
    period = month(2027, ZONES[zone][which])
    days = [period.start + timedelta(days=number - 1) for number in closed]
    calendar = Calendar(zone, tuple(spans), tuple(Closure(day, day) for day in days))
    slots = open_slots(calendar, period)
    starts = [slot.start for slot in slots]
    assert starts == sorted(set(starts))
    clock = ZoneInfo(zone)
    held: set[datetime] = set()
    for slot in slots:
        assert slot.pieces == merged(slot.pieces)
        assert slot.start <= slot.pieces[0][0]
        assert slot.pieces[-1][1] <= slot.start + timedelta(hours=1)
        assert slot.weekday == slot.local_date.weekday()
        minutes = [
            start + timedelta(minutes=number)
            for start, end in slot.pieces
            for number in range((end - start) // timedelta(minutes=1))
        ]
        assert len(minutes) == slot.minutes
        for minute in minutes:
            wall = minute.astimezone(clock)
            assert (wall.date(), wall.hour) == (slot.local_date, slot.hour)
        held.update(minutes)
    looked_at = changes(zone, period) or [utc(2027, period.first.month, 15)]
    for change in looked_at:
        for number in range(-36 * 60, 36 * 60):
            minute = change + timedelta(minutes=number)
            inside = period.contains(minute.astimezone(clock).date())
            assert (minute in held) == (inside and is_open(calendar, minute))


def test_the_sectors_volume_peaks_before_noon_on_monday_and_is_never_empty() -> None:
    assert [len(day) for day in SECTOR_VOLUME] == [24] * 7
    everything = [calls for day in SECTOR_VOLUME for calls in day]
    assert min(everything) > 0
    assert max(everything) == SECTOR_VOLUME[0][11]
    assert SECTOR_VOLUME[0][11] > 10 * SECTOR_VOLUME[0][3]
    assert SECTOR_VOLUME[2][11] > 3 * SECTOR_VOLUME[6][11]

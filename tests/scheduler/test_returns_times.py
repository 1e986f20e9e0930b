"""Dates, times of day and days of the week as people write them."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.centre import DAYS
from scheduler.contact_number import NotUnderstood
from scheduler.returns_cells import Cell
from scheduler.returns_times import clock, read_date, read_days, read_time, told


@pytest.mark.parametrize(
    ("days", "numbers"),
    [
        ("Mon", (0,)),
        ("Mon-Sun", (0, 1, 2, 3, 4, 5, 6)),
        ("Monday \u2013 Friday", (0, 1, 2, 3, 4)),
        ("mon to wed", (0, 1, 2)),
        ("Sat-Mon", (0, 5, 6)),
        ("Mon, Wed & Fri", (0, 2, 4)),
        ("Mon-Tue, Sat", (0, 1, 5)),
        ("Tues and Thurs", (1, 3)),
        ("Saturdays", (5,)),
        ("weekdays", (0, 1, 2, 3, 4)),
        ("daily", (0, 1, 2, 3, 4, 5, 6)),
    ],
)
def test_days_are_one_or_a_range_or_a_list(days: str, numbers: tuple[int, ...]) -> None:
    assert read_days(Cell(days))[0] == numbers


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        ("09:00", 540),
        ("9:00", 540),
        ("9am", 540),
        ("9 a.m.", 540),
        ("10.00", 600),
        ("5.30 pm", 1050),
        ("12am", 0),
        ("12 pm", 720),
        ("noon", 720),
        ("midday", 720),
        ("0930", 570),
        ("17h30", 1050),
        ("09:00:00", 540),
        (time(9, 0), 540),
        (timedelta(hours=9), 540),
        (9, 540),
        (930, 570),
    ],
)
def test_a_time_is_read_as_people_write_it(
    written: str | int | time | timedelta, minutes: int
) -> None:
    assert read_time(Cell(written), closes=False)[0] == minutes
    assert read_time(Cell(written), closes=True)[0] == minutes


@pytest.mark.parametrize(
    "written", ["24:00", "midnight", timedelta(days=1), datetime(1900, 1, 1), 24, 2400]
)
def test_midnight_closes_a_day(written: str | int | datetime | timedelta) -> None:
    assert read_time(Cell(written), closes=True)[0] == 1440


@pytest.mark.parametrize(
    "written",
    [
        *("25:00", "26:00", "24:01", "9:60", "13pm", "0am", "24:00", "early", "", "9-5"),
        *(9.3, 25, 2460, -1, True, datetime(2026, 9, 1), time(9, 0, 30), timedelta(hours=25)),
    ],
)
def test_what_is_no_time_to_open_is_refused(written: str | float | time | timedelta) -> None:
    with pytest.raises(NotUnderstood):
        read_time(Cell(written), closes=False)


@given(st.integers(0, 1440))
def test_a_time_comes_back_from_the_clock(minutes: int) -> None:
    assert read_time(Cell(clock(minutes)), closes=True) == (minutes, "")


@given(st.sets(st.integers(0, 6), min_size=1))
def test_days_come_back_from_their_names(days: set[int]) -> None:
    named = ", ".join(DAYS[day] for day in sorted(days))
    assert read_days(Cell(named)) == (tuple(sorted(days)), "")


@given(st.integers(0, 6), st.integers(0, 6))
def test_a_range_of_days_runs_from_the_first_to_the_last(first: int, last: int) -> None:
    days, note = read_days(Cell(f"{DAYS[first]}-{DAYS[last]}"))
    assert {first, last} <= set(days)
    assert len(days) == (last - first) % 7 + 1
    assert note == ""


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-09-01", date(2026, 9, 1)),
        ("01/09/2026", date(2026, 9, 1)),
        ("1.9.2026", date(2026, 9, 1)),
        ("01-09-2026", date(2026, 9, 1)),
        ("25 December 2026", date(2026, 12, 25)),
        ("25th Dec. 2026", date(2026, 12, 25)),
        ("Friday, 25 December 2026", date(2026, 12, 25)),
        ("December 25, 2026", date(2026, 12, 25)),
        ("1 Sept 2026", date(2026, 9, 1)),
        ("29/02/2028", date(2028, 2, 29)),
    ],
)
def test_a_date_is_read_as_people_write_it(written: str, day: date) -> None:
    read_day, note = read_date(Cell(written))
    assert read_day == day
    assert note == "" if written == day.isoformat() else told(day) in note


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("31/02/2026", "February 2026 has 28 days"),
        ("2026-02-29", "February 2026 has 28 days"),
        ("00/01/2026", "January 2026 has 31 days"),
        ("09/23/2026", "no such month"),
        ("25 Brumaire 2026", "names no month"),
        ("01/09/26", "is no date"),
        ("01/09/0206", "no likely year"),
        ("soon", "is no date"),
        (46266, "is no date"),
        (True, "is no date"),
        (datetime(1900, 3, 1), "no likely year"),
    ],
)
def test_what_is_no_date_is_refused(written: str | int | datetime, problem: str) -> None:
    with pytest.raises(NotUnderstood, match=problem):
        read_date(Cell(written))


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_a_date_comes_back_from_every_way_to_write_it(day: date) -> None:
    assert read_date(Cell(day.isoformat())) == (day, "")
    assert read_date(Cell(told(day)))[0] == day
    assert read_date(Cell(f"{day:%d/%m/%Y}"))[0] == day
    assert read_date(Cell(datetime.combine(day, time()))) == (day, "")

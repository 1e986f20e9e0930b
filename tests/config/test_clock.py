"""Months and periods: half-open, and at home in every zone."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.clock import Month, Period, civil_date, midnight, system_clock

ZONES = (
    "Europe/London",
    "America/Havana",  # midnight is the hour that a clock change removes, or doubles
    "America/St_Johns",
    "Africa/Cairo",
    "Asia/Kolkata",
    "Pacific/Kiritimati",
)
months = st.builds(Month, st.integers(2020, 2040), st.integers(1, 12))
periods = st.builds(Period, months, st.integers(1, 12))
days = st.dates(date(2020, 1, 1), date(2040, 12, 31))
zones = st.sampled_from(ZONES)


@given(months)
def test_a_month_is_read_as_it_is_written(month: Month) -> None:
    assert Month.parse(str(month)) == month


@pytest.mark.parametrize(
    "text",
    [
        *("", "2027", "2027-1", "2027-13", "2027-00", "0000-01", "27-01", "2027-01-01", "2027/01"),
        *("+202-01", " 202-01", "2_27-01", "2027-+1", "2027- 1", "٢٠٢٧-01", "2027-0x"),
    ],
)
def test_what_is_no_month_is_refused_with_the_form_to_use(text: str) -> None:
    with pytest.raises(ValueError, match="is not a month; write it as 2027-01"):
        Month.parse(text)


@given(months, st.integers(-60, 60), st.integers(-60, 60))
def test_steps_between_months_add_up(month: Month, one: int, other: int) -> None:
    assert month.next(one).next(other) == month.next(one + other)
    assert (month.next(one) > month) == (one > 0)


def test_after_december_comes_january() -> None:
    assert Month(2027, 12).next() == Month(2028, 1)
    assert Month(2027, 1).next(-1) == Month(2026, 12)


@given(periods, days)
def test_a_day_of_a_period_is_a_day_of_exactly_one_of_its_months(period: Period, day: date) -> None:
    holding = [month for month in period.month_list if month == Month.of(day)]
    assert len(holding) == period.contains(day)
    assert len(period.month_list) == period.months


def test_a_period_begins_with_its_first_day_and_ends_before_the_day_after_its_last() -> None:
    quarter = Period(Month(2027, 10), 3)
    assert (quarter.start, quarter.end) == (date(2027, 10, 1), date(2028, 1, 1))
    assert quarter.contains(quarter.start)
    assert not quarter.contains(quarter.end)
    assert quarter.contains(date(2027, 12, 31))


def test_an_empty_period_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one month"):
        Period(Month(2027, 1), 0)


def test_a_quarter_of_summer_time_is_an_hour_shorter_on_the_clock_of_the_world() -> None:
    begins, ends = Period(Month(2027, 1), 3).moments("Europe/London")
    assert begins == datetime(2027, 1, 1, tzinfo=UTC)
    assert ends == datetime(2027, 3, 31, 23, tzinfo=UTC)


@given(days, zones)
def test_midnight_is_the_first_moment_of_its_day(day: date, zone: str) -> None:
    moment = midnight(day, zone)
    assert civil_date(moment, zone) == day
    assert civil_date(moment - timedelta(microseconds=1), zone) < day


@given(periods, zones)
def test_periods_that_follow_each_other_leave_no_moment_out(period: Period, zone: str) -> None:
    following = Period(period.first.next(period.months), 1)
    assert period.moments(zone)[1] == following.moments(zone)[0]


def test_the_clock_of_the_wall_answers_in_utc() -> None:
    assert system_clock().utcoffset() == timedelta()

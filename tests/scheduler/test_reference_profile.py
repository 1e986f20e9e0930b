"""The reference profile: the months on which designs are compared."""

import pytest

from scheduler.reference_profile import DAYS, HOURS, REFERENCE_VOLUME, plain_hours


def test_a_plain_month_is_21_days_of_nine_hours_and_begins_on_a_monday() -> None:
    assert len(REFERENCE_VOLUME) == DAYS * HOURS == 189
    by_day = [sum(REFERENCE_VOLUME[day * 9 : day * 9 + 9]) for day in range(DAYS)]
    mean = sum(by_day[:5]) / 5
    assert [each / mean for each in by_day[:6]] == [1.25, 1.05, 0.95, 0.95, 0.8, 1.25]
    monday = REFERENCE_VOLUME[:9]
    assert [9 * each / sum(monday) for each in monday] == pytest.approx(
        [0.7, 1.1, 1.35, 1.15, 0.9, 1, 1.1, 1, 0.7]
    )


def test_a_quarter_is_three_such_months_one_after_another() -> None:
    hours = plain_hours(3)
    assert hours.volume == tuple(map(float, REFERENCE_VOLUME * 3))
    assert (hours.days[0], hours.days[188], hours.days[189], hours.days[-1]) == (0, 20, 21, 62)
    assert [hours.months.count(month) for month in range(3)] == [189, 189, 189]

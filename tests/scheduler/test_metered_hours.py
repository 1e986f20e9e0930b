"""A real calendar under the meter."""

from config.clock import Month, Period
from scheduler.centre import OpenSpan
from scheduler.hazards import Design
from scheduler.hours import SECTOR_VOLUME, Calendar, open_slots
from scheduler.meter import GOAL, measure
from scheduler.rule_reading import ground_of

OFFICE = Calendar("Europe/London", tuple(OpenSpan(day, 540, 1050) for day in range(5)))
NEVER_SHUT = Calendar("Europe/London", tuple(OpenSpan(day, 0, 1440) for day in range(7)))
QUARTER = Period(Month(2027, 1), 3)


def test_half_an_hour_has_half_the_calls_and_each_slot_its_date() -> None:
    hours = ground_of("", open_slots(OFFICE, QUARTER), SECTOR_VOLUME).hours
    assert hours.volume[8] * 2 == SECTOR_VOLUME[4][17] * 60
    assert hours.days[8] + 3 == hours.days[9]  # 1 January 2027 is a Friday
    assert (hours.months[0], hours.months[-1]) == (0, 2)


def test_the_default_keeps_the_goal_on_real_calendars() -> None:
    for calendar in (OFFICE, NEVER_SHUT):
        hours = ground_of("", open_slots(calendar, QUARTER), SECTOR_VOLUME).hours
        reading = measure(Design(21, 12), hours)
        assert max(reading.guard[1], reading.day, reading.hour) <= GOAL
        assert len(reading.month_counts) == 3

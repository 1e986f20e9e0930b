"""The reference profile: the ordinary calls of a plain month, on which designs are compared.

Every month has the same 21 working days of nine hours, and its first day is a Monday. The numbers
are those by which the goal of 1.05 was set, so they are never changed.
"""

from datetime import UTC, date, datetime, timedelta
from itertools import product

from scheduler.hazards import Hours
from scheduler.hours import Slot

DAYS = 21
HOURS = 9
WEEKDAYS = 5

_A_MONDAY = date(2027, 1, 4)
_FIRST_HOUR = 9

_BY_WEEKDAY = (125, 105, 95, 95, 80)
_BY_HOUR = (70, 110, 135, 115, 90, 100, 110, 100, 70)

REFERENCE_VOLUME: tuple[int, ...] = tuple(
    _BY_WEEKDAY[day % WEEKDAYS] * by_hour for day in range(DAYS) for by_hour in _BY_HOUR
)
"""The ordinary calls of each slot of a month, day by day, relative to each other."""


def plain_hours(months: int, volume: tuple[int, ...] = REFERENCE_VOLUME) -> Hours:
    """The slots of so many plain months, each with the volume of one plain month."""
    slots = range(months * DAYS * HOURS)
    return Hours(
        volume=tuple(float(each) for each in volume) * months,
        days=tuple(slot // HOURS for slot in slots),
        months=tuple(slot // (DAYS * HOURS) for slot in slots),
    )


def plain_slots(months: int) -> tuple[Slot, ...]:
    """The hours of so many plain months as whole open hours; each month begins on a Monday."""
    slots = []
    for month, day, hour in product(range(months), range(DAYS), range(HOURS)):
        weeks, weekday = divmod(day, WEEKDAYS)
        on = _A_MONDAY + timedelta(weeks=month * (DAYS // WEEKDAYS + 1) + weeks, days=weekday)
        start = datetime(on.year, on.month, on.day, _FIRST_HOUR + hour, tzinfo=UTC)
        pieces = ((start, start + timedelta(hours=1)),)
        slots.append(Slot(start, pieces, on, weekday, start.hour))
    return tuple(slots)

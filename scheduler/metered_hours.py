"""The open hours of a centre's real calendar, as the meter takes them."""

from collections.abc import Sequence

from config.clock import Month
from scheduler.hours import Slot, Volume
from scheduler.meter import Hours


def metered_hours(slots: Sequence[Slot], volume: Volume) -> Hours:
    """The slots of a period with their ordinary calls, cut by the opening; days are civil dates."""
    months = sorted({Month.of(slot.local_date) for slot in slots})
    number = {month: place for place, month in enumerate(months)}
    return Hours(
        volume=tuple(float(volume[slot.weekday][slot.hour] * slot.minutes) for slot in slots),
        days=tuple(slot.local_date.toordinal() for slot in slots),
        months=tuple(number[Month.of(slot.local_date)] for slot in slots),
    )

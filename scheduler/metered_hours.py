"""The open hours of a centre's real calendar, as the meter takes them."""

from collections.abc import Sequence

from config.clock import Month
from scheduler.hazards import Hours
from scheduler.hours import Slot


def metered_hours(slots: Sequence[Slot], ordinary: Sequence[int]) -> Hours:
    """The slots of a period with the ordinary calls of each; days are civil dates."""
    months = sorted({Month.of(slot.local_date) for slot in slots})
    number = {month: place for place, month in enumerate(months)}
    return Hours(
        volume=tuple(map(float, ordinary)),
        days=tuple(slot.local_date.toordinal() for slot in slots),
        months=tuple(number[Month.of(slot.local_date)] for slot in slots),
    )

"""The open hours of a centre's real calendar, as the meter takes them."""

from collections.abc import Sequence

from scheduler.hazards import Hours
from scheduler.hours import Slot


def metered_hours(slots: Sequence[Slot], ordinary: Sequence[int]) -> Hours:
    """The slots of a period with the ordinary calls of each; days are civil dates."""
    dates = [slot.local_date for slot in slots]
    months = [12 * day.year + day.month for day in dates]
    number = {month: place for place, month in enumerate(sorted(set(months)))}
    return Hours(
        volume=tuple(map(float, ordinary)),
        days=tuple([day.toordinal() for day in dates]),
        months=tuple([number[month] for month in months]),
    )

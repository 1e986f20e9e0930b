"""The picture beside the meter: the chance of a call, day by day, to one who has counted."""

from dataclasses import dataclass
from itertools import groupby

from scheduler.hazards import Hazards, Hours
from scheduler.meter import memoryless, seen_by, typical_calls


@dataclass(frozen=True, slots=True)
class PictureDay:
    """One open day of the period: the mean chance of a call in one of its hours.

    ``counted`` is that chance to one who has counted the calls of a plain history, ``memoryless``
    what it would be without a rule. ``safe`` is a day on which nothing can come any more.
    """

    counted: float
    memoryless: float
    safe: bool


def picture(hazards: Hazards, hours: Hours, calls: float) -> tuple[PictureDay, ...]:
    """The days of the period in order; ``calls`` is the mean that the meter reads.

    Raises MeterRefused when the hours are too few for the calls.
    """
    seen = seen_by(hazards, typical_calls(hazards))
    free = memoryless(hours, calls)
    days = []
    for _, slots in groupby(range(len(seen)), key=lambda slot: hours.days[slot]):
        of_day = list(slots)
        days.append(
            PictureDay(
                counted=sum(seen[slot] for slot in of_day) / len(of_day),
                memoryless=sum(free[slot] for slot in of_day) / len(of_day),
                safe=all(seen[slot] == 0 for slot in of_day),
            )
        )
    return tuple(days)

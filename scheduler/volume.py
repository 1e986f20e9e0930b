"""How much of what a centre declared about its ordinary calls the draw goes by."""

import re
from collections.abc import Iterable
from math import gcd

from scheduler.centre import OpenSpan
from scheduler.further import Declared
from scheduler.hours import SECTOR_VOLUME, Volume

LONG_LOG = 8  # weeks
MOST_CALLS = 100_000  # in one hour
QUIETEST = 20  # an hour that a log shows empty keeps one part in so many of the sector's share
_NUMBER = re.compile(r"\d{1,6}")


class NoVolume(ValueError):
    """A table that can't be read; the text says which line and what to write."""


def read_volume(text: str) -> Volume:
    """Read seven lines, Monday first, of twenty-four whole numbers each. Raises NoVolume.

    Commas, semicolons, tabs and spaces part the numbers; the day's name may stand before them.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) != 7:
        raise NoVolume(f"{len(lines)} lines stand there; write seven, Monday first.")
    rows = []
    for number, line in enumerate(lines, 1):
        parts = [part for part in re.split(r"[,;\s]+", line.strip()) if part]
        if parts[0][0].isalpha():
            parts = parts[1:]
        wrong = next((part for part in parts if not _NUMBER.fullmatch(part)), None)
        if wrong is not None or len(parts) != 24:
            found = (
                f"“{wrong}” is no whole number" if wrong else f"{len(parts)} numbers stand there"
            )
            raise NoVolume(f"Line {number}: {found}; write 24 whole numbers, one an hour.")
        rows.append(tuple(int(part) for part in parts))
    if max(map(max, rows)) > MOST_CALLS:
        raise NoVolume(f"An hour has more than {MOST_CALLS:,} calls; write the calls of one hour.")
    if not any(map(any, rows)):
        raise NoVolume("No hour has a call; leave the table empty to go by the sector's.")
    return tuple(rows)


def trusted(declared: Declared | None, spans: Iterable[OpenSpan]) -> Volume:
    """The volume that the draw goes by, in whole numbers whose proportions alone matter.

    A log of eight weeks or more is taken as it is, except that no open hour falls below a twentieth
    of the sector's share: the chance of a call is never zero. Without such a log an hour counts
    only within half and twice the sector's share. Shares are of the hours that the centre is open.
    """
    if declared is None:
        return SECTOR_VOLUME
    hours = _open_hours(spans)
    own = sum(declared.volume[day][hour] for day, hour in hours)
    sector = sum(SECTOR_VOLUME[day][hour] for day, hour in hours)
    if not own or not sector:
        return SECTOR_VOLUME
    logged = declared.weeks is not None and declared.weeks >= LONG_LOG

    def weight(day: int, hour: int) -> int:
        typical = SECTOR_VOLUME[day][hour] * own
        if (day, hour) not in hours:
            return QUIETEST * typical
        stated = QUIETEST * declared.volume[day][hour] * sector
        if logged:
            return max(stated, typical)
        return min(max(stated, QUIETEST * typical // 2), 2 * QUIETEST * typical)

    table = tuple(tuple(weight(day, hour) for hour in range(24)) for day in range(7))
    common = gcd(*(weight for row in table for weight in row))
    return tuple(tuple(weight // common for weight in row) for row in table)


def _open_hours(spans: Iterable[OpenSpan]) -> frozenset[tuple[int, int]]:
    """The clock hours of the week that some span touches."""
    return frozenset(
        ((span.weekday + hour // 24) % 7, hour % 24)
        for span in spans
        for hour in range(span.opens // 60, (span.closes - 1) // 60 + 1)
    )

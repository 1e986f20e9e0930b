"""When a centre is open: a calendar in its zone, and its open clock hours as slots in UTC."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from config.clock import Period
from scheduler.centre import Closure, OpenSpan

Stretch = tuple[datetime, datetime]
"""A half-open run of time: its first moment and the first moment after it."""

Volume = tuple[tuple[int, ...], ...]
"""Relative ordinary calls: seven weekdays (Monday first) of twenty-four clock hours."""

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)

_SECTOR_BY_WEEKDAY = (25, 21, 19, 19, 16, 5, 4)
_SECTOR_BY_HOUR = (
    *(4, 3, 3, 3, 4, 6, 12, 25, 45),
    *(70, 110, 135, 115, 90, 100, 110, 100, 70),
    *(42, 28, 20, 14, 9, 6),
)

SECTOR_VOLUME: Volume = tuple(
    tuple(day * hour for hour in _SECTOR_BY_HOUR) for day in _SECTOR_BY_WEEKDAY
)
"""The sector's ordinary calls by weekday and hour, used where a centre declares none.

Monday before noon is the peak; nights and weekends are quiet and never empty.
"""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The weekly hours of a centre in its zone, and the days on which nothing opens."""

    zone: str  # IANA name
    spans: tuple[OpenSpan, ...]
    closures: tuple[Closure, ...] = ()


@dataclass(frozen=True, slots=True)
class Slot:
    """One local clock hour of a centre, cut by its opening.

    ``start`` is the UTC moment at which the clock hour begins, whether or not the centre is open
    then, so that it names the slot for good; no two slots of a centre share it. ``pieces`` are the
    open stretches inside the hour in UTC, in order and apart, ``minutes`` all that is open, 1 to 60
    whole ones. Date, weekday (0 is Monday) and hour are those of the clock on the wall.
    """

    start: datetime
    pieces: tuple[Stretch, ...]
    local_date: date
    weekday: int
    hour: int
    minutes: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        seconds = sum([(end - start).seconds for start, end in self.pieces])
        object.__setattr__(self, "minutes", seconds // 60)


def merged(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """The same time as stretches in order that neither overlap nor touch."""
    result: list[Stretch] = []
    for start, end in sorted(stretches):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return tuple(result)


@lru_cache(maxsize=8)  # a year around the clock takes a while, and the meter asks again
def open_slots(calendar: Calendar, period: Period) -> tuple[Slot, ...]:
    """The slots whose civil date lies in the period, in the order of time.

    A centre is open when the clock on its wall shows an opening time. So the hour that an autumn
    clock change repeats is two slots, an hour that spring leaves out is none, and a span that
    touches the missing hour is cut. A span is cancelled whole, its part after midnight too, when a
    closure holds the day on which it opens; one that opened on the evening before the period's
    first day counts from midnight.
    """
    on_the_wall = _wall_stretches(calendar, period)
    slots: list[Slot] = []
    for begins, ends, offset in offsets(calendar.zone, period.start - 2 * _DAY, period.end + _DAY):
        wall_begins, wall_ends = begins + offset, ends + offset
        pieces_of: dict[datetime, list[Stretch]] = {}
        for opens, closes in on_the_wall:
            start, end = max(opens, wall_begins), min(closes, wall_ends)
            hour = start.replace(minute=0, second=0)
            while hour < end:
                piece = (
                    (max(start, hour) - offset).replace(tzinfo=UTC),
                    (min(end, hour + _HOUR) - offset).replace(tzinfo=UTC),
                )
                pieces_of.setdefault(hour, []).append(piece)
                hour += _HOUR
        for hour, pieces in pieces_of.items():
            begin = (max(hour, wall_begins) - offset).replace(tzinfo=UTC)
            slot = Slot(begin, tuple(pieces), hour.date(), hour.weekday(), hour.hour)
            if slot.minutes:
                slots.append(slot)
    return tuple(slots)


def open_stretches(calendar: Calendar, period: Period) -> tuple[Stretch, ...]:
    """The open time of the same slots, as stretches in order and apart."""
    on_the_wall = _wall_stretches(calendar, period)
    return merged(
        (
            (max(opens, begins + offset) - offset).replace(tzinfo=UTC),
            (min(closes, ends + offset) - offset).replace(tzinfo=UTC),
        )
        for begins, ends, offset in offsets(
            calendar.zone, period.start - 2 * _DAY, period.end + _DAY
        )
        for opens, closes in on_the_wall
        if opens < ends + offset and begins + offset < closes
    )


def is_open(calendar: Calendar, moment: datetime) -> bool:
    """Whether the clock on the centre's wall shows an opening time at an aware moment."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its zone; hand in an aware datetime")
    wall = moment.astimezone(ZoneInfo(calendar.zone)).replace(tzinfo=None)
    for day in (wall.date(), wall.date() - _DAY):
        minute = (wall - datetime.combine(day, time())) // _MINUTE
        if not _closed(calendar, day) and any(
            span.weekday == day.weekday() and span.opens <= minute < span.closes
            for span in calendar.spans
        ):
            return True
    return False


def _closed(calendar: Calendar, day: date) -> bool:
    return any(closure.first <= day <= closure.last for closure in calendar.closures)


def _wall_stretches(calendar: Calendar, period: Period) -> tuple[Stretch, ...]:
    """The opening times inside the period as a clock that never changes would show them."""
    first, after = datetime.combine(period.start, time()), datetime.combine(period.end, time())
    stretches = []
    for number in range(-1, (period.end - period.start).days):
        day = period.start + number * _DAY
        if _closed(calendar, day):
            continue
        midnight = datetime.combine(day, time())
        for span in calendar.spans:
            if span.weekday == day.weekday():
                opens = max(first, midnight + span.opens * _MINUTE)
                closes = min(after, midnight + span.closes * _MINUTE)
                if opens < closes:
                    stretches.append((opens, closes))
    return merged(stretches)


@lru_cache(maxsize=256)
def offsets(zone: str, first: date, last: date) -> tuple[tuple[datetime, datetime, timedelta], ...]:
    """The stretches of one distance from UTC, as naive UTC moments with that distance.

    ``last`` is included. Between two changes the clock on the wall runs evenly, which is what
    makes the cutting of hours safe; changes are found to the second.
    """
    clock = ZoneInfo(zone)
    begin = int(datetime.combine(first, time(), UTC).timestamp())
    end = int(datetime.combine(last + _DAY, time(), UTC).timestamp())

    def offset(second: int) -> timedelta:
        return datetime.fromtimestamp(second, clock).utcoffset() or timedelta()

    def naive(second: int) -> datetime:
        return datetime.fromtimestamp(second, UTC).replace(tzinfo=None)

    result = []
    since = begin
    for hour in range(begin, end, 3600):
        if offset(hour) == offset(hour + 3600):
            continue
        before, after = hour, hour + 3600
        while after - before > 1:
            middle = (before + after) // 2
            if offset(middle) == offset(hour):
                before = middle
            else:
                after = middle
        result.append((naive(since), naive(after), offset(hour)))
        since = after
    result.append((naive(since), naive(end), offset(since)))
    return tuple(result)

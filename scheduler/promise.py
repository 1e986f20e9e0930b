"""A promise that an analyst made on a call: to ring or write back, by when, and what came of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import islice
from uuid import UUID

from config.clock import Month, Period, civil_date, midnight
from scheduler.hours import Calendar, open_slots

WORKING_DAYS = 2  # in which an answer is due where nobody named a time
MONTHS_AHEAD = 3  # in which a centre surely opens again
LATEST_NAMED = timedelta(days=30)  # a call can't await anything longer


class Way(StrEnum):
    """How the analyst promised to come back."""

    RING = "ring"
    WRITE = "write"


class Basis(StrEnum):
    """From what the promised time follows."""

    ESCALATION = "escalation"  # within the declared minutes
    WORKING_DAYS = "working days"
    NAMED = "named"  # the analyst named a time


class Kept(StrEnum):
    """What came of a promise."""

    KEPT = "kept"
    LATE = "late"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise on one call; ``outcome`` is there once it is settled."""

    id: UUID
    call: UUID
    way: Way
    what: str
    basis: Basis
    promised_at: datetime
    due: datetime
    settled_at: datetime | None = None
    outcome: Kept | None = None
    cancelled_at: datetime | None = None  # the ticket, in role


@dataclass(frozen=True, slots=True)
class CameBack:
    """Something that came back; it ``counts`` once it surely is what was promised."""

    id: UUID
    call: UUID
    way: Way
    at: datetime
    counts: bool
    source: str  # line, mailbox, hand
    gist: str = ""
    message: bool = False  # whether a spoken one is kept


def due_by(
    basis: Basis,
    promised_at: datetime,
    calendar: Calendar,
    escalation_within: int,
    named: datetime | None = None,
) -> datetime:
    """By when a centre has to come back.

    The declared minutes of an escalation run while the centre is open. Working days are those on
    which it opens, from the day after the promise; they end at 24:00 of its zone.
    """
    match basis:
        case Basis.NAMED:
            if named is None:
                raise ValueError("a named time needs the time that was named")
            return named
        case Basis.ESCALATION:
            return _open_minutes_later(calendar, promised_at, escalation_within)
        case Basis.WORKING_DAYS:
            today = civil_date(promised_at, calendar.zone)
            days = list(islice(_days_open_after(calendar, today), WORKING_DAYS))
            last = days[-1] if len(days) == WORKING_DAYS else today + timedelta(days=WORKING_DAYS)
            return midnight(last + timedelta(days=1), calendar.zone)


def outcome_of(due: datetime, came: Iterable[CameBack], now: datetime) -> Kept | None:
    """What has come of a promise by now; None while nothing came and its time isn't over."""
    first = min((each.at for each in came if each.counts), default=None)
    if first is not None:
        return Kept.KEPT if first <= due else Kept.LATE
    return Kept.BROKEN if now > due else None


def _open_minutes_later(calendar: Calendar, since: datetime, minutes: int) -> datetime:
    left = timedelta(minutes=minutes)
    for start, end in _open_after(calendar, since):
        if end - start >= left:
            return start + left
        left -= end - start
    return since + timedelta(minutes=minutes)  # no hours are known: the clock on the wall


def _open_after(calendar: Calendar, since: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The open stretches from a moment on, in order."""
    for slot in open_slots(calendar, _ahead(calendar, since)):
        yield from ((max(start, since), end) for start, end in slot.pieces if end > since)


def _days_open_after(calendar: Calendar, today: date) -> Iterator[date]:
    slots = open_slots(calendar, _ahead(calendar, midnight(today, calendar.zone)))
    yield from sorted({slot.local_date for slot in slots if slot.local_date > today})


def _ahead(calendar: Calendar, since: datetime) -> Period:
    day = civil_date(since, calendar.zone)
    return Period(Month(day.year, day.month), MONTHS_AHEAD)

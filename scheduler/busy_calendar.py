"""A person's calls as a calendar file (RFC 5545): busy blocks that tell a moment, nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, Timezone, TimezoneStandard

BLOCKED = timedelta(minutes=75)
LOOK_AGAIN = timedelta(hours=1)
TITLE = "A call (Unannounced)"


@dataclass(frozen=True, slots=True)
class Block:
    """One call: a name that tells nothing, its moment, when it was offered, and if it is taken."""

    uid: str
    moment: datetime
    offered_at: datetime
    taken: bool


def calendar_of(blocks: Iterable[Block]) -> bytes:
    """The calendar file; the same blocks give the same bytes.

    It always holds a zone, UTC: a calendar must have a component (RFC 5545, 3.6), also without a
    call.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Unannounced//Calls//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Calls (Unannounced)")
    calendar.add("refresh-interval", LOOK_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add_component(_utc())
    for block in blocks:
        begins = block.moment.astimezone(UTC).replace(second=0, microsecond=0)
        event = Event()
        event.add("uid", block.uid)
        event.add("dtstamp", block.offered_at.astimezone(UTC).replace(microsecond=0))
        event.add("dtstart", begins)
        event.add("dtend", begins + BLOCKED)
        event.add("summary", TITLE)
        event.add("class", "PRIVATE")
        event.add("transp", "OPAQUE")
        event.add("status", "CONFIRMED" if block.taken else "TENTATIVE")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _utc() -> Timezone:
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", "UTC")
    standard.add("dtstart", datetime(1970, 1, 1))
    standard.add("tzoffsetfrom", timedelta())
    standard.add("tzoffsetto", timedelta())
    standard.add("tzname", "UTC")
    zone.add_component(standard)
    return zone

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from icalendar import Calendar, Timezone

from scheduler.busy_calendar import BLOCKED, Block, calendar_of

BLOCK = Block(
    "7f@unannounced",
    datetime(2027, 1, 4, 14, 5, 31, tzinfo=UTC),
    datetime(2026, 12, 28, 9, 0, tzinfo=UTC),
    taken=True,
)


def test_a_block_tells_when_and_nothing_else() -> None:
    (event,) = Calendar.from_ical(calendar_of([BLOCK])).walk("VEVENT")
    assert {name: str(event[name]) for name in ("UID", "SUMMARY", "STATUS", "CLASS", "TRANSP")} == {
        "UID": "7f@unannounced",
        "SUMMARY": "A call (Unannounced)",
        "STATUS": "CONFIRMED",
        "CLASS": "PRIVATE",
        "TRANSP": "OPAQUE",
    }
    assert set(event) - {"UID", "SUMMARY", "STATUS", "CLASS", "TRANSP"} == {
        *("DTSTAMP", "DTSTART", "DTEND"),
    }
    assert event.decoded("dtstart") == BLOCK.moment.replace(second=0)
    assert event.decoded("dtend") - event.decoded("dtstart") == BLOCKED


def test_what_nobody_answered_yet_is_tentative() -> None:
    assert b"STATUS:TENTATIVE" in calendar_of([replace(BLOCK, taken=False)])


def test_the_same_blocks_give_the_same_bytes_whatever_the_zone() -> None:
    elsewhere = replace(BLOCK, moment=BLOCK.moment.astimezone(timezone(timedelta(hours=9))))
    assert calendar_of([BLOCK]) == calendar_of([elsewhere])


def test_a_calendar_without_a_call_is_one_too() -> None:
    calendar = Calendar.from_ical(calendar_of([]))
    assert calendar.walk("VEVENT") == []
    assert [each.name for each in calendar.subcomponents] == ["VTIMEZONE"]  # it must have one


def test_its_zone_is_the_one_in_which_calls_stand() -> None:
    (zone,) = Calendar.from_ical(calendar_of([BLOCK])).walk("VTIMEZONE")
    assert isinstance(zone, Timezone)
    assert str(zone["TZID"]) == "UTC"
    assert BLOCK.moment.astimezone(zone.to_tz()).utcoffset() == timedelta()
    assert b"DTSTART:20270104T140500Z" in calendar_of([BLOCK])

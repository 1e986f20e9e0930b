"""What an exchange that starts again still knows of the calls before, read from its ledger."""

from collections.abc import Iterable
from datetime import datetime

from scheduler.practice.ledger import Row
from scheduler.practice.leg import Leg, Status
from scheduler.practice.recording import Recording
from scheduler.practice.sound import Part

KEPT = ("completed", "absent")
LINE_CUT = 503  # the response code of a leg that was under way when the exchange stopped


def remembered(rows: Iterable[Row]) -> dict[str, Leg]:
    """Return the legs that the rows tell of, by identifier, in the order of their creation.

    A leg is left as its last row tells it. Webhooks still to come are not remembered.
    """
    legs: dict[str, Leg] = {}
    for row in rows:
        if row["kind"] == "leg":
            leg = legs.setdefault(row["call_sid"], _begun(row))
            _take_on(leg, row, datetime.fromisoformat(row["at"]))
        elif row["kind"] == "dial":
            legs[row["call_sid"]].url = row["url"]
    return legs


def recordings_remembered(rows: Iterable[Row]) -> dict[str, Recording]:
    """Return the recordings that are still kept, by identifier; one cut off is lost."""
    kept: dict[str, Recording] = {}
    for row in rows:
        if row["kind"] != "recording":
            continue
        recording = Recording(
            row["call_sid"],
            datetime.fromisoformat(row["started"]),
            row["channels"],
            sid=row["recording_sid"],
            status=row["status"],
            ended=datetime.fromisoformat(row["ended"]) if "ended" in row else None,
            parts=tuple((Part(part), seconds) for part, seconds in row.get("parts", ())),
        )
        kept[recording.sid] = recording
    return {sid: each for sid, each in kept.items() if each.status in KEPT}


def _begun(row: Row) -> Leg:
    return Leg(
        to=row["to"],
        from_=row["from"],
        created=datetime.fromisoformat(row["at"]),
        url="",
        parent_sid=row.get("parent_sid"),
        sid=row["call_sid"],
        inbound=row.get("direction") == "inbound",
    )


def _take_on(leg: Leg, row: Row, at: datetime) -> None:
    leg.status, leg.updated, leg.sip = Status(row["status"]), at, row.get("sip")
    if leg.status is Status.INITIATED:
        leg.left_queue = at
    elif leg.status is Status.IN_PROGRESS:
        leg.answered = at
    elif leg.over:
        leg.ended = at

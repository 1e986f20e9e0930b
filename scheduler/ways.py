"""The place of ways: which one an assessor takes as a rule, and which for one call."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.database import insert_once
from scheduler.call import PlannedCall
from scheduler.diary_rows import CallWayRow
from scheduler.people_rows import PersonRow
from scheduler.way import Way


def usual(session: Session, person: UUID) -> Way:
    """The way that a person takes where nothing else is chosen."""
    return Way(session.get_one(PersonRow, person).way)


def set_usual(session: Session, person: UUID, way: Way) -> None:
    """Keep the way that a person takes as a rule."""
    session.get_one(PersonRow, person).way = way


def of_call(session: Session, call: PlannedCall) -> Way:
    """The way of a call: what its assessor chose for it, else the usual one.

    What another assessor chose, before the call was drawn anew, is theirs and doesn't count.
    One that is dialled by hand comes by a telephone, whatever was chosen.
    """
    if call.assessor is None or call.by_hand:
        return Way.BRIDGE
    chosen = session.scalar(
        select(CallWayRow.way).where(
            CallWayRow.call_id == call.id, CallWayRow.person_id == call.assessor
        )
    )
    return Way(chosen) if chosen else usual(session, call.assessor)


def choose(session: Session, call: UUID, person: UUID, way: Way) -> None:
    """Keep the way for one call."""
    if not insert_once(session, CallWayRow(call_id=call, person_id=person, way=way)):
        session.get_one(CallWayRow, (call, person)).way = way

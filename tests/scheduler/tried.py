"""Calls of January 2027 that were made or missed, for tests that look back on them."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from scheduler import attempts, diary, follow_ups
from scheduler.call import PlannedCall
from scheduler.outcome import Disposition, Ending, State
from scheduler.repeat import FollowUp
from tests.builders import ZONE, Institute
from tests.scheduler.planned import JANUARY

AFTER = JANUARY.moments(ZONE)[1] + timedelta(hours=1)
NO_TIME = timedelta()


def made(institute: Institute, call: PlannedCall, late: timedelta = NO_TIME) -> None:
    """The centre was dialled so long after the drawn moment, and the call ended."""
    at = call.drawn_moment + late
    with institute.sessions.begin() as session:
        (attempt,) = attempts.of_call(session, call.id)
        assert attempts.dial_by_hand(session, attempt.id, at)
        attempts.end(session, attempt.id, State.DIALLING, Ending.COMPLETED, at)
        diary.dispose(session, call.id, Disposition.COMPLETED, at)


def missed(institute: Institute, call: PlannedCall) -> None:
    """The centre was found closed, and never dialled."""
    at = call.drawn_moment
    with institute.sessions.begin() as session:
        (attempt,) = attempts.of_call(session, call.id)
        attempts.end(
            session, attempt.id, State.INTENT, Ending.REFUSED, at, refusal="the centre is closed"
        )
        diary.dispose(session, call.id, Disposition.MISSED, at)


def made_instead(institute: Institute, call: PlannedCall) -> None:
    """An hour after a missed call another that was drawn in its place was made."""
    later = timedelta(hours=1)
    another = replace(
        call,
        id=uuid4(),
        stream=2,
        slot_start=call.slot_start + later,
        drawn_moment=call.drawn_moment + later,
    )
    with institute.sessions.begin() as session:
        diary.add_call(session, another)
        session.flush()
        follow_ups.note(session, call.id, 1, FollowUp.REDRAW, another.drawn_moment, another.id)
        attempts.add_attempt(session, another.id, another.provider, another.drawn_moment)
    made(institute, another)

"""Hears the telephone network's posts: the assessor answered, confirmed, the centre's leg, ends.

Each function takes the attempt's token out of the path and answers what is to happen on the
parent's leg. A stranger's call (another sid for the token) is hung up and changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from config import journal
from config.clock import civil_date
from config.database import Sessions
from scheduler import (
    attempts,
    caller_pool,
    diary,
    people,
    pooling,
    recordings,
    register,
    register_further,
    wearing,
)
from scheduler.call import PlannedCall
from scheduler.dialling import adopt, conclude, hold_to_level, unfit
from scheduler.outcome import (
    Attempt,
    Ending,
    State,
    ending_of_dial,
    is_cut_off,
    is_restored,
)
from scheduler.permission import may_record
from scheduler.telephone import CALLER_REFUSED

CONFIRM_KEY = "1"
OVER = ("completed", "busy", "no-answer", "failed", "canceled")


@dataclass(frozen=True, slots=True)
class DialCentre:
    """The gate is passed: ring the centre, from this number, with these keys."""

    to: str
    caller: str
    menu_keys: str
    record: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """A callback's fields, in our words; moments aware, numbers as numbers."""

    call_sid: str
    parent_sid: str
    status: str
    sequence: int
    told_at: datetime
    length: int | None = None
    sip: str = ""
    child_sid: str = ""
    error: int | None = None


def assessor_answered(sessions: Sessions, token: str, call_sid: str, now: datetime) -> bool:
    """Whether the leg that was answered is ours and still wanted; then the cue is played."""
    with sessions.begin() as session:
        attempt = attempts.by_token(session, token)
        if attempt is None or attempt.state is State.ENDED:
            return False
        return adopt(session, attempt, call_sid, now)


def assessor_confirmed(
    sessions: Sessions, token: str, call_sid: str, key: str, now: datetime, *, live: bool = False
) -> DialCentre | None:
    """Pass the gate when the assessor pressed the key; None means hang up.

    The same leg asking again is told the same, unless the centre's leg has shown itself.
    """
    with sessions.begin() as session:
        attempt = attempts.by_token(session, token)
        if attempt is None or key != CONFIRM_KEY:
            return None
        return to_the_centre(session, attempt, call_sid, now, live=live)


def to_the_centre(
    session: Session, attempt: Attempt, call_sid: str, now: datetime, *, live: bool = False
) -> DialCentre | None:
    """Pass the gate with the leg that owns the attempt; None means hang up."""
    if attempt.call_sid != call_sid or is_restored(attempt):
        return None  # a stranger, or it may have rung the centre already
    call = diary.find_call(session, attempt.call)
    assert call is not None
    if attempt.state is State.CREATED:
        why_not = unfit(session, call, attempt.drawn, now, live=live)
        if why_not is not None:
            conclude(
                session,
                attempt,
                State.CREATED,
                Ending.NEVER_DIALLED,
                now,
                refusal=why_not,
                permanent=True,
            )
            return None
        if not attempts.pass_gate(session, attempt.token, call_sid, now):
            return None
        journal.record(session, now, "worker", "gate passed", f"call {call.id}")
        hold_to_level(session, call, civil_date(now, call.zone))
        wearing.heard(session, call, now)
        if may_be_recorded(session, call):
            recordings.expect(session, attempt.id, call.id, now)
    elif not (
        attempt.state is State.DIALLING
        and attempt.dial_sid == call_sid
        and attempt.child_sid is None
    ):
        return None
    return _dial(session, call, attempt)


def recording_told(
    sessions: Sessions, token: str, call_sid: str, sid: str, status: str, now: datetime
) -> None:
    """Keep that the network has a recording, or has none; only one that we asked for counts."""
    with sessions.begin() as session:
        attempt = attempts.by_token(session, token)
        if attempt is None or attempt.dial_sid != call_sid:
            return
        if status == "completed":
            recordings.told(session, attempt.id, sid, now)
        elif status == "absent":
            recordings.absent(session, attempt.id)


def centre_told(sessions: Sessions, token: str, told: Told, now: datetime) -> None:
    """Keep what the network tells of the centre's leg; its end is the attempt's."""
    with sessions.begin() as session:
        attempt = attempts.by_token(session, token)
        if attempt is None or attempt.dial_sid != told.parent_sid:
            return
        if not _note(session, attempt, told, now):
            return
        if attempt.child_sid not in (None, told.call_sid):
            journal.record(session, now, "worker", "second leg to a centre", f"call {attempt.call}")
            return
        if attempt.state is State.ENDED:
            return
        attempts.measure(
            session,
            attempt.id,
            child_sid=told.call_sid,
            rang_at=told.told_at if told.status == "ringing" else None,
            answered_at=told.told_at if told.status == "in-progress" else None,
            heard_at=now,
        )
        if told.status in OVER:
            conclude(
                session,
                attempt,
                State.DIALLING,
                ending_of_dial(told.status, answered=attempt.answered_at is not None),
                now,
                length=told.length,
                sip=told.sip,
                hung_up=is_cut_off(told.status, attempt),
            )


def dial_ended(sessions: Sessions, token: str, told: Told, now: datetime) -> None:
    """The network is done with dialling the centre: ``told.status`` is the dial's, the sid ours.

    A failed dial with a leg of its own waits for that leg's callback, which tells why it failed.
    """
    with sessions.begin() as session:
        attempt = attempts.by_token(session, token)
        if attempt is None or attempt.dial_sid != told.call_sid:
            return
        attempts.heard(session, attempt.id, now)
        if told.status in ("completed", "answered", "busy", "no-answer"):
            ending = ending_of_dial(told.status, answered=attempt.answered_at is not None)
            conclude(session, attempt, State.DIALLING, ending, now, length=told.length)
        elif not told.child_sid and attempt.child_sid is None:
            if told.error in CALLER_REFUSED:
                _caller_refused(session, attempt, now)
            conclude(session, attempt, State.DIALLING, Ending.NEVER_DIALLED, now)


def _caller_refused(session: Session, attempt: Attempt, now: datetime) -> None:
    call = diary.find_call(session, attempt.call)
    assert call is not None
    caller = caller_pool.caller_number(session, call.caller_number) if call.caller_number else None
    if caller is not None:
        pooling.refuse(session, caller, now)


def assessor_told(sessions: Sessions, token: str, told: Told, now: datetime) -> None:
    """Keep what the network tells of the assessor's leg.

    When it is over and the gate was never passed, the assessor was absent. When the gate was
    passed, the centre's own leg tells the ending, or settling asks the network.
    """
    with sessions.begin() as session:
        attempt = attempts.by_token(session, token)
        if attempt is None or not adopt(session, attempt, told.call_sid, now):
            return
        if not _note(session, attempt, told, now) or attempt.state is State.ENDED:
            return
        attempts.heard(session, attempt.id, now)
        if told.status in OVER and not is_restored(attempt):
            conclude(session, attempt, State.CREATED, Ending.ASSESSOR_ABSENT, now)


def _note(session: Session, attempt: Attempt, told: Told, now: datetime) -> bool:
    """Keep a callback; False when it was told before."""
    return attempts.note_callback(
        session,
        attempt.id,
        call_sid=told.call_sid,
        parent_sid=told.parent_sid,
        status=told.status,
        sequence=told.sequence,
        told_at=told.told_at,
        now=now,
    )


def may_be_recorded(session: Session, call: PlannedCall) -> bool:
    """A rehearsal plays no sound; else the centre permits it on a legal basis of both countries."""
    centre = register.find_centre(session, call.centre)
    assessor = people.find_person(session, call.assessor) if call.assessor else None
    if centre is None or assessor is None:
        return False
    if diary.plan(session, call.plan).purpose == "rehearsal":
        return False
    based = register_further.permissions(session, centre.id)
    return bool(may_record(centre.recording_permitted, based, centre.country, assessor.country))


def _dial(session: Session, call: PlannedCall, attempt: Attempt) -> DialCentre | None:
    caller = caller_pool.caller_number(session, call.caller_number) if call.caller_number else None
    if caller is None:
        return None
    number = register.contact_number(session, call.number)
    record = recordings.of_attempt(session, attempt.id) is not None
    return DialCentre(number.e164, caller, number.menu_keys, record)

"""Dials what is due, exactly once: claim, one request, and what it told written down.

No transaction is open while the telephone network is asked.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from config import journal
from config.clock import Clock, civil_date
from config.database import Sessions
from config.vault import Vault
from scheduler import (
    attempts,
    caller_pool,
    codes,
    diary,
    incidents,
    leaves,
    line_state,
    people,
    pooling,
    register,
    ways,
    worklist,
)
from scheduler.call import PlannedCall
from scheduler.contact_number import is_drama
from scheduler.gathering import closures
from scheduler.high_water import HighWater
from scheduler.hours import Calendar, is_open
from scheduler.outcome import (
    POST_DEADLINE,
    RING_SECONDS,
    Attempt,
    Disposition,
    Ending,
    State,
    disposition_of,
    new_attempt_at,
    too_late,
)
from scheduler.repeat import after_all
from scheduler.telephone import ACCOUNT_REFUSED, NotPlaced, PerhapsPlaced, Ring, Telephone
from scheduler.way import Way

BATCH = 20
ONE_DAY = timedelta(days=1)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Desk:
    """What every step of dialling needs: handed in once by the outermost caller."""

    sessions: Sessions
    vault: Vault
    telephone: Telephone
    clock: Clock
    owner: str  # this worker process
    hooks: str  # the origin at which our hooks are reached
    rehearsed: UUID | None = None  # the plan of a rehearsal, which dials nothing else
    live: bool = False  # real telephones ring, so a number of the drama ranges is a mistake
    softphone: bool = False  # browsers may call in; then their calls aren't rung
    high_water: HighWater | None = None  # None in a rehearsal, which rings nobody


def dial_due(desk: Desk) -> int:
    """Dial every attempt that is due; answers how many requests were made."""
    with desk.sessions.reading() as session:
        if line_state.stopped(session) is not None or is_behind(desk):
            return 0
        due = worklist.due(session, desk.clock(), BATCH, desk.rehearsed)
    return sum(each_alone("dialling", attempt, lambda a: _dial(desk, a)) for attempt in due)


def is_behind(desk: Desk) -> bool:
    """Whether the database knows less than was dialled: an old backup was restored."""
    with desk.sessions.reading() as session:
        return unaware(session, desk.high_water)


def unaware(session: Session, high_water: HighWater | None) -> bool:
    """Whether the database doesn't know the last attempt that the mark knows."""
    mark = high_water.attempt() if high_water else None
    return mark is not None and not worklist.was_claimed(session, mark)


def each_alone(what: str, attempt: Attempt, act: Callable[[Attempt], bool | None]) -> bool:
    """Act on one attempt; what goes wrong with it is logged, and the others go on."""
    try:
        return act(attempt) is not False
    except Exception:
        log.exception("%s attempt %s failed; it is tried again", what, attempt.id)
        return False


def unfit(
    session: Session, call: PlannedCall, drawn: datetime, now: datetime, *, live: bool = False
) -> str | None:
    """Why a try that was drawn for a moment must not be dialled now, or None.

    Read again at the gate. Where real telephones ring (``live``) a sampled number must be proved.
    """
    day = civil_date(now, call.zone)
    centre = register.find_centre(session, call.centre)
    assert centre is not None
    shut = closures(session, centre, day - ONE_DAY, day)
    calendar = Calendar(call.zone, register.hours(session, call.centre), shut)
    reasons = (
        (diary.is_withdrawn(session, call.plan), "the plan was withdrawn"),
        (call.disposition is Disposition.WITHDRAWN, "the call was withdrawn"),
        (not call.disposition.open, "the call was ended"),
        (line_state.stopped(session) is not None, "dialling is stopped"),
        (too_late(drawn, now), "the drawn moment has passed"),
        (call.assessor is None, "nobody could take the call"),
        (
            call.assessor is not None
            and not leaves.may_call(session, call.assessor, call.centre, now),
            "the assessor no longer takes calls, or not of this centre",
        ),
        (call.caller_number is None and not call.by_hand, "no caller number is in the pool"),
        (
            not centre.accredited_from <= day <= centre.accredited_until,
            "the centre is not accredited on that day",
        ),
        (bool(centre.status.why_not), centre.status.why_not),
        (
            not register.notice_in_force(session, call.centre, day),
            "no notice to staff is in force",
        ),
        (not is_open(calendar, now), "the centre is closed"),
        (
            incidents.paused_until(session, call.centre, now) is not None,
            "its provider has reported a major incident",
        ),
        (not register.line_serves(session, call.number, day), "the number is no longer valid"),
        (
            live
            and diary.is_sampled(session, call.plan)
            and not register.line_serves(session, call.number, day, proved=True),
            "no proving check of the number is in force",
        ),
        (
            not codes.identity_serves(session, call.identity, day),
            "the cover identity is no longer valid",
        ),
    )
    return next((reason for wrong, reason in reasons if wrong), None)


def hold_to_level(session: Session, call: PlannedCall, day: date) -> None:
    """Judge a call by the service level in force on its day, whatever was when it was planned."""
    level = register.level_in_force(session, call.centre, day)
    if level is not None and level != call.service_level:
        diary.set_service_level(session, call.id, level)


def miss(session: Session, attempt: Attempt, reason: str, now: datetime) -> bool:
    """End an attempt that was never sent, and its call as missed or withdrawn with its plan; the
    reason is journalled.
    """
    ended = attempts.end(session, attempt.id, State.INTENT, Ending.REFUSED, now, refusal=reason)
    if ended:
        tries, unmade = attempts.of_call(session, attempt.call), _unmade(session, attempt)
        diary.dispose(session, attempt.call, after_all(tries, unmade), now)
        journal.record(
            session, now, "worker", f"call {unmade}", f"call {attempt.call}", {"reason": reason}
        )
    return ended


def conclude(
    session: Session,
    attempt: Attempt,
    state: State,
    ending: Ending,
    now: datetime,
    *,
    length: int | None = None,
    sip: str = "",
    refusal: str = "",
    permanent: bool = False,
    hung_up: bool = False,
) -> bool:
    """End an attempt that is in a state, then its call, or write the new attempt that may follow.

    ``hung_up``: our side ended it while the centre's line rang, so the call is aborted. False when
    the attempt has left that state: then nothing changes.
    """
    if not attempts.end(
        session, attempt.id, state, ending, now, length=length, sip=sip, refusal=refusal
    ):
        return False
    again = None if permanent else new_attempt_at(attempt, ending, now)
    call = diary.find_call(session, attempt.call)
    if again and call and diary.dispose(session, call.id, Disposition.PLANNED, now):
        attempts.add_attempt(session, call.id, call.provider, again, attempt.drawn)
    else:
        tries = attempts.of_call(session, attempt.call)
        became = Disposition.ABORTED if hung_up else disposition_of(ending, sip)
        if became is Disposition.MISSED:
            became = _unmade(session, attempt)
        diary.dispose(session, attempt.call, after_all(tries, became), now)
    detail: dict[str, object] = {"ending": ending, "ordinal": attempt.ordinal, "again": bool(again)}
    if refusal:
        detail["refusal"] = refusal
    journal.record(session, now, "worker", "attempt ended", f"call {attempt.call}", detail)
    return True


def _unmade(session: Session, attempt: Attempt) -> Disposition:
    """What a call is that wasn't made: withdrawn with its plan, else missed."""
    call = diary.find_call(session, attempt.call)
    withdrawn = call is not None and diary.is_withdrawn(session, call.plan)
    return Disposition.WITHDRAWN if withdrawn else Disposition.MISSED


def _dial(desk: Desk, attempt: Attempt) -> bool:
    ring = _claim(desk, attempt)
    if ring is None:
        return False
    claimed_at, request = ring
    if desk.high_water:
        desk.high_water.note(attempt.id, claimed_at)
    if desk.clock() > claimed_at + POST_DEADLINE:
        late = NotPlaced("nothing was sent in time", permanent=False)
        _refused(desk, attempt, late, request.caller)
        return False
    try:
        sid = desk.telephone.ring(request)
    except NotPlaced as error:
        _refused(desk, attempt, error, request.caller)
    except PerhapsPlaced:
        with desk.sessions.begin() as session:
            now = desk.clock()
            if attempts.asked(session, attempt.id, now):
                diary.dispose(session, attempt.call, Disposition.UNKNOWN, now)
                journal.record(session, now, "worker", "attempt unknown", f"call {attempt.call}")
    else:
        with desk.sessions.begin() as session:
            adopt(session, attempt, sid, desk.clock())
    return True


def _refused(desk: Desk, attempt: Attempt, error: NotPlaced, caller: str) -> None:
    """End an attempt that was never placed; whoever refuses our account stops all dialling.

    What was heard of the attempt meanwhile outweighs the refusal.
    """
    with desk.sessions.begin() as session:
        now = desk.clock()
        if error.caller_refused:
            pooling.refuse(session, caller, now)
        conclude(
            session,
            attempt,
            State.SENDING,
            Ending.REFUSED,
            now,
            refusal=str(error),
            permanent=error.permanent,
        )
        if error.stop_dialling:
            stop_refused(session, now)


def account_refused(desk: Desk) -> None:
    """Stop all dialling because a look was refused; not where every call is made by hand anyway."""
    with desk.sessions.begin() as session:
        if caller_pool.caller_numbers(session):
            stop_refused(session, desk.clock())


def stop_refused(session: Session, now: datetime) -> None:
    """Stop all dialling, because the network refuses our account."""
    if line_state.stop(session, ACCOUNT_REFUSED, now):
        why: dict[str, object] = {"why": ACCOUNT_REFUSED}
        journal.record(session, now, "worker", "dialling stopped", "line", why)


def adopt(session: Session, attempt: Attempt, sid: str, now: datetime) -> bool:
    """Let the first sid own an attempt; any other is an alarm in the journal, once."""
    if attempt.call_sid == sid:
        return True  # an owner stays
    if attempts.adopt(session, attempt.token, sid, now):
        diary.dispose(session, attempt.call, Disposition.RUNNING, now)
        return True
    if attempts.owner(session, attempt.token) == sid:
        return True
    if attempts.note_callback(
        session,
        attempt.id,
        call_sid=sid,
        parent_sid="",
        status="second sid",
        sequence=0,
        told_at=now,
        now=now,
    ):
        journal.record(session, now, "worker", "second sid for a token", f"call {attempt.call}")
    return False


def _claim(desk: Desk, attempt: Attempt) -> tuple[datetime, Ring] | None:
    """Check and claim in one transaction; answers the request to make, or None."""
    with desk.sessions.begin() as session:
        now = desk.clock()
        if line_state.stopped(session) is not None or not attempts.hold(session, attempt.id):
            return None
        call = diary.find_call(session, attempt.call)
        assert call is not None
        if call.by_hand:
            return None  # its assessor dials
        why_not = unfit(session, call, attempt.drawn, now, live=desk.live)
        if why_not is not None:
            miss(session, attempt, why_not, now)
            return None
        if desk.softphone and ways.of_call(session, call) is Way.SOFTPHONE:
            return None  # the browser calls in; a moment that passes is missed above
        assert call.assessor is not None
        assert call.caller_number is not None
        to = people.telephone_of(session, desk.vault, call.assessor)
        caller = caller_of(session, call, now)
        if to is None or caller is None:
            missing = "the assessor has no telephone" if to is None else "the caller number is gone"
            miss(session, attempt, missing, now)
            return None
        centre = register.contact_number(session, call.number).e164
        if desk.live and any(is_drama(number) for number in (to, centre)):
            miss(session, attempt, "the live telephone rings no number reserved for drama", now)
            return None
        if not attempts.claim(session, attempt.id, desk.owner, now):
            return None
        diary.dispose(session, call.id, Disposition.RUNNING, now)
        return now, Ring(
            to=to,
            caller=caller,
            answer_url=hook(desk.hooks, attempt.token, "answer"),
            status_url=hook(desk.hooks, attempt.token, "status"),
            timeout=RING_SECONDS,
        )


def caller_of(session: Session, call: PlannedCall, now: datetime) -> str | None:
    """The dealt number, or another one where the pool has lost it since."""
    assert call.caller_number is not None
    dealt = caller_pool.caller_number(session, call.caller_number)
    if dealt is not None:
        return dealt
    another = caller_pool.deal_another(session, call.id, call.centre)
    if another is None:
        return None
    journal.record(session, now, "worker", "caller number dealt anew", f"call {call.id}")
    return caller_pool.caller_number(session, another)


def hook(origin: str, token: str, step: str) -> str:
    """The address of one of our hooks; the attempt's token rides in its path."""
    return f"{origin}/hooks/calls/{token}/{step}"

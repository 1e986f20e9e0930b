"""Settles what callbacks left open: asks the network, and makes every missed call visible.

Nothing here ever dials. A call whose outcome was ever unknown is not dialled again at that moment.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from config import journal
from config.presence import CLOCK_SKEW, is_present
from scheduler import attempts, caller_pool, diary, worklist
from scheduler.dialling import Desk, adopt, conclude, each_alone, is_behind, miss
from scheduler.outcome import (
    LATEST_DIAL,
    POST_DEADLINE,
    QUIET_LEG,
    SECOND_LISTING,
    SETTLE,
    Attempt,
    Disposition,
    Ending,
    State,
    ending_of_dial,
    is_by_hand,
    is_cut_off,
    too_late,
)
from scheduler.people import telephone_of
from scheduler.telephone import PerhapsPlaced

POST_TIMEOUT = timedelta(seconds=10)
SEVERAL = "several calls could be this one"
LATEST_PLACED = POST_DEADLINE + POST_TIMEOUT + CLOCK_SKEW  # after the claim


def give_up_dead_owners(desk: Desk) -> int:
    """Whatever was being sent by a worker that is gone is unknown; answers how many."""
    return _forget_senders(desk, claimed_before=None)


def reconcile(desk: Desk) -> int:
    """Look up unknown attempts and quiet legs; answers how many were asked about."""
    now = desk.clock()
    # A request that began so long ago has ended, whatever became of the one who made it.
    _forget_senders(desk, now - LATEST_PLACED)
    with desk.sessions.reading() as session:
        unknown = [
            attempt
            for attempt in worklist.in_state(session, State.UNKNOWN, rehearsed=desk.rehearsed)
            if attempt.claimed_at and now >= (attempt.heard_at or attempt.claimed_at) + SETTLE
        ]
        quiet = [
            attempt
            for attempt in worklist.in_state(
                session, State.CREATED, State.DIALLING, rehearsed=desk.rehearsed
            )
            if now - (attempt.heard_at or attempt.claimed_at or attempt.due) > QUIET_LEG
            and not is_by_hand(attempt)
        ]
    looked_up = sum(each_alone("looking up", a, lambda a: _look_up(desk, a)) for a in unknown)
    asked = sum(each_alone("asking about", a, lambda a: _ask_about(desk, a)) for a in quiet)
    return looked_up + asked


def expire(desk: Desk) -> int:
    """End as missed whatever was never sent and is too late; answers how many calls.

    Of a database that is behind nobody knows what was never sent.
    """
    if is_behind(desk):
        return 0
    now = desk.clock()
    with desk.sessions.reading() as session:
        due = worklist.due(session, now, 10_000, desk.rehearsed)
    late = [attempt for attempt in due if too_late(attempt.drawn, now)]
    return sum(each_alone("expiring", attempt, lambda a: _expire(desk, a)) for attempt in late)


def _expire(desk: Desk, attempt: Attempt) -> bool:
    # One a transaction: the journal is held last, or who holds attempts for it would wait for ever.
    with desk.sessions.begin() as session:
        return miss(session, attempt, "the drawn moment has passed", desk.clock())


def _forget_senders(desk: Desk, claimed_before: datetime | None) -> int:
    with desk.sessions.begin() as session:
        now = desk.clock()
        forgotten = [
            attempt
            for attempt in worklist.in_state(session, State.SENDING, rehearsed=desk.rehearsed)
            if _gone(session, desk, attempt)
            or (claimed_before and attempt.claimed_at and attempt.claimed_at < claimed_before)
            if attempts.forget_owner(session, attempt.id)
        ]
        for attempt in forgotten:
            diary.dispose(session, attempt.call, Disposition.UNKNOWN, now)
            journal.record(session, now, desk.owner, "attempt unknown", f"call {attempt.call}")
        return len(forgotten)


def _gone(session: Session, desk: Desk, attempt: Attempt) -> bool:
    """Whether the worker that claimed an attempt is no longer at work."""
    own = attempt.owner == desk.owner
    return not own and not is_present(session, attempt.owner or "")


def _look_up(desk: Desk, attempt: Attempt) -> None:
    """One new sid on the line: adopt it. Several: leave it to a person. None, twice: not placed.

    A worker that stood still may send long after its claim: while it is at work and hasn't said
    that its request has ended, only it may call that not placed.
    """
    assert attempt.claimed_at is not None
    with desk.sessions.reading() as session:
        to, caller = _line(desk, session, attempt)
    if to is None:
        return
    try:
        legs = desk.telephone.rung(to, attempt.claimed_at - CLOCK_SKEW)
    except PerhapsPlaced:
        return  # a listing that failed says nothing
    # A restored attempt has no owner: it was claimed when its line was free, at the latest so late.
    latest = attempt.claimed_at + LATEST_PLACED + (timedelta() if attempt.owner else LATEST_DIAL)
    if attempt.heard_at:
        latest = max(latest, attempt.heard_at + CLOCK_SKEW)
    with desk.sessions.begin() as session:
        now = desk.clock()
        known = attempts.known_sids(session, tuple(leg.sid for leg in legs))
        new = [
            leg
            for leg in legs
            if leg.sid not in known
            and not leg.parent_sid
            and caller in (None, leg.caller)
            and leg.created_at <= latest
        ]
        if len(new) == 1:
            adopt(session, attempt, new[0].sid, now)
        elif new:
            named = ", ".join(leg.sid for leg in new)
            if attempts.leave_to_a_person(session, attempt.id, f"{SEVERAL}: {named}"):
                sids: dict[str, object] = {"sids": [leg.sid for leg in new]}
                journal.record(session, now, "worker", "several sids", f"call {attempt.call}", sids)
        elif _may_still_send(session, desk, attempt):
            return
        elif attempt.listed_empty_at is None:
            attempts.listed_empty(session, attempt.id, now)
        elif now >= attempt.listed_empty_at + SECOND_LISTING:
            conclude(session, attempt, State.UNKNOWN, Ending.NOT_PLACED, now)


def _may_still_send(session: Session, desk: Desk, attempt: Attempt) -> bool:
    own = attempt.owner in (None, desk.owner)
    return not own and attempt.heard_at is None and is_present(session, attempt.owner or "")


def _ask_about(desk: Desk, attempt: Attempt) -> None:
    """A leg of which nothing was heard for a while: the network's own word settles it."""
    assert attempt.call_sid is not None
    try:
        parent = desk.telephone.leg(attempt.call_sid)
        children = desk.telephone.children(attempt.call_sid)
    except PerhapsPlaced:
        return
    with desk.sessions.begin() as session:
        now = desk.clock()
        child = children[0] if children else None
        if child is not None:
            attempts.measure(session, attempt.id, child_sid=child.sid)
        if child is not None and child.over:
            ending = ending_of_dial(child.status, answered=attempt.answered_at is not None)
            conclude(
                session,
                attempt,
                attempt.state,
                ending,
                now,
                length=child.length,
                hung_up=is_cut_off(child.status, attempt),
            )
        elif child is None and parent.over:
            conclude(session, attempt, attempt.state, _without_child(attempt), now)
        else:
            attempts.heard(session, attempt.id, now)


def _without_child(attempt: Attempt) -> Ending:
    gate_passed = attempt.state is State.DIALLING
    return Ending.NEVER_DIALLED if gate_passed else Ending.ASSESSOR_ABSENT


def _line(desk: Desk, session: Session, attempt: Attempt) -> tuple[str | None, str | None]:
    """The numbers that were to be rung and shown; None where it is no longer known."""
    call = diary.find_call(session, attempt.call)
    if call is None or call.assessor is None:
        return None, None
    caller = caller_pool.caller_number(session, call.caller_number) if call.caller_number else None
    return telephone_of(session, desk.vault, call.assessor), caller

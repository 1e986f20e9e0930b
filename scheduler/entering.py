"""Lets a browser's call in, by the same gate: claimed, owned and through, in one transaction.

The worker doesn't dial such an attempt; it only ends it once its moment has passed.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from config import journal
from config.database import Sessions
from scheduler import attempts, diary, line_state, register, ways
from scheduler.call import PlannedCall
from scheduler.contact_number import is_drama
from scheduler.dialling import adopt, caller_of, unaware, unfit
from scheduler.hearing import DialCentre, to_the_centre
from scheduler.high_water import HighWater
from scheduler.outcome import State, too_late
from scheduler.way import Way

OWNER = "softphone"  # a claim that is never seen as sending: no worker holds it, none lets it go

PASS_BEFORE = timedelta(minutes=10)  # a pass is given from so long before the due moment


class EntryRefused(Exception):
    """Why a browser may not call in, in a sentence for its assessor."""


def choose_usual(sessions: Sessions, person: UUID, way: Way, now: datetime) -> None:
    """Keep the way that an assessor takes as a rule."""
    with sessions.begin() as session:
        ways.set_usual(session, person, way)
        journal.record(
            session, now, str(person), "usual way chosen", f"person {person}", {"way": way}
        )


def choose(sessions: Sessions, call: UUID, person: UUID, way: Way, now: datetime) -> None:
    """Keep the way for one call of an assessor. Raises EntryRefused from its moment on."""
    with sessions.begin() as session:
        attempt = attempts.of_call(session, call)[-1]
        if attempt.state is not State.INTENT or now >= attempt.due:
            raise EntryRefused("The call's moment has come: its way stays as it is.")
        ways.choose(session, call, person, way)
        journal.record(session, now, str(person), "way chosen", f"call {call}", {"way": way})


def attempt_to_enter(sessions: Sessions, call: UUID, person: UUID, now: datetime) -> str:
    """The token of the attempt for which the drawn assessor's browser may have a pass now.

    Raises EntryRefused before its time, after it, or where the call comes by telephone.
    """
    with sessions.reading() as session:
        planned = diary.find_call(session, call)
        if planned is None or planned.assessor != person:
            raise EntryRefused("This call isn't yours.")
        attempt = attempts.of_call(session, call)[-1]
        way = ways.of_call(session, planned)
    if way is not Way.SOFTPHONE:
        raise EntryRefused("This call comes by telephone: yours is rung at its moment.")
    if attempt.state in (State.CREATED, State.DIALLING):
        return attempt.token  # a pass that runs out during the call is renewed
    if attempt.state is not State.INTENT or too_late(attempt.drawn, now):
        raise EntryRefused("The moment of this call has passed: it can't begin any more.")
    if now < attempt.due - PASS_BEFORE:
        raise EntryRefused("It is too early: a call can be made ready ten minutes before it.")
    return attempt.token


def identity(person: UUID) -> str:
    """Who a browser is to the network: an id that names nobody."""
    return person.hex


def browser_called(
    sessions: Sessions,
    token: str,
    call_sid: str,
    caller: str,
    now: datetime,
    *,
    high_water: HighWater | None = None,
    live: bool = False,
) -> DialCentre | None:
    """Let the call of the drawn assessor's browser through; None means hang up.

    ``caller`` is the client that the network says is calling. The same leg asking again is told
    the same; another leg finds the attempt owned.
    """
    with sessions.begin() as session:
        attempt = attempts.by_token(session, token)
        call = diary.find_call(session, attempt.call) if attempt else None
        if attempt is None or call is None or call.assessor is None:
            return None
        if caller != f"client:{identity(call.assessor)}":
            return None
        if attempt.state is State.INTENT:
            if now < attempt.due or not _may_enter(
                session, call, attempt.drawn, now, high_water, live=live
            ):
                return None
            free = (
                not attempts.known_sids(session, (call_sid,))
                and attempts.hold(session, attempt.id)
                and attempts.claim(session, attempt.id, OWNER, now)
            )
            if not free:
                return None  # the leg is another call's, a worker has it, or the line is taken
            adopt(session, attempt, call_sid, now)
            attempt = replace(
                attempt, state=State.CREATED, call_sid=call_sid, owner=OWNER, claimed_at=now
            )
        centre = to_the_centre(session, attempt, call_sid, now, live=live)
    if centre is not None and high_water is not None and attempt.claimed_at is not None:
        high_water.note(attempt.id, attempt.claimed_at)  # before the network is told to dial
    return centre


def _may_enter(
    session: Session,
    call: PlannedCall,
    drawn: datetime,
    now: datetime,
    high_water: HighWater | None,
    *,
    live: bool,
) -> bool:
    """Whether the browser's call may claim: what the worker asks before it dials."""
    number = register.contact_number(session, call.number).e164
    return (
        ways.of_call(session, call) is Way.SOFTPHONE
        and diary.plan(session, call.plan).purpose != "rehearsal"
        and line_state.stopped(session) is None
        and not unaware(session, high_water)
        and unfit(session, call, drawn, now, live=live) is None
        and caller_of(session, call, now) is not None
        and not (live and is_drama(number))
    )

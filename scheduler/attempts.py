"""The place of attempts: every step of the protocol is one conditional UPDATE, its count looked at.

States only move downwards (intent, sending, unknown, created, dialling, ended), so a callback that
comes late, twice or out of order changes nothing.
"""

import secrets
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Row, Update, bindparam, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from config.database import changed, insert_once
from scheduler.diary_rows import AttemptRow, CallbackRow, PlannedCallRow, SamplingPlanRow
from scheduler.outcome import BY_HAND, Attempt, Ending, State

# Every post of the network asks these: made once, of columns, and asked of the connection they cost
# a third of what rows do.
TABLE = AttemptRow.metadata.tables[AttemptRow.__tablename__]
BY_TOKEN = select(TABLE).where(TABLE.c.token == bindparam("token"))
OF_ATTEMPT = update(TABLE).where(TABLE.c.id == bindparam("attempt"))
FIRST = {"child_sid": "child", "rang_at": "rang", "answered_at": "answered"}
MEASURE = OF_ATTEMPT.values(
    heard_at=func.coalesce(bindparam("heard", type_=TABLE.c.heard_at.type), TABLE.c.heard_at),
    **{
        name: func.coalesce(TABLE.c[name], bindparam(given, type_=TABLE.c[name].type))
        for name, given in FIRST.items()
    },
)


def add_attempt(
    session: Session, call: UUID, provider: UUID, due: datetime, drawn: datetime | None = None
) -> None:
    """Write the intent of the next attempt of a call, with a token of its own.

    ``drawn`` is the moment that chance gave to this try, by default when it is due.
    """
    before = select(func.count()).where(AttemptRow.call_id == call)
    session.add(
        AttemptRow(
            id=uuid4(),
            call_id=call,
            provider_id=provider,
            ordinal=(session.scalar(before) or 0) + 1,
            due=due,
            drawn_moment=drawn or due,
            token=secrets.token_hex(16),
            state=State.INTENT,
        )
    )


def by_token(session: Session, token: str) -> Attempt | None:
    """The attempt that a callback's path names, or None."""
    row = session.connection().execute(BY_TOKEN, {"token": token}).first()
    return None if row is None else _attempt(row)


def of_call(session: Session, call: UUID) -> tuple[Attempt, ...]:
    """The attempts of a call, in order."""
    return select_attempts(session, AttemptRow.call_id == call)


def select_attempts(
    session: Session, *conditions: ColumnElement[bool], limit: int | None = None
) -> tuple[Attempt, ...]:
    """The attempts of which some conditions hold, the longest due first."""
    query = (
        select(AttemptRow)
        .join(PlannedCallRow, AttemptRow.call_id == PlannedCallRow.id)
        .join(SamplingPlanRow, PlannedCallRow.plan_id == SamplingPlanRow.id)
        .where(*conditions)
        .order_by(AttemptRow.due, AttemptRow.ordinal)
        .limit(limit)
    )
    return tuple(_attempt(row) for row in session.scalars(query))


def known_sids(session: Session, sids: tuple[str, ...]) -> frozenset[str]:
    """Which of the sids some attempt owns already."""
    owned = session.scalars(select(AttemptRow.call_sid).where(AttemptRow.call_sid.in_(sids)))
    return frozenset(sid for sid in owned if sid)


# --- the protocol -------------------------------------------------------------------------------


def claim(session: Session, attempt: UUID, owner: str, now: datetime) -> bool:
    """intent → sending: at most one worker gets it, and only on a free line of the provider."""
    try:
        with session.begin_nested():
            return _move(
                session,
                AttemptRow.id == attempt,
                (State.INTENT,),
                state=State.SENDING,
                owner=owner,
                claimed_at=now,
            )
    except IntegrityError:
        return False


def hold(session: Session, attempt: UUID) -> bool:
    """Whether an intent is still there and no other worker is just claiming it; then it is ours."""
    row = select(AttemptRow.id).where(AttemptRow.id == attempt, AttemptRow.state == State.INTENT)
    return session.scalar(row.with_for_update(skip_locked=True)) is not None


def doubt(session: Session, attempt: Attempt) -> bool:
    """intent → unknown: a restored intent may have been dialled since; once its line is free."""
    try:
        with session.begin_nested():
            return _move(
                session,
                AttemptRow.id == attempt.id,
                (State.INTENT,),
                state=State.UNKNOWN,
                ever_unknown=True,
                claimed_at=attempt.due,
            )
    except IntegrityError:
        return False


def forget_owner(session: Session, attempt: UUID) -> bool:
    """sending → unknown: the worker died or couldn't tell."""
    return _move(
        session,
        AttemptRow.id == attempt,
        (State.SENDING,),
        state=State.UNKNOWN,
        ever_unknown=True,
    )


def asked(session: Session, attempt: UUID, now: datetime) -> bool:
    """sending → unknown, told by the worker whose request has ended; False when it was so already.

    Until now it may have been sent, so what was looked up before says nothing.
    """
    _move(
        session,
        AttemptRow.id == attempt,
        (State.SENDING, State.UNKNOWN),
        heard_at=now,
        listed_empty_at=None,
    )
    return forget_owner(session, attempt)


def adopt(session: Session, token: str, call_sid: str, now: datetime) -> bool:
    """sending or unknown → created: the first parent sid that is seen for a token owns it.

    False when the token has its sid, or the sid its token.
    """
    try:
        with session.begin_nested():
            return _move(
                session,
                (AttemptRow.token == token) & AttemptRow.call_sid.is_(None),
                (State.SENDING, State.UNKNOWN),
                state=State.CREATED,
                call_sid=call_sid,
                heard_at=now,
            )
    except IntegrityError:
        return False


def owner(session: Session, token: str) -> str | None:
    """The parent sid that owns a token, or None."""
    return session.scalar(select(AttemptRow.call_sid).where(AttemptRow.token == token))


def pass_gate(session: Session, token: str, call_sid: str, now: datetime) -> bool:
    """created → dialling: the one UPDATE after which the centre is rung."""
    return _move(
        session,
        (AttemptRow.token == token)
        & (AttemptRow.call_sid == call_sid)
        & AttemptRow.dial_sid.is_(None),
        (State.CREATED,),
        state=State.DIALLING,
        dial_sid=call_sid,
        dialled_at=now,
        heard_at=now,
    )


def end(
    session: Session,
    attempt: UUID,
    state: State,
    ending: Ending,
    now: datetime,
    *,
    length: int | None = None,
    sip: str = "",
    refusal: str = "",
) -> bool:
    """One open state → ended; the first ending that is told stays.

    An ending that speaks of one state (refused while sending, absent before the gate) loses
    against whatever moved the attempt on meanwhile.
    """
    return _move(
        session,
        AttemptRow.id == attempt,
        (state,),
        state=State.ENDED,
        ending=ending,
        ended_at=now,
        length=length,
        sip=sip or None,
        refusal=refusal[:200] or None,
    )


def dial_by_hand(session: Session, attempt: UUID, now: datetime) -> bool:
    """intent → dialling: the gate of a call that the assessor dials; on a free line, once."""
    try:
        with session.begin_nested():
            return _move(
                session,
                AttemptRow.id == attempt,
                (State.INTENT,),
                state=State.DIALLING,
                owner=BY_HAND,
                claimed_at=now,
                dial_sid=BY_HAND,
                dialled_at=now,
                heard_at=now,
            )
    except IntegrityError:
        return False


def heard(session: Session, attempt: UUID, now: datetime) -> None:
    """Remember when the network last told something of an attempt."""
    session.connection().execute(OF_ATTEMPT, {"attempt": attempt, "heard_at": now})


def leave_to_a_person(session: Session, attempt: UUID, reason: str) -> bool:
    """Keep why an unknown attempt can't be settled; False when that was said before."""
    return _move(
        session,
        (AttemptRow.id == attempt) & AttemptRow.refusal.is_(None),
        (State.UNKNOWN,),
        refusal=reason[:200],
    )


def listed_empty(session: Session, attempt: UUID, now: datetime) -> None:
    """Remember the first look-up that found nothing."""
    session.execute(
        update(AttemptRow)
        .where(AttemptRow.id == attempt, AttemptRow.listed_empty_at.is_(None))
        .values(listed_empty_at=now)
    )


def measure(
    session: Session,
    attempt: UUID,
    *,
    child_sid: str,
    rang_at: datetime | None = None,
    answered_at: datetime | None = None,
    heard_at: datetime | None = None,
) -> None:
    """Keep what the network told of the centre's leg; the first telling of each stays.

    ``heard_at`` is when it told something, where that is new.
    """
    told = {"child": child_sid, "rang": rang_at, "answered": answered_at, "heard": heard_at}
    session.connection().execute(MEASURE, {"attempt": attempt, **told})


def note_callback(
    session: Session,
    attempt: UUID,
    *,
    call_sid: str,
    parent_sid: str,
    status: str,
    sequence: int,
    told_at: datetime,
    now: datetime,
) -> bool:
    """Keep a callback once; False when it was told before."""
    return insert_once(
        session,
        CallbackRow(
            id=uuid4(),
            attempt_id=attempt,
            call_sid=call_sid,
            parent_sid=parent_sid,
            status=status,
            sequence=sequence,
            told_at=told_at,
            received_at=now,
        ),
    )


def _move(
    session: Session, which: ColumnElement[bool], states: tuple[State, ...], **values: object
) -> bool:
    moved: Update = (
        update(AttemptRow)
        .where(which, AttemptRow.state.in_([str(state) for state in states]))
        .values(**values)
    )
    return changed(session, moved.execution_options(synchronize_session=False)) == 1


def _attempt(row: AttemptRow | Row[Any]) -> Attempt:
    return Attempt(
        id=row.id,
        call=row.call_id,
        ordinal=row.ordinal,
        due=row.due,
        drawn=row.drawn_moment,
        token=row.token,
        state=State(row.state),
        ending=Ending(row.ending) if row.ending else None,
        ever_unknown=row.ever_unknown,
        call_sid=row.call_sid,
        dial_sid=row.dial_sid,
        child_sid=row.child_sid,
        owner=row.owner,
        claimed_at=row.claimed_at,
        heard_at=row.heard_at,
        rang_at=row.rang_at,
        answered_at=row.answered_at,
        listed_empty_at=row.listed_empty_at,
        refusal=row.refusal or "",
    )

"""The place of what is still to do: which attempts are due, open, or left to a person.

Workers look here, tick by tick; what they then do with one attempt is a step of ``attempts``.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from scheduler.attempts import select_attempts
from scheduler.diary_rows import AttemptRow, PlannedCallRow, SamplingPlanRow
from scheduler.outcome import Attempt, State


def due(session: Session, now: datetime, limit: int, rehearsed: UUID | None) -> tuple[Attempt, ...]:
    """The intents that are due, the longest due first, of one rehearsed plan or of real ones."""
    return select_attempts(
        session,
        AttemptRow.state == State.INTENT,
        AttemptRow.due <= now,
        _of_plan(rehearsed),
        limit=limit,
    )


def next_due(session: Session, rehearsed: UUID | None) -> datetime | None:
    """When the next intent is due, or None."""
    first = select_attempts(session, AttemptRow.state == State.INTENT, _of_plan(rehearsed), limit=1)
    return first[0].due if first else None


def in_state(session: Session, *states: State, rehearsed: UUID | None) -> tuple[Attempt, ...]:
    """The attempts in one of the states."""
    wanted = AttemptRow.state.in_([str(state) for state in states])
    return select_attempts(session, wanted, _of_plan(rehearsed))


def unsettled(session: Session, now: datetime) -> int:
    """How many real attempts are due or under way; those that wait for a person don't count."""
    waits = (AttemptRow.state == State.UNKNOWN) & AttemptRow.refusal.is_not(None)
    return len(
        select_attempts(
            session,
            AttemptRow.state != State.ENDED,
            (AttemptRow.state != State.INTENT) | (AttemptRow.due <= now),
            ~waits,
            _of_plan(None),
        )
    )


def left_to_persons(session: Session) -> int:
    """How many unknown attempts could be one of several calls of the network."""
    waits = (AttemptRow.state == State.UNKNOWN) & AttemptRow.refusal.is_not(None)
    return len(select_attempts(session, waits))


def was_claimed(session: Session, attempt: UUID) -> bool:
    """Whether the database knows of an attempt's claim."""
    return bool(session.scalar(select(AttemptRow.claimed_at).where(AttemptRow.id == attempt)))


def last_claimed(session: Session) -> tuple[UUID, datetime] | None:
    """The attempt that was claimed last, and when; None where none was."""
    row = session.execute(
        select(AttemptRow.id, AttemptRow.claimed_at)
        .where(AttemptRow.claimed_at.is_not(None))
        .order_by(AttemptRow.claimed_at.desc())
        .limit(1)
    ).first()
    return (row[0], row[1]) if row and row[1] else None


def _of_plan(rehearsed: UUID | None) -> ColumnElement[bool]:
    """A rehearsal plays its own plan and nothing else; real life leaves every rehearsal alone."""
    if rehearsed is not None:
        return PlannedCallRow.plan_id == rehearsed
    return SamplingPlanRow.purpose != "rehearsal"

"""The place of alarms, and of the workers whose silence raises one."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from config.database import changed, insert_once
from scheduler.alarm import MOST_TELLINGS, Alarm, Kind, WorkerSeen, back_off
from scheduler.alarm_rows import AlarmRow, WorkerRow

IS_OPEN = AlarmRow.ended_at.is_(None)


def lasting(session: Session) -> tuple[Alarm, ...]:
    """The alarms that haven't ended, the oldest first."""
    return _select(session, IS_OPEN)


def ended_since(session: Session, since: datetime, limit: int) -> tuple[Alarm, ...]:
    """The alarms that ended since a moment, the oldest first."""
    return _select(session, AlarmRow.ended_at >= since, limit=limit)


def note(session: Session, kind: Kind, about: str, now: datetime) -> bool:
    """Raise an alarm; False while it lasts already."""
    row = AlarmRow(id=uuid4(), kind=kind, about=about, raised_at=now, tries=0, next_try_at=now)
    return insert_once(session, row)


def end(session: Session, alarm: UUID, now: datetime) -> bool:
    """End an alarm; False when it has ended."""
    ended = update(AlarmRow).where(AlarmRow.id == alarm, IS_OPEN).values(ended_at=now)
    return changed(session, ended) == 1


def untold(session: Session, now: datetime, limit: int) -> tuple[Alarm, ...]:
    """The lasting alarms that are still to be told elsewhere, and whose next try is due."""
    return _select(
        session,
        IS_OPEN,
        AlarmRow.told_at.is_(None),
        AlarmRow.tries < MOST_TELLINGS,
        AlarmRow.next_try_at <= now,
        limit=limit,
    )


def claim_telling(session: Session, alarm: Alarm, now: datetime) -> bool:
    """Take it on oneself to tell an alarm, once for all processes."""
    claim = update(AlarmRow).where(AlarmRow.id == alarm.id, AlarmRow.tries == alarm.tries)
    later = {"tries": alarm.tries + 1, "next_try_at": now + back_off(alarm.tries)}
    return changed(session, claim.values(later)) == 1


def told(session: Session, alarm: UUID, now: datetime) -> None:
    """Remember that an alarm was told."""
    session.execute(update(AlarmRow).where(AlarmRow.id == alarm).values(told_at=now))


def _select(
    session: Session, *conditions: ColumnElement[bool], limit: int | None = None
) -> tuple[Alarm, ...]:
    query = select(AlarmRow).where(*conditions).order_by(AlarmRow.raised_at, AlarmRow.id)
    return tuple(
        Alarm(
            id=row.id,
            kind=Kind(row.kind),
            about=row.about,
            raised_at=row.raised_at,
            ended_at=row.ended_at,
            told_at=row.told_at,
            tries=row.tries,
        )
        for row in session.scalars(query.limit(limit))
    )


# --- workers ------------------------------------------------------------------------------------


def worker_ticked(session: Session, name: str, now: datetime) -> None:
    """Say that a worker finished a tick."""
    ticked = update(WorkerRow).where(WorkerRow.name == name).values(at=now)
    if changed(session, ticked) == 0:
        insert_once(session, WorkerRow(name=name, since=now, at=now))


def worker_left(session: Session, name: str) -> None:
    """A worker that ends on purpose is not missed."""
    session.execute(delete(WorkerRow).where(WorkerRow.name == name))


def workers(session: Session) -> tuple[WorkerSeen, ...]:
    """The workers that have ticked and not said goodbye."""
    return tuple(
        WorkerSeen(row.name, row.since, row.at) for row in session.scalars(select(WorkerRow))
    )


def forget_workers(session: Session, before: datetime) -> None:
    """Forget those that last ticked before a moment."""
    session.execute(delete(WorkerRow).where(WorkerRow.at < before))

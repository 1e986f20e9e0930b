"""The place of what the whole line does: heartbeats, and whether dialling is stopped."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from config.database import changed, insert_once
from scheduler.diary_rows import DiallingStopRow, HeartbeatRow


def beat(session: Session, name: str, now: datetime) -> None:
    """Say that a process finished a tick."""
    session.merge(HeartbeatRow(name=name, at=now))


def last_beat(session: Session, name: str) -> datetime | None:
    """When a process last finished a tick."""
    row = session.get(HeartbeatRow, name)
    return row.at if row else None


def stopped(session: Session) -> tuple[datetime, str] | None:
    """Since when and why dialling is stopped, or None."""
    row = session.get(DiallingStopRow, 1)
    return (row.at, row.reason) if row else None


def stop(session: Session, reason: str, now: datetime) -> bool:
    """Stop dialling; False when it is stopped already, and the first reason stays."""
    return insert_once(session, DiallingStopRow(id=1, at=now, reason=reason[:300]))


def resume(session: Session) -> bool:
    """Let dialling go on; False when it does."""
    return changed(session, delete(DiallingStopRow)) > 0

"""The place of the marks that assessors set on their calls."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from config.database import changed, insert_once
from scheduler.diary_rows import MarkRow


def add(session: Session, call: UUID, kind: str, at: datetime) -> bool:
    """Keep a mark of the assessor's; the first of its kind counts."""
    return insert_once(session, MarkRow(id=uuid4(), call_id=call, kind=kind, at=at))


def remove(session: Session, call: UUID, kind: str) -> datetime | None:
    """Take a mark away; answers when it was set, or None where there is none."""
    which = (MarkRow.call_id == call) & (MarkRow.kind == kind)
    at = session.scalar(select(MarkRow.at).where(which))
    return at if changed(session, delete(MarkRow).where(which)) == 1 else None


def of_call(session: Session, call: UUID) -> tuple[tuple[str, datetime], ...]:
    """The marks of a call, in order."""
    rows = session.execute(
        select(MarkRow.kind, MarkRow.at).where(MarkRow.call_id == call).order_by(MarkRow.at)
    )
    return tuple((row.kind, row.at) for row in rows)

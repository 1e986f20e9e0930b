"""The place of the marks that assessors set on their calls."""

from collections.abc import Sequence
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
    return of_calls(session, [call])[call]


def of_calls(
    session: Session, calls: Sequence[UUID]
) -> dict[UUID, tuple[tuple[str, datetime], ...]]:
    """The marks of several calls, each in order; a call without one has none."""
    found: dict[UUID, list[tuple[str, datetime]]] = {call: [] for call in calls}
    which = MarkRow.call_id.in_(calls)
    for row in session.scalars(select(MarkRow).where(which).order_by(MarkRow.at)):
        found[row.call_id].append((row.kind, row.at))
    return {call: tuple(marks) for call, marks in found.items()}

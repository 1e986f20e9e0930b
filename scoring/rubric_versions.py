"""The place of rubrics: immutable versions of their texts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from scoring.ledger_rows import RubricVersionRow
from scoring.rubric import Rubric, fingerprint, from_json, to_json


def keep_rubrics(session: Session, rubrics: Iterable[Rubric], now: datetime) -> None:
    """Store each text once as an immutable version; the stated ones become the current ones."""
    session.execute(update(RubricVersionRow).values(current=False))
    for rubric in rubrics:
        mark = fingerprint(rubric)
        row = session.scalar(
            select(RubricVersionRow).where(
                RubricVersionRow.name == rubric.name, RubricVersionRow.fingerprint == mark
            )
        )
        if row is None:
            row = RubricVersionRow(
                id=uuid4(),
                name=rubric.name,
                version=rubric.version,
                fingerprint=mark,
                body=to_json(rubric),
                loaded_at=now,
            )
            session.add(row)
        row.current = True


def current_rubric(session: Session, name: str) -> UUID:
    """The version of a rubric that a new assessment is scored by."""
    return session.scalars(
        select(RubricVersionRow.id).where(RubricVersionRow.name == name, RubricVersionRow.current)
    ).one()


def current_rubrics(session: Session) -> tuple[tuple[UUID, Rubric], ...]:
    """The current versions, by name."""
    rows = session.scalars(
        select(RubricVersionRow).where(RubricVersionRow.current).order_by(RubricVersionRow.name)
    )
    return tuple((row.id, from_json(row.body)) for row in rows)


def rubric(session: Session, version: UUID) -> Rubric:
    """One version."""
    return from_json(session.get_one(RubricVersionRow, version).body)


@dataclass(frozen=True, slots=True)
class StoredRubric:
    """One version, whether new assessments are scored by it, and since when it is here."""

    id: UUID
    rubric: Rubric
    current: bool
    loaded_at: datetime


def find_rubric(session: Session, version: UUID) -> StoredRubric | None:
    """One version, or None."""
    row = session.get(RubricVersionRow, version)
    return StoredRubric(row.id, from_json(row.body), row.current, row.loaded_at) if row else None

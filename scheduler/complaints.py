"""The place of clients' complaints about centres: what each is about, and where it stands.

A complaint names nobody and holds no free words: its papers lie in the institute's own file.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from config.database import changed, insert_once
from scheduler.sampling_rows import ComplaintRow


class Matter(StrEnum):
    """What a complaint is about, by the parts of the code of practice."""

    CALL_HANDLING = "call handling or coaching"
    ANSWER = "the answer that was given"
    SERVICE_LEVEL = "hours, waiting or scope"
    ESCALATION = "escalation"
    WORKING_SITUATION = "noise, privacy or the call log"
    PUBLICITY = "what was advertised"
    OWN_PROCEDURE = "how a complaint was handled"


class Standing(StrEnum):
    """Where a complaint stands."""

    RECEIVED = "received"
    ANSWERED = "answered"
    UPHELD = "upheld"
    NOT_UPHELD = "not upheld"


@dataclass(frozen=True, slots=True)
class Complaint:
    """One complaint; ``reference`` is that of the institute's file, ``arrived`` a day."""

    id: UUID
    centre: UUID
    reference: str
    arrived: date
    matter: Matter
    standing: Standing
    added_at: datetime


def complaints(session: Session, centre: UUID) -> tuple[Complaint, ...]:
    """The complaints about a centre, the one that arrived last first."""
    rows = session.scalars(
        select(ComplaintRow)
        .where(ComplaintRow.centre_id == centre)
        .order_by(ComplaintRow.arrived.desc(), ComplaintRow.added_at.desc(), ComplaintRow.id)
    )
    return tuple(
        Complaint(
            row.id,
            row.centre_id,
            row.reference,
            row.arrived,
            Matter(row.matter),
            Standing(row.standing),
            row.added_at,
        )
        for row in rows
    )


def add(
    session: Session,
    centre: UUID,
    reference: str,
    arrived: date,
    matter: Matter,
    standing: Standing,
    now: datetime,
) -> UUID | None:
    """Keep a complaint; answers its key, None when the centre has one of that reference."""
    row = ComplaintRow(
        id=uuid4(),
        centre_id=centre,
        reference=reference,
        arrived=arrived,
        matter=matter,
        standing=standing,
        added_at=now,
    )
    return row.id if insert_once(session, row) else None


def move(session: Session, key: UUID, seen: Standing, standing: Standing) -> bool:
    """Say where a complaint stands now; False when it doesn't stand any more where it was seen."""
    stood = update(ComplaintRow).where(ComplaintRow.id == key, ComplaintRow.standing == seen)
    return changed(session, stood.values(standing=standing)) == 1

"""The place of legal holds: what of a centre, a person or a call may not be deleted now."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, func, or_, select, update
from sqlalchemy.orm import Session

from config.database import Base, changed
from scheduler.diary_rows import PlannedCallRow
from scheduler.people_rows import PersonRow
from scheduler.register_rows import CentreRow
from scoring.ledger_rows import AssessmentRow, VerificationRow
from scoring.personal_rows import LegalHoldRow

Key = SQLColumnExpression[UUID] | SQLColumnExpression[UUID | None]
KINDS: dict[str, type[Base]] = {"centre": CentreRow, "person": PersonRow, "call": PlannedCallRow}


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold, in force until it is ended."""

    id: UUID
    kind: str
    subject: UUID
    reason: str
    placed_at: datetime
    ended_at: datetime | None


def exists(session: Session, kind: str, subject: UUID) -> bool:
    """Whether there is such a centre, person or call."""
    return kind in KINDS and session.get(KINDS[kind], subject) is not None


def place_hold(session: Session, kind: str, subject: UUID, reason: str, now: datetime) -> UUID:
    """Write a hold."""
    key = uuid4()
    session.add(LegalHoldRow(id=key, kind=kind, subject=subject, reason=reason, placed_at=now))
    return key


def end_hold(session: Session, key: UUID, now: datetime) -> bool:
    """End a hold; False when there is none such in force."""
    ended = update(LegalHoldRow).where(LegalHoldRow.id == key, LegalHoldRow.ended_at.is_(None))
    return changed(session, ended.values(ended_at=now)) == 1


def in_force(session: Session) -> tuple[Hold, ...]:
    """The holds in force, the oldest first."""
    rows = session.scalars(
        select(LegalHoldRow)
        .where(LegalHoldRow.ended_at.is_(None))
        .order_by(LegalHoldRow.placed_at, LegalHoldRow.id)
    )
    return tuple(
        Hold(row.id, row.kind, row.subject, row.reason, row.placed_at, row.ended_at) for row in rows
    )


def is_held(session: Session, person: UUID) -> bool:
    """Whether a person is held, also through a call of theirs or their provider's centre."""
    held_calls = select(PlannedCallRow.id).where(
        or_(PlannedCallRow.assessor_id == person, PlannedCallRow.stand_in_id == person),
        or_(
            PlannedCallRow.id.in_(_subjects("call")),
            centre_held(PlannedCallRow.centre_id),
        ),
    )
    who = select(PersonRow.id).where(PersonRow.id == person, person_held(PersonRow.id))
    return any(session.scalar(query.limit(1)) is not None for query in (who, held_calls))


# --- what they hold, as conditions of queries ---------------------------------------------------


def _subjects(kind: str) -> Select[UUID]:
    return select(LegalHoldRow.subject).where(
        LegalHoldRow.kind == kind, LegalHoldRow.ended_at.is_(None)
    )


def centre_held(centre: Key) -> ColumnElement[bool]:
    """Whether a centre is held."""
    return centre.in_(_subjects("centre"))


def person_held(person: Key) -> ColumnElement[bool]:
    """Whether a person is held, as themselves or as a contact of a held centre's provider."""
    contacts = select(PersonRow.id).join(CentreRow, CentreRow.provider_id == PersonRow.provider_id)
    return or_(
        person.in_(_subjects("person")), person.in_(contacts.where(centre_held(CentreRow.id)))
    )


def call_held(call: Key) -> ColumnElement[bool]:
    """Whether a call is held, as itself, by its centre, or by anybody who worked on it."""
    assessed = select(AssessmentRow.call_id).where(person_held(AssessmentRow.person_id))
    verified = (
        select(AssessmentRow.call_id)
        .join(VerificationRow, VerificationRow.assessment_id == AssessmentRow.id)
        .where(person_held(VerificationRow.verifier_id))
    )
    made = select(PlannedCallRow.id).where(
        or_(
            centre_held(PlannedCallRow.centre_id),
            person_held(PlannedCallRow.assessor_id),
            person_held(PlannedCallRow.stand_in_id),
        )
    )
    return or_(*(call.in_(found) for found in (_subjects("call"), assessed, verified, made)))


def address_held(address: SQLColumnExpression[str]) -> ColumnElement[bool]:
    """Whether an e-mail address is that of a held person or of a held centre."""
    people = select(PersonRow.email).where(person_held(PersonRow.id))
    contacts = select(func.lower(CentreRow.contact_email)).where(centre_held(CentreRow.id))
    lowered = func.lower(address)
    return or_(lowered.in_(people), lowered.in_(contacts))

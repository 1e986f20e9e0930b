"""The place of outside accounts: which account of the institute's sign-in service is whose."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.database import insert_once
from scheduler.people_rows import OutsideAccountRow, PersonRow


def person_of(session: Session, issuer: str, subject: str) -> UUID | None:
    """Whose an account is, if anybody has come with it."""
    row = session.get(OutsideAccountRow, (issuer, subject))
    return row.person_id if row else None


def has_one(session: Session, person: UUID, issuer: str) -> bool:
    """Whether a person has come with an account of a service."""
    query = select(OutsideAccountRow.subject).where(
        OutsideAccountRow.person_id == person, OutsideAccountRow.issuer == issuer
    )
    return session.scalar(query.limit(1)) is not None


def bind(session: Session, issuer: str, subject: str, person: UUID, now: datetime) -> bool:
    """Let an account be a person's; False where they came with another one before.

    An address that the service gives to somebody else so doesn't open what was its owner's.
    """
    session.get_one(PersonRow, person, with_for_update=True)  # two at once: one is bound
    if has_one(session, person, issuer):
        return False
    row = OutsideAccountRow(issuer=issuer, subject=subject, person_id=person, since=now)
    return insert_once(session, row)

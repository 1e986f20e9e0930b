"""The place of calendar addresses: one a person, kept as the hash of its token."""

from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from config.database import changed
from scheduler.people_rows import CalendarAddressRow, PersonRow


def write(session: Session, person: UUID, token: str, now: datetime) -> None:
    """Keep a person's address; an older one ends."""
    session.get_one(PersonRow, person, with_for_update=True)  # made twice at once: one stays
    session.merge(CalendarAddressRow(person_id=person, key=_key(token), made_at=now))


def end(session: Session, person: UUID) -> bool:
    """End a person's address; False when they have none."""
    gone = delete(CalendarAddressRow).where(CalendarAddressRow.person_id == person)
    return changed(session, gone) == 1


def made_at(session: Session, person: UUID) -> datetime | None:
    """When a person's address was made; None where they have none."""
    return session.scalar(
        select(CalendarAddressRow.made_at).where(CalendarAddressRow.person_id == person)
    )


def whose(session: Session, token: str) -> UUID | None:
    """The person of an address, None where it isn't anybody's."""
    return session.scalar(
        select(CalendarAddressRow.person_id).where(CalendarAddressRow.key == _key(token))
    )


def _key(token: str) -> str:
    return sha256(token.encode()).hexdigest()

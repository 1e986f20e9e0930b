"""The place of mailed links: each works once, for a while, until a newer one takes its place."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from config.database import changed
from scheduler import people
from scheduler.access import Person
from scheduler.people_rows import PersonRow, SingleUseLinkRow


class Purpose(StrEnum):
    """What a link is for; its address begins with it."""

    WELCOME = "welcome"
    RESET = "reset"

    @property
    def lasts(self) -> timedelta:
        """For how long a link works."""
        return timedelta(hours=48 if self is Purpose.WELCOME else 1)


@dataclass(frozen=True, slots=True)
class Link:
    """A link that still works, and whose it is."""

    person: Person
    purpose: Purpose


def write_link(
    session: Session, token: str, person: UUID, purpose: Purpose, now: datetime
) -> datetime:
    """Keep the hash of a link's token; older links of the person end. Answers until when."""
    session.get_one(PersonRow, person, with_for_update=True)  # links side by side: one stays
    end_links(session, person, now)
    until = now + purpose.lasts
    session.add(
        SingleUseLinkRow(
            id=uuid4(),
            key=_key(token),
            person_id=person,
            purpose=purpose,
            written_at=now,
            until=until,
        )
    )
    return until


def find_link(session: Session, token: str, now: datetime) -> Link | None:
    """The link of a token, if it works; looking changes nothing."""
    row = session.scalar(
        select(SingleUseLinkRow).where(
            SingleUseLinkRow.key == _key(token),
            SingleUseLinkRow.ended_at.is_(None),
            SingleUseLinkRow.until > now,
        )
    )
    person = people.find_person(session, row.person_id) if row else None
    return Link(person, Purpose(row.purpose)) if row and person else None


def use_link(session: Session, token: str, now: datetime) -> bool:
    """Use a link up; False when it doesn't work, so that it works once."""
    used = update(SingleUseLinkRow).where(
        SingleUseLinkRow.key == _key(token),
        SingleUseLinkRow.ended_at.is_(None),
        SingleUseLinkRow.until > now,
    )
    return changed(session, used.values(ended_at=now)) == 1


def end_links(session: Session, person: UUID, now: datetime) -> None:
    """End every link of a person."""
    session.execute(
        update(SingleUseLinkRow)
        .where(SingleUseLinkRow.person_id == person, SingleUseLinkRow.ended_at.is_(None))
        .values(ended_at=now)
    )


def _key(token: str) -> str:
    return sha256(token.encode()).hexdigest()

"""The place of people: who they are, their sign-ins, ties and offered hours."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from config.database import changed
from config.vault import Vault
from scheduler.access import Person, Role, SignedIn
from scheduler.centre import OpenSpan
from scheduler.people_rows import (
    OfferedHoursRow,
    PersonRoleRow,
    PersonRow,
    RefusedSignInRow,
    SignInRow,
    TieRow,
)

TABLE = "person"


@dataclass(frozen=True, slots=True)
class Offer:
    """An assessor's offered hours, in their own zone."""

    person: UUID
    zone: str
    spans: tuple[OpenSpan, ...]


def add_person(
    session: Session,
    vault: Vault,
    now: datetime,
    *,
    name: str,
    email: str,
    zone: str,
    roles: Iterable[Role],
    password_hash: str | None,
    telephone: str | None = None,
    provider: UUID | None = None,
    offered: Iterable[OpenSpan] = (),
    planted: bool = False,
) -> UUID:
    """Write a person with roles and offered hours; the telephone is sealed."""
    key = uuid4()
    session.add(
        PersonRow(
            id=key,
            name=name,
            email=email.lower(),
            password_hash=password_hash,
            zone=zone,
            telephone_sealed=vault.seal(telephone, TABLE, "telephone", key.hex)
            if telephone
            else None,
            provider_id=provider,
            planted=planted,
            created_at=now,
        )
    )
    session.flush()
    session.add_all(PersonRoleRow(person_id=key, role=role) for role in roles)
    session.add_all(
        OfferedHoursRow(
            id=uuid4(), person_id=key, weekday=s.weekday, opens=s.opens, closes=s.closes
        )
        for s in offered
    )
    return key


def find_person(session: Session, person: UUID) -> Person | None:
    """One active person, or None."""
    row = session.get(PersonRow, person)
    return _person(session, row) if row and row.active else None


def everybody(session: Session) -> tuple[Person, ...]:
    """Every active person, by name."""
    rows = session.scalars(
        select(PersonRow).where(PersonRow.active).order_by(PersonRow.name, PersonRow.id)
    )
    return tuple(_person(session, row) for row in rows)


def holders(session: Session, role: Role) -> tuple[Person, ...]:
    """The active people of a role, in a steady order."""
    rows = session.scalars(
        select(PersonRow)
        .join(PersonRoleRow, PersonRoleRow.person_id == PersonRow.id)
        .where(PersonRoleRow.role == role, PersonRow.active)
        .order_by(PersonRow.created_at, PersonRow.email)
    )
    return tuple(_person(session, row) for row in rows)


def _person(session: Session, row: PersonRow) -> Person:
    roles = session.scalars(select(PersonRoleRow.role).where(PersonRoleRow.person_id == row.id))
    return Person(
        row.id,
        row.name,
        row.email,
        row.zone,
        frozenset(Role(role) for role in roles),
        row.provider_id,
    )


def planted_people(session: Session, role: Role | None = None) -> int:
    """How many people, of a role or of any, exist only on the practice telephone."""
    query = select(func.count()).select_from(PersonRow).where(PersonRow.planted)
    if role is not None:
        query = query.join(PersonRoleRow, PersonRoleRow.person_id == PersonRow.id).where(
            PersonRoleRow.role == role
        )
    return session.scalar(query) or 0


def telephone_of(session: Session, vault: Vault, person: UUID) -> str | None:
    """The number at which an assessor is rung; shown to nobody."""
    row = session.get_one(PersonRow, person)
    if row.telephone_sealed is None:
        return None
    return vault.open(row.telephone_sealed, TABLE, "telephone", row.id.hex)


def offers(session: Session, people: Iterable[UUID]) -> tuple[Offer, ...]:
    """The offered hours of people, in the order given."""
    spans: defaultdict[UUID, list[OpenSpan]] = defaultdict(list)
    for row in session.scalars(select(OfferedHoursRow)):
        spans[row.person_id].append(OpenSpan(row.weekday, row.opens, row.closes))
    return tuple(
        Offer(person, session.get_one(PersonRow, person).zone, tuple(sorted(spans[person])))
        for person in people
    )


def ties(session: Session) -> frozenset[tuple[UUID, UUID]]:
    """Every tie, as (person, provider)."""
    rows = session.execute(select(TieRow.person_id, TieRow.provider_id))
    return frozenset((row.person_id, row.provider_id) for row in rows)


def tied(session: Session, person: UUID, provider: UUID) -> bool:
    """Whether a person has a tie to a provider."""
    return (person, provider) in ties(session)


def declare_tie(session: Session, person: UUID, provider: UUID, reason: str, now: datetime) -> None:
    """Write a tie."""
    session.add(
        TieRow(id=uuid4(), person_id=person, provider_id=provider, reason=reason, declared_at=now)
    )


# --- signing in ---------------------------------------------------------------------------------


def password_of(session: Session, email: str) -> tuple[UUID, str] | None:
    """Id and password hash of an active person, or None."""
    row = session.scalar(select(PersonRow).where(PersonRow.email == email.lower()))
    if row is None or not row.active or row.password_hash is None:
        return None
    return row.id, row.password_hash


def set_password(session: Session, person: UUID, password_hash: str) -> None:
    """Keep a new hash."""
    session.get_one(PersonRow, person).password_hash = password_hash


def refusals_since(session: Session, key: str, since: datetime) -> int:
    """How many sign-ins with a key were refused since a moment."""
    query = select(func.count()).where(RefusedSignInRow.key == key, RefusedSignInRow.at >= since)
    return session.scalar(query) or 0


def note_refusal(session: Session, key: str, now: datetime, forget_before: datetime) -> None:
    """Count a refused sign-in, and forget the old ones."""
    session.execute(delete(RefusedSignInRow).where(RefusedSignInRow.at < forget_before))
    session.add(RefusedSignInRow(id=uuid4(), key=key, at=now))


def open_sign_in(session: Session, key: str, person: UUID, now: datetime) -> None:
    """Begin a session."""
    session.add(SignInRow(id=key, person_id=person, since=now, seen_at=now))


def find_sign_in(session: Session, key: str) -> tuple[SignedIn, datetime] | None:
    """Who is behind a session that has not ended, and when it was last seen."""
    row = session.get(SignInRow, key)
    if row is None or row.ended_at is not None:
        return None
    person = find_person(session, row.person_id)
    return (SignedIn(person, row.since), row.seen_at) if person else None


def touch_sign_in(session: Session, key: str, now: datetime) -> None:
    """Remember that a session is in use."""
    session.execute(update(SignInRow).where(SignInRow.id == key).values(seen_at=now))


def end_sign_in(session: Session, key: str, now: datetime) -> bool:
    """End a session; answers whether there was one to end."""
    ended = update(SignInRow).where(SignInRow.id == key, SignInRow.ended_at.is_(None))
    return changed(session, ended.values(ended_at=now)) == 1

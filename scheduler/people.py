"""The place of people: who they are, their sign-ins, ties and offered hours."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import case, delete, func, select, update
from sqlalchemy.orm import Session

from config.database import changed, insert_once
from config.vault import Vault
from scheduler.access import Person, Role, TiedTo
from scheduler.centre import OpenSpan
from scheduler.people_rows import (
    OfferedHoursRow,
    PersonRoleRow,
    PersonRow,
    RefusedCentreRow,
    TieRow,
)

TABLE = "person"


@dataclass(frozen=True, slots=True)
class Offer:
    """An assessor's offered hours, in their own zone."""

    person: UUID
    zone: str
    spans: tuple[OpenSpan, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """A person as administrators see them, active or not; no telephone, no hash."""

    person: Person
    active: bool
    has_password: bool
    has_telephone: bool
    offered: tuple[OpenSpan, ...]
    version: int  # of what was stated of them


@dataclass(frozen=True, slots=True)
class Stated:
    """What an administrator states of a person. An empty telephone leaves the one on file."""

    name: str
    zone: str
    roles: frozenset[Role]
    provider: UUID | None
    offered: tuple[OpenSpan, ...]
    telephone: str = field(repr=False)
    country: str = ""  # from where the person calls, ISO 3166-1 alpha-2


@dataclass(frozen=True, slots=True)
class Tie:
    """A tie that was declared, and the end that an administrator put to it."""

    id: UUID
    provider: UUID
    to: TiedTo
    reason: str
    declared_at: datetime
    ended_at: datetime | None
    end_reason: str


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
    country: str = "",
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
            country=country,
            telephone_sealed=vault.seal(telephone, TABLE, "telephone", key.hex)
            if telephone
            else None,
            provider_id=provider,
            planted=planted,
            created_at=now,
        )
    )
    session.flush()
    _keep_roles_and_hours(session, key, roles, offered)
    return key


def change_person(
    session: Session, vault: Vault, person: UUID, stated: Stated, version: int
) -> bool:
    """Write what was stated of a person over the version that was seen; False: it isn't the newest.

    An empty telephone leaves the one on file.
    """
    newer = update(PersonRow).where(PersonRow.id == person, PersonRow.version == version)
    if not changed(session, newer.values(version=version + 1)):
        return False
    row = session.get_one(PersonRow, person)
    row.name, row.zone, row.provider_id = stated.name, stated.zone, stated.provider
    row.country = stated.country
    if stated.telephone:
        row.telephone_sealed = vault.seal(stated.telephone, TABLE, "telephone", person.hex)
    session.execute(delete(PersonRoleRow).where(PersonRoleRow.person_id == person))
    session.execute(delete(OfferedHoursRow).where(OfferedHoursRow.person_id == person))
    _keep_roles_and_hours(session, person, stated.roles, stated.offered)
    return True


def _keep_roles_and_hours(
    session: Session, person: UUID, roles: Iterable[Role], offered: Iterable[OpenSpan]
) -> None:
    session.add_all(PersonRoleRow(person_id=person, role=role) for role in roles)
    session.add_all(
        OfferedHoursRow(
            id=uuid4(), person_id=person, weekday=s.weekday, opens=s.opens, closes=s.closes
        )
        for s in offered
    )


def set_active(session: Session, person: UUID, active: bool) -> bool:
    """Let somebody in, or no longer; answers whether that changed anything."""
    other = update(PersonRow).where(PersonRow.id == person, PersonRow.active != active)
    return changed(session, other.values(active=active)) == 1


def is_known(session: Session, email: str) -> bool:
    """Whether an address belongs to somebody, active or not."""
    return session.scalar(select(PersonRow.id).where(PersonRow.email == email.lower())) is not None


def profile(session: Session, person: UUID) -> Profile | None:
    """One person, active or not, or None."""
    row = session.get(PersonRow, person)
    if row is None:
        return None
    return Profile(
        person=_person(session, row),
        active=row.active,
        has_password=row.password_hash is not None,
        has_telephone=row.telephone_sealed is not None,
        offered=offers(session, [person])[0].spans,
        version=row.version,
    )


def find_person(session: Session, person: UUID) -> Person | None:
    """One active person, or None."""
    row = session.get(PersonRow, person)
    return _person(session, row) if row and row.active else None


def find_by_address(session: Session, email: str) -> Person | None:
    """The active person with an address, or None."""
    row = session.scalar(select(PersonRow).where(PersonRow.email == email.lower()))
    return _person(session, row) if row and row.active else None


def by_address_or_anybody(session: Session, email: str) -> Person | None:
    """The active person with an address, else any other active one; None where there is nobody."""
    theirs = case((PersonRow.email == email.lower(), 0), else_=1)
    found = select(PersonRow).where(PersonRow.active).order_by(theirs, PersonRow.id).limit(1)
    row = session.scalar(found)
    return _person(session, row) if row else None


def everybody(session: Session, *, active: bool = True) -> tuple[Person, ...]:
    """Every active person, or every other, by name."""
    rows = session.scalars(
        select(PersonRow).where(PersonRow.active == active).order_by(PersonRow.name, PersonRow.id)
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
        row.country,
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


# --- ties and refusals --------------------------------------------------------------------------


def ties(session: Session) -> frozenset[tuple[UUID, UUID]]:
    """Every tie in force, as (person, provider)."""
    rows = session.execute(
        select(TieRow.person_id, TieRow.provider_id).where(TieRow.ended_at.is_(None))
    )
    return frozenset((row.person_id, row.provider_id) for row in rows)


def tied(session: Session, person: UUID, provider: UUID) -> bool:
    """Whether a person has a tie to a provider."""
    return (person, provider) in ties(session)


def refusals(session: Session) -> frozenset[tuple[UUID, UUID]]:
    """Every refusal, as (person, centre)."""
    rows = session.execute(select(RefusedCentreRow.person_id, RefusedCentreRow.centre_id))
    return frozenset((row.person_id, row.centre_id) for row in rows)


def ties_of(session: Session, person: UUID) -> tuple[Tie, ...]:
    """The ties of a person, those in force first, the newest first."""
    rows = session.scalars(
        select(TieRow)
        .where(TieRow.person_id == person)
        .order_by(TieRow.ended_at.is_not(None), TieRow.declared_at.desc(), TieRow.id)
    )
    return tuple(
        Tie(r.id, r.provider_id, TiedTo(r.to), r.reason, r.declared_at, r.ended_at, r.end_reason)
        for r in rows
    )


def declare_tie(
    session: Session,
    person: UUID,
    provider: UUID,
    reason: str,
    now: datetime,
    to: TiedTo = TiedTo.ORGANISATION,
) -> UUID:
    """Write a tie."""
    key = uuid4()
    session.add(
        TieRow(
            id=key, person_id=person, provider_id=provider, to=to, reason=reason, declared_at=now
        )
    )
    return key


def end_tie(session: Session, person: UUID, tie: UUID, reason: str, now: datetime) -> bool:
    """End a tie of a person; False when they have none such in force."""
    ended = update(TieRow).where(
        TieRow.id == tie, TieRow.person_id == person, TieRow.ended_at.is_(None)
    )
    return changed(session, ended.values(ended_at=now, end_reason=reason)) == 1


def refuse_centre(session: Session, person: UUID, centre: UUID, now: datetime) -> bool:
    """Write a refusal; False when it stands already."""
    return insert_once(session, RefusedCentreRow(person_id=person, centre_id=centre, since=now))


def accept_centre(session: Session, person: UUID, centre: UUID) -> bool:
    """Take a refusal back; False when there was none."""
    gone = delete(RefusedCentreRow).where(
        RefusedCentreRow.person_id == person, RefusedCentreRow.centre_id == centre
    )
    return changed(session, gone) == 1


# --- passwords ----------------------------------------------------------------------------------


def password_of(session: Session, email: str) -> tuple[UUID, str] | None:
    """Id and password hash of an active person, or None."""
    row = session.scalar(select(PersonRow).where(PersonRow.email == email.lower()))
    if row is None or not row.active or row.password_hash is None:
        return None
    return row.id, row.password_hash


def hold(session: Session, person: UUID) -> str | None:
    """Let nobody else open or end sessions of a person until this transaction ends.

    Answers the hash of their password as it stands now. Held before anything else of theirs is
    changed, or two could wait for each other.
    """
    return session.get_one(PersonRow, person, with_for_update={"key_share": True}).password_hash


def set_password(session: Session, person: UUID, password_hash: str) -> bool:
    """Keep a new hash; answers whether there was one before."""
    row = session.get_one(PersonRow, person)
    had_one = row.password_hash is not None
    row.password_hash = password_hash
    return had_one

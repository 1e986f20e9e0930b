"""The place of leaves: an administrator's reason lifts a tie, for one person, centre and time.

Ties fail closed: whatever asks here whether somebody may act for a centre is told no, unless a
leave covers the whole of the time in question.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from config.database import changed
from scheduler import people
from scheduler.access import Role
from scheduler.people_rows import TieLeaveRow
from scheduler.register_rows import CentreRow


@dataclass(frozen=True, slots=True)
class Leave:
    """What was given, to whom, for how long and why."""

    id: UUID
    person: UUID
    centre: UUID
    since: datetime
    until: datetime
    reason: str
    given_by: str
    given_at: datetime
    ended_at: datetime | None

    def counts(self, now: datetime) -> bool:
        """Whether it lifts the tie at a moment."""
        return self.ended_at is None and self.since <= now <= self.until


def give_leave(
    session: Session,
    person: UUID,
    centre: UUID,
    until: datetime,
    reason: str,
    actor: UUID,
    now: datetime,
) -> UUID:
    """Write a leave that counts from now."""
    key = uuid4()
    session.add(
        TieLeaveRow(
            id=key,
            person_id=person,
            centre_id=centre,
            since=now,
            until=until,
            reason=reason,
            given_by=str(actor),
            given_at=now,
        )
    )
    return key


def take_back(session: Session, person: UUID, leave: UUID, now: datetime) -> bool:
    """End a leave of a person before its time; False when they have none such in force."""
    ended = update(TieLeaveRow).where(
        TieLeaveRow.id == leave,
        TieLeaveRow.person_id == person,
        TieLeaveRow.ended_at.is_(None),
        TieLeaveRow.until > now,
    )
    return changed(session, ended.values(ended_at=now)) == 1


def leaves(session: Session, person: UUID | None = None) -> tuple[Leave, ...]:
    """Every leave, or a person's, the newest first."""
    query = select(TieLeaveRow).order_by(TieLeaveRow.given_at.desc(), TieLeaveRow.id)
    if person is not None:
        query = query.where(TieLeaveRow.person_id == person)
    return tuple(
        Leave(
            row.id,
            row.person_id,
            row.centre_id,
            row.since,
            row.until,
            row.reason,
            row.given_by,
            row.given_at,
            row.ended_at,
        )
        for row in session.scalars(query)
    )


def binding(session: Session, since: datetime, until: datetime) -> frozenset[tuple[UUID, UUID]]:
    """The ties that bind in a span, as (person, centre); a leave counts that covers all of it."""
    left = {
        (each.person, each.centre)
        for each in leaves(session)
        if each.ended_at is None and each.since <= since and until <= each.until
    }
    ties = people.ties(session)
    tied_to = {provider for _, provider in ties}
    centres = session.execute(
        select(CentreRow.id, CentreRow.provider_id).where(CentreRow.provider_id.in_(tied_to))
    ).all()
    return frozenset(
        (person, centre)
        for person, provider in ties
        for centre, its_provider in centres
        if its_provider == provider and (person, centre) not in left
    )


def bound_centres(session: Session, person: UUID, now: datetime) -> frozenset[UUID]:
    """The centres from which a tie keeps a person at a moment."""
    return frozenset(centre for who, centre in binding(session, now, now) if who == person)


def bound_people(session: Session, centre: UUID, now: datetime) -> frozenset[UUID]:
    """Whom a tie keeps from a centre at a moment."""
    return frozenset(who for who, of in binding(session, now, now) if of == centre)


def is_bound(session: Session, person: UUID, centre: UUID, now: datetime) -> bool:
    """Whether a tie keeps a person from a centre at a moment."""
    return centre in bound_centres(session, person, now)


def may_call(session: Session, person: UUID, centre: UUID, now: datetime) -> bool:
    """Whether a person is an active assessor whom neither a tie nor a refusal keeps from it."""
    who = people.find_person(session, person)
    return (
        who is not None
        and Role.ASSESSOR in who.roles
        and (person, centre) not in people.refusals(session)
        and not is_bound(session, person, centre, now)
    )

"""The place of major incidents that providers reported."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.supplies_rows import IncidentRow


@dataclass(frozen=True, slots=True)
class Incident:
    """A stretch in which nothing is dialled to a centre, and what its provider said of it."""

    reported_at: datetime
    until: datetime
    what: str


def incidents(session: Session, centre: UUID) -> tuple[Incident, ...]:
    """Every incident of a centre, the newest first."""
    rows = session.scalars(
        select(IncidentRow)
        .where(IncidentRow.centre_id == centre)
        .order_by(IncidentRow.reported_at.desc())
    )
    return tuple(Incident(row.reported_at, row.until, row.what) for row in rows)


def paused_until(session: Session, centre: UUID, now: datetime) -> datetime | None:
    """When dialling to a centre may go on; None where no incident holds it up."""
    return max((i.until for i in incidents(session, centre) if i.until > now), default=None)


def add_incident(
    session: Session, centre: UUID, person: UUID, now: datetime, until: datetime, what: str
) -> None:
    """Keep what was reported."""
    session.add(
        IncidentRow(
            id=uuid4(),
            centre_id=centre,
            person_id=person,
            reported_at=now,
            until=until,
            what=what,
        )
    )

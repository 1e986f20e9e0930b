"""The place of seals: certificates, salts, public values, plans as drawn and as disclosed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from config.database import changed
from scheduler import disguise
from scheduler.diary_rows import CallerNumberRow, SamplingPlanRow, ScenarioVersionRow
from scheduler.people_rows import PersonRow
from scheduler.register_rows import ContactNumberRow, CoverIdentityRow, ServiceLevelRow
from scheduler.seal_rows import PlanSealRow

TABLES = (
    (disguise.PERSON, PersonRow.id),
    (disguise.NUMBER, ContactNumberRow.id),
    (disguise.IDENTITY, CoverIdentityRow.id),
    (disguise.LEVEL, ServiceLevelRow.id),
    (disguise.SCENARIO, ScenarioVersionRow.id),
    (disguise.CALLER_NUMBER, CallerNumberRow.id),
)


@dataclass(frozen=True, slots=True)
class StoredSeal:
    """What is kept of a plan's seal."""

    plan: UUID
    salt_sealed: str = field(repr=False)
    public_source: str
    certificate: str
    drawn: str = field(repr=False)
    record: str = field(repr=False)
    disclosed_at: datetime | None


def add_seal(
    session: Session, plan: UUID, salt_sealed: str, public_source: str, certificate: str
) -> None:
    """Keep the seal of a plan that is sealed now."""
    session.add(
        PlanSealRow(
            plan_id=plan,
            salt_sealed=salt_sealed,
            public_source=public_source,
            certificate=certificate,
            drawn="",
            record="",
        )
    )
    session.flush()


def find_seal(session: Session, plan: UUID) -> StoredSeal | None:
    """The seal of a plan; None for practice calls and plans older than certificates."""
    row = session.get(PlanSealRow, plan)
    if row is None:
        return None
    return StoredSeal(
        row.plan_id,
        row.salt_sealed,
        row.public_source,
        row.certificate,
        row.drawn,
        row.record,
        row.disclosed_at,
    )


def disclosed(session: Session) -> dict[UUID, datetime | None]:
    """Every plan with a certificate, and when it was disclosed."""
    rows = session.execute(select(PlanSealRow.plan_id, PlanSealRow.disclosed_at))
    return {row.plan_id: row.disclosed_at for row in rows}


def awaiting(session: Session) -> frozenset[UUID]:
    """The sealed plans that wait for their public value."""
    rows = session.scalars(
        select(PlanSealRow.plan_id)
        .join(SamplingPlanRow, SamplingPlanRow.id == PlanSealRow.plan_id)
        .where(
            PlanSealRow.public_source != "",
            SamplingPlanRow.public_value == "",
            SamplingPlanRow.state == "sealed",
        )
    )
    return frozenset(rows)


def give_public_value(session: Session, plan: UUID, value: str) -> bool:
    """Keep the public value of a sealed plan, once."""
    given = update(SamplingPlanRow).where(
        SamplingPlanRow.id == plan,
        SamplingPlanRow.state == "sealed",
        SamplingPlanRow.public_value == "",
    )
    return changed(session, given.values(public_value=value)) == 1


def keep_drawn(session: Session, plan: UUID, drawn: str) -> None:
    """Keep a plan as it was drawn."""
    kept = update(PlanSealRow).where(PlanSealRow.plan_id == plan)
    session.execute(kept.values(drawn=drawn))


def keep_record(session: Session, plan: UUID, record: str, now: datetime) -> bool:
    """Keep what had become of a plan when it was disclosed; the first time counts."""
    kept = update(PlanSealRow).where(
        PlanSealRow.plan_id == plan, PlanSealRow.disclosed_at.is_(None)
    )
    return changed(session, kept.values(record=record, disclosed_at=now)) == 1


def move(session: Session, plan: UUID, before: str, after: str) -> bool:
    """Move a plan from one state to the next, once."""
    moved = update(SamplingPlanRow).where(
        SamplingPlanRow.id == plan, SamplingPlanRow.state == before
    )
    return changed(session, moved.values(state=after)) == 1


def real_keys(session: Session) -> Iterator[tuple[str, UUID]]:
    """Every key that a plan may hide, with its kind."""
    for kind, column in TABLES:
        for key in session.scalars(select(column)):
            yield kind, key

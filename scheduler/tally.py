"""The place of counts over the diary: how many calls a plan or a centre has, by state or month."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.clock import Month
from scheduler.diary_rows import PlannedCallRow, SamplingPlanRow
from scheduler.outcome import Disposition

PRACTICE = select(SamplingPlanRow.id).where(SamplingPlanRow.purpose == "practice")


def calls_by_plan(session: Session) -> Mapping[UUID, Counter[Disposition]]:
    """How many calls of each disposition every plan has; a plan without one has an empty count."""
    rows = session.execute(
        select(PlannedCallRow.plan_id, PlannedCallRow.disposition, func.count()).group_by(
            PlannedCallRow.plan_id, PlannedCallRow.disposition
        )
    )
    counts: defaultdict[UUID, Counter[Disposition]] = defaultdict(Counter)
    for plan, disposition, count in rows:
        counts[plan][Disposition(disposition)] = count
    return counts


def months_of_plans(session: Session, plans: Collection[UUID]) -> dict[Month, int]:
    """How many calls plans have in each month, the first month first."""
    rows = session.execute(
        select(PlannedCallRow.month, func.count())
        .where(PlannedCallRow.plan_id.in_(plans))
        .group_by(PlannedCallRow.month)
        .order_by(PlannedCallRow.month)
    )
    return {Month.parse(month): count for month, count in rows}


def months_of_centre(session: Session, centre: UUID) -> dict[Month, int]:
    """How many sampled calls a centre has in each month, the latest first."""
    rows = session.execute(
        select(PlannedCallRow.month, func.count())
        .where(PlannedCallRow.centre_id == centre, PlannedCallRow.plan_id.not_in(PRACTICE))
        .group_by(PlannedCallRow.month)
        .order_by(PlannedCallRow.month.desc())
    )
    return {Month.parse(month): count for month, count in rows}


def without_assessor(
    session: Session, plans: Collection[UUID], left_out: Collection[UUID] = ()
) -> tuple[datetime, ...]:
    """The drawn moments of the calls of plans that nobody could take, but some, in order."""
    query = select(PlannedCallRow.drawn_moment).where(
        PlannedCallRow.plan_id.in_(plans),
        PlannedCallRow.assessor_id.is_(None),
        PlannedCallRow.id.not_in(left_out),
    )
    return tuple(sorted(session.scalars(query)))

"""The place of what became of a plan's calls at their drawn moments, read for its audit."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config import journal
from scheduler.diary_rows import AttemptRow, PlannedCallRow
from scheduler.life_rows import FollowUpRow
from scheduler.outcome import Ending
from scheduler.repeat import FollowUp

_ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class FirstTry:
    """A drawn call and when its centre was dialled first; None and the reason where it never was.

    ``stream`` is 0 or 1 for the plan's own calls, more for one drawn in the place of a missed call.
    """

    call: UUID
    centre: UUID
    stream: int
    drawn: datetime
    dialled_at: datetime | None
    reason: str


def first_tries(session: Session, plans: Collection[UUID]) -> tuple[FirstTry, ...]:
    """Every call of the plans, in the order of the drawn moments."""
    last = (
        select(AttemptRow.call_id, func.max(AttemptRow.ordinal).label("ordinal"))
        .group_by(AttemptRow.call_id)
        .subquery()
    )
    first = (
        select(AttemptRow.call_id, func.min(AttemptRow.dialled_at).label("dialled_at"))
        .group_by(AttemptRow.call_id)
        .subquery()
    )
    rows = session.execute(
        select(PlannedCallRow, first.c.dialled_at, AttemptRow.ending, AttemptRow.refusal)
        .outerjoin(first, first.c.call_id == PlannedCallRow.id)
        .outerjoin(last, last.c.call_id == PlannedCallRow.id)
        .outerjoin(
            AttemptRow,
            (AttemptRow.call_id == last.c.call_id) & (AttemptRow.ordinal == last.c.ordinal),
        )
        .where(PlannedCallRow.plan_id.in_(plans))
        .order_by(PlannedCallRow.drawn_moment, PlannedCallRow.id)
    )
    return tuple(
        FirstTry(
            row.id,
            row.centre_id,
            row.stream,
            row.drawn_moment,
            dialled_at,
            "" if dialled_at else _reason(row.disposition, ending, refusal),
        )
        for row, dialled_at, ending, refusal in rows
    )


def followed(session: Session, plans: Collection[UUID]) -> Counter[FollowUp]:
    """How often each thing followed a try of the plans' calls."""
    rows = session.execute(
        select(FollowUpRow.kind, func.count())
        .join(PlannedCallRow, PlannedCallRow.id == FollowUpRow.call_id)
        .where(PlannedCallRow.plan_id.in_(plans))
        .group_by(FollowUpRow.kind)
    )
    return Counter({FollowUp(kind): count for kind, count in rows})


def re_assigned(session: Session, calls: Collection[UUID], since: datetime) -> int:
    """How often one of the calls was given to another person, by the journal."""
    own = {f"call {call}" for call in calls}
    told = journal.latest(session, limit=_ALL, holding="call re-assigned", since=since)
    return sum(entry.subject in own for entry in told)


def _reason(disposition: str, ending: str | None, refusal: str | None) -> str:
    if ending == Ending.REFUSED and refusal:
        return refusal
    return ending or disposition

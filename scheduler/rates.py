"""The place that tells how much of the network's two limits is used."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler import worklist
from scheduler.diary_rows import AttemptRow, PlannedCallRow, SamplingPlanRow
from scheduler.outcome import Attempt, State, is_by_hand
from scheduler.telephone import TOO_MANY

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rates:
    """What is asked of the network, and what is up there now."""

    asked: int  # calls in the last minute
    busiest: int  # of them in one second
    legs: int  # up now: an assessor's and a centre's are two
    refused: int  # in the last 24 hours, because there were too many


def rates(session: Session, now: datetime) -> Rates:
    """How much is used; what is dialled by hand, and in a rehearsal, doesn't count."""
    claimed = session.scalars(
        select(AttemptRow.claimed_at)
        .join(PlannedCallRow, AttemptRow.call_id == PlannedCallRow.id)
        .join(SamplingPlanRow, PlannedCallRow.plan_id == SamplingPlanRow.id)
        .where(
            AttemptRow.claimed_at > now - MINUTE,
            AttemptRow.owner.is_not(None),
            AttemptRow.dial_sid.is_distinct_from(AttemptRow.owner),  # both say so by hand
            SamplingPlanRow.purpose != "rehearsal",
        )
    )
    asked = [moment for moment in claimed if moment]
    refused = select(func.count()).where(
        AttemptRow.ended_at > now - DAY, AttemptRow.refusal.startswith(TOO_MANY)
    )
    up = worklist.in_state(session, State.SENDING, State.CREATED, State.DIALLING, rehearsed=None)
    return Rates(
        asked=len(asked),
        busiest=busiest_second(asked),
        legs=sum(_legs(each) for each in up),
        refused=session.scalar(refused) or 0,
    )


def busiest_second(moments: Iterable[datetime]) -> int:
    """How many of the moments fall into the second that has most."""
    return max(Counter(each.replace(microsecond=0) for each in moments).values(), default=0)


def _legs(attempt: Attempt) -> int:
    return 0 if is_by_hand(attempt) else 2 if attempt.state is State.DIALLING else 1

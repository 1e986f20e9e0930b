"""The place of what followed a call's tries, and of what a call is given after the draw."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from config.database import changed, insert_once
from scheduler.diary_rows import AttemptRow, PlannedCallRow, SamplingPlanRow
from scheduler.life_rows import FollowUpRow
from scheduler.outcome import Disposition
from scheduler.repeat import MISSED_BY_US, REACHED_NOBODY, Dealt, FollowUp

FOLLOWED = frozenset(REACHED_NOBODY.values()) | MISSED_BY_US


def waiting(session: Session, rehearsed: UUID | None) -> tuple[UUID, ...]:
    """The ended calls of whose last try it isn't decided what follows; practice calls never wait.

    Of one rehearsed plan, or of real ones.
    """
    last = (
        select(func.max(AttemptRow.ordinal))
        .where(AttemptRow.call_id == PlannedCallRow.id)
        .correlate(PlannedCallRow)  # two levels up, which SQLAlchemy doesn't look for by itself
        .scalar_subquery()
    )
    decided = (
        select(FollowUpRow.call_id)
        .where(FollowUpRow.call_id == PlannedCallRow.id, FollowUpRow.ordinal == last)
        .exists()
    )
    plans = select(SamplingPlanRow.id).where(
        SamplingPlanRow.id == rehearsed
        if rehearsed is not None
        else SamplingPlanRow.purpose == "sampling"
    )
    query = (
        select(PlannedCallRow.id)
        .where(
            PlannedCallRow.disposition.in_([str(each) for each in FOLLOWED]),
            PlannedCallRow.plan_id.in_(plans),
            ~decided,
        )
        .order_by(PlannedCallRow.drawn_moment, PlannedCallRow.id)
    )
    return tuple(session.scalars(query))


def note(
    session: Session,
    call: UUID,
    ordinal: int,
    kind: FollowUp,
    now: datetime,
    redrawn: UUID | None = None,
) -> bool:
    """Write down what follows a try; False when that was decided before."""
    row = FollowUpRow(call_id=call, ordinal=ordinal, kind=kind, at=now, redrawn_id=redrawn)
    return insert_once(session, row)


def tried_again(session: Session, calls: Collection[UUID]) -> frozenset[UUID]:
    """Those of the calls whose first try found the line busy, or nobody who answered it."""
    rows = session.scalars(
        select(FollowUpRow.call_id).where(
            FollowUpRow.call_id.in_(calls), FollowUpRow.kind == FollowUp.TRY_AGAIN
        )
    )
    return frozenset(rows)


def redrawn_as(session: Session, call: UUID) -> UUID | None:
    """The call that was drawn in the place of a missed one, or None."""
    return session.scalar(
        select(FollowUpRow.redrawn_id).where(
            FollowUpRow.call_id == call, FollowUpRow.redrawn_id.is_not(None)
        )
    )


def moments_at(session: Session, centre: UUID) -> frozenset[datetime]:
    """The moments drawn for every try at a centre, those of withdrawn calls left out."""
    return frozenset(
        session.scalars(
            select(AttemptRow.drawn_moment)
            .join(PlannedCallRow, AttemptRow.call_id == PlannedCallRow.id)
            .where(
                PlannedCallRow.centre_id == centre,
                PlannedCallRow.disposition != Disposition.WITHDRAWN,
            )
        )
    )


def reopen(session: Session, call: UUID, told: Disposition, moment: datetime) -> bool:
    """Make an ended call planned again, for a try at a moment; False when it isn't as told."""
    again = update(PlannedCallRow).where(
        PlannedCallRow.id == call, PlannedCallRow.disposition == told
    )
    return (
        changed(
            session,
            again.values(
                disposition=Disposition.PLANNED, ended_at=None, briefed_at=None, again_at=moment
            ),
        )
        == 1
    )


def hand_over(
    session: Session, call: UUID, person: UUID | None, stand_in: UUID | None, scenario: UUID
) -> None:
    """Give a call to another person, who is briefed anew on the scenario that they play."""
    session.execute(
        update(PlannedCallRow)
        .where(PlannedCallRow.id == call)
        .values(assessor_id=person, stand_in_id=stand_in, scenario_id=scenario, briefed_at=None)
    )


def deal_anew(session: Session, call: UUID, dealt: Dealt) -> None:
    """Give a call the number, identity and the rest that it needs now."""
    session.execute(
        update(PlannedCallRow)
        .where(PlannedCallRow.id == call)
        .values(
            number_id=dealt.number,
            identity_id=dealt.identity,
            service_level_id=dealt.level,
            scenario_id=dealt.scenario,
            caller_number_id=dealt.caller_number,
        )
    )

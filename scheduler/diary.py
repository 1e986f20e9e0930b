"""The place of plans and planned calls."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from config.clock import Month, Period
from config.database import changed, insert_once
from scheduler.call import PlannedCall
from scheduler.diary_rows import (
    PlanCentreRow,
    PlanMonthRow,
    PlannedCallRow,
    SamplingPlanRow,
)
from scheduler.outcome import OPEN, Disposition

PRACTICE = select(SamplingPlanRow.id).where(SamplingPlanRow.purpose == "practice")


@dataclass(frozen=True, slots=True)
class Plan:
    """A sampling plan as it stands; its seed and inputs stay in their row."""

    id: UUID
    period: Period
    purpose: str
    state: str
    rule: str
    seed_hash: str
    inputs_hash: str
    public_value: str
    sealed_at: datetime
    drawn_at: datetime | None
    adds_to: UUID | None
    withdrawn_at: datetime | None = None


# --- plans --------------------------------------------------------------------------------------


def add_plan(
    session: Session,
    period: Period,
    purpose: str,
    *,
    key: UUID,
    rule: str,
    seed_sealed: str,
    seed_hash: str,
    inputs: str,
    inputs_hash: str,
    public_value: str,
    code_version: str,
    now: datetime,
    adds_to: UUID | None = None,
    covers: bool = True,
) -> bool:
    """Write a sealed plan; False when another plan covers one of its months.

    ``adds_to`` is the plan to which this one adds calls of centres that were entered later.
    """
    session.add(
        SamplingPlanRow(
            id=key,
            first_month=str(period.first),
            months=period.months,
            purpose=purpose,
            state="sealed",
            rule=rule,
            seed_sealed=seed_sealed,
            seed_hash=seed_hash,
            inputs=inputs,
            inputs_hash=inputs_hash,
            public_value=public_value,
            code_version=code_version,
            adds_to=adds_to,
            sealed_at=now,
        )
    )
    session.flush()
    return not covers or all(
        insert_once(session, PlanMonthRow(month=str(month), plan_id=key))
        for month in period.month_list
    )


def covering(session: Session, period: Period) -> tuple[Plan, ...]:
    """The plans that cover a month of the period."""
    months = [str(month) for month in period.month_list]
    keys = session.scalars(
        select(PlanMonthRow.plan_id).where(PlanMonthRow.month.in_(months)).distinct()
    )
    return tuple(plan(session, key) for key in keys)


def plan(session: Session, key: UUID) -> Plan:
    """One plan."""
    return _plan(session.get_one(SamplingPlanRow, key))


def plan_that_stays(session: Session, key: UUID) -> Plan:
    """One plan, which nobody withdraws before this transaction ends."""
    return _plan(session.get_one(SamplingPlanRow, key, with_for_update={"read": True}))


def is_sampled(session: Session, plan: UUID) -> bool:
    """Whether the calls of a plan count, unlike those of practice and of rehearsals."""
    query = select(SamplingPlanRow.purpose).where(SamplingPlanRow.id == plan)
    return session.scalar(query) == "sampling"


def plans(session: Session) -> tuple[Plan, ...]:
    """Every plan, the latest period first."""
    rows = session.scalars(
        select(SamplingPlanRow).order_by(SamplingPlanRow.first_month.desc(), SamplingPlanRow.id)
    )
    return tuple(_plan(row) for row in rows)


def additions(session: Session, key: UUID) -> tuple[Plan, ...]:
    """The plans that add to a plan, in the order in which they were sealed."""
    rows = session.scalars(
        select(SamplingPlanRow)
        .where(SamplingPlanRow.adds_to == key)
        .order_by(SamplingPlanRow.sealed_at, SamplingPlanRow.id)
    )
    return tuple(_plan(row) for row in rows)


def seed_and_inputs(session: Session, key: UUID) -> tuple[str, str, str]:
    """The sealed seed, the canonical inputs and the public value of a plan."""
    row = session.get_one(SamplingPlanRow, key)
    return row.seed_sealed, row.inputs, row.public_value


def mark_drawn(session: Session, key: UUID, now: datetime) -> bool:
    """Move a plan from sealed to drawn, once."""
    drawn = update(SamplingPlanRow).where(
        SamplingPlanRow.id == key, SamplingPlanRow.state == "sealed"
    )
    return changed(session, drawn.values(state="drawn", drawn_at=now)) == 1


def withdraw(session: Session, key: UUID, now: datetime) -> bool:
    """Say that a plan was withdrawn; False when it was before."""
    withdrawn = update(SamplingPlanRow).where(
        SamplingPlanRow.id == key, SamplingPlanRow.withdrawn_at.is_(None)
    )
    return changed(session, withdrawn.values(withdrawn_at=now)) == 1


def is_withdrawn(session: Session, plan: UUID) -> bool:
    """Whether a plan was withdrawn, so that none of its calls begins any more."""
    query = select(SamplingPlanRow.withdrawn_at).where(SamplingPlanRow.id == plan)
    return session.scalar(query) is not None


def _plan(row: SamplingPlanRow) -> Plan:
    return Plan(
        row.id,
        Period(Month.parse(row.first_month), row.months),
        row.purpose,
        row.state,
        row.rule,
        row.seed_hash,
        row.inputs_hash,
        row.public_value,
        row.sealed_at,
        row.drawn_at,
        row.adds_to,
        row.withdrawn_at,
    )


@dataclass(frozen=True, slots=True)
class PlanCentre:
    """A centre of a plan: since when, why it has no call ("" when it has), and the share of its
    ordinary calls in hours that nobody offered. ``short`` says what its calls had to do without.
    """

    centre: UUID
    since: date
    reason: str
    uncovered: Fraction
    short: tuple[str, ...] = ()


def add_plan_centre(session: Session, key: UUID, found: PlanCentre) -> None:
    """Write what a plan found of a centre."""
    session.add(
        PlanCentreRow(
            plan_id=key,
            centre_id=found.centre,
            since=found.since,
            reason=found.reason[:300],
            uncovered=str(found.uncovered.limit_denominator(10_000)),
            short="\n".join(found.short),
        )
    )


def plan_centres(session: Session, key: UUID) -> dict[UUID, PlanCentre]:
    """The centres that a plan looked at."""
    rows = session.scalars(select(PlanCentreRow).where(PlanCentreRow.plan_id == key))
    return {
        row.centre_id: PlanCentre(
            row.centre_id,
            row.since,
            row.reason,
            Fraction(row.uncovered),
            tuple(row.short.splitlines()),
        )
        for row in rows
    }


# --- calls --------------------------------------------------------------------------------------


def add_call(session: Session, call: PlannedCall) -> None:
    """Write a planned call."""
    session.add(
        PlannedCallRow(
            id=call.id,
            plan_id=call.plan,
            centre_id=call.centre,
            provider_id=call.provider,
            stream=call.stream,
            slot=call.slot,
            slot_start=call.slot_start,
            drawn_moment=call.drawn_moment,
            zone=call.zone,
            month=call.month,
            number_id=call.number,
            identity_id=call.identity,
            service_level_id=call.service_level,
            scenario_id=call.scenario,
            caller_number_id=call.caller_number,
            assessor_id=call.assessor,
            stand_in_id=call.stand_in,
            disposition=call.disposition,
            briefed_at=call.briefed_at,
            ended_at=call.ended_at,
            by_hand=call.by_hand,
        )
    )


def find_call(session: Session, key: UUID) -> PlannedCall | None:
    """One call, or None."""
    row = session.get(PlannedCallRow, key)
    return _call(row) if row else None


def calls(
    session: Session,
    *,
    plan: UUID | None = None,
    centre: UUID | None = None,
    assessor: UUID | None = None,
    months: Iterable[Month] | None = None,
    sampled: bool = False,
    since: datetime | None = None,
    until: datetime | None = None,
    dispositions: Iterable[Disposition] | None = None,
) -> tuple[PlannedCall, ...]:
    """The calls that fit everything given, by drawn moment; ``sampled`` leaves out practice calls.

    One that is tried again counts from its first moment to its last.
    """
    query = select(PlannedCallRow)
    if sampled:
        query = query.where(PlannedCallRow.plan_id.not_in(PRACTICE))
    for column, value in (
        (PlannedCallRow.plan_id, plan),
        (PlannedCallRow.centre_id, centre),
        (PlannedCallRow.assessor_id, assessor),
    ):
        if value is not None:
            query = query.where(column == value)
    if months is not None:
        query = query.where(PlannedCallRow.month.in_([str(month) for month in months]))
    if since is not None:
        query = query.where(
            (PlannedCallRow.drawn_moment >= since) | (PlannedCallRow.again_at >= since)
        )
    if until is not None:
        query = query.where(PlannedCallRow.drawn_moment < until)
    if dispositions is not None:
        query = query.where(PlannedCallRow.disposition.in_([str(d) for d in dispositions]))
    rows = session.scalars(query.order_by(PlannedCallRow.drawn_moment, PlannedCallRow.id))
    return tuple(_call(row) for row in rows)


def months_with_calls(session: Session) -> tuple[Month, ...]:
    """The months that hold a call, practice calls left out, the latest first."""
    months = session.scalars(
        select(PlannedCallRow.month).where(PlannedCallRow.plan_id.not_in(PRACTICE)).distinct()
    )
    return tuple(Month.parse(month) for month in sorted(months, reverse=True))


def dispose(session: Session, key: UUID, disposition: Disposition, now: datetime) -> bool:
    """Say what became of an open call; a call that has ended keeps its disposition."""
    moved = update(PlannedCallRow).where(
        PlannedCallRow.id == key, PlannedCallRow.disposition.in_([str(d) for d in OPEN])
    )
    ended_at = None if disposition in OPEN else now
    return changed(session, moved.values(disposition=disposition, ended_at=ended_at)) == 1


def await_return(session: Session, key: UUID) -> bool:
    """Open a completed call again until what was promised on it has come, or hasn't."""
    moved = update(PlannedCallRow).where(
        PlannedCallRow.id == key, PlannedCallRow.disposition == str(Disposition.COMPLETED)
    )
    return changed(session, moved.values(disposition=Disposition.AWAITING, ended_at=None)) == 1


def correct_disposition(session: Session, key: UUID, disposition: Disposition) -> None:
    """Put the assessor's word in the place of "completed": how an answered call really ended."""
    session.execute(
        update(PlannedCallRow)
        .where(PlannedCallRow.id == key, PlannedCallRow.ended_at.is_not(None))
        .values(disposition=disposition)
    )


def set_by_hand(session: Session, key: UUID, by_hand: bool) -> bool:
    """Say that a planned call is made by hand, or no longer; False when it is so already."""
    moved = update(PlannedCallRow).where(
        PlannedCallRow.id == key,
        PlannedCallRow.disposition == Disposition.PLANNED,
        PlannedCallRow.by_hand != by_hand,
    )
    return changed(session, moved.values(by_hand=by_hand)) == 1


def set_service_level(session: Session, key: UUID, version: UUID) -> None:
    """Say by which version of its centre's service level a call is judged."""
    held = update(PlannedCallRow).where(PlannedCallRow.id == key)
    session.execute(held.values(service_level_id=version))


def mark_briefed(session: Session, key: UUID, now: datetime) -> bool:
    """Remember that the assessor confirmed the briefing; the first time counts."""
    briefed = update(PlannedCallRow).where(
        PlannedCallRow.id == key, PlannedCallRow.briefed_at.is_(None)
    )
    return changed(session, briefed.values(briefed_at=now)) == 1


def _call(row: PlannedCallRow) -> PlannedCall:
    return PlannedCall(
        row.id,
        row.plan_id,
        row.centre_id,
        row.provider_id,
        row.stream,
        row.slot,
        row.slot_start,
        row.drawn_moment,
        row.zone,
        row.month,
        row.number_id,
        row.identity_id,
        row.service_level_id,
        row.scenario_id,
        row.caller_number_id,
        row.assessor_id,
        row.stand_in_id,
        Disposition(row.disposition),
        row.briefed_at,
        row.ended_at,
        row.again_at,
        row.by_hand,
    )

"""The rows of the diary: pools, plans, calls, attempts and what was heard of them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base, new_id


class CallerNumberRow(Base):
    """A number of the institute's pool from which calls are made."""

    __tablename__ = "caller_number"

    id: Mapped[UUID] = new_id()
    e164: Mapped[str] = mapped_column(String(16), unique=True)
    in_pool: Mapped[bool]
    refused_at: Mapped[datetime | None]  # by the network, as a caller


class ScenarioVersionRow(Base):
    """An immutable version of a scenario's text."""

    __tablename__ = "scenario_version"
    __table_args__ = (UniqueConstraint("name", "fingerprint"),)

    id: Mapped[UUID] = new_id()
    name: Mapped[str] = mapped_column(String(100))
    version: Mapped[int]
    fingerprint: Mapped[str] = mapped_column(String(64))
    body: Mapped[str] = mapped_column(Text)
    current: Mapped[bool]
    loaded_at: Mapped[datetime]


class SamplingPlanRow(Base):
    """The draw of one period; seed and inputs are written before the draw."""

    __tablename__ = "sampling_plan"

    id: Mapped[UUID] = new_id()
    first_month: Mapped[str] = mapped_column(String(7))
    months: Mapped[int]
    purpose: Mapped[str] = mapped_column(String(12))  # sampling, rehearsal, practice
    state: Mapped[str] = mapped_column(String(10))
    rule: Mapped[str] = mapped_column(Text)
    seed_sealed: Mapped[str] = mapped_column(Text, info={"sealed": "seed"})
    seed_hash: Mapped[str] = mapped_column(String(64))
    inputs: Mapped[str] = mapped_column(Text)
    inputs_hash: Mapped[str] = mapped_column(String(64))
    public_value: Mapped[str] = mapped_column(Text)
    code_version: Mapped[str] = mapped_column(String(64))
    adds_to: Mapped[UUID | None] = mapped_column(ForeignKey("sampling_plan.id"))
    sealed_at: Mapped[datetime]
    drawn_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class PlanMonthRow(Base):
    """A month that a plan covers; the key says that no two plans share one."""

    __tablename__ = "plan_month"

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("sampling_plan.id"))


class PlanCentreRow(Base):
    """A centre of a plan: drawn from a day on, or without a call for a reason."""

    __tablename__ = "plan_centre"

    plan_id: Mapped[UUID] = mapped_column(ForeignKey("sampling_plan.id"), primary_key=True)
    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centre.id"), primary_key=True)
    since: Mapped[date]
    reason: Mapped[str] = mapped_column(String(300))
    uncovered: Mapped[str] = mapped_column(String(20))  # a fraction of the ordinary calls
    short: Mapped[str] = mapped_column(Text)  # a line for each thing that could not be met


class PlannedCallRow(Base):
    """One drawn moment with centre, number, identity, scenario, assessor and caller number."""

    __tablename__ = "planned_call"
    __table_args__ = (
        UniqueConstraint("plan_id", "centre_id", "stream", "slot"),
        Index(
            "uq_planned_call_hour",
            "centre_id",
            "slot_start",
            unique=True,
            sqlite_where=text("disposition != 'withdrawn'"),
            postgresql_where=text("disposition != 'withdrawn'"),
        ),
        Index("ix_planned_call_month", "month", "centre_id"),
    )

    id: Mapped[UUID] = new_id()
    plan_id: Mapped[UUID] = mapped_column(ForeignKey("sampling_plan.id"))
    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centre.id"))
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("provider.id"))
    stream: Mapped[int]
    slot: Mapped[int]
    slot_start: Mapped[datetime]
    drawn_moment: Mapped[datetime] = mapped_column(index=True)
    zone: Mapped[str] = mapped_column(String(64))
    month: Mapped[str] = mapped_column(String(7))
    number_id: Mapped[UUID] = mapped_column(ForeignKey("contact_number.id"))
    identity_id: Mapped[UUID] = mapped_column(ForeignKey("cover_identity.id"))
    service_level_id: Mapped[UUID] = mapped_column(ForeignKey("service_level.id"))
    scenario_id: Mapped[UUID] = mapped_column(ForeignKey("scenario_version.id"))
    caller_number_id: Mapped[UUID | None] = mapped_column(ForeignKey("caller_number.id"))
    assessor_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    stand_in_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    again_at: Mapped[datetime | None]  # the moment of another try
    disposition: Mapped[str] = mapped_column(String(20), index=True)
    briefed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    by_hand: Mapped[bool] = mapped_column(default=False, server_default=false())


LIVE_STATES = "state IN ('intent', 'sending', 'unknown', 'created', 'dialling')"
ON_THE_LINE = "state IN ('sending', 'unknown', 'created', 'dialling')"


class CallWayRow(Base):
    """The way that an assessor chose for one call, where it isn't the usual one."""

    __tablename__ = "call_way"

    call_id: Mapped[UUID] = mapped_column(ForeignKey("planned_call.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    way: Mapped[str] = mapped_column(String(10))


class AttemptRow(Base):
    """One try to reach a centre: the intent is written before anything is sent."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("call_id", "ordinal"),
        Index(
            "uq_attempt_live_call",
            "call_id",
            unique=True,
            sqlite_where=text(LIVE_STATES),
            postgresql_where=text(LIVE_STATES),
        ),
        Index(
            "uq_attempt_provider_line",
            "provider_id",
            unique=True,
            sqlite_where=text(ON_THE_LINE),
            postgresql_where=text(ON_THE_LINE),
        ),
        Index("ix_attempt_due", "state", "due"),
        CheckConstraint("(state = 'ended') = (ending IS NOT NULL)", name="ending_when_ended"),
    )

    id: Mapped[UUID] = new_id()
    call_id: Mapped[UUID] = mapped_column(ForeignKey("planned_call.id"))
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("provider.id"))
    ordinal: Mapped[int]
    due: Mapped[datetime]
    drawn_moment: Mapped[datetime]  # of this try; its call keeps the first
    token: Mapped[str] = mapped_column(String(32), unique=True)
    state: Mapped[str] = mapped_column(String(10))
    ending: Mapped[str | None] = mapped_column(String(20))
    owner: Mapped[str | None] = mapped_column(String(64))
    ever_unknown: Mapped[bool] = mapped_column(default=False)
    claimed_at: Mapped[datetime | None]
    heard_at: Mapped[datetime | None]
    listed_empty_at: Mapped[datetime | None]
    call_sid: Mapped[str | None] = mapped_column(String(34), unique=True)
    dial_sid: Mapped[str | None] = mapped_column(String(34))
    child_sid: Mapped[str | None] = mapped_column(String(34))
    dialled_at: Mapped[datetime | None]
    rang_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    length: Mapped[int | None]
    sip: Mapped[str | None] = mapped_column(String(3))
    refusal: Mapped[str | None] = mapped_column(String(200))


class CallbackRow(Base):
    """One callback as received, kept once however often it is told."""

    __tablename__ = "callback"
    __table_args__ = (UniqueConstraint("attempt_id", "call_sid", "status", "sequence"),)

    id: Mapped[UUID] = new_id()
    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("attempt.id"), index=True)
    call_sid: Mapped[str] = mapped_column(String(34))
    parent_sid: Mapped[str] = mapped_column(String(34))
    status: Mapped[str] = mapped_column(String(20))
    sequence: Mapped[int]
    told_at: Mapped[datetime]
    received_at: Mapped[datetime]


class MarkRow(Base):
    """A moment on a call that the assessor marked."""

    __tablename__ = "mark"
    __table_args__ = (UniqueConstraint("call_id", "kind"),)

    id: Mapped[UUID] = new_id()
    call_id: Mapped[UUID] = mapped_column(ForeignKey("planned_call.id"))
    kind: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]


class HeartbeatRow(Base):
    """When a process last finished a tick."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    at: Mapped[datetime]


class DiallingStopRow(Base):
    """One row while dialling is stopped, with why; the journal says who."""

    __tablename__ = "dialling_stop"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(300))

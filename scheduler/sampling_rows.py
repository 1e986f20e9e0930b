"""The rows that steer how much is drawn: rules, complaints, and reasons for more sampling."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base, new_id


class RuleVersionRow(Base):
    """A rule that was put in force, never changed; the highest number is the rule in force."""

    __tablename__ = "rule_version"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(500))
    rule: Mapped[str] = mapped_column(Text)  # canonical JSON
    guard: Mapped[str] = mapped_column(String(12))  # U1 at a guard of 20 %, as measured then
    day: Mapped[str] = mapped_column(String(12))  # U2
    hour: Mapped[str] = mapped_column(String(12))  # U3
    measured_on: Mapped[str] = mapped_column(String(300))


class ComplaintRow(Base):
    """A client's complaint about a centre, by the reference of the institute's own file."""

    __tablename__ = "complaint"
    __table_args__ = (UniqueConstraint("centre_id", "reference"),)

    id: Mapped[UUID] = new_id()
    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centre.id"))
    reference: Mapped[str] = mapped_column(String(20))
    arrived: Mapped[date]
    matter: Mapped[str] = mapped_column(String(40))
    standing: Mapped[str] = mapped_column(String(12))
    added_at: Mapped[datetime]


class ExtraSamplingRow(Base):
    """A reason to sample a centre more, from a day to a day, unless it was ended before."""

    __tablename__ = "extra_sampling"

    id: Mapped[UUID] = new_id()
    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centre.id"), index=True)
    call_id: Mapped[UUID | None] = mapped_column(ForeignKey("planned_call.id"), unique=True)
    kind: Mapped[str] = mapped_column(String(30))
    words: Mapped[str] = mapped_column(String(500))
    factor: Mapped[str] = mapped_column(String(12))  # a fraction
    first: Mapped[date]
    last: Mapped[date]
    added_at: Mapped[datetime]
    added_by: Mapped[str] = mapped_column(String(64))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(64))
    ended_words: Mapped[str | None] = mapped_column(String(500))

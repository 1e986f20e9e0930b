"""The rows of scoring: rubric versions, assessments, verifications and issues of reports."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from config.database import Base, new_id


class RubricVersionRow(Base):
    """An immutable version of a rubric's text."""

    __tablename__ = "rubric_version"
    __table_args__ = (UniqueConstraint("name", "fingerprint"),)

    id: Mapped[UUID] = new_id()
    name: Mapped[str] = mapped_column(String(100))
    version: Mapped[int]
    fingerprint: Mapped[str] = mapped_column(String(64))
    body: Mapped[str] = mapped_column(Text)
    current: Mapped[bool]
    loaded_at: Mapped[datetime]


class AssessmentRow(Base):
    """One person's answers on one call. ``official``: its score is the call's."""

    __tablename__ = "assessment"
    __table_args__ = (
        UniqueConstraint("call_id", "person_id", "part"),
        Index(
            "uq_assessment_official",
            "call_id",
            unique=True,
            sqlite_where=text("official"),
            postgresql_where=text("official"),
        ),
        CheckConstraint(
            "(state = 'draft') = (submitted_at IS NULL)", name="submitted_unless_draft"
        ),
    )

    id: Mapped[UUID] = new_id()
    call_id: Mapped[UUID] = mapped_column(ForeignKey("planned_call.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    part: Mapped[str] = mapped_column(String(12))  # first, second, third, calibration, practice
    rubric_version_id: Mapped[UUID] = mapped_column(ForeignKey("rubric_version.id"))
    state: Mapped[str] = mapped_column(String(10))  # draft, submitted, put away
    official: Mapped[bool] = mapped_column(default=False)
    notes: Mapped[str] = mapped_column(Text)
    ticket: Mapped[str] = mapped_column(String(100), server_default="")  # as the analyst told it
    suspected: Mapped[bool] = mapped_column(default=False)
    said: Mapped[str] = mapped_column(String(20))  # how the call really ended
    score: Mapped[str | None] = mapped_column(String(5))  # as shown: half up, one decimal
    section_scores: Mapped[str | None] = mapped_column(Text)
    coverage: Mapped[str | None] = mapped_column(String(40))  # an exact fraction
    outcome: Mapped[str | None] = mapped_column(String(16))
    started_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - SQLAlchemy's own declaration


class AnswerRow(Base):
    """One answer, with its evidence: a time range on the call, or "listened, absent"."""

    __tablename__ = "answer"

    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("assessment.id"), primary_key=True)
    criterion: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[int | None]  # None is N/A
    reason: Mapped[str] = mapped_column(String(500))  # of an N/A, or of a verifier's difference
    evidence: Mapped[str] = mapped_column(String(20))  # "", range, absent
    evidence_from: Mapped[int | None]  # seconds after the centre was dialled
    evidence_until: Mapped[int | None]


class VerificationRow(Base):
    """A second person's judgement of one submitted assessment."""

    __tablename__ = "verification"

    id: Mapped[UUID] = new_id()
    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("assessment.id"), unique=True)
    verifier_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    judgement: Mapped[str] = mapped_column(String(10))  # confirmed, differs
    reason: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(10))  # recording, live, desk
    second_id: Mapped[UUID | None] = mapped_column(ForeignKey("assessment.id"))
    verified_at: Mapped[datetime]


class ReportIssueRow(Base):
    """One published, numbered state of a centre's month; its content never changes."""

    __tablename__ = "report_issue"
    __table_args__ = (UniqueConstraint("centre_id", "month", "number"),)

    id: Mapped[UUID] = new_id()
    centre_id: Mapped[UUID] = mapped_column(ForeignKey("centre.id"))
    month: Mapped[str] = mapped_column(String(7))
    number: Mapped[int]
    content: Mapped[str] = mapped_column(Text)
    journal_head: Mapped[str] = mapped_column(String(64))
    published_by: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime]

"""The place of rubrics, assessments, verifications and issues of reports."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from uuid import UUID, uuid4

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from config.database import insert_once
from scheduler.outcome import Disposition
from scoring.evidence import NO_EVIDENCE, Evidence
from scoring.ledger_rows import (
    AnswerRow,
    AssessmentRow,
    ReportIssueRow,
    VerificationRow,
)
from scoring.score import NA, Answer, Outcome, Scored

UNANSWERED = -1  # the value of a draft's answer that has words or evidence, and no value yet


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An answer as it was given: the value, the evidence, and in words what was heard or why."""

    criterion: str
    value: Answer
    reason: str = ""
    evidence: Evidence = NO_EVIDENCE


@dataclass(frozen=True, slots=True)
class Assessment:
    """One person's answers on one call; the score is there once it is submitted."""

    id: UUID
    call: UUID
    person: UUID
    part: str
    rubric_version: UUID
    state: str
    official: bool
    notes: str
    ticket: str
    suspected: bool
    said: Disposition
    answers: tuple[GivenAnswer, ...]
    score: Decimal | None
    outcome: Outcome | None
    coverage: Fraction | None
    section_scores: dict[str, Decimal | None]
    started_at: datetime
    submitted_at: datetime | None
    revision: int

    @property
    def by_criterion(self) -> dict[str, GivenAnswer]:
        """The answers by criterion."""
        return {answer.criterion: answer for answer in self.answers}


@dataclass(frozen=True, slots=True)
class Verification:
    """A second person's judgement of a submitted assessment."""

    id: UUID
    assessment: UUID
    verifier: UUID
    judgement: str
    reason: str
    kind: str
    second: UUID | None
    verified_at: datetime


@dataclass(frozen=True, slots=True)
class ReportIssue:
    """One published, numbered state of a centre's month."""

    id: UUID
    centre: UUID
    month: str
    number: int
    content: str
    journal_head: str
    published_at: datetime


# --- assessments --------------------------------------------------------------------------------


def begin_assessment(
    session: Session, call: UUID, person: UUID, part: str, rubric_version: UUID, now: datetime
) -> UUID:
    """Write an empty draft."""
    key = uuid4()
    session.add(
        AssessmentRow(
            id=key,
            call_id=call,
            person_id=person,
            part=part,
            rubric_version_id=rubric_version,
            state="draft",
            notes="",
            ticket="",
            said=Disposition.COMPLETED,
            started_at=now,
        )
    )
    session.flush()
    return key


def find_assessment(session: Session, key: UUID) -> Assessment | None:
    """One assessment, or None."""
    row = session.get(AssessmentRow, key)
    return _assessment(session, row) if row else None


def assessments(
    session: Session,
    *,
    calls: Iterable[UUID] | None = None,
    person: UUID | None = None,
    part: str | None = None,
    state: str | None = None,
    official: bool | None = None,
) -> tuple[Assessment, ...]:
    """The assessments that fit everything given, the oldest first."""
    query = select(AssessmentRow)
    if calls is not None:
        query = query.where(AssessmentRow.call_id.in_(list(calls)))
    if person is not None:
        query = query.where(AssessmentRow.person_id == person)
    if part is not None:
        query = query.where(AssessmentRow.part == part)
    if state is not None:
        query = query.where(AssessmentRow.state == state)
    if official is not None:
        query = query.where(AssessmentRow.official == official)
    rows = session.scalars(query.order_by(AssessmentRow.started_at, AssessmentRow.id)).all()
    answers = _answers(session, [row.id for row in rows])
    return tuple(_of_row(row, answers.get(row.id, ())) for row in rows)


def hold(session: Session, key: UUID) -> None:
    """Keep others from an assessment to the transaction's end, so that what is read of it stays."""
    session.execute(select(AssessmentRow.id).where(AssessmentRow.id == key).with_for_update())


def write_draft(
    session: Session,
    key: UUID,
    answers: Iterable[GivenAnswer],
    *,
    notes: str,
    suspected: bool,
    said: Disposition,
    ticket: str = "",
) -> None:
    """Replace the answers of a draft; its revision rises by one."""
    row = session.get_one(AssessmentRow, key)
    row.notes, row.ticket, row.suspected, row.said = notes, ticket, suspected, said
    flag_modified(row, "notes")  # new answers alone would leave the row, and its revision, as is
    session.execute(delete(AnswerRow).where(AnswerRow.assessment_id == key))
    session.add_all(
        AnswerRow(
            assessment_id=key,
            criterion=answer.criterion,
            value=None if answer.value is NA else answer.value,
            reason=answer.reason,
            evidence=answer.evidence.kind,
            evidence_from=answer.evidence.start,
            evidence_until=answer.evidence.end,
        )
        for answer in answers
    )
    session.flush()


def submit(session: Session, key: UUID, scored: Scored, now: datetime) -> None:
    """Turn a draft into a submitted assessment with its derived columns."""
    row = session.get_one(AssessmentRow, key)
    row.state = "submitted"
    row.submitted_at = now
    row.score = None if scored.score is None else str(scored.score)
    row.section_scores = json.dumps(
        {name: None if s is None else str(s) for name, s in scored.sections.items()}
    )
    row.coverage = str(scored.coverage)
    row.outcome = scored.outcome
    session.flush()


def put_away(session: Session, key: UUID, now: datetime) -> None:
    """Close a draft on a call of which there is nothing to score."""
    row = session.get_one(AssessmentRow, key)
    row.state, row.submitted_at = "put away", now
    session.flush()


def make_official(session: Session, call: UUID, key: UUID) -> None:
    """Let an assessment's score be the call's."""
    for row in session.scalars(
        select(AssessmentRow).where(AssessmentRow.call_id == call, AssessmentRow.official)
    ):
        row.official = False
    session.flush()
    session.get_one(AssessmentRow, key).official = True
    session.flush()


def _answers(session: Session, keys: list[UUID]) -> dict[UUID, tuple[GivenAnswer, ...]]:
    found: dict[UUID, list[GivenAnswer]] = {}
    for row in session.scalars(select(AnswerRow).where(AnswerRow.assessment_id.in_(keys))):
        evidence = Evidence(row.evidence, row.evidence_from, row.evidence_until)
        value = NA if row.value is None else row.value
        found.setdefault(row.assessment_id, []).append(
            GivenAnswer(row.criterion, value, row.reason, evidence)
        )
    return {key: tuple(answers) for key, answers in found.items()}


def _assessment(session: Session, row: AssessmentRow) -> Assessment:
    return _of_row(row, _answers(session, [row.id]).get(row.id, ()))


def _of_row(row: AssessmentRow, answers: tuple[GivenAnswer, ...]) -> Assessment:
    sections = json.loads(row.section_scores) if row.section_scores else {}
    return Assessment(
        id=row.id,
        call=row.call_id,
        person=row.person_id,
        part=row.part,
        rubric_version=row.rubric_version_id,
        state=row.state,
        official=row.official,
        notes=row.notes,
        ticket=row.ticket,
        suspected=row.suspected,
        said=Disposition(row.said),
        answers=answers,
        score=None if row.score is None else Decimal(row.score),
        outcome=Outcome(row.outcome) if row.outcome else None,
        coverage=None if row.coverage is None else Fraction(row.coverage),
        section_scores={n: None if s is None else Decimal(s) for n, s in sections.items()},
        started_at=row.started_at,
        submitted_at=row.submitted_at,
        revision=row.revision,
    )


# --- verifications ------------------------------------------------------------------------------


def waiting(session: Session, *, except_by: UUID | None = None) -> tuple[Assessment, ...]:
    """Submitted first assessments that nobody has verified, without one's own, oldest first."""
    verified = exists().where(VerificationRow.assessment_id == AssessmentRow.id)
    query = select(AssessmentRow).where(
        AssessmentRow.part == "first", AssessmentRow.state == "submitted", ~verified
    )
    if except_by is not None:
        query = query.where(AssessmentRow.person_id != except_by)
    rows = session.scalars(query.order_by(AssessmentRow.submitted_at, AssessmentRow.id)).all()
    answers = _answers(session, [row.id for row in rows])
    return tuple(_of_row(row, answers.get(row.id, ())) for row in rows)


def add_verification(
    session: Session,
    assessment: UUID,
    verifier: UUID,
    judgement: str,
    reason: str,
    kind: str,
    second: UUID | None,
    now: datetime,
) -> bool:
    """Write a judgement; False when the assessment has one already, which stays."""
    return insert_once(
        session,
        VerificationRow(
            id=uuid4(),
            assessment_id=assessment,
            verifier_id=verifier,
            judgement=judgement,
            reason=reason,
            kind=kind,
            second_id=second,
            verified_at=now,
        ),
    )


def verifications(
    session: Session,
    *,
    assessments: Iterable[UUID] | None = None,
    verifier: UUID | None = None,
) -> tuple[Verification, ...]:
    """The verifications that fit everything given, the newest first."""
    query = select(VerificationRow)
    if assessments is not None:
        query = query.where(VerificationRow.assessment_id.in_(list(assessments)))
    if verifier is not None:
        query = query.where(VerificationRow.verifier_id == verifier)
    rows = session.scalars(query.order_by(VerificationRow.verified_at.desc()))
    return tuple(
        Verification(
            row.id,
            row.assessment_id,
            row.verifier_id,
            row.judgement,
            row.reason,
            row.kind,
            row.second_id,
            row.verified_at,
        )
        for row in rows
    )


# --- reports ------------------------------------------------------------------------------------


def add_issue(
    session: Session,
    centre: UUID,
    month: str,
    content: str,
    journal_head: str,
    actor: str,
    now: datetime,
) -> ReportIssue:
    """Write the next numbered issue of a centre's month."""
    before = select(func.max(ReportIssueRow.number)).where(
        ReportIssueRow.centre_id == centre, ReportIssueRow.month == month
    )
    row = ReportIssueRow(
        id=uuid4(),
        centre_id=centre,
        month=month,
        number=(session.scalar(before) or 0) + 1,
        content=content,
        journal_head=journal_head,
        published_by=actor,
        published_at=now,
    )
    session.add(row)
    session.flush()
    return _issue(row)


def find_issue(session: Session, key: UUID) -> ReportIssue | None:
    """One issue, or None."""
    row = session.get(ReportIssueRow, key)
    return _issue(row) if row else None


def issues(
    session: Session, *, centres: Iterable[UUID] | None = None, month: str | None = None
) -> tuple[ReportIssue, ...]:
    """The issues that fit everything given, the latest month and number first."""
    query = select(ReportIssueRow)
    if centres is not None:
        query = query.where(ReportIssueRow.centre_id.in_(list(centres)))
    if month is not None:
        query = query.where(ReportIssueRow.month == month)
    rows = session.scalars(
        query.order_by(ReportIssueRow.month.desc(), ReportIssueRow.number.desc())
    )
    return tuple(_issue(row) for row in rows)


def _issue(row: ReportIssueRow) -> ReportIssue:
    return ReportIssue(
        row.id,
        row.centre_id,
        row.month,
        row.number,
        row.content,
        row.journal_head,
        row.published_at,
    )

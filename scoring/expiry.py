"""The place of what has been kept long enough: finds it, leaves out what is held, deletes it.

Each part names a table, the moment from which its days are counted, what a legal hold on a centre,
person or call means for it, and whether rows go or only their words.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, not_, or_, select, tuple_, update
from sqlalchemy.orm import Session

from config.database import Base
from config.journal import JournalRow
from config.journal_aside import AsideRow
from config.mail import OutboxRow
from scheduler import recordings
from scheduler.access import ERASED
from scheduler.diary_rows import AttemptRow, CallbackRow, PlannedCallRow, SamplingPlanRow
from scheduler.people_rows import (
    HalfSignInRow,
    PersonRow,
    RefusedSignInRow,
    SignInRow,
    SingleUseLinkRow,
    TieLeaveRow,
    TieRow,
)
from scheduler.promise_rows import CameBackRow, InboundCallRow, PromiseRow
from scheduler.recording import RecordingState
from scheduler.recording_rows import RecordingRow
from scheduler.supplies_rows import IncidentRow, UploadRow
from scoring.holds import address_held, call_held, centre_held, person_held
from scoring.ledger_rows import AnswerRow, AssessmentRow, ReportIssueRow, VerificationRow
from scoring.personal_rows import AnalystRequestRow, LegalHoldRow
from scoring.retention import Kept

WITHOUT_REPORT = timedelta(days=365)  # that a report is waited for
BATCH = 500  # keys in one statement


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one table that go by one rule, or whose ``words`` are cleared."""

    kind: Kept
    row: type[Base]
    since: Any  # an expression: the moment from which days count
    held: Any | None = None  # a condition
    words: tuple[Any, ...] = ()


def _of_assessment(column: Any, key: Any) -> Any:
    return select(column).where(AssessmentRow.id == key).scalar_subquery()


ATTEMPT_CALL = (
    select(AttemptRow.call_id).where(AttemptRow.id == CallbackRow.attempt_id).scalar_subquery()
)
PARTS: tuple[Part, ...] = (
    Part(
        Kept.LETTER,
        OutboxRow,
        func.coalesce(OutboxRow.sent_at, OutboxRow.given_up_at),
        address_held(OutboxRow.to),
    ),
    Part(Kept.UPLOAD, UploadRow, UploadRow.sent_at, person_held(UploadRow.person_id)),
    Part(Kept.SIGN_IN, SignInRow, SignInRow.seen_at, person_held(SignInRow.person_id)),
    Part(Kept.SIGN_IN, HalfSignInRow, HalfSignInRow.since, person_held(HalfSignInRow.person_id)),
    Part(Kept.SIGN_IN, RefusedSignInRow, RefusedSignInRow.at),
    Part(
        Kept.SIGN_IN,
        SingleUseLinkRow,
        SingleUseLinkRow.until,
        person_held(SingleUseLinkRow.person_id),
    ),
    Part(Kept.CALLBACK, CallbackRow, CallbackRow.received_at, call_held(ATTEMPT_CALL)),
    Part(
        Kept.CALLBACK,
        InboundCallRow,
        InboundCallRow.received_at,
        InboundCallRow.call_id.is_not(None) & call_held(InboundCallRow.call_id),
    ),
    Part(
        Kept.TIE,
        TieRow,
        TieRow.ended_at,
        person_held(TieRow.person_id),
    ),
    Part(
        Kept.TIE,
        TieLeaveRow,
        func.coalesce(TieLeaveRow.ended_at, TieLeaveRow.until),
        person_held(TieLeaveRow.person_id),
    ),
    Part(
        Kept.NOTE,
        PromiseRow,
        PromiseRow.closed_at,
        call_held(PromiseRow.call_id),
        (PromiseRow.what,),
    ),
    Part(Kept.NOTE, CameBackRow, CameBackRow.at, call_held(CameBackRow.call_id)),
    Part(
        Kept.NOTE,
        AssessmentRow,
        AssessmentRow.submitted_at,
        call_held(AssessmentRow.call_id),
        (AssessmentRow.notes, AssessmentRow.ticket),
    ),
    Part(
        Kept.NOTE,
        AnswerRow,
        _of_assessment(AssessmentRow.submitted_at, AnswerRow.assessment_id),
        call_held(_of_assessment(AssessmentRow.call_id, AnswerRow.assessment_id)),
        (AnswerRow.reason,),
    ),
    Part(
        Kept.NOTE,
        VerificationRow,
        VerificationRow.verified_at,
        call_held(_of_assessment(AssessmentRow.call_id, VerificationRow.assessment_id)),
        (VerificationRow.reason,),
    ),
    Part(
        Kept.NOTE,
        IncidentRow,
        IncidentRow.reported_at,
        or_(centre_held(IncidentRow.centre_id), person_held(IncidentRow.person_id)),
        (IncidentRow.what,),
    ),
    Part(
        Kept.REQUEST,
        AnalystRequestRow,
        AnalystRequestRow.entered_at,
        centre_held(AnalystRequestRow.centre_id),
    ),
)


def due(session: Session, part: Part, before: datetime) -> list[tuple[Any, ...]]:
    """The keys of the rows of a part that have been kept long enough and aren't held."""
    wanted = [part.since < before]
    if part.held is not None:
        wanted.append(~part.held)
    if part.words:
        wanted.append(or_(*(words != "" for words in part.words)))
    keys = part.row.__mapper__.primary_key
    return [tuple(row) for row in session.execute(select(*keys).where(*wanted))]


def end(session: Session, part: Part, keys: list[tuple[Any, ...]]) -> None:
    """Delete rows by their keys, or clear their words."""
    columns = tuple_(*part.row.__mapper__.primary_key)
    for at in range(0, len(keys), BATCH):
        these = columns.in_(keys[at : at + BATCH])
        if not part.words:
            session.execute(delete(part.row).where(these))
        else:
            cleared = {words.key: "" for words in part.words}
            session.execute(update(part.row).where(these).values(cleared))


# --- the journal's asides -----------------------------------------------------------------------


def due_asides(session: Session, before: datetime) -> list[tuple[Any, ...]]:
    """The numbers of the entries beside which something has been kept long enough."""
    holds = session.execute(
        select(LegalHoldRow.kind, LegalHoldRow.subject).where(LegalHoldRow.ended_at.is_(None))
    ).all()
    subjects = [f"{kind} {key}" for kind, key in holds]
    actors = [str(key) for kind, key in holds if kind == "person"]
    rows = session.execute(
        select(AsideRow.seq)
        .join(JournalRow, JournalRow.seq == AsideRow.seq)
        .where(
            JournalRow.at < _text(before),
            JournalRow.subject.not_in(subjects),
            JournalRow.actor.not_in(actors),
        )
    )
    return [tuple(row) for row in rows]


def end_asides(session: Session, keys: list[tuple[Any, ...]]) -> None:
    """Erase what is kept beside entries."""
    for at in range(0, len(keys), BATCH):
        numbers = [seq for (seq,) in keys[at : at + BATCH]]
        session.execute(delete(AsideRow).where(AsideRow.seq.in_(numbers)))


# --- people -------------------------------------------------------------------------------------


def due_recordings(session: Session, before: datetime) -> list[tuple[Any, ...]]:
    """The recordings of months whose report was first published before a moment, unless held.

    No report tells of a practice call, so its own end counts; where none was published, its end
    and another year.
    """
    published = (
        select(func.min(ReportIssueRow.published_at))
        .where(
            ReportIssueRow.centre_id == PlannedCallRow.centre_id,
            ReportIssueRow.month == PlannedCallRow.month,
        )
        .scalar_subquery()
    )
    query = (
        select(RecordingRow.id)
        .join(PlannedCallRow, RecordingRow.call_id == PlannedCallRow.id)
        .join(SamplingPlanRow, PlannedCallRow.plan_id == SamplingPlanRow.id)
        .where(
            RecordingRow.state.in_([RecordingState.STORED, RecordingState.KEPT]),
            or_(
                published < before,
                (SamplingPlanRow.purpose == "practice") & (PlannedCallRow.ended_at < before),
                published.is_(None) & (PlannedCallRow.ended_at < before - WITHOUT_REPORT),
            ),
            not_(call_held(RecordingRow.call_id)),
        )
        .order_by(RecordingRow.id)
    )
    return [(key,) for key in session.scalars(query)]


def end_recordings(session: Session, keys: list[tuple[Any, ...]]) -> list[UUID]:
    """Destroy the keys of recordings; the worker then deletes the files, which nobody can read."""
    for (key,) in keys:
        recordings.deleted(session, key)
    return []


def never_came(session: Session, before: datetime) -> list[UUID]:
    """People who were invited before a moment and never did anything here."""
    waiting = session.scalars(
        select(PersonRow.id).where(
            PersonRow.password_hash.is_(None),
            PersonRow.created_at < before,
            ~PersonRow.email.endswith(ERASED),
            ~person_held(PersonRow.id),
        )
    )
    return [
        key
        for key in waiting
        if (last := _last(session, key, "person invited", "person invited again"))
        and last < _text(before)
        and not _acted(session, key)
    ]


def left(session: Session, before: datetime) -> list[UUID]:
    """Providers' contacts whose access ended before a moment."""
    gone = session.scalars(
        select(PersonRow.id).where(
            PersonRow.provider_id.is_not(None),
            ~PersonRow.active,
            ~PersonRow.email.endswith(ERASED),
            ~person_held(PersonRow.id),
        )
    )
    return [
        key
        for key in gone
        if (last := _last(session, key, "access ended")) and last < _text(before)
    ]


def _last(session: Session, person: UUID, *actions: str) -> str | None:
    return session.scalar(
        select(func.max(JournalRow.at)).where(
            JournalRow.subject == f"person {person}", JournalRow.action.in_(actions)
        )
    )


def _acted(session: Session, person: UUID) -> bool:
    query = select(JournalRow.seq).where(JournalRow.actor == str(person)).limit(1)
    return session.scalar(query) is not None


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()

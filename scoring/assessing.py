"""The assessor's work on a call: the draft that is saved while it runs, and its submission."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from config import journal
from config.database import Sessions
from scheduler import awaiting, diary, promises, scenario_versions, wearing
from scheduler.call import PlannedCall
from scheduler.outcome import SAID_BY_ASSESSOR, Disposition
from scheduler.promise import Basis, Way
from scoring import ledger, rubric_versions
from scoring.ledger import Assessment, GivenAnswer
from scoring.score import NA, AnswersRefused, score

# Of these there is nothing to score: the assessor says how the call ended, and that is all.
UNSCORED = frozenset(SAID_BY_ASSESSOR) - {Disposition.COMPLETED}


ELSEWHERE = "This draft was changed elsewhere. Load the page to see it."


class AssessingRefused(ValueError):
    """Something that can't be done to an assessment; the text says why and what to do."""


class ChangedElsewhere(AssessingRefused):
    """A draft that is no longer as it was when its form was made."""


def open_assessment(sessions: Sessions, call: UUID, person: UUID, now: datetime) -> UUID:
    """The assessor's own assessment of a call, begun when it is opened for the first time.

    Opened twice at one moment, it is begun once.
    """
    try:
        with sessions.begin() as session:
            planned = _own(diary.find_call(session, call), person)
            if known := _first(session, call, person):
                return known
            name = scenario_versions.scenario(session, planned.scenario).rubric
            version = rubric_versions.current_rubric(session, name)
            return ledger.begin_assessment(session, call, person, "first", version, now)
    except IntegrityError:
        with sessions.reading() as session:
            if known := _first(session, call, person):
                return known
        raise


def _first(session: Session, call: UUID, person: UUID) -> UUID | None:
    known = ledger.assessments(session, calls=[call], person=person, part="first")
    return known[0].id if known else None


def unfinished(session: Session, person: UUID) -> tuple[tuple[PlannedCall, Assessment | None], ...]:
    """The ended calls that wait for their assessor: drafts, and conversations without a draft."""
    mine = ledger.assessments(session, person=person, part="first")
    begun = {assessment.call: assessment for assessment in mine}
    ended = (c for c in diary.calls(session, assessor=person) if c.ended_at is not None)
    return tuple(
        (call, assessment)
        for call in ended
        for assessment in [begun.get(call.id)]
        if (assessment is None and call.disposition is Disposition.COMPLETED)
        or (assessment is not None and assessment.state == "draft")
    )


def save(
    sessions: Sessions,
    key: UUID,
    person: UUID,
    answers: Mapping[str, GivenAnswer],
    *,
    notes: str,
    suspected: bool,
    said: Disposition,
    ticket: str = "",
    revision: int | None = None,
) -> int:
    """Keep a draft as it stands, complete or not; answers its new revision.

    ``ticket`` is the reference that the analyst told. Raises AssessingRefused when it is no draft,
    and ChangedElsewhere when it is no longer the given revision. Saying the same twice changes
    nothing.
    """
    with _unless_changed_elsewhere(), sessions.begin() as session:
        ledger.hold(session, key)
        draft = _draft(ledger.find_assessment(session, key), person)
        rubric = rubric_versions.rubric(session, draft.rubric_version)
        known = {criterion.id for section in rubric.sections for criterion in section.criteria}
        kept = {name: answer for name, answer in answers.items() if name in known}
        now_there = (draft.by_criterion, draft.notes, draft.ticket, draft.suspected, draft.said)
        if now_there == (kept, notes, ticket, suspected, said):
            return draft.revision
        if revision is not None and revision != draft.revision:
            raise ChangedElsewhere(ELSEWHERE)
        ledger.write_draft(
            *(session, key, kept.values()),
            notes=notes,
            suspected=suspected,
            said=said,
            ticket=ticket,
        )
        saved = ledger.find_assessment(session, key)
        assert saved is not None
        return saved.revision


def await_return(
    sessions: Sessions,
    key: UUID,
    person: UUID,
    now: datetime,
    *,
    way: Way,
    what: str,
    basis: Basis,
    named: datetime | None = None,
) -> None:
    """Let the call of a draft await what the analyst promised.

    Raises AssessingRefused when it is no draft, and AwaitingRefused.
    """
    with sessions.begin() as session:
        call = _draft(ledger.find_assessment(session, key), person).call
        awaiting.await_return(
            session, call, person, now, way=way, what=what, basis=basis, named=named
        )


def submit(sessions: Sessions, key: UUID, person: UUID, now: datetime) -> Assessment:
    """Score a complete draft; it then waits for a verifier.

    Every N/A needs its reason: asking for it at the critical ones alone would tell which they are.
    A call that did not come to a conversation has nothing to score: how it ended is said, where
    anything was heard, and the draft is put away. Raises AssessingRefused or AnswersRefused, naming
    what is missing.
    """
    with _unless_changed_elsewhere(), sessions.begin() as session:
        draft = _draft(ledger.find_assessment(session, key), person)
        call = _own(diary.find_call(session, draft.call), person)
        if call.disposition is Disposition.AWAITING:
            raise AssessingRefused("They may still come back. Submit when that is settled.")
        if call.ended_at is None:
            raise AssessingRefused("The call is not over. Submit when it has ended.")
        rubric = rubric_versions.rubric(session, draft.rubric_version)
        heard = call.disposition is Disposition.COMPLETED
        if not heard or draft.said in UNSCORED:
            ledger.put_away(session, key, now)
        else:
            given = {
                answer.criterion: answer.value
                for answer in draft.answers
                if answer.value != ledger.UNANSWERED
            }
            scored = score(rubric, given)
            if silent := [a.criterion for a in draft.answers if a.value is NA and not a.reason]:
                raise AnswersRefused(tuple(f"say why {name} is N/A" for name in silent))
            ledger.submit(session, key, scored, now)
            ledger.make_official(session, call.id, key)
        promises.close(session, call.id, now)
        if heard and draft.said is not Disposition.COMPLETED:
            diary.correct_disposition(session, call.id, draft.said)
        if draft.suspected or (heard and draft.said is Disposition.DETECTED):
            why = "suspected" if draft.suspected else "detected"
            wearing.recognised(session, call, why, now, str(person))
        detail: dict[str, object] = {"said": draft.said, "suspected": draft.suspected}
        journal.record(
            session, now, str(person), "assessment submitted", f"assessment {key}", detail
        )
        submitted = ledger.find_assessment(session, key)
        assert submitted is not None
        return submitted


@contextmanager
def _unless_changed_elsewhere() -> Iterator[None]:
    """Say so when another transaction wrote the draft while this one was under way."""
    try:
        yield
    except StaleDataError as error:
        raise ChangedElsewhere(ELSEWHERE) from error


def _own(call: PlannedCall | None, person: UUID) -> PlannedCall:
    if call is None or call.assessor != person:
        raise AssessingRefused("This call is not yours.")
    return call


def _draft(assessment: Assessment | None, person: UUID) -> Assessment:
    if assessment is None or assessment.person != person:
        raise AssessingRefused("This assessment is not yours.")
    if assessment.state != "draft":
        raise AssessingRefused("This assessment was submitted; it can't be changed any more.")
    return assessment

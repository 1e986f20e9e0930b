"""A second person's judgement: the verifier confirms an assessment, or differs with a reason.

Where the verifier differs, their own answers become the call's official ones; the first ones stay
on record beside them.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from config import journal
from config.database import Sessions
from scheduler import diary, leaves
from scheduler.access import Person, Role
from scoring import ledger, rubric_versions
from scoring.ledger import Assessment, GivenAnswer
from scoring.score import score

NOT_WAITING = "This assessment doesn't wait for you; somebody may have been first."


class VerifyingRefused(ValueError):
    """A judgement that can't be taken; the text says why and what to do."""


def queue(session: Session, verifier: UUID, now: datetime) -> tuple[Assessment, ...]:
    """What waits for a verifier: nothing of their own, nor where a tie keeps them away."""
    bound = leaves.bound_centres(session, verifier, now)
    return tuple(
        assessment
        for assessment in ledger.waiting(session, except_by=verifier)
        if (call := diary.find_call(session, assessment.call)) and call.centre not in bound
    )


def to_review(session: Session, key: UUID, verifier: UUID, now: datetime) -> Assessment | None:
    """One assessment of the verifier's queue, or None."""
    return next((each for each in queue(session, verifier, now) if each.id == key), None)


def may_listen(session: Session, call: UUID, who: Person, now: datetime) -> bool:
    """Whether an assessment of a call waits for a verifier, or was judged by them."""
    if Role.VERIFIER not in who.roles:
        return False
    if any(each.call == call for each in queue(session, who.id, now)):
        return True
    judged = {each.assessment for each in ledger.verifications(session, verifier=who.id)}
    return any(each.id in judged for each in ledger.assessments(session, calls=[call]))


def confirm(sessions: Sessions, key: UUID, verifier: UUID, now: datetime) -> None:
    """Agree with every answer."""
    with sessions.begin() as session:
        _waiting(session, key, verifier, now)
        if not ledger.add_verification(session, key, verifier, "confirmed", "", "desk", None, now):
            raise VerifyingRefused(NOT_WAITING)
        _journal(session, key, verifier, "assessment confirmed", now)


def differ(
    sessions: Sessions,
    key: UUID,
    verifier: UUID,
    answers: Mapping[str, GivenAnswer],
    reason: str,
    now: datetime,
) -> None:
    """Put other answers beside the first ones, with a reason; they become the official ones.

    ``answers`` holds what differs. Raises VerifyingRefused without a reason or a difference, and
    AnswersRefused for an answer that the rubric has not.
    """
    if not reason.strip():
        raise VerifyingRefused("Say why you differ; the assessor reads it.")
    with _unless_given(), sessions.begin() as session:
        first = _waiting(session, key, verifier, now)
        merged = {**first.by_criterion, **answers}
        before = {name: answer.value for name, answer in first.by_criterion.items()}
        after = {name: answer.value for name, answer in merged.items()}
        if before == after:
            raise VerifyingRefused("No answer differs. Change one, or confirm.")
        scored = score(rubric_versions.rubric(session, first.rubric_version), after)
        second = ledger.begin_assessment(
            session, first.call, verifier, "second", first.rubric_version, now
        )
        if not ledger.add_verification(
            session, key, verifier, "differs", reason.strip(), "desk", second, now
        ):
            raise VerifyingRefused(NOT_WAITING)
        ledger.write_draft(
            session,
            second,
            merged.values(),
            notes="",
            suspected=first.suspected,
            said=first.said,
        )
        ledger.submit(session, second, scored, now)
        ledger.make_official(session, first.call, second)
        _journal(session, key, verifier, "assessment differed from", now)


@contextmanager
def _unless_given() -> Iterator[None]:
    """Say so when the same judgement was sent twice at one moment."""
    try:
        yield
    except IntegrityError as error:
        raise VerifyingRefused(NOT_WAITING) from error


def _waiting(session: Session, key: UUID, verifier: UUID, now: datetime) -> Assessment:
    found = to_review(session, key, verifier, now)
    if found is None:
        raise VerifyingRefused(NOT_WAITING)
    return found


def _journal(session: Session, key: UUID, verifier: UUID, action: str, now: datetime) -> None:
    journal.record(session, now, str(verifier), action, f"assessment {key}")

"""Recounts planned calls as a report sees them: how each ended, what was heard and measured."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy.orm import Session

from config.clock import civil_date
from scheduler import follow_ups, measuring, promises
from scheduler.call import PlannedCall
from scoring import ledger, rubric_versions
from scoring.ledger import Assessment
from scoring.report_call import ReportCall, RubricVersion, report_answers, served_by
from scoring.rubric import Rubric


def recount(
    session: Session, planned: Sequence[PlannedCall], measure: Collection[UUID] = ()
) -> Iterator[tuple[PlannedCall, ReportCall]]:
    """Each planned call with what a report says of it; those of ``measure``'s centres measured."""
    keys = [call.id for call in planned]
    official = {each.call: each for each in ledger.assessments(session, calls=keys, official=True)}
    verified, again = _verified(session, keys), follow_ups.tried_again(session, keys)
    promised = promises.of_calls(session, keys)
    ended = [call for call in planned if call.centre in measure and not call.disposition.open]
    measured = measuring.measure_all(session, ended)
    rubrics: dict[UUID, Rubric] = {}
    for call in planned:
        assessment = official.get(call.id)
        if assessment is not None and assessment.rubric_version not in rubrics:
            version = assessment.rubric_version
            rubrics[version] = rubric_versions.rubric(session, version)
        tried_again, promise = call.id in again, promised.get(call.id)
        reported = _report_call(call, assessment, rubrics, call.id in verified, not tried_again)
        yield (
            call,
            replace(
                reported,
                promise=promise.outcome if promise else None,
                measured=measured.get(call.id, ()),
                by_hand=call.by_hand,
                tried_again=tried_again,
            ),
        )


def _verified(session: Session, calls: Sequence[UUID]) -> frozenset[UUID]:
    firsts = ledger.assessments(session, calls=calls, part="first")
    call_of = {assessment.id: assessment.call for assessment in firsts}
    done = ledger.verifications(session, assessments=call_of)
    return frozenset(call_of[verification.assessment] for verification in done)


def _report_call(
    call: PlannedCall,
    assessment: Assessment | None,
    rubrics: dict[UUID, Rubric],
    verified: bool,
    at_once: bool,
) -> ReportCall:
    day = civil_date(call.drawn_moment, call.zone)
    served = served_by(call.disposition) if at_once else False  # the first try counts
    if assessment is None or assessment.coverage is None:
        return ReportCall(call.id, day, call.disposition, served)
    rubric = rubrics[assessment.rubric_version]
    values = {answer.criterion: answer.value for answer in assessment.answers}
    return ReportCall(
        id=call.id,
        day=day,
        disposition=call.disposition,
        served=served,
        rubric=RubricVersion.of(rubric),
        assessor=call.assessor,
        score=assessment.score,
        coverage=assessment.coverage,
        outcome=assessment.outcome,
        answers=report_answers(rubric, values),
        verified=verified,
    )

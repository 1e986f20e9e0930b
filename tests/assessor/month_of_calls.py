"""A month of calls that were made and scored, as a rehearsal leaves them, and quickly."""

from datetime import timedelta
from fractions import Fraction
from uuid import UUID

from config.clock import Month, Period
from scheduler import diary
from scheduler.call import PlannedCall
from scheduler.outcome import Disposition
from scheduler.rule import Rule
from scoring import assessing, ledger, rubric_versions, verifying
from scoring.evidence import RANGE, Evidence
from scoring.ledger import GivenAnswer
from scoring.rubric import Rubric
from scoring.score import NA
from tests.builders import NOW, Institute
from tests.scheduler.planned import draw

OCTOBER = Month(2026, 10)


def draw_month(institute: Institute, *centres: UUID, month: Month = OCTOBER) -> None:
    """Plan a few calls for each of the centres, and let all of them be completed."""
    draw(
        institute,
        Period(month, 1),
        rule=Rule(1, Fraction(15, 2), 3),
        seed=bytes(32),
        purpose="rehearsal",
        centres=frozenset(centres),
    )
    with institute.sessions.begin() as session:
        for call in diary.calls(session, months=[month], sampled=True):
            ended = call.drawn_moment + timedelta(minutes=8)
            diary.dispose(session, call.id, Disposition.COMPLETED, ended)


def calls_of(institute: Institute, month: Month = OCTOBER) -> tuple[PlannedCall, ...]:
    """The month's calls, by moment."""
    with institute.sessions.reading() as session:
        return diary.calls(session, months=[month], sampled=True)


def assess(
    institute: Institute,
    call: PlannedCall,
    notes: str = "",
    *,
    ticket: str = "",
    one_na: bool = False,
) -> UUID:
    """Answer a call's rubric with the top levels and submit; answers the assessment's key.

    ``one_na``: the first criterion that may be N/A is.
    """
    assert call.assessor is not None
    sessions, person = institute.sessions, call.assessor
    now = call.drawn_moment + timedelta(minutes=20)
    key = assessing.open_assessment(sessions, call.id, person, now)
    heard = Evidence(RANGE, 64, 85)
    answers = {
        criterion.id: GivenAnswer(criterion.id, criterion.top, "as I heard it", heard)
        for criterion in rubric_of(institute, key).criteria
    }
    if one_na:
        answers[may_be_na(institute, key)] = GivenAnswer(
            may_be_na(institute, key), NA, "it never came up"
        )
    assessing.save(
        sessions,
        key,
        person,
        answers,
        notes=notes,
        ticket=ticket,
        suspected=False,
        said=Disposition.COMPLETED,
    )
    assessing.submit(sessions, key, person, now)
    return key


def may_be_na(institute: Institute, assessment: UUID) -> str:
    """The first criterion of an assessment's rubric that may be N/A."""
    criteria = rubric_of(institute, assessment).criteria
    return next(criterion.id for criterion in criteria if criterion.na_allowed)


def rubric_of(institute: Institute, assessment: UUID) -> Rubric:
    """The rubric of an assessment."""
    with institute.sessions.reading() as session:
        found = ledger.find_assessment(session, assessment)
        assert found is not None
        return rubric_versions.rubric(session, found.rubric_version)


def assess_all(institute: Institute, month: Month = OCTOBER) -> list[UUID]:
    """Assess every call of a month."""
    return [assess(institute, call) for call in calls_of(institute, month)]


def verify(institute: Institute, *assessments: UUID) -> None:
    """Confirm assessments."""
    for key in assessments:
        verifying.confirm(institute.sessions, key, institute.verifier, NOW)

"""An N/A is explained wherever it is given: asking only at some criteria would tell which."""

import pytest

from config.database import Sessions
from scheduler.outcome import Disposition
from scoring import assessing, ledger
from scoring.ledger import GivenAnswer
from scoring.score import NA, AnswersRefused
from tests.assessor.month_of_calls import calls_of, draw_month, may_be_na, rubric_of
from tests.builders import an_institute


@pytest.mark.parametrize("reason", ["", "it never came up"])
def test_an_unexplained_na_is_refused_and_the_draft_stays(sessions: Sessions, reason: str) -> None:
    institute = an_institute(sessions)
    draw_month(institute, institute.centre())
    call = calls_of(institute)[0]
    assert call.assessor is not None
    assert call.ended_at is not None
    key = assessing.open_assessment(sessions, call.id, call.assessor, call.ended_at)
    unheard = may_be_na(institute, key)
    answers = {
        criterion.id: GivenAnswer(criterion.id, criterion.top)
        for criterion in rubric_of(institute, key).criteria
    } | {unheard: GivenAnswer(unheard, NA, reason)}
    assessing.save(
        sessions,
        key,
        call.assessor,
        answers,
        notes="",
        suspected=False,
        said=Disposition.COMPLETED,
    )
    if reason:
        assert assessing.submit(sessions, key, call.assessor, call.ended_at).state == "submitted"
    else:
        with pytest.raises(AnswersRefused, match=unheard):
            assessing.submit(sessions, key, call.assessor, call.ended_at)
        with sessions.reading() as session:
            draft = ledger.find_assessment(session, key)
        assert draft is not None
        assert draft.state == "draft"

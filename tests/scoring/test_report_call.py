from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.outcome import OPEN, Disposition
from scoring.report_call import (
    WHOSE,
    ReportAnswer,
    ReportCall,
    RubricVersion,
    Whose,
    report_answers,
    served_by,
)
from scoring.rubric import Rubric, Tag, fingerprint, parse_rubric
from scoring.score import NA, Answer, Outcome, score
from tests.scoring.report_calls import ASSESSORS, JANUARY, answers, scored_call, unscored_call

RUBRIC: Rubric = parse_rubric(
    {
        "name": "handling",
        "title": "Call handling",
        "version": 2,
        "pass_mark": 80,
        "standard": 75,
        "sections": [
            {
                "id": "handling",
                "weight": 1,
                "criteria": [
                    {"id": "G", "title": "Greets", "max": 4, "weight": 1, "tag": "procedure"},
                    {"id": "R", "max": 1, "weight": 1, "critical": True, "tag": "answer"},
                    {"id": "C", "max": 4, "weight": 2, "critical": True, "critical_at": 1},
                ],
            }
        ],
    }
)
given_answers = st.fixed_dictionaries(
    {
        "G": st.just(NA) | st.integers(0, 4),
        "R": st.just(NA) | st.integers(0, 1),
        "C": st.just(NA) | st.integers(0, 4),
    }
)


def test_every_disposition_is_somebodys() -> None:
    assert set(WHOSE) == set(Disposition)


def test_what_the_centre_answers_for_counts_as_not_served() -> None:
    centres = {d for d in Disposition if served_by(d) is False}
    assert centres == {
        Disposition.BUSY,
        Disposition.NO_ANSWER,
        Disposition.CLOSED,
        Disposition.QUEUE_ABANDONED,
        Disposition.MENU_LOST,
        Disposition.NUMBER_DEAD,
        Disposition.CODE_REFUSED,
    }
    assert [d for d in Disposition if served_by(d)] == [Disposition.COMPLETED]


def test_an_unknown_call_is_ours_and_what_is_still_to_come_is_open() -> None:
    assert WHOSE[Disposition.UNKNOWN] is Whose.OURS
    assert {d for d in Disposition if WHOSE[d] is Whose.OPEN} == OPEN - {Disposition.UNKNOWN}


def test_a_rubric_version_keeps_name_version_fingerprint_and_standard() -> None:
    assert RubricVersion.of(RUBRIC) == RubricVersion(
        "handling", "Call handling", 2, fingerprint(RUBRIC), Decimal(75)
    )


@given(given_answers)
def test_a_reports_call_counts_as_its_score_does(given: dict[str, Answer]) -> None:
    result = score(RUBRIC, given)
    call = ReportCall(
        ASSESSORS[0],
        JANUARY.first,
        Disposition.COMPLETED,
        True,
        RubricVersion.of(RUBRIC),
        ASSESSORS[0],
        result.score,
        result.coverage,
        result.outcome,
        report_answers(RUBRIC, given),
    )
    titles = {each.id: each.title or each.id for each in RUBRIC.criteria}
    assert call.scored == result.counts_in_pass_rate
    assert call.in_mean == (result.counts_in_mean and result.counts_in_pass_rate)
    assert call.critical_failed == tuple(titles[name] for name in result.critical_failed)
    assert call.not_tested == tuple(titles[name] for name in result.critical_na)


@pytest.mark.parametrize(
    ("value", "top", "met"),
    [(3, 4, True), (2, 4, False), (1, 1, True), (0, 1, False), (2, 3, False), (None, 4, None)],
)
def test_a_behaviour_is_met_at_three_of_four_or_at_yes(
    value: int | None, top: int, met: bool | None
) -> None:
    assert ReportAnswer("G", "Greets", Tag.PROCEDURE, value, top).met is met


def test_answers_stand_in_the_rubrics_order_with_na_as_none() -> None:
    found = report_answers(RUBRIC, {"C": 2, "R": NA, "G": 4})
    assert [(a.criterion, a.title, a.tag, a.value) for a in found] == [
        ("G", "Greets", Tag.PROCEDURE, 4),
        ("R", "R", Tag.ANSWER, None),
        ("C", "C", None, 2),
    ]


def test_a_critical_failure_counts_in_the_pass_rate_and_in_the_mean_only_with_a_score() -> None:
    failed = scored_call(1, None, outcome=Outcome.FAIL_CRITICAL, given=answers(right=0))
    assert failed.scored
    assert not failed.in_mean
    assert failed.critical_failed == ("The advice was right",)


def test_a_call_that_still_awaits_its_promise_is_not_scored_yet() -> None:
    assert not unscored_call(1, Disposition.AWAITING).made
    assert not unscored_call(1, Disposition.COMPLETED).scored


def test_an_outcome_without_rubric_or_assessor_is_refused() -> None:
    with pytest.raises(ValueError, match="give its rubric and its assessor"):
        ReportCall(ASSESSORS[0], JANUARY.first, Disposition.COMPLETED, True, outcome=Outcome.PASS)

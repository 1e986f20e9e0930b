from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.agreement import JudgedCall, VerifiedScore, discrepant
from scoring.score import NA, Outcome

CALL, ONE, TWO = UUID(int=1), UUID(int=2), UUID(int=3)
FIRST = JudgedCall(Decimal("86.3"), Outcome.PASS, (("told the time", 1), ("checked", 3)))

judged = st.builds(
    JudgedCall,
    st.none() | st.integers(0, 1000).map(lambda tenths: Decimal(tenths).scaleb(-1)),
    st.sampled_from(Outcome),
    st.tuples(st.tuples(st.just("told the time"), st.sampled_from([0, 1, NA]))),
)


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        pytest.param(FIRST, False, id="the same"),
        pytest.param(
            JudgedCall(Decimal("71.3"), Outcome.PASS, FIRST.critical), False, id="15 points"
        ),
        pytest.param(
            JudgedCall(Decimal("71.2"), Outcome.PASS, FIRST.critical), True, id="more than 15"
        ),
        pytest.param(
            JudgedCall(Decimal("86.3"), Outcome.FAIL_SECTION, FIRST.critical), True, id="outcome"
        ),
        pytest.param(
            JudgedCall(Decimal("86.3"), Outcome.PASS, (("told the time", NA), ("checked", 3))),
            True,
            id="a critical criterion not tested",
        ),
        pytest.param(JudgedCall(None, Outcome.PASS, FIRST.critical), True, id="without a score"),
        pytest.param(
            JudgedCall(Decimal("86.3"), Outcome.PASS, FIRST.critical[::-1]), False, id="the order"
        ),
    ],
)
def test_two_judgements_are_discrepant_by_score_outcome_or_a_critical_answer(
    second: JudgedCall, expected: bool
) -> None:
    assert discrepant(FIRST, second) is expected


@given(judged, judged)
def test_it_does_not_matter_who_was_first(one: JudgedCall, other: JudgedCall) -> None:
    assert discrepant(one, other) == discrepant(other, one)
    assert not discrepant(one, one)


def test_the_verifiers_own_judgement_counts_where_there_is_one() -> None:
    second = JudgedCall(Decimal("60.0"), Outcome.FAIL_SCORE, FIRST.critical)
    confirmed = VerifiedScore(CALL, ONE, TWO, FIRST)
    differing = VerifiedScore(CALL, ONE, TWO, FIRST, second)
    assert (confirmed.official, confirmed.discrepant) == (FIRST, False)
    assert (differing.official, differing.discrepant) == (second, True)


def test_nobody_verifies_an_assessment_of_their_own() -> None:
    with pytest.raises(ValueError, match="of their own"):
        VerifiedScore(CALL, ONE, ONE, FIRST)

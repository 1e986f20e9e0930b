"""What stands in the controls of a rubric, and what is understood of it."""

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from assessor.answer_form import AnswersUnreadable, TypedAnswer, as_typed, given
from scoring.evidence import ABSENT, NO_EVIDENCE, RANGE, Evidence
from scoring.ledger import UNANSWERED, GivenAnswer
from scoring.score import NA


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        (TypedAnswer("3"), GivenAnswer("c", 3)),
        (TypedAnswer("NA", words="no hold"), GivenAnswer("c", NA, "no hold")),
        (TypedAnswer("2", "4:05", "5:00"), GivenAnswer("c", 2, "", Evidence(RANGE, 245, 300))),
        (TypedAnswer("2", "4:05"), GivenAnswer("c", 2, "", Evidence(RANGE, 245, 245))),
        (TypedAnswer("0", absent=True), GivenAnswer("c", 0, "", Evidence(ABSENT))),
        (TypedAnswer("", "0:10", "0:20"), GivenAnswer("c", -1, "", Evidence(RANGE, 10, 20))),
    ],
)
def test_an_answer_is_understood_as_it_was_typed(
    typed: TypedAnswer, understood: GivenAnswer
) -> None:
    assert given({"c": typed}) == {"c": understood}


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        (TypedAnswer("3", "4:"), "'4:' is no moment of a call; write it as 4:05."),
        (TypedAnswer("3", "²:05"), "'²:05' is no moment of a call; write it as 4:05."),
        (TypedAnswer("3", "", "4:05"), "Say where the evidence begins."),
        (TypedAnswer("3", "4:05", "4:00"), "A range runs from one moment of the call to a later"),
        (TypedAnswer("3", "4:05", "", "", True), 'Give where it was heard, or "listened, absent"'),
        (TypedAnswer("3", "99999999999"), "No call is as long as that"),
        (TypedAnswer("3", words="x" * 501), "Shorten what was heard to 500 characters."),
    ],
)
def test_what_can_t_be_read_is_named_with_its_remedy(typed: TypedAnswer, fault: str) -> None:
    with pytest.raises(AnswersUnreadable) as refused:
        given({"c": typed})
    assert refused.value.faults["c"].startswith(fault)


RANGES = st.tuples(st.integers(0, 3600), st.integers(0, 3600)).map(sorted)
EVIDENCE = st.one_of(
    st.just(NO_EVIDENCE),
    st.just(Evidence(ABSENT)),
    RANGES.map(lambda ends: Evidence(RANGE, ends[0], ends[1])),
)
VALUES = st.one_of(st.integers(0, 9), st.just(NA), st.just(UNANSWERED))


@for_all(VALUES, st.text("abc ", max_size=5).map(str.strip), EVIDENCE)
def test_an_answer_that_is_put_into_a_form_comes_back_the_same(
    value: int, words: str, evidence: Evidence
) -> None:
    answer = GivenAnswer("c", value, words, evidence)
    assert given(as_typed([answer])) == {"c": answer}

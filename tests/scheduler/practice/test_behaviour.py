"""Telephones: their outcomes and their JSON form."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.practice.behaviour import (
    AssessorAnswers,
    BehaviourError,
    CentreAnswers,
    Outcome,
    Telephone,
    TelephoneKind,
    Unanswered,
    telephone_from,
)

SECONDS = st.floats(0, 3600, allow_nan=False) | st.integers(0, 3600)
KEYS = st.text("0123456789#*", max_size=4)
UNANSWERED = st.builds(
    Unanswered, st.sampled_from(["busy", "no_answer", "failed"]), st.integers(400, 699)
)
ASSESSORS = st.builds(
    AssessorAnswers,
    SECONDS,
    KEYS | st.lists(KEYS, min_size=1, max_size=3).map(tuple),
    SECONDS,
    st.none() | SECONDS,
)
CENTRES = st.builds(CentreAnswers, SECONDS, SECONDS, st.none() | KEYS, SECONDS, SECONDS)
TELEPHONES = st.builds(
    Telephone,
    st.just("+441134960001"),
    st.just(TelephoneKind.CENTRE),
    st.lists(UNANSWERED | CENTRES, min_size=1, max_size=3).map(tuple),
) | st.builds(
    Telephone,
    st.just("+447700900001"),
    st.just(TelephoneKind.ASSESSOR),
    st.lists(UNANSWERED | ASSESSORS, min_size=1, max_size=3).map(tuple),
)


@given(TELEPHONES)
def test_a_telephone_survives_its_json_form(telephone: Telephone) -> None:
    assert telephone_from(json.loads(json.dumps(telephone.as_json()))) == telephone


@given(TELEPHONES, st.integers(1, 9))
def test_outcomes_come_in_turn_and_the_last_repeats(telephone: Telephone, nth: int) -> None:
    outcome: Outcome = telephone.outcome(nth)
    assert outcome == ([*telephone.outcomes] + [telephone.outcomes[-1]] * 9)[nth - 1]


def test_keys_are_pressed_asking_by_asking() -> None:
    assert [AssessorAnswers(press=("9", "1")).pressed(n) for n in range(3)] == ["9", "1", "1"]
    assert AssessorAnswers(press="").pressed(5) == ""


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ([], "give an object"),
        ({"number": "01632"}, "E.164"),
        ({"number": "+441134960001", "kind": "client"}, "assessor or centre"),
        ({"number": "+441134960001", "kind": "centre", "outcomes": []}, "at least one"),
    ],
)
def test_what_is_no_telephone_is_refused_by_name(entry: object, words: str) -> None:
    with pytest.raises(BehaviourError, match=f"telephone 3: .*{words}"):
        telephone_from(entry, "telephone 3")


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("busy", "give an object"),
        ({"outcome": "dead"}, "answered, busy, no_answer or failed"),
        ({"outcome": "busy", "press": "1"}, "'press' is not one of sip"),
        (
            {"outcome": "answered", "press": "1"},
            "not one of answer_after, keys, menu, person, persona, queue, rings",
        ),
        ({"outcome": "answered", "rings_back_hidden": 1}, "neither true nor false"),
        ({"outcome": "answered", "menu": -1}, "menu: -1 is neither"),
        ({"outcome": "answered", "menu": True}, "menu: True is neither"),
        ({"outcome": "answered", "talk": None}, "talk: None is neither"),
        ({"outcome": "answered", "keys": 12}, "keys: 12 is neither"),
    ],
)
def test_an_outcome_that_can_not_be_is_refused_by_its_place(outcome: object, words: str) -> None:
    entry = {
        "number": "+441134960001",
        "kind": "centre",
        "outcomes": [{"outcome": "busy"}, outcome],
    }
    with pytest.raises(BehaviourError, match=f"outcome 2.*{words}"):
        telephone_from(entry)

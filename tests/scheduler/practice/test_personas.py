"""Personas: each by its name, its times within its spans, its lines short enough to be read."""

import random

import pytest

from scheduler.practice.behaviour import (
    BehaviourError,
    Telephone,
    TelephoneKind,
    Unanswered,
    telephone_from,
)
from scheduler.practice.personas import PERSONAS, SUSPICIOUS, Persona, outcome_called

NAMES = ["fast", "slow", "queue", "menu", "closed", "rude", "suspicious"]


def test_the_seven_are_there() -> None:
    assert list(PERSONAS) == NAMES


@pytest.mark.parametrize("persona", PERSONAS.values(), ids=NAMES)
def test_a_dial_keeps_to_the_spans_of_its_persona(persona: Persona) -> None:
    chance = random.Random(7)
    for outcome in [persona.typical(), *(persona.answers(chance) for _ in range(50))]:
        assert outcome.persona == persona.name
        for name in ("answer_after", "menu", "queue", "talk"):
            low, high = getattr(persona, name)
            assert low <= getattr(outcome, name) <= high


@pytest.mark.parametrize("persona", PERSONAS.values(), ids=NAMES)
def test_a_persona_is_taught_over_the_wire_as_it_is(persona: Persona) -> None:
    phone = Telephone("+441134960001", TelephoneKind.CENTRE, (persona.typical(),))
    assert telephone_from(phone.as_json()) == phone


@pytest.mark.parametrize("persona", PERSONAS.values(), ids=NAMES)
def test_an_analyst_has_lines_that_fit_one_breath(persona: Persona) -> None:
    assert persona.lines
    assert all(len(line) <= 120 for line in persona.lines)


def test_the_suspicious_ask_twice_whether_it_is_a_test() -> None:
    assert sum("test" in line and line.endswith("?") for line in SUSPICIOUS.lines) == 2


def test_a_name_stands_for_an_outcome() -> None:
    assert outcome_called("busy") == Unanswered("busy")
    assert outcome_called("rude") == PERSONAS["rude"].typical()
    with pytest.raises(BehaviourError, match="is not one of busy, no_answer, fast"):
        outcome_called("drunk")

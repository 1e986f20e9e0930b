"""Who may play what: by the languages of person, centre and text, and by certificates."""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from config.clock import civil_date
from scheduler.plan import Draft, make_plan
from scheduler.plan_inputs import CentreInputs, Inputs, PersonInputs, Valid, inputs_from_json
from scheduler.seal import canonical
from tests.scheduler.any_inputs import everything
from tests.scheduler.inputs import FEBRUARY, SCENARIOS, a_centre, a_person, inputs

FIRST, SECOND, THIRD = SCENARIOS
HALF = date(2027, 2, 15)
SPOKEN = tuple((key, ("en", "no")) for key in SCENARIOS)


def plan(whole: Inputs, number: int = 1) -> tuple[Draft, ...]:
    return make_plan(whole, number.to_bytes(32, "big"), b"").calls


def certified(*scenarios: UUID, until: date = date(2029, 1, 1)) -> tuple[Valid, ...]:
    return tuple(Valid(key, date.min, until) for key in scenarios)


def who(drawn: Sequence[Draft]) -> set[UUID | None]:
    return {draft.assessor for draft in drawn}


def may(whole: Inputs, person: PersonInputs, centre: CentreInputs, draft: Draft) -> bool:
    """Whether a person may play a call's scenario: said anew, for the test."""
    day, spoken = civil_date(draft.moment, draft.zone), dict(whole.spoken)[draft.scenario]
    shared = [
        each
        for each in centre.languages
        if each in spoken and (person.languages is None or each in person.languages)
    ]
    return (not centre.languages or person.languages is None or bool(shared)) and (
        person.scenarios is None
        or any(each.id == draft.scenario and day <= (each.last or day) for each in person.scenarios)
    )


@settings(max_examples=40)
@given(everything(), st.integers(0, 99))
def test_nobody_plays_what_they_may_not(whole: Inputs, number: int) -> None:
    people = {each.person: each for each in whole.people}
    centres = {each.centre: each for each in whole.centres}
    for draft in plan(whole, number):
        for key in (draft.assessor, draft.stand_in):
            assert key is None or may(whole, people[key], centres[draft.centre], draft)


def test_who_declared_nothing_plays_everything() -> None:
    drawn = plan(inputs([a_centre(1, languages=("no",))], spoken=SPOKEN))
    assert who(drawn) == {UUID(int=n) for n in range(1, 5)}
    assert {draft.scenario for draft in drawn} == set(SCENARIOS)


def test_calls_go_to_those_who_speak_the_language_of_the_centre() -> None:
    people = [a_person(1, languages=("en",)), a_person(2, languages=("de", "no"))]
    norwegian = a_centre(1, languages=("no",))
    drawn = plan(inputs([norwegian, a_centre(2, languages=("en",))], people, spoken=SPOKEN))
    for draft in drawn:
        speaker = 2 if draft.centre == norwegian.centre else 1
        assert draft.assessor in (UUID(int=speaker), None)
    assert {UUID(int=1), UUID(int=2)} <= who(drawn)


def test_a_person_plays_the_texts_of_the_language_that_they_share_with_the_centre() -> None:
    spoken = ((FIRST, ("en",)), (SECOND, ("no",)), (THIRD, ("en", "no")))
    both = a_centre(1, languages=("en", "no"))
    drawn = plan(inputs([both], [a_person(1, languages=("no",))], spoken=spoken))
    assert {draft.scenario for draft in drawn} == {SECOND, THIRD}


def test_a_call_falls_on_no_day_after_the_last_certificate() -> None:
    """The hours after it are no part of the draw, as nobody could take them."""
    people = [a_person(n, scenarios=certified(FIRST, until=HALF)) for n in (1, 2, 3)]
    drawn = plan(inputs(people=people))
    assert drawn
    assert None not in who(drawn)
    assert max(civil_date(draft.moment, draft.zone) for draft in drawn) <= HALF
    assert {draft.scenario for draft in drawn} == {FIRST}


def test_who_is_still_certified_takes_the_rest() -> None:
    lapsing = a_person(1, scenarios=certified(*SCENARIOS, until=HALF))
    drawn = [d for n in range(20) for d in plan(inputs(people=[lapsing, a_person(2)]), n)]
    late = [d for d in drawn if civil_date(d.moment, d.zone) > HALF]
    assert UUID(int=1) in who(drawn)
    assert who(late) <= {UUID(int=2), None}
    assert UUID(int=2) in who(late)


def test_certificates_that_lapse_before_the_period_leave_nothing_to_play() -> None:
    before = FEBRUARY.first - timedelta(days=1)
    people = [a_person(1, scenarios=certified(FIRST, until=before))]
    found = make_plan(inputs(people=people), bytes(32), b"")
    assert not found.calls
    assert found.without


def test_inputs_that_were_frozen_before_skills_are_read_and_restrict_nobody() -> None:
    raw = json.loads(canonical(inputs()))
    del raw["spoken"]
    for centre in raw["centres"]:
        del centre["languages"]
    for person in raw["people"]:
        del person["languages"]
    assert inputs_from_json(json.dumps(raw)) == inputs()

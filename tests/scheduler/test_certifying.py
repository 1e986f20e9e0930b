"""What people may play is kept, gathered into plans, and honoured when a call needs another."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from config import journal
from config.database import Sessions
from scheduler import certifying, diary, register, scenario_versions, skills
from scheduler.access import Role
from scheduler.call import PlannedCall
from scheduler.certifying import skill_mark
from scheduler.gathering import gather
from scheduler.plan_inputs import Inputs
from scheduler.reassigning import mend_calls
from scheduler.refused import ChangedMeanwhile, FieldRefused
from scheduler.skills import Skill
from tests.builders import NOW, ZONE
from tests.scheduler.planned import JANUARY, RULE, draw, first_alone
from tests.scheduler.switchboard import Switchboard, a_switchboard

UNTIL = date(2028, 1, 1)


@pytest.fixture
def board(sessions: Sessions) -> Switchboard:
    board = a_switchboard(sessions)
    board.institute.centre()
    return board


def state(board: Switchboard, person: object, wanted: Skill, before: Skill | None = None) -> None:
    with board.sessions.reading() as session:
        stands = skills.skill(session, person)  # type: ignore[arg-type]
    seen = skill_mark(stands if before is None else before)
    certifying.state_skill(board.sessions, person, wanted, seen, NOW, "test")  # type: ignore[arg-type]


def gathered(board: Switchboard) -> Inputs:
    with board.sessions.reading() as session:
        return gather(session, JANUARY, RULE, ZONE, None, JANUARY.start)


def names(board: Switchboard) -> list[str]:
    """The scenarios that fit the centre."""
    fit = gathered(board).centres[0].scenarios
    with board.sessions.reading() as session:
        return [
            text.name for key, text in scenario_versions.current_scenarios(session) if key in fit
        ]


def test_what_was_declared_is_frozen_with_the_plan(board: Switchboard) -> None:
    me = board.institute.assessor
    (before,) = gathered(board).people
    assert (before.languages, before.scenarios, before.restricted) == (None, None, False)
    assert gathered(board).centres[0].languages == ("en",)
    first, second = names(board)[:2]
    state(board, me, Skill(("en", "no"), ((first, UNTIL), (second, date(2026, 1, 1)))))
    (person,) = gathered(board).people
    assert person.languages == ("en", "no")
    assert person.scenarios is not None
    with board.sessions.reading() as session:
        texts = {key: text.name for key, text in scenario_versions.current_scenarios(session)}
    assert {texts[each.id]: each.last for each in person.scenarios} == {
        first: UNTIL,
        second: date(2026, 1, 1),
    }
    state(board, me, Skill())
    assert gathered(board).people == (before,)
    with board.sessions.reading() as session:
        acts = [each.action for each in journal.entries(session)]
    assert acts.count("skill changed") == 2


def test_a_centre_is_asked_only_what_is_written_in_its_language(board: Switchboard) -> None:
    with board.sessions.reading() as session:
        (centre,) = register.centres(session)
    with pytest.raises(FieldRefused):
        certifying.state_languages(board.sessions, centre.id, (), "en", NOW, "test")
    certifying.state_languages(board.sessions, centre.id, ("no",), "en", NOW, "test")
    with pytest.raises(ChangedMeanwhile):
        certifying.state_languages(board.sessions, centre.id, ("de",), "en", NOW, "test")
    only = gathered(board).centres[0]
    assert (only.languages, only.scenarios) == (("no",), ())
    drew = draw(board.institute)
    (without,) = drew.without
    assert without.reason.endswith("in Norwegian")


def test_a_change_over_a_newer_one_is_refused(board: Switchboard) -> None:
    me = board.institute.assessor
    state(board, me, Skill(("en",)))
    with pytest.raises(ChangedMeanwhile):
        state(board, me, Skill(("no",)), Skill())
    with pytest.raises(FieldRefused, match="Only an assessor"):
        state(board, board.institute.verifier, Skill(("en",)))


def drawn(board: Switchboard) -> PlannedCall:
    """The one call of two assessors, two days before it."""
    board.institute.person("Another", Role.ASSESSOR)
    draw(board.institute)
    first = first_alone(board.institute)
    assert first.assessor
    board.clock.now = first.drawn_moment - timedelta(days=2)
    return first


def as_it_is(board: Switchboard, call: PlannedCall) -> PlannedCall:
    with board.sessions.reading() as session:
        found = diary.find_call(session, call.id)
        assert found is not None
        return found


def scenario_of(board: Switchboard, call: PlannedCall) -> str:
    with board.sessions.reading() as session:
        return scenario_versions.scenario(session, call.scenario).name


def test_a_call_whose_certificate_lapsed_gets_another_scenario(board: Switchboard) -> None:
    first = drawn(board)
    played = scenario_of(board, first)
    other = next(each for each in names(board) if each != played)
    assert mend_calls(board.desk, ZONE) == 0
    state(board, first.assessor, Skill((), ((other, UNTIL), (played, date(2026, 1, 1)))))
    assert mend_calls(board.desk, ZONE) >= 1
    after = as_it_is(board, first)
    assert scenario_of(board, after) == other
    assert after == replace(first, scenario=after.scenario)
    assert mend_calls(board.desk, ZONE) == 0


def test_a_call_of_somebody_who_may_play_nothing_goes_to_another(board: Switchboard) -> None:
    first = drawn(board)
    state(board, first.assessor, Skill(("de",)))
    assert mend_calls(board.desk, ZONE) >= 1
    after = as_it_is(board, first)
    assert after.assessor not in (None, first.assessor)
    assert after.drawn_moment == first.drawn_moment
    assert mend_calls(board.desk, ZONE) == 0


def test_who_takes_over_plays_what_they_are_certified_for(board: Switchboard) -> None:
    first = drawn(board)
    played = scenario_of(board, first)
    other = next(each for each in names(board) if each != played)
    both = {each.person for each in gathered(board).people}
    (colleague,) = both - {first.assessor}
    state(board, colleague, Skill((), ((other, UNTIL),)))
    state(board, first.assessor, Skill(("de",)))
    mend_calls(board.desk, ZONE)
    after = as_it_is(board, first)
    assert (after.assessor, scenario_of(board, after)) == (colleague, other)
    assert mend_calls(board.desk, ZONE) == 0


def test_nobody_left_who_may_play_it_leaves_the_call_without_a_person(board: Switchboard) -> None:
    first = drawn(board)
    for person in gathered(board).people:
        state(board, person.person, Skill(("de",)))
    mend_calls(board.desk, ZONE)
    assert as_it_is(board, first).assessor is None
    assert mend_calls(board.desk, ZONE) == 0

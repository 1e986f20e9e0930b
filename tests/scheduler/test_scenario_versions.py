from dataclasses import replace
from uuid import uuid4

from config.database import Sessions
from scheduler import scenario_versions
from scheduler.scenario_versions import find_scenario
from tests.builders import NOW, an_institute


def test_a_text_that_is_no_longer_drawn_can_still_be_read(sessions: Sessions) -> None:
    an_institute(sessions)
    with sessions.begin() as session:
        key, text = scenario_versions.current_scenarios(session)[0]
        scenario_versions.keep_scenarios(session, [replace(text, version=text.version + 1)], NOW)
    with sessions.reading() as session:
        stored = find_scenario(session, key)
        current = dict(scenario_versions.current_scenarios(session))
    assert stored is not None
    assert (stored.scenario, stored.current) == (text, False)
    assert key not in current


def test_a_version_that_does_not_exist_is_none(sessions: Sessions) -> None:
    with sessions.reading() as session:
        assert find_scenario(session, uuid4()) is None

from dataclasses import replace
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from markupsafe import escape

from config.database import Sessions
from scheduler import scenario_versions
from scheduler.access import Role
from scoring import rubric_versions
from tests.builders import NOW, Institute, an_institute
from tests.fakes import SettableClock
from tests.workspace import PASSWORD, client, workspace


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute with an administrator."""
    institute = an_institute(sessions)
    institute.person("Ada", Role.ADMINISTRATOR, password=PASSWORD)
    return institute


@pytest.fixture
def administrator(institute: Institute) -> FlaskClient:
    """The administrator, signed in."""
    return client(workspace(institute, SettableClock(NOW)), "ada@institute.example")


def test_the_list_leads_to_every_current_text(
    institute: Institute, administrator: FlaskClient
) -> None:
    text = administrator.get("/rubrics").text
    with institute.sessions.reading() as session:
        rubrics = rubric_versions.current_rubrics(session)
        scenarios = scenario_versions.current_scenarios(session)
    assert rubrics
    assert scenarios
    for key, _ in rubrics:
        assert f"/rubrics/{key}" in text
    for key, _ in scenarios:
        assert f"/scenarios/{key}" in text


def test_a_rubric_is_shown_in_full_with_its_weights(
    institute: Institute, administrator: FlaskClient
) -> None:
    with institute.sessions.reading() as session:
        key, rubric = rubric_versions.current_rubrics(session)[0]
    text = administrator.get(f"/rubrics/{key}").text
    for criterion in rubric.criteria:
        for level in criterion.levels:
            assert str(escape(level.behaviour)) in text
    assert text.count("critical at") == sum(each.critical for each in rubric.criteria)
    for section in rubric.sections:
        assert f"weight {section.weight}" in text


def test_a_scenario_is_shown_as_it_is_briefed(
    institute: Institute, administrator: FlaskClient
) -> None:
    with institute.sessions.reading() as session:
        scenarios = scenario_versions.current_scenarios(session)
    for key, scenario in scenarios:
        text = administrator.get(f"/scenarios/{key}").text
        for part in (scenario.persona, scenario.opening, scenario.right_answer, scenario.stop):
            assert str(escape(part)) in text


def test_texts_that_were_replaced_stay_readable_and_say_so(
    institute: Institute, administrator: FlaskClient
) -> None:
    with institute.sessions.begin() as session:
        rubric_key, rubric = rubric_versions.current_rubrics(session)[0]
        scenario_key, scenario = scenario_versions.current_scenarios(session)[0]
        rubric_versions.keep_rubrics(session, [replace(rubric, version=2)], NOW)
        scenario_versions.keep_scenarios(session, [replace(scenario, version=2)], NOW)
    assert "no longer used" in administrator.get(f"/rubrics/{rubric_key}").text
    assert "no longer drawn" in administrator.get(f"/scenarios/{scenario_key}").text


def test_texts_that_do_not_exist_are_not_found(administrator: FlaskClient) -> None:
    assert administrator.get(f"/rubrics/{uuid4()}").status_code == 404
    assert administrator.get(f"/scenarios/{uuid4()}").status_code == 404

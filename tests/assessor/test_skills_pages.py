"""What a person may play is stated on their page, and a centre's languages on its own."""

import pytest
from flask.testing import FlaskClient

from config.database import Sessions
from scheduler import register, scenario_versions, skills
from scheduler.access import Role
from scheduler.skills import Skill
from tests.builders import NOW, Institute, an_institute
from tests.fakes import SettableClock
from tests.workspace import PASSWORD, client, workspace


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    institute = an_institute(sessions)
    institute.person("Ada", Role.ADMINISTRATOR, password=PASSWORD)
    institute.person("Olu", Role.AUDITOR, password=PASSWORD)
    institute.centre()
    return institute


@pytest.fixture
def administrator(institute: Institute) -> FlaskClient:
    return client(workspace(institute, SettableClock(NOW)), "ada@institute.example")


def seen(page: str) -> str:
    return page.split('/skill"')[1].split('name="seen" value="')[1].split('"')[0]


def declared(institute: Institute) -> Skill:
    with institute.sessions.reading() as session:
        return skills.skill(session, institute.assessor)


def test_an_administrator_states_languages_and_certificates(
    institute: Institute, administrator: FlaskClient
) -> None:
    here = f"/people/{institute.assessor}"
    before = administrator.get(here).text
    assert "Plays in every language, as none is declared." in before
    assert "Plays every scenario, as no certificate is on record." in before
    with institute.sessions.reading() as session:
        first, second = (text.name for _, text in scenario_versions.current_scenarios(session)[:2])
    typed = {"languages": "no, EN", f"until-{first}": "2027-06-30", f"until-{second}": "2026-01-01"}
    answer = administrator.post(f"{here}/skill", data={**typed, "seen": seen(before)})
    assert answer.status_code == 303
    after = administrator.get(here).text
    assert "Plays in English or Norwegian." in after
    assert "Certified for 1 of 12 scenarios; 1 lapsed." in after
    stood = declared(institute)
    stale = administrator.post(f"{here}/skill", data={"languages": "de", "seen": seen(before)})
    assert stale.status_code == 422
    assert "Somebody saved a newer change meanwhile" in stale.text
    assert 'value="de"' in stale.text
    assert declared(institute) == stood


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"languages": "Norwegian"}, "is no code of a language"),
        ({"until-tiny-letters": "soon"}, "“soon” is no day"),
    ],
)
def test_what_is_no_language_or_day_is_refused_and_kept(
    institute: Institute, administrator: FlaskClient, typed: dict[str, str], said: str
) -> None:
    here = f"/people/{institute.assessor}"
    mark = seen(administrator.get(here).text)
    answer = administrator.post(f"{here}/skill", data={**typed, "seen": mark})
    assert answer.status_code == 422
    assert said in answer.text
    assert declared(institute) == Skill()


def test_only_assessors_have_skills_and_only_administrators_state_them(
    institute: Institute, administrator: FlaskClient
) -> None:
    assert "/skill" not in administrator.get(f"/people/{institute.verifier}").text
    auditor = client(workspace(institute, SettableClock(NOW)), "olu@institute.example")
    assert auditor.post(f"/people/{institute.assessor}/skill").status_code == 404


def test_a_centre_serves_in_english_until_something_else_is_said(
    institute: Institute, administrator: FlaskClient
) -> None:
    with institute.sessions.reading() as session:
        (centre,) = register.centres(session)
    here = f"/centres/{centre.id}"
    assert "English" in administrator.get(here).text
    refused = administrator.post(f"{here}/languages", data={"languages": "", "seen": "en"})
    assert refused.status_code == 422
    data = {"languages": "no en", "seen": "en"}
    assert administrator.post(f"{here}/languages", data=data).status_code == 303
    assert "English or Norwegian" in administrator.get(here).text
    stale = administrator.post(f"{here}/languages", data={"languages": "de", "seen": "en"})
    assert stale.status_code == 422
    assert "What stands now" in stale.text

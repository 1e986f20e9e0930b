import pytest
from flask.testing import FlaskClient

from config.database import Sessions
from scheduler import people, register
from scheduler.access import Role
from tests.builders import NOW, Institute, an_institute
from tests.fakes import SettableClock
from tests.workspace import PASSWORD, client, workspace


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute with an administrator and a centre."""
    institute = an_institute(sessions)
    institute.person("Ada", Role.ADMINISTRATOR, Role.VERIFIER, password=PASSWORD)
    institute.centre()
    return institute


@pytest.fixture
def administrator(institute: Institute) -> FlaskClient:
    """The administrator, signed in."""
    return client(workspace(institute, SettableClock(NOW)), "ada@institute.example")


def test_people_stand_with_roles_address_and_hours(administrator: FlaskClient) -> None:
    text = administrator.get("/people").text
    for shown in ("administrator, verifier", "ada@institute.example", "Every day all day"):
        assert shown in text
    assert "1 administrator, 1 assessor, 2 verifiers." in " ".join(text.split())


def test_no_telephone_number_is_shown(institute: Institute, administrator: FlaskClient) -> None:
    with institute.sessions.reading() as session:
        number = people.telephone_of(session, institute.vault, institute.assessor)
    assert number is not None
    assert number[-6:] not in administrator.get("/people").text


def test_a_tie_and_a_contacts_provider_are_named(
    institute: Institute, administrator: FlaskClient
) -> None:
    with institute.sessions.begin() as session:
        provider = register.centres(session)[0].provider
    assert "Provider 0" not in administrator.get("/people").text
    institute.person("Per", Role.PROVIDER_CONTACT, provider=provider)
    with institute.sessions.begin() as session:
        people.declare_tie(session, institute.assessor, provider, "former employee", NOW)
    text = administrator.get("/people").text
    assert "of Provider 0" in text
    assert text.count("Provider 0") == 2
    assert "former employee" not in text

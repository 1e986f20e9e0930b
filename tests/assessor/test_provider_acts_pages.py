"""A provider acknowledges its notice and reports an incident; neither answer tells of a plan."""

import re
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from config.database import Sessions
from scheduler import incidents, register
from scheduler.access import Role
from tests.assessor.test_supplies_pages import QUIET_TABLES, provider_of, statements, visible
from tests.builders import NOW, Institute, an_institute
from tests.fakes import SettableClock
from tests.scheduler.stored import rows
from tests.workspace import PASSWORD, client, workspace

TODAY = NOW.date()


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute with two centres of two providers; the first has no notice."""
    institute = an_institute(sessions)
    institute.centre(0, notice_given_on=None)
    institute.centre(1)
    return institute


def centre_of(institute: Institute, name: str) -> UUID:
    """The centre of a name."""
    with institute.sessions.reading() as session:
        return next(c.id for c in register.centres(session) if c.name == name)


@pytest.fixture
def contact(institute: Institute) -> FlaskClient:
    """The first provider's contact, signed in."""
    provider = provider_of(institute, "Provider 0")
    institute.person("Per", Role.PROVIDER_CONTACT, password=PASSWORD, provider=provider)
    return client(workspace(institute, SettableClock(NOW)), "per@institute.example")


def test_a_notice_is_acknowledged_with_its_day(institute: Institute, contact: FlaskClient) -> None:
    address = f"/supplies/{centre_of(institute, 'Centre 0')}/notice"
    assert f'href="{address}"' in contact.get("/supplies").text
    assert "None has been given" in contact.get(address).text
    answer = contact.post(address, data={"given_on": "2026-11-20"})
    assert (answer.status_code, answer.location) == (303, "/supplies")
    assert "The notice of 20 November 2026 is kept" in contact.get("/supplies").text
    assert "20 November 2026 to 19 November 2027" in contact.get(address).text


def test_the_models_of_notice_and_undertaking_are_read_and_downloaded_from_the_notices_page(
    institute: Institute, contact: FlaskClient
) -> None:
    notice = contact.get(f"/supplies/{centre_of(institute, 'Centre 0')}/notice").text
    for name, says in (
        ("notice-to-staff", "You can't tell such a call from any other"),
        ("undertaking", "Nobody is disciplined from a report."),
    ):
        address = f"/supplies/models/{name}"
        assert f'href="{address}"' in notice
        shown = contact.get(address).text
        assert says in visible(shown).replace("&#39;", "'").replace("&quot;", '"')
        assert "730 days" in shown or name == "undertaking"
        assert "&lt;!--" not in shown
        assert "retention.md" not in shown
        assert f'href="{address}.txt"' in shown
        file = contact.get(f"{address}.txt")
        assert (file.mimetype, says in file.text) == ("text/plain", True)
        assert file.headers["Content-Disposition"] == f'attachment; filename="{name}.txt"'
    for missing in ("assessors", "legitimate-interests", "..%2fretention", "nothing.txt"):
        assert contact.get(f"/supplies/models/{missing}").status_code == 404


def test_a_model_says_the_days_of_this_installation(institute: Institute) -> None:
    provider = provider_of(institute, "Provider 0")
    institute.person("Pia", Role.PROVIDER_CONTACT, password=PASSWORD, provider=provider)
    app = workspace(institute, SettableClock(NOW))
    app.extensions["desk"] = replace(app.extensions["desk"], retention={"note": 90})
    shown = client(app, "pia@institute.example").get("/supplies/models/notice-to-staff").text
    assert 'data-label="kept">90 days</td>' in shown


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "This is no date"),
        ("25/11/2026", "This is no date"),
        (str(TODAY + timedelta(days=1)), "This day is to come"),
        ("2020-01-01", "counts for a year"),
    ],
)
def test_another_day_is_refused_and_kept_in_the_form(
    institute: Institute, contact: FlaskClient, typed: str, said: str
) -> None:
    before = rows(institute.sessions)
    address = f"/supplies/{centre_of(institute, 'Centre 0')}/notice"
    answer = contact.post(address, data={"given_on": typed})
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{typed}"' in answer.text
    assert rows(institute.sessions) == before


def test_an_incident_pauses_the_centre_and_is_listed(
    institute: Institute, contact: FlaskClient
) -> None:
    centre = centre_of(institute, "Centre 0")
    address = f"/supplies/{centre}/incident"
    assert "Nothing has been reported" in contact.get(address).text
    answer = contact.post(address, data={"hours": "4", "what": "Power cut"})
    assert (answer.status_code, answer.location) == (303, "/supplies")
    told = contact.get("/supplies").text
    assert "Nothing is dialled to Centre 0 before 13:00 on 25 November 2026." in told
    assert "25 November 2026, 09:00 to 25 November 2026, 13:00" in contact.get(address).text
    with institute.sessions.reading() as session:
        assert incidents.paused_until(session, centre, NOW) == NOW + timedelta(hours=4)


@pytest.mark.parametrize("hours", ["", "0", "25", "-1", "four", "1.5", "9999999"])
def test_hours_beyond_a_day_are_refused_and_kept_in_the_form(
    institute: Institute, contact: FlaskClient, hours: str
) -> None:
    before = rows(institute.sessions)
    address = f"/supplies/{centre_of(institute, 'Centre 0')}/incident"
    answer = contact.post(address, data={"hours": hours, "what": "Power cut"})
    assert answer.status_code == 422
    assert "from 1 to 24" in answer.text
    assert "Power cut" in answer.text
    assert rows(institute.sessions) == before


def test_the_answer_is_the_same_whether_or_not_a_call_was_planned(
    institute: Institute, contact: FlaskClient, engine: Engine
) -> None:
    centre = centre_of(institute, "Centre 0")

    def answers() -> list[str]:
        said = []
        for address, data in (
            (f"/supplies/{centre}/incident", {"hours": "4", "what": "Power cut"}),
            (f"/supplies/{centre}/notice", {"given_on": "2026-11-20"}),
        ):
            for answer in (
                contact.get(address),
                contact.post(address, data=data),
                contact.post(address, data={}),
                contact.get("/supplies"),
                contact.get(address),
            ):
                said.append(f"{answer.status_code} {answer.location}")
                said.append(visible(answer.text) if "<main" in answer.text else "")
        return said

    answers()  # what is said once, and what is listed from then on
    before = answers()
    institute.call(centre)
    with statements(engine) as sent:
        assert answers() == before
    assert any("incident" in statement for statement in sent)
    for table in QUIET_TABLES:
        assert [s for s in sent if re.search(rf"\b{table}\b", s)] == [], table


@pytest.mark.parametrize("page", ["notice", "incident"])
def test_a_centre_of_another_provider_reads_like_none(
    institute: Institute, contact: FlaskClient, page: str
) -> None:
    before = rows(institute.sessions)
    data = {"given_on": "2026-11-20", "hours": "4", "what": "Power cut"}
    for centre in (centre_of(institute, "Centre 1"), uuid4()):
        assert contact.get(f"/supplies/{centre}/{page}").status_code == 404
        assert contact.post(f"/supplies/{centre}/{page}", data=data).status_code == 404
    assert rows(institute.sessions) == before

"""Anybody may read the register, and nothing but the register."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from config.database import Sessions
from config.settings import Line
from scheduler.register_rows import CentreRow, ProviderRow
from tests.builders import LEVEL, NOW, Institute, an_institute
from tests.fakes import SettableClock
from tests.workspace import workspace

TODAY = NOW.date()


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute without a centre."""
    return an_institute(sessions)


def stranger(institute: Institute, line: Line = Line.PRACTICE) -> FlaskClient:
    """Somebody who isn't signed in."""
    app = workspace(institute, SettableClock(NOW))
    app.extensions["desk"] = replace(app.extensions["desk"], line=line)
    return app.test_client()


def test_an_empty_register_says_so(institute: Institute) -> None:
    assert "No centre is accredited at present." in stranger(institute).get("/register").text


def test_organisation_centre_term_and_status_stand_there_and_nothing_else(
    institute: Institute,
) -> None:
    institute.centre(0)
    institute.centre(1, accredited_until=TODAY - timedelta(days=1))
    institute.centre(2)
    institute.centre(3)
    institute.centre(4, accredited_from=TODAY + timedelta(days=1))
    with institute.sessions.begin() as session:
        for name, status in (("Provider 2", "suspended"), ("Provider 3", "applicant")):
            session.execute(
                update(ProviderRow).where(ProviderRow.name == name).values(status=status)
            )
    answer = stranger(institute).get("/register")
    assert answer.status_code == 200
    text = answer.text
    for shown in ("Provider 0", "Centre 0", "1 January 2026 to 1 January 2029", "accredited"):
        assert shown in text
    for name, status in (("Centre 1", "lapsed"), ("Centre 2", "suspended")):
        assert status in text[text.index(name) :]
    for absent in ("Provider 3", "Provider 4", "+44", "liaison", LEVEL.exclusions, "Europe"):
        assert absent not in text


def test_invented_centres_stand_there_only_where_no_real_telephone_rings(
    institute: Institute,
) -> None:
    institute.centre(0)
    with institute.sessions.begin() as session:
        session.execute(update(CentreRow).values(invented=True))
    assert "Centre 0" in stranger(institute).get("/register").text
    assert "Centre 0" not in stranger(institute, Line.LIVE).get("/register").text

"""What somebody left open in a browser opens nothing, and tells nothing, to whoever comes next."""

import pytest
from flask.testing import FlaskClient

from config.database import Sessions
from scheduler.access import Role
from tests.builders import NOW, Institute, an_institute
from tests.fakes import SettableClock
from tests.workspace import PASSWORD, client, workspace

ANN, BEN = "ann@institute.example", "ben@institute.example"
SAID = "The address has ended"


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute with two assessors."""
    institute = an_institute(sessions)
    for name in ("Ann", "Ben"):
        institute.person(name, Role.ASSESSOR, password=PASSWORD)
    return institute


@pytest.fixture
def browser(institute: Institute) -> FlaskClient:
    """Ann's browser, closed before it showed the page that says what she did last."""
    browser = client(workspace(institute, SettableClock(NOW)), ANN)
    assert browser.post("/calendar/address").status_code == 200
    assert browser.post("/calendar/address/end").location == "/calendar"
    return browser


def token(browser: FlaskClient) -> str:
    found = browser.get_cookie("unannounced")
    assert found is not None
    return found.value


def test_what_was_done_is_told_on_the_next_page_of_who_did_it(browser: FlaskClient) -> None:
    assert SAID in browser.get("/calendar").text
    assert SAID not in browser.get("/calendar").text


@pytest.mark.parametrize("left_by", ["signing out", "going away"])
def test_it_is_told_to_nobody_who_comes_next(browser: FlaskClient, left_by: str) -> None:
    if left_by == "signing out":
        browser.post("/sign-out")
        assert SAID not in browser.get("/sign-in").text
    browser.post("/sign-in", data={"email": BEN, "password": PASSWORD})
    assert SAID not in browser.get("/calendar").text


def test_a_session_ends_when_its_browser_signs_in_anew(
    institute: Institute, browser: FlaskClient
) -> None:
    left = token(browser)
    browser.post("/sign-in", data={"email": BEN, "password": PASSWORD})
    assert browser.get("/today").status_code == 200
    browser.set_cookie("unannounced", left)
    assert browser.get("/today").location == "/sign-in?back=/today"


def test_a_wrong_password_ends_no_session(browser: FlaskClient) -> None:
    wrong = browser.post("/sign-in", data={"email": BEN, "password": "of somebody else"})
    assert wrong.status_code == 422
    assert browser.get("/today").status_code == 200

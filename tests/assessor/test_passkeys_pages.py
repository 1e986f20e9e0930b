"""Passkeys on their pages: who may add one, what each page shows, and that one signs in."""

import json
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from config.database import Sessions
from scheduler import passkeys
from scheduler.access import RECENT, Role
from scheduler.people_rows import PersonRow
from tests.builders import NOW, Institute, an_institute
from tests.fakes import SettableClock
from tests.scheduler.authenticator import Authenticator
from tests.workspace import PASSWORD, client, workspace

SITE = "https://calls.institute.example"
EMAIL = "ann@institute.example"
HERE = "/account/passkeys"


class Ann:
    """An assessor with a device."""

    def __init__(self, sessions: Sessions, site: str = SITE) -> None:
        self.institute: Institute = an_institute(sessions)
        self.clock = SettableClock(NOW)
        self.app = workspace(self.institute, self.clock, site)
        self.id = self.institute.person("Ann", Role.ASSESSOR, password=PASSWORD)
        self.browser = client(self.app, EMAIL)
        self.device = Authenticator(SITE)

    def add(self, name: str = "telephone") -> int:
        asked = self.browser.post(f"{HERE}/challenge").text
        answer = self.device.make(asked)
        return self.browser.post(HERE, data={"name": name, "answer": answer}).status_code

    def keys(self) -> tuple[UUID, ...]:
        with self.institute.sessions.reading() as session:
            return tuple(each.id for each in passkeys.passkeys(session, self.id))

    def answer(self, browser: FlaskClient) -> str:
        return self.device.use(browser.post("/sign-in/passkey/challenge").text)

    def wait(self) -> None:
        """Let the sign-in grow old, and the session not."""
        for _ in range(5):
            self.clock.pass_by(seconds=RECENT.total_seconds() / 5 + 1)
            assert self.browser.get("/account").status_code == 200


@pytest.fixture
def ann(sessions: Sessions) -> Ann:
    """An assessor, signed in."""
    return Ann(sessions)


def test_a_passkey_is_listed_by_name_with_when_it_was_used_and_signs_in(ann: Ann) -> None:
    assert "A passkey on your telephone" in ann.browser.get("/account").text
    assert ann.add("my telephone") == 303
    page = ann.browser.get(HERE).text
    assert "my telephone" in page
    assert "not used yet" in page
    browser = ann.app.test_client()
    typed = {"answer": ann.answer(browser), "back": "/calendar"}
    answer = browser.post("/sign-in/passkey", data=typed)
    assert (answer.status_code, answer.location) == (303, "/calendar")
    assert browser.get("/account").status_code == 200
    assert "last used" in browser.get("/account").text
    assert browser.get_cookie("proof") is None


def test_an_answer_at_the_wrong_time_says_so_on_the_page(ann: Ann) -> None:
    ann.add()
    browser = ann.app.test_client()
    answer = browser.post("/sign-in/passkey", data={"answer": "{}", "back": "//evil.example"})
    assert answer.status_code == 422
    assert "That passkey wasn&#39;t accepted" in answer.text
    assert "evil" not in answer.text
    assert browser.get("/account").status_code == 302


def test_passkeys_are_added_and_taken_away_after_a_recent_sign_in(ann: Ann) -> None:
    ann.add()
    ann.wait()
    asked = ann.browser.post(f"{HERE}/challenge")
    assert (asked.status_code, asked.text) == (403, f"/confirm?back={HERE}")
    assert "Confirm first" in ann.browser.get(HERE).text
    (key,) = ann.keys()
    for path in (HERE, f"{HERE}/{key}/remove"):
        answer = ann.browser.post(path, data={"name": "x", "answer": "{}"})
        assert (answer.status_code, answer.location) == (303, f"/confirm?back={HERE}")
    page = ann.browser.get(f"/confirm?back={HERE}").text
    assert "Confirm with a passkey" in page
    typed = {"answer": ann.answer(ann.browser), "back": HERE}
    assert ann.browser.post("/confirm/passkey", data=typed).location == HERE
    assert ann.browser.post(f"{HERE}/{key}/remove").status_code == 303
    assert ann.keys() == ()


def test_who_has_a_passkey_and_no_password_confirms_by_it(ann: Ann) -> None:
    ann.add()
    with ann.institute.sessions.begin() as session:
        session.get_one(PersonRow, ann.id).password_hash = None
    browser = ann.app.test_client()
    browser.post("/sign-in/passkey", data={"answer": ann.answer(browser), "back": ""})
    ann.browser = browser
    ann.wait()
    page = browser.get("/confirm?back=/account").text
    assert 'name="password"' not in page
    assert "Confirm with a passkey" in page
    typed = {"answer": ann.answer(browser), "back": "/account"}
    assert browser.post("/confirm/passkey", data=typed).location == "/account"
    assert browser.post("/account/second-step/begin").location == "/account/second-step"


def test_a_wrong_answer_confirms_nothing(ann: Ann) -> None:
    ann.add()
    ann.wait()
    answer = ann.browser.post("/confirm/passkey", data={"answer": "{}", "back": HERE})
    assert answer.status_code == 422
    assert "isn&#39;t one of your passkeys" in answer.text


def test_a_name_that_is_none_is_said_at_its_field(ann: Ann) -> None:
    assert ann.add("") == 422
    assert ann.keys() == ()


def test_anothers_passkey_reads_like_one_that_is_not_there(ann: Ann) -> None:
    ann.add()
    (key,) = ann.keys()
    ann.institute.person("Bob", Role.ASSESSOR, password=PASSWORD)
    bob = client(ann.app, "bob@institute.example")
    answers = [bob.post(f"{HERE}/{each}/remove") for each in (key, uuid4())]
    assert [each.status_code for each in answers] == [404, 404]
    assert ann.keys() == (key,)


def test_what_the_browser_is_asked_names_nobody(ann: Ann) -> None:
    ann.add()
    asked = json.loads(ann.app.test_client().post("/sign-in/passkey/challenge").text)
    assert asked["rpId"] == "calls.institute.example"
    assert asked["userVerification"] == "required"
    assert not asked.get("allowCredentials")


def test_where_the_workspace_has_no_name_there_are_no_passkeys(sessions: Sessions) -> None:
    ann = Ann(sessions, "http://127.0.0.1:8321")
    assert "reached by a name over https" in ann.browser.get(HERE).text
    assert "passkey" not in ann.app.test_client().get("/sign-in").text
    for path in ("/sign-in/passkey/challenge", "/sign-in/passkey", f"{HERE}/challenge", HERE):
        assert ann.browser.post(path).status_code == 404


def test_a_device_that_makes_no_sure_of_its_owner_is_not_added(ann: Ann) -> None:
    ann.device.verifies = False
    assert ann.add() == 422
    assert ann.keys() == ()

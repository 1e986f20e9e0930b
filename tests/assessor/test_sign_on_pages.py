"""Signing in by the institute's own service: whom it lets in, and whose word isn't taken."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from joserfc.jwk import ECKey
from werkzeug.test import TestResponse

from config.database import Sessions
from scheduler import one_time_code, people, second_steps
from scheduler.access import RECENT, Role
from scheduler.challenges import LASTS
from scheduler.issuer import BACK, Issuer
from tests.builders import NOW, Institute, an_institute
from tests.fakes import SettableClock
from tests.scheduler.entering import acts, code
from tests.scheduler.sign_in_service import SECRET, SignInService, person, where
from tests.workspace import PASSWORD, client, workspace

SITE = "http://127.0.0.1"
EMAIL = "hazel@institute.example"
SECOND = timedelta(seconds=1)


class World:
    """An institute with its own service, and Hazel, who was invited."""

    def __init__(self, sessions: Sessions) -> None:
        self.clock = SettableClock(NOW)
        self.institute: Institute = an_institute(sessions)
        self.hazel = self.institute.person("Hazel", Role.ASSESSOR)
        self.service = SignInService(self.clock)
        self.service.person = person("sub-1", EMAIL)
        self.app: Flask = workspace(
            self.institute, self.clock, SITE, issuer=Issuer(self.service.sign_on, SITE)
        )
        self.app.config["WTF_CSRF_ENABLED"] = False

    def leave(self, browser: FlaskClient, back: str = "") -> str:
        """Where the service sends a browser back to."""
        answer = browser.get("/sign-in/outside", query_string={"back": back} if back else {})
        assert answer.status_code == 303, answer.text
        sent = requests.get(answer.location, timeout=120, allow_redirects=False)
        return sent.headers["Location"]

    def come_back(self, browser: FlaskClient, address: str) -> TestResponse:
        """The browser follows it."""
        assert where(address)[0] == SITE + BACK
        return browser.get(f"{urlsplit(address).path}?{urlsplit(address).query}")

    def enter(self, browser: FlaskClient | None = None, back: str = "") -> TestResponse:
        """The whole way."""
        browser = browser or self.app.test_client()
        return self.come_back(browser, self.leave(browser, back))


@pytest.fixture
def world(sessions: Sessions) -> Iterator[World]:
    """An institute with its service."""
    world = World(sessions)
    yield world
    world.service.close()


def is_in(browser: FlaskClient) -> bool:
    return browser.get("/account").status_code == 200


def test_who_was_invited_comes_in_and_goes_where_they_wanted_to(world: World) -> None:
    browser = world.app.test_client()
    assert "Sign in with Institute account" in browser.get("/sign-in?back=/calendar").text
    answer = world.enter(browser, "/calendar")
    assert (answer.status_code, answer.location) == (303, "/calendar")
    assert is_in(browser)
    assert acts(world.institute)[-2:] == ["outside account bound", "signed in"]


def test_the_way_there_asks_with_state_nonce_and_a_hidden_verifier(world: World) -> None:
    world.enter()
    asked = world.service.asked
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert asked["scope"] == "openid email"
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    assert min(len(asked[each]) for each in ("state", "nonce", "code_challenge")) == 43
    assert SECRET not in repr(asked)
    assert SECRET not in repr(world.service.sign_on)


def test_without_the_setting_there_is_no_such_page(world: World) -> None:
    bare = workspace(world.institute, world.clock).test_client()
    assert bare.get("/sign-in/outside").status_code == 404
    assert "outside" not in bare.get("/sign-in").text


@pytest.mark.parametrize(
    "who",
    [
        person("sub-2", "nobody@institute.example"),
        person("sub-2", EMAIL, verified=False),
        {"sub": "sub-2"},
        {"sub": "sub-2", "email": EMAIL, "email_verified": "true"},
    ],
)
def test_nobody_comes_in_who_was_not_invited(world: World, who: dict[str, object]) -> None:
    world.service.person = who
    browser = world.app.test_client()
    answer = world.enter(browser)
    assert answer.status_code == 422
    assert "Nobody here has the address" in answer.text
    assert not is_in(browser)


def test_a_person_is_known_by_the_services_name_for_them_from_then_on(world: World) -> None:
    world.enter()
    world.service.person = person("sub-1", "hazel.married@institute.example")
    browser = world.app.test_client()
    assert world.enter(browser).status_code == 303
    assert is_in(browser)
    world.service.person = person("sub-2", EMAIL)  # the address was given to somebody else there
    assert world.enter().status_code == 422


def test_a_second_step_that_somebody_has_here_is_asked_for_all_the_same(world: World) -> None:
    with world.institute.sessions.begin() as session:
        secret = one_time_code.secret(bytes(20))
        second_steps.begin(session, world.institute.vault, world.hazel, secret, NOW)
        second_steps.confirm(session, world.hazel, NOW)
    browser = world.app.test_client()
    answer = world.enter(browser, "/calendar")
    assert answer.location == "/sign-in/code?back=/calendar"
    assert not is_in(browser)
    typed = {"code": code(world.institute, EMAIL, NOW), "back": "/calendar"}
    assert browser.post("/sign-in/code", data=typed).location == "/calendar"
    assert is_in(browser)


def test_who_has_no_access_any_more_gets_none_there(world: World) -> None:
    world.enter()
    with world.institute.sessions.begin() as session:
        people.set_active(session, world.hazel, False)
    assert world.enter().status_code == 422


LIES = {
    "another issuer": {"iss": "https://evil.example"},
    "another client": {"aud": "another"},
    "several clients": {"aud": ["unannounced", "another"]},
    "too old": {"exp": int((NOW - timedelta(minutes=2)).timestamp())},
    "from tomorrow": {"iat": int((NOW + timedelta(days=1)).timestamp())},
    "another question": {"nonce": "of another"},
    "no question": {"nonce": None},
    "nobody": {"sub": ""},
    "no text": {"sub": ["sub-1"]},
    "long": {"sub": "x" * 256},
    "another token": {"at_hash": "AAAA"},
}


ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@ONE_DATABASE
@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_word_that_is_not_for_us_now_is_not_taken(world: World, lie: dict[str, object]) -> None:
    world.service.lies = lie
    browser = world.app.test_client()
    answer = world.enter(browser)
    assert answer.status_code == 422
    assert "wasn&#39;t accepted" in answer.text
    assert not is_in(browser)


@ONE_DATABASE
def test_a_word_that_another_key_signed_is_not_taken(world: World) -> None:
    world.service.signs_with = ECKey.generate_key("P-256", {"kid": "one", "alg": "ES256"})
    answer = world.enter()
    assert answer.status_code == 422
    assert "wasn&#39;t accepted" in answer.text


def test_an_answer_serves_the_browser_that_asked_once_and_not_for_long(world: World) -> None:
    hazel, thief = world.app.test_client(), world.app.test_client()
    address = world.leave(hazel)
    assert world.come_back(thief, address).status_code == 422
    world.leave(thief)
    assert world.come_back(thief, address).status_code == 422  # the state is of another browser
    assert not is_in(thief)
    assert world.come_back(hazel, address).status_code == 303
    assert world.come_back(hazel, address).status_code == 422
    late = world.app.test_client()
    address = world.leave(late)
    world.clock.pass_by(seconds=LASTS.total_seconds() + 1)
    assert "took too long" in world.come_back(late, address).text


def confirming(world: World, browser: FlaskClient, back: str = "/account") -> TestResponse:
    """The way to the service and back, of somebody whose sign-in grew old."""
    answer = browser.get("/confirm/outside", query_string={"back": back})
    assert answer.status_code == 303, answer.text
    sent = requests.get(answer.location, timeout=120, allow_redirects=False)
    return world.come_back(browser, sent.headers["Location"])


def grown_old(world: World) -> FlaskClient:
    """Hazel, who has no password here and signed in more than two hours ago."""
    browser = world.app.test_client()
    world.enter(browser)
    for _ in range(5):
        world.clock.pass_by(seconds=RECENT.total_seconds() / 5 + 1)
        assert is_in(browser)
    return browser


def test_who_has_no_password_confirms_at_the_service_and_comes_back_to_where_they_were(
    world: World,
) -> None:
    browser = grown_old(world)
    begin = browser.post("/account/second-step/begin")
    assert begin.location == "/confirm?back=/account"
    page = browser.get(begin.location).text
    assert 'href="/confirm/outside?back=/account"' in page
    assert 'name="password"' not in page
    token = browser.get_cookie("unannounced")
    answer = confirming(world, browser)
    assert (answer.status_code, answer.location) == (303, "/account")
    assert (world.service.asked["prompt"], world.service.asked["max_age"]) == ("login", "0")
    assert browser.post("/account/second-step/begin").location == "/account/second-step"
    fresh = browser.get_cookie("unannounced")
    assert token is not None
    assert fresh is not None
    assert fresh.value != token.value
    assert acts(world.institute)[-2:] == ["sign-in confirmed", "second step begun"]
    browser.set_cookie("unannounced", token.value)
    assert not is_in(browser)


@pytest.mark.parametrize(
    ("lie", "said"),
    [
        ({"sub": "sub-2"}, "isn&#39;t the account with which you come here"),
        ({"auth_time": None}, "didn&#39;t say that you signed in there anew"),
        ({"auth_time": int(NOW.timestamp())}, "didn&#39;t say that you signed in there anew"),
        ({"auth_time": "now"}, "wasn&#39;t accepted"),
        ({"auth_time": 10**20}, "wasn&#39;t accepted"),
    ],
)
@ONE_DATABASE
def test_another_account_or_a_session_that_the_service_kept_open_confirms_nothing(
    world: World, lie: dict[str, object], said: str
) -> None:
    browser = grown_old(world)
    world.service.lies = lie
    answer = confirming(world, browser)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'href="/confirm/outside?back=/account"' in answer.text
    assert browser.post("/account/second-step/begin").location == "/confirm?back=/account"


@ONE_DATABASE
def test_an_answer_to_a_confirmation_opens_no_session(world: World) -> None:
    browser = grown_old(world)
    answer = browser.get("/confirm/outside")
    sent = requests.get(answer.location, timeout=120, allow_redirects=False)
    browser.post("/sign-out")
    back = world.come_back(browser, sent.headers["Location"])
    assert back.status_code == 422
    assert "You were signed out meanwhile" in back.text
    assert not is_in(browser)
    world.service.refuses = True
    browser = world.app.test_client()
    assert browser.get("/confirm/outside").location.startswith("/sign-in")


@ONE_DATABASE
def test_who_comes_by_a_password_alone_is_not_sent_to_the_service(world: World) -> None:
    world.institute.person("Ann", Role.ASSESSOR, password=PASSWORD)
    page = client(world.app, "ann@institute.example").get("/confirm").text
    assert 'name="password"' in page
    assert "/confirm/outside" not in page


def test_a_way_that_was_broken_off_or_finds_nobody_home_is_said_plainly(world: World) -> None:
    world.service.refuses = True
    assert "was broken off" in world.enter().text
    world.service.close()
    world.clock.pass_by(seconds=3601)  # what was known of the service is asked anew
    answer = world.app.test_client().get("/sign-in/outside")
    assert answer.status_code == 422
    assert "can&#39;t be reached at present" in answer.text


@ONE_DATABASE
@pytest.mark.parametrize(
    "told", [{"issuer": "https://evil.example"}, {"token_endpoint": "http://evil.example/token"}]
)
def test_a_service_that_says_it_is_another_is_not_asked(world: World, told: dict[str, str]) -> None:
    world.service.told = told
    assert "can&#39;t be reached" in world.app.test_client().get("/sign-in/outside").text


def test_nobody_is_sent_to_another_site_afterwards(world: World) -> None:
    assert world.enter(back="//evil.example").location == "/today"

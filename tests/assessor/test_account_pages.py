from datetime import timedelta
from uuid import uuid4

import pyotp
import pytest
from flask.testing import FlaskClient

from config.database import Sessions
from scheduler import briefing, people, register, second_steps, securing, sign_ins
from scheduler.access import RECENT, Role
from tests.assessor.access_world import FIELD
from tests.assessor.assessor_desk import Desk
from tests.builders import NOW, Institute, an_institute
from tests.fakes import SettableClock
from tests.workspace import PASSWORD, client, workspace

EMAIL = "ann@institute.example"
CHOSEN = "quiet lamp by the harbour"
SECOND = timedelta(seconds=1)


class Ann:
    """An assessor at her account."""

    def __init__(self, sessions: Sessions) -> None:
        self.institute: Institute = an_institute(sessions)
        self.centre = self.institute.centre()
        self.clock = SettableClock(NOW)
        self.app = workspace(self.institute, self.clock)
        self.id = self.institute.person("Ann", Role.ASSESSOR, password=PASSWORD)
        self.browser = client(self.app, EMAIL)

    def enrol(self) -> str:
        """Add a second step; answers the page with the recovery codes."""
        assert self.browser.post("/account/second-step/begin").location == "/account/second-step"
        answer = self.browser.post("/account/second-step", data={"code": self.code(False)})
        assert answer.status_code == 200
        self.clock.pass_by(seconds=30)
        return answer.text

    def code(self, confirmed: bool = True) -> str:
        with self.institute.sessions.reading() as session:
            secret = second_steps.secret_of(
                session, self.institute.vault, self.id, confirmed=confirmed
            )
        assert secret is not None
        return str(pyotp.TOTP(secret).at(self.clock()))


@pytest.fixture
def ann(sessions: Sessions) -> Ann:
    """An assessor, signed in."""
    return Ann(sessions)


def cookie(browser: FlaskClient) -> str:
    found = browser.get_cookie("unannounced")
    assert found is not None
    return found.value


def test_signing_in_asks_for_the_code_and_then_leads_where_one_wanted(ann: Ann) -> None:
    ann.enrol()
    browser = ann.app.test_client()
    answer = browser.post(
        "/sign-in", data={"email": EMAIL, "password": PASSWORD, "back": "/account"}
    )
    assert (answer.status_code, answer.location) == (303, "/sign-in/code?back=/account")
    half = cookie(browser)
    assert browser.get("/account").status_code == 302
    assert 'value="/account"' in browser.get(answer.location).text
    wrong = browser.post("/sign-in/code", data={"code": "000000", "back": "/account"})
    assert wrong.status_code == 422
    right = browser.post("/sign-in/code", data={"code": ann.code(), "back": "/account"})
    assert right.location == "/account"
    assert cookie(browser) != half
    assert browser.get("/account").status_code == 200


def test_the_codes_page_is_for_who_gave_a_password(ann: Ann) -> None:
    nobody = ann.app.test_client()
    assert nobody.get("/sign-in/code").location == "/sign-in"
    answer = nobody.post("/sign-in/code", data={"code": "000000"})
    assert answer.status_code == 422
    assert "Sign in with your password again" in answer.text


@pytest.mark.parametrize(
    "back",
    ["//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example", "evil"],
)
def test_nobody_is_sent_to_another_site(ann: Ann, back: str) -> None:
    browser = ann.app.test_client()
    data = {"email": EMAIL, "password": PASSWORD, "back": back}
    assert browser.post("/sign-in", data=data).location == "/today"
    assert browser.post("/confirm", data=data).location == "/today"


def test_recovery_codes_are_on_one_answer_and_on_no_page(ann: Ann) -> None:
    text = ann.enrol()
    codes = [line.strip()[4:-5] for line in text.splitlines() if "<li>" in line and "-" in line]
    assert len(codes) == 10
    for path in ("/account", "/account/second-step"):
        page = ann.browser.get(path, follow_redirects=True).text
        assert not any(code in page for code in codes)
    assert "10 recovery codes are left" in ann.browser.get("/account").text


def test_the_secret_is_shown_until_its_first_code_and_never_again(ann: Ann) -> None:
    assert ann.browser.get("/account/second-step").location == "/account"
    ann.browser.post("/account/second-step/begin")
    with ann.institute.sessions.reading() as session:
        secret = second_steps.secret_of(session, ann.institute.vault, ann.id, confirmed=False)
    assert secret is not None
    page = ann.browser.get("/account/second-step")
    assert secret in page.text.replace(" ", "")
    assert "<svg" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    ann.browser.post("/account/second-step", data={"code": ann.code(False)})
    for path in ("/account/second-step", "/account"):
        again = ann.browser.get(path, follow_redirects=True).text.replace(" ", "")
        assert secret not in again


def test_what_touches_the_second_step_needs_a_recent_sign_in(ann: Ann) -> None:
    for _ in range(5):
        ann.clock.pass_by(minutes=25)
        ann.browser.get("/account")
    for path, back in (
        ("/account/second-step/begin", "/account"),
        ("/account/second-step", "/account/second-step"),
        ("/account/recovery-codes", "/account"),
        ("/account/second-step/remove", "/account"),
    ):
        assert ann.browser.post(path).location == f"/confirm?back={back}"
    assert ann.browser.get("/account/second-step").location.startswith("/confirm")
    before = cookie(ann.browser)
    wrong = ann.browser.post("/confirm", data={"password": "wrong", "back": "/account"})
    assert wrong.status_code == 422
    assert cookie(ann.browser) == before
    right = ann.browser.post("/confirm", data={"password": PASSWORD, "back": "/account"})
    assert right.location == "/account"
    assert cookie(ann.browser) != before
    ann.enrol()


def test_a_changed_password_signs_out_here_too(ann: Ann) -> None:
    data = {"present": PASSWORD, "password": CHOSEN, "again": "another"}
    assert "two passwords differ" in ann.browser.post("/account/password", data=data).text
    data["again"] = CHOSEN
    assert ann.browser.post("/account/password", data=data).location == "/sign-in"
    assert "every session of yours has ended" in ann.browser.get("/sign-in").text
    assert ann.browser.get("/account").status_code == 302


def test_a_refused_password_is_in_no_answer(ann: Ann) -> None:
    data = {"present": "my old secret words", "password": CHOSEN, "again": CHOSEN}
    answer = ann.browser.post("/account/password", data=data)
    assert answer.status_code == 422
    assert "my old secret words" not in answer.text
    assert CHOSEN not in answer.text


def test_a_session_is_listed_and_ended_from_another_one(ann: Ann) -> None:
    other = client(ann.app, EMAIL)
    handle = sign_ins.handle_of(securing.key_of(cookie(other)))
    page = ann.browser.get("/account").text
    assert f"/account/sessions/{handle}/end" in page
    assert "this one" in page
    assert ann.browser.post(f"/account/sessions/{handle}/end").status_code == 303
    assert other.get("/account").status_code == 302
    assert ann.browser.post(f"/account/sessions/{handle}/end").status_code == 404


def test_no_page_and_no_table_holds_a_sessions_token(ann: Ann) -> None:
    assert cookie(ann.browser) not in ann.browser.get("/account").text


# --- own, other, foreign, missing ---------------------------------------------------------------


def test_what_is_anothers_reads_like_what_is_missing(ann: Ann) -> None:
    bob = ann.institute.person("Bob", Role.ASSESSOR, password=PASSWORD)
    bobs = client(ann.app, "bob@institute.example")
    bobs.post("/account/refusals", data={"centre": str(ann.centre)})
    handle = sign_ins.handle_of(securing.key_of(cookie(bobs)))
    for path in (
        f"/account/sessions/{handle}/end",
        f"/account/refusals/{ann.centre}/end",
    ):
        of_other = ann.browser.post(path)
        of_nothing = ann.browser.post(path.replace(str(handle), str(uuid4())))
        assert of_other.status_code == of_nothing.status_code == 404
        unsigned = [FIELD.sub("", each.text) for each in (of_other, of_nothing)]  # it holds seconds
        assert unsigned[0] == unsigned[1]
    assert bobs.get("/account").status_code == 200
    with ann.institute.sessions.reading() as session:
        assert people.refusals(session) == {(bob, ann.centre)}


def test_a_tie_and_a_refusal_are_ones_own(ann: Ann) -> None:
    with ann.institute.sessions.reading() as session:
        provider = register.centres(session)[0].provider
    data = {"provider": str(provider), "to": "person", "reason": "my brother works there"}
    assert ann.browser.post("/account/ties", data=data).status_code == 303
    assert (
        ann.browser.post("/account/refusals", data={"centre": str(ann.centre)}).status_code == 303
    )
    page = ann.browser.get("/account").text
    assert "my brother works there" in page
    assert f"/account/refusals/{ann.centre}/end" in page
    with ann.institute.sessions.reading() as session:
        assert people.ties(session) == {(ann.id, provider)}
        assert people.refusals(session) == {(ann.id, ann.centre)}
    assert ann.browser.post(f"/account/refusals/{ann.centre}/end").status_code == 303


@pytest.mark.parametrize(
    "data", [{}, {"provider": "x", "to": "person"}, {"to": "x", "reason": "why I am tied"}]
)
def test_half_a_tie_is_none_and_what_was_typed_stays(ann: Ann, data: dict[str, str]) -> None:
    answer = ann.browser.post("/account/ties", data=data)
    assert answer.status_code == 422
    assert data.get("reason", "") in answer.text
    assert ann.browser.post("/account/refusals", data={"centre": "x"}).status_code == 422
    assert ann.browser.post("/account/refusals", data={"centre": str(uuid4())}).status_code == 422


def test_a_providers_contact_sees_no_provider_and_no_centre_on_the_account(ann: Ann) -> None:
    ann.institute.centre(1)
    with ann.institute.sessions.reading() as session:
        provider = register.centres(session)[0].provider
    ann.institute.person("Per", Role.PROVIDER_CONTACT, password=PASSWORD, provider=provider)
    per = client(ann.app, "per@institute.example")
    page = per.get("/account").text
    for hidden in ("Provider 1", "Centre 1", "Ties", "don't call"):
        assert hidden not in page
    assert per.post("/account/ties", data={"provider": str(provider)}).status_code == 404
    assert per.post("/account/refusals", data={"centre": str(ann.centre)}).status_code == 404


# --- the code behind a recent sign-in -----------------------------------------------------------


def test_the_code_of_a_call_asks_an_old_sign_in_for_the_password(sessions: Sessions) -> None:
    desk = Desk(sessions, due=RECENT + timedelta(minutes=15))
    briefing.confirm_briefing(sessions, desk.call, desk.institute.assessor, desk.clock())
    for _ in range(5):
        desk.clock.pass_by(minutes=25)
        desk.ann.get("/today")
    refused = desk.ann.post(f"/calls/{desk.call}/code")
    assert refused.status_code == 422
    assert "0188" not in refused.text
    assert f'href="/confirm?back=/calls/{desk.call}"' in refused.text
    by_htmx = desk.ann.post(f"/calls/{desk.call}/code", headers={"HX-Request": "true"})
    assert f'href="/confirm?back=/calls/{desk.call}"' in by_htmx.text
    data = {"password": PASSWORD, "back": f"/calls/{desk.call}"}
    assert desk.ann.post("/confirm", data=data).location == f"/calls/{desk.call}"
    assert "0188" in desk.ann.post(f"/calls/{desk.call}/code").text

"""A browser gets a pass for one call of its own assessor, near its moment, and nothing more."""

import time
from datetime import timedelta

import jwt
import pytest

from config.database import Sessions
from config.settings import Line
from scheduler import attempts, diary, ways
from scheduler.entering import identity
from scheduler.outcome import State
from scheduler.softphone_twilio import Softphone
from scheduler.way import Way
from tests.assessor.assessor_desk import Desk
from tests.assessor.test_hooks import SID, UNKNOWN, fields, post
from tests.workspace import ACCOUNT, client

SECRET = "a secret that a browser must never see"
SOFTPHONE = Softphone(ACCOUNT, "SK" + "0" * 32, SECRET, "AP" + "0" * 32)
ORIGIN = "https://calls.example.org"
HUNG_UP = "<Response><Hangup /></Response>"


def at_the_browser(sessions: Sessions, due: timedelta = timedelta(minutes=10)) -> Desk:
    """Ann, who takes her calls in the browser."""
    desk = Desk(sessions, due, softphone=SOFTPHONE, line=Line.LIVE, origin=ORIGIN)
    with sessions.begin() as session:
        ways.set_usual(session, desk.institute.assessor, Way.SOFTPHONE)
    desk.confirm()
    return desk


def ask(desk: Desk) -> tuple[int, str]:
    answer = desk.ann.post(f"/calls/{desk.call}/pass")
    return answer.status_code, answer.text


def test_the_pass_lets_ann_call_the_one_app_for_a_quarter_of_an_hour(sessions: Sessions) -> None:
    desk = at_the_browser(sessions)
    answer = desk.ann.post(f"/calls/{desk.call}/pass")
    assert answer.headers["Cache-Control"] == "no-store"
    assert SECRET not in answer.text
    given = answer.get_json()
    assert given.keys() == {"pass", "attempt"}
    assert given["attempt"] == desk.line.token
    claims = jwt.decode(given["pass"], SECRET, ["HS256"])
    assert claims["grants"] == {
        "identity": identity(desk.institute.assessor),
        "voice": {"outgoing": {"application_sid": SOFTPHONE.app}},
    }
    assert 890 < claims["exp"] - time.time() <= 900


def test_a_pass_is_given_from_ten_minutes_before_until_the_moment_has_passed(
    sessions: Sessions,
) -> None:
    desk = at_the_browser(sessions, timedelta(minutes=11))
    assert ask(desk) == (409, "It is too early: a call can be made ready ten minutes before it.")
    desk.clock.now += timedelta(minutes=1)
    assert ask(desk)[0] == 200
    desk.clock.now += timedelta(minutes=12)
    assert ask(desk)[0] == 200
    desk.clock.now += timedelta(seconds=1)
    assert ask(desk)[0] == 409


def test_nobody_but_the_drawn_assessor_gets_a_pass(sessions: Sessions) -> None:
    desk = at_the_browser(sessions)
    bob = client(desk.app, "bob@institute.example")
    assert bob.post(f"/calls/{desk.call}/pass").status_code == 404
    assert bob.post(f"/calls/{desk.call}/way", data={"way": "bridge"}).status_code == 404
    assert desk.ann.get(f"/calls/{desk.call}/pass").status_code == 405


def test_whoever_is_rung_gets_no_pass(sessions: Sessions) -> None:
    desk = at_the_browser(sessions)
    desk.ann.post(f"/calls/{desk.call}/way", data={"way": "bridge"})
    assert ask(desk) == (409, "This call comes by telephone: yours is rung at its moment.")
    page = desk.ann.get(f"/calls/{desk.call}")
    assert "Call from this browser instead" in page.text
    assert "twilio-voice-sdk" not in page.text
    desk.ann.post(f"/calls/{desk.call}/way", data={"way": "softphone"})
    assert ask(desk)[0] == 200


def test_the_way_of_a_call_stays_from_its_moment_on(sessions: Sessions) -> None:
    desk = at_the_browser(sessions, timedelta())
    assert desk.ann.post(f"/calls/{desk.call}/way", data={"way": "bridge"}).status_code == 303
    assert ask(desk)[0] == 200


@pytest.mark.parametrize("way", ["", "by hand", "SOFTPHONE"])
def test_a_way_that_there_is_not_is_refused(sessions: Sessions, way: str) -> None:
    desk = at_the_browser(sessions)
    assert desk.ann.post("/account/way", data={"way": way}).status_code == 404


def test_the_usual_way_is_chosen_on_the_account_page(sessions: Sessions) -> None:
    desk = at_the_browser(sessions)
    assert "How your calls come" in desk.ann.get("/account").text
    assert desk.ann.post("/account/way", data={"way": "bridge"}).status_code == 303
    assert ask(desk)[0] == 409


def test_the_page_speaks_with_the_network_only_where_the_call_is_made_from_it(
    sessions: Sessions,
) -> None:
    desk = at_the_browser(sessions)
    call = desk.ann.get(f"/calls/{desk.call}")
    assert "wss://voice-js.roaming.twilio.com" in call.headers["Content-Security-Policy"]
    assert "twilio-voice-sdk.min.js" in call.text
    assert desk.line.token not in call.text
    for other in ("/today", f"/calls/{desk.call}/briefing", "/account"):
        page = desk.ann.get(other)
        assert "wss:" not in page.headers["Content-Security-Policy"]
        assert "twilio-voice-sdk" not in page.text
    desk.ann.post(f"/calls/{desk.call}/way", data={"way": "bridge"})
    call = desk.ann.get(f"/calls/{desk.call}")
    assert "wss:" not in call.headers["Content-Security-Policy"]


def test_without_a_softphone_nothing_of_it_is_there(sessions: Sessions) -> None:
    desk = Desk(sessions)
    desk.confirm()
    assert ask(desk)[0] == 404
    assert desk.ann.post("/account/way", data={"way": "softphone"}).status_code == 404
    assert desk.ann.post(f"/calls/{desk.call}/way", data={"way": "softphone"}).status_code == 404
    assert "this browser" not in desk.ann.get(f"/calls/{desk.call}").text
    assert "How your calls come" not in desk.ann.get("/account").text


def test_nothing_reaches_a_network_that_is_not_live(sessions: Sessions) -> None:
    desk = Desk(sessions, softphone=SOFTPHONE)
    with sessions.begin() as session:
        ways.set_usual(session, desk.institute.assessor, Way.SOFTPHONE)
    desk.confirm()
    call = desk.ann.get(f"/calls/{desk.call}")
    assert "twilio-voice-sdk.min.js" in call.text
    assert "wss:" not in call.headers["Content-Security-Policy"]


def test_a_call_that_is_dialled_by_hand_offers_no_browser(sessions: Sessions) -> None:
    desk = at_the_browser(sessions)
    with sessions.begin() as session:
        diary.set_by_hand(session, desk.call, True)
    page = desk.ann.get(f"/calls/{desk.call}")
    assert "You dial this call yourself" in page.text
    assert "data-softphone" not in page.text
    assert "this browser" not in page.text
    assert ask(desk)[0] == 409


# --- the hook of the app ------------------------------------------------------------------------


def test_the_apps_hook_rings_the_centre_from_the_drawn_number(sessions: Sessions) -> None:
    desk = at_the_browser(sessions, timedelta())
    token, network = desk.line.token, desk.app.test_client()
    ann = "client:" + identity(desk.institute.assessor)
    call = fields(From=ann, To="", attempt=token)
    dial = post(network, "/hooks/softphone", call).text
    assert 'answerOnBridge="true"' in dial
    assert 'callerId="+441632960000"' in dial
    assert f'action="{ORIGIN}/hooks/calls/{token}/ended"' in dial
    assert ">+441632960500</Number>" in dial
    assert post(network, "/hooks/softphone", call).text == dial
    with sessions.reading() as session:
        (attempt,) = attempts.of_call(session, desk.call)
    assert (attempt.state, attempt.dial_sid) == (State.DIALLING, SID)


def test_the_apps_hook_reads_no_number_and_no_strangers_token(sessions: Sessions) -> None:
    desk = at_the_browser(sessions, timedelta())
    token, network = desk.line.token, desk.app.test_client()
    ann = "client:" + identity(desk.institute.assessor)
    for odd in (
        {"To": "+441632960500"},
        {"attempt": UNKNOWN, "From": ann},
        {"attempt": "+441632960500", "From": ann},
        {"attempt": token, "From": "client:" + "0" * 32},
        {"attempt": token},
    ):
        assert post(network, "/hooks/softphone", fields(**odd)).text.endswith(HUNG_UP)
    genuine = fields(attempt=token, From=ann)
    assert post(network, "/hooks/softphone", genuine, signature="").status_code == 403
    with sessions.reading() as session:
        assert attempts.of_call(session, desk.call)[0].state is State.INTENT

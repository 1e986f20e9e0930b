"""The hooks believe what the network signed, for our account and address, and nothing else."""

import base64
import hashlib
import hmac
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from assessor.app import create_hooks
from assessor.hooks import LONGEST_BODY, HookDesk
from config.clock import Clock
from config.database import Sessions, connect
from config.vault import new_vault
from scheduler.diary_rows import SamplingPlanRow
from scheduler.outcome import Disposition, State
from scheduler.practice.server import Listener
from scheduler.signature import signed
from tests.builders import NOW, Institute
from tests.fakes import SettableClock
from tests.scheduler.switchboard import CHILD, Switchboard, a_switchboard
from tests.workspace import ACCOUNT, TOKEN, workspace

ORIGIN = "https://calls.example.org"
SID = "CA" + "1" * 32
UNKNOWN = "f" * 32  # a token that nobody gave out
STATUS = f"/hooks/calls/{UNKNOWN}/status"
STEPS = ("answer", "confirm", "ended", "leg", "status")


@pytest.fixture
def board(sessions: Sessions) -> Switchboard:
    return a_switchboard(sessions)


def hooks(sessions: Sessions, clock: Clock, origin: str = ORIGIN, *, live: bool = False) -> Flask:
    return create_hooks(HookDesk(sessions, clock, origin, ACCOUNT, TOKEN, live=live))


@pytest.fixture
def quiet(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Sessions]:
    """A database of which nothing is asked."""
    shutil.copy(migrated_sqlite, tmp_path / "quiet.db")
    sessions = connect(f"sqlite:///{tmp_path / 'quiet.db'}")
    yield sessions
    sessions.engine.dispose()


@pytest.fixture
def client(quiet: Sessions) -> FlaskClient:
    return hooks(quiet, SettableClock(NOW)).test_client()


def fields(**more: str) -> dict[str, str]:
    return {"AccountSid": ACCOUNT, "CallSid": SID, "CallStatus": "completed"} | more


def sign(url: str, form: dict[str, str], token: str = TOKEN) -> str:
    """The published rule, written out: the address, then each name and value, sorted."""
    text = url + "".join(name + form[name] for name in sorted(form))
    digest = hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def post(client: FlaskClient, target: str, form: dict[str, str], **more: Any) -> TestResponse:
    """Post a form as the network does, with its signature unless ``signature`` is given."""
    signature = more.pop("signature", sign(ORIGIN + target, form))
    headers = {} if signature is None else {"X-Twilio-Signature": signature}
    return client.post(target, data=form, headers=headers, **more)


def bare(answer: TestResponse) -> tuple[int, bytes]:
    return answer.status_code, answer.data


# --- the signature --------------------------------------------------------------------------------

# The examples that Twilio publishes with its rule and with its libraries.
PUBLISHED = {
    "CallSid": "CA1234567890ABCDE",
    "Digits": "1234",
    "From": "+14158675309",
    "To": "+18005551212",
    "Caller": "+14158675309",
}


@pytest.mark.parametrize(
    ("url", "form", "signature"),
    [
        (
            "https://mycompany.com/myapp.php?foo=1&bar=2",
            PUBLISHED,
            "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
        ),
        (
            "https://mycompany.com/myapp.php?foo=1&bar=2",
            PUBLISHED | {"From": "+12349013030", "Caller": "+12349013030"},
            "0/KCTR6DLpKmkAf8muzZqo1nDgQ=",
        ),
    ],
)
def test_the_published_examples_are_signed(url: str, form: dict[str, str], signature: str) -> None:
    assert sign(url, form, "12345") == signature
    assert signed("12345", url, form, signature)
    for wrong in ("", signature[:-1], signature.lower(), "é" * len(signature)):
        assert not signed("12345", url, form, wrong)
    assert not signed("54321", url, form, signature)
    assert not signed("12345", url.replace("1", "2"), form, signature)
    assert not signed("12345", url, form | {"Digits": "1235"}, signature)
    assert not signed("12345", url, form | {"More": "1"}, signature)


@pytest.mark.parametrize(
    "target",
    [
        STATUS,
        "/hooks/calls/a%40b%2Cc/status",
        "/hooks/calls/caf%C3%A9/status",
        STATUS + "?to=a%40b%2Cc&caf%C3%A9=%20+",
    ],
)
def test_the_raw_target_is_what_was_signed(quiet: Sessions, target: str) -> None:
    apps: list[Flask] = []  # the origin is known once the port is
    listener = Listener(lambda environ, start: apps[0](environ, start), "127.0.0.1", 0)
    with closing(listener):
        origin = listener.origin
        apps.append(hooks(quiet, SettableClock(NOW), origin))
        form = fields(To="+447700900000", Word="é, @ & = % +")
        headers = {
            "X-Twilio-Signature": sign(origin + target, form),
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        }
        request = requests.Request("POST", origin, data=urlencode(form), headers=headers).prepare()
        request.url = origin + target  # as it is, not put into another form
        with requests.Session() as session:
            answer = session.send(request, timeout=120)
            request.url = origin + target.replace("%40", "@").replace("%C3%A9", "e")
            decoded = session.send(request, timeout=120)
    assert (answer.status_code, answer.content) == (204, b"")
    if "%" in target:
        assert (decoded.status_code, decoded.content) == (403, b"")


def test_the_configured_origin_counts_and_not_the_header(client: FlaskClient) -> None:
    form = fields()
    elsewhere = sign("https://evil.example" + STATUS, form)
    answer = post(client, STATUS, form, signature=elsewhere, base_url="https://evil.example")
    assert bare(answer) == (403, b"")
    answer = post(client, STATUS, form, base_url="http://127.0.0.1:8321")
    assert bare(answer) == (204, b"")


@pytest.mark.parametrize("step", STEPS)
def test_every_hook_refuses_what_the_network_did_not_sign_for_us(
    client: FlaskClient, step: str
) -> None:
    target = f"/hooks/calls/{UNKNOWN}/{step}"
    form = fields()
    refusals = {
        "missing header": post(client, target, form, signature=None),
        "empty header": post(client, target, form, signature=""),
        "another token": post(
            client, target, form, signature=sign(ORIGIN + target, form, "another")
        ),
        "another path": post(client, target, form, signature=sign(ORIGIN + STATUS + "x", form)),
        "another field": post(
            client, target, form | {"Digits": "1"}, signature=sign(ORIGIN + target, form)
        ),
        "another account": post(client, target, form | {"AccountSid": "AC" + "2" * 32}),
        "no account": post(
            client, target, {name: form[name] for name in form if name != "AccountSid"}
        ),
        "nothing": client.post(target),
        "a query more": client.post(
            target + "?x=1", data=form, headers={"X-Twilio-Signature": sign(ORIGIN + target, form)}
        ),
    }
    assert {why: bare(answer) for why, answer in refusals.items()} == dict.fromkeys(
        refusals, (403, b"")
    )


def test_a_target_that_names_another_host_is_refused(quiet: Sessions) -> None:
    client = hooks(quiet, SettableClock(NOW), "http://127.0.0.1:8321").test_client()
    target = {"REQUEST_URI": "http://evil.example" + STATUS, "RAW_URI": ""}
    answer = client.post(STATUS, data=fields(), environ_overrides=target)
    assert bare(answer) == (403, b"")


def test_a_body_that_is_too_long_is_not_read(client: FlaskClient) -> None:
    form = fields(Word="x" * LONGEST_BODY)
    assert bare(post(client, STATUS, form)) == (413, b"")
    assert bare(post(client, STATUS, fields(Word="x" * (LONGEST_BODY // 2)))) == (204, b"")


@pytest.mark.parametrize("sid", ["", "CA1", SID + "1", SID.lower(), "CA" + "x" * 32, SID + "\n"])
def test_a_call_without_a_proper_sid_is_refused(client: FlaskClient, sid: str) -> None:
    for step in STEPS:
        assert bare(post(client, f"/hooks/calls/{UNKNOWN}/{step}", fields(CallSid=sid))) == (
            400,
            b"",
        )


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch"])
def test_only_posts_are_taken(client: FlaskClient, method: str) -> None:
    for step in STEPS:
        answer = client.open(f"/hooks/calls/{UNKNOWN}/{step}", method=method)
        assert answer.status_code == 405


def test_the_workspaces_pages_and_headers_do_not_change_the_hooks(quiet: Sessions) -> None:
    nobody = Institute(quiet, new_vault(), UUID(int=0), UUID(int=0))
    client = workspace(nobody, SettableClock(NOW), ORIGIN).test_client()
    assert bare(post(client, STATUS, fields())) == (204, b"")
    assert bare(post(client, STATUS, fields(), signature="")) == (403, b"")
    assert bare(post(client, STATUS, fields(Word="x" * LONGEST_BODY))) == (413, b"")
    assert bare(post(client, STATUS, fields(CallSid=""))) == (400, b"")
    assert client.get(STATUS).status_code == 405


# --- what is answered -----------------------------------------------------------------------------


def hook(board: Switchboard, call: UUID, step: str) -> str:
    return f"/hooks/calls/{board.attempt(call).token}/{step}"


def test_a_call_is_led_from_the_cue_to_the_centre_and_its_end(board: Switchboard) -> None:
    client = hooks(board.sessions, board.clock).test_client()
    call = board.dialled()
    own = {"CallSid": board.sid(call)}
    cue = post(client, hook(board, call, "answer"), fields(**own))
    assert (cue.status_code, cue.mimetype) == (200, "text/xml")
    confirm = ORIGIN + hook(board, call, "confirm")
    assert f'<Gather action="{confirm}" method="POST" numDigits="1"' in cue.text
    dial = post(client, hook(board, call, "confirm"), fields(Digits="1", **own))
    assert 'callerId="+441632960000"' in dial.text
    assert f'action="{ORIGIN}{hook(board, call, "ended")}"' in dial.text
    assert f'statusCallback="{ORIGIN}{hook(board, call, "leg")}"' in dial.text
    assert ">+441632960500</Number>" in dial.text
    assert "record" not in dial.text
    child = {"CallSid": CHILD, "ParentCallSid": board.sid(call)}
    told = [
        {"CallStatus": "ringing", "SequenceNumber": "1"},
        {"CallStatus": "in-progress", "SequenceNumber": "2"},
        {"CallStatus": "completed", "SequenceNumber": "3", "CallDuration": "77"},
    ]
    for n, each in enumerate(told):
        stamp = {"Timestamp": f"Wed, 25 Nov 2026 09:00:0{n} +0000"}
        assert bare(post(client, hook(board, call, "leg"), fields(**child, **stamp, **each))) == (
            204,
            b"",
        )
    end = post(client, hook(board, call, "ended"), fields(DialCallStatus="completed", **own))
    assert end.text.endswith("<Response><Hangup /></Response>")
    assert bare(post(client, hook(board, call, "status"), fields(**own))) == (204, b"")
    measured = board.measured(call)
    assert measured.call.disposition is Disposition.COMPLETED
    assert measured.rang_at is not None
    assert measured.answered_at is not None
    assert (measured.answered_at - measured.rang_at).total_seconds() == 1
    assert (measured.length, measured.child_sid) == (77, CHILD)


def test_whoever_is_not_ours_is_hung_up_on_and_learns_nothing(board: Switchboard) -> None:
    client = hooks(board.sessions, board.clock).test_client()
    call = board.dialled()
    for target in (hook(board, call, "answer"), f"/hooks/calls/{UNKNOWN}/answer"):
        answer = post(client, target, fields())
        assert answer.text.endswith("<Response><Hangup /></Response>")
    for target in (hook(board, call, "confirm"), f"/hooks/calls/{UNKNOWN}/confirm"):
        answer = post(client, target, fields(Digits="1"))
        assert answer.text.endswith("<Response><Hangup /></Response>")
    assert board.attempt(call).state is State.CREATED


def test_the_live_telephone_rings_no_centre_whose_number_is_unproved(board: Switchboard) -> None:
    client = hooks(board.sessions, board.clock, live=True).test_client()
    call = board.dialled()
    with board.sessions.begin() as session:
        session.execute(update(SamplingPlanRow).values(purpose="sampling"))
    key = fields(Digits="1", CallSid=board.sid(call))
    answer = post(client, hook(board, call, "confirm"), key)
    assert answer.text.endswith("<Response><Hangup /></Response>")
    assert board.disposition(call) is Disposition.MISSED


def test_the_cue_names_neither_centre_nor_scenario(board: Switchboard) -> None:
    client = hooks(board.sessions, board.clock).test_client()
    call = board.dialled()
    cue = post(client, hook(board, call, "answer"), fields(CallSid=board.sid(call))).text
    assert "Your call is ready" in cue
    for secret in ("Centre", "Provider", "+441632960500", "Alex Birch", "0188", "calendar"):
        assert secret not in cue


ODD = {
    "Timestamp": ["", "yesterday", "Fri, 31 Dec 9999 23:59:59 -2359", "Wed, 25 Nov 2026 09:00:00"],
    "SequenceNumber": ["", "-1", "x", "9" * 30, "\uff11"],
    "CallDuration": ["", "-1", "1e9", "9" * 30],
    "CallStatus": ["", "x" * 200, "COMPLETED", "é"],
    "ParentCallSid": ["", "x" * 200],
    "SipResponseCode": ["", "48600", "é"],
    "DialCallStatus": ["", "x" * 200],
    "DialCallDuration": ["", "-1", "9" * 30],
    "DialCallSid": ["", "x" * 200],
    "Digits": ["", "1" * 200, "é"],
}


def test_an_odd_field_is_answered_and_breaks_nothing(board: Switchboard) -> None:
    client = hooks(board.sessions, board.clock).test_client()
    call = board.dialled()
    own = fields(CallSid=board.sid(call), CallStatus="in-progress")
    for name, values in ODD.items():
        for value in values:
            form = own | {name: value}
            for step in STEPS:
                answer = post(client, hook(board, call, step), form)
                assert answer.status_code in (200, 204), (name, value, step)
    board.confirm(call)
    child = fields(CallSid=CHILD, ParentCallSid=board.sid(call), CallStatus="ringing")
    for name, values in ODD.items():
        for value in values:
            assert bare(post(client, hook(board, call, "leg"), child | {name: value}))[0] == 204
    assert board.attempt(call).state is State.DIALLING

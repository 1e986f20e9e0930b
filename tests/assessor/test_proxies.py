"""Behind proxies of our own a visitor's address is what the outermost of them saw, and no more."""

import pytest
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from config import journal, journal_aside
from config.database import Sessions
from scheduler.access import Role
from tests.builders import NOW, an_institute
from tests.fakes import SettableClock
from tests.workspace import ACCOUNT, PASSWORD, TOKEN, workspace

EMAIL = "ada@institute.example"
PROXY = "10.0.0.1"


def origin_of_sign_in(sessions: Sessions, proxies: int, forwarded: str | None) -> str:
    """Which address the journal keeps of a sign-in that came through a proxy."""
    institute = an_institute(sessions)
    institute.person("Ada", Role.ADMINISTRATOR, password=PASSWORD)
    app = workspace(institute, SettableClock(NOW), proxies=proxies)
    app.config["WTF_CSRF_ENABLED"] = False
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    answer: TestResponse = app.test_client().post(
        "/sign-in",
        data={"email": EMAIL, "password": PASSWORD},
        headers=headers,
        environ_base={"REMOTE_ADDR": PROXY},
    )
    assert answer.status_code == 302
    with sessions.reading() as session:
        (entry,) = journal.latest(session, limit=1)
        return str(journal_aside.asides(session, [entry.seq])[entry.seq]["origin"])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("proxies", "forwarded", "kept"),
    [
        (0, "198.51.100.7", PROXY),  # anybody can write a header
        (1, "198.51.100.7", "198.51.100.7"),
        (1, "203.0.113.9, 198.51.100.7", "198.51.100.7"),  # the first one is the visitor's own word
        (2, "198.51.100.7, 10.0.0.2", "198.51.100.7"),
        (2, "198.51.100.7", PROXY),  # it passed one proxy and not the other
        (1, None, PROXY),
    ],
)
def test_the_address_is_what_a_trusted_proxy_saw(
    sessions: Sessions, proxies: int, forwarded: str | None, kept: str
) -> None:
    assert origin_of_sign_in(sessions, proxies, forwarded) == kept


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_header_moves_the_origin_that_hooks_are_signed_for(sessions: Sessions) -> None:
    """The network signs the configured address; one that a header names lets nobody in."""
    origin = "https://calls.institute.example"
    app = workspace(an_institute(sessions), SettableClock(NOW), origin, proxies=1)
    path, form = (
        "/hooks/calls/no-such-token/status",
        {"AccountSid": ACCOUNT, "CallSid": "CA" + "1" * 32},
    )
    spoofed = {
        "X-Forwarded-For": "198.51.100.7",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "http",
        "X-Forwarded-Prefix": "/elsewhere",
        "Host": "evil.example",
    }

    def answered(signed_for: str) -> int:
        signature = RequestValidator(TOKEN).compute_signature(signed_for + path, form)
        headers = {**spoofed, "X-Twilio-Signature": signature}
        answer = app.test_client().post(path, data=form, headers=headers)
        return answer.status_code

    assert answered("http://evil.example") == 403
    assert answered("http://evil.example/elsewhere") == 403
    assert answered(origin) != 403


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("path", ["/static//style.css", "/sign-in//code", "/register//", ""])
def test_no_address_is_redirected_to_the_host_that_a_request_names(
    sessions: Sessions, path: str
) -> None:
    app = workspace(an_institute(sessions), SettableClock(NOW))
    answer = app.test_client().open(environ_overrides={"PATH_INFO": path, "HTTP_HOST": "elsewhere"})
    assert answer.status_code == 404
    assert "Location" not in answer.headers

"""The web workspace for tests: on a port for browsers, or as a client in this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page

from assessor.app import create_app
from assessor.desk import WebDesk
from assessor.hooks import HookDesk
from config.clock import Clock
from config.settings import Line
from config.storage import FolderStorage, Storage
from scheduler.issuer import Issuer
from scheduler.practice.server import Listener
from scheduler.softphone_twilio import Softphone
from scheduler.telephone import Telephone
from tests.builders import ZONE, Institute
from tests.fakes import FakeTelephone

PASSWORD = "a password for tests"
NOTHING_STORED = FolderStorage(Path("/nowhere"))
ACCOUNT, TOKEN = "AC" + "0" * 32, "0" * 32


def workspace(
    institute: Institute,
    clock: Clock,
    origin: str = "http://127.0.0.1",
    storage: Storage = NOTHING_STORED,
    telephone: Telephone | None = None,
    issuer: Issuer | None = None,
    proxies: int = 0,
    *,
    line: Line = Line.PRACTICE,
    softphone: Softphone | None = None,
) -> Flask:
    """The application, by default on the practice telephone."""
    web = WebDesk(
        sessions=institute.sessions,
        vault=institute.vault,
        clock=clock,
        line=line,
        institute="Test institute",
        zone=ZONE,
        secure=False,
        site=origin,
        storage=storage,
        telephone=telephone or FakeTelephone(clock),
        issuer=issuer,
        proxies=proxies,
        softphone=softphone,
    )
    hook = HookDesk(
        institute.sessions, clock, origin, ACCOUNT, TOKEN, softphone=softphone is not None
    )
    return create_app(web, hook)


def client(app: Flask, email: str) -> FlaskClient:
    """A client that is signed in; forms need no token."""
    app.config["WTF_CSRF_ENABLED"] = False
    signed_in = app.test_client()
    answer = signed_in.post("/sign-in", data={"email": email, "password": PASSWORD})
    assert answer.status_code == 302, answer.text
    return signed_in


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The application on a loopback port; answers its origin."""
    listener = Listener(app, "127.0.0.1", 0)
    try:
        yield listener.origin
    finally:
        listener.close()


def sign_in(page: Page, origin: str, email: str) -> None:
    """Sign in as a person does; answers when the next page is there."""
    page.goto(f"{origin}/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in").click()

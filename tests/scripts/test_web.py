"""The web server: which headers reach the workspace, and what its settings come to there."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Thread

import pytest
import requests
from flask import Flask, request
from waitress import wasyncore

from assessor.app import create_app
from config.database import Sessions
from config.settings import read_settings
from scheduler.access import Role
from scripts.database import Installation
from scripts.web import desks, serve
from tests.builders import NOW, an_institute
from tests.fakes import SettableClock
from tests.workspace import PASSWORD, client


@contextmanager
def served(**settings: str) -> Iterator[int]:
    """A page that says which proxy's header it was told, at a port."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    app = Flask(__name__)
    app.add_url_rule("/", "seen", lambda: request.headers.get("X-Forwarded-For", ""))
    server = serve(app, read_settings({"PORT": str(port), **settings}))
    serving = Thread(target=server.run, daemon=True)
    serving.start()
    try:
        yield port
    finally:
        server.task_dispatcher.shutdown()
        # The sockets belong to the serving thread, which ends once it has none left.
        server.trigger.pull_trigger(partial(wasyncore.close_all, server._map))
        serving.join()


def ask(port: int) -> requests.Response:
    return requests.get(
        f"http://127.0.0.1:{port}/", headers={"X-Forwarded-For": "198.51.100.7"}, timeout=120
    )


@pytest.mark.parametrize(("proxies", "seen"), [("0", ""), ("1", "198.51.100.7")])
def test_only_behind_a_trusted_proxy_is_its_header_let_through(proxies: str, seen: str) -> None:
    with served(TRUSTED_PROXIES=proxies) as port:
        assert ask(port).text == seen


def test_many_requests_that_never_end_keep_nobody_out() -> None:
    with served() as port, ExitStack() as held:
        for begun in (b"GET / HTTP/1.1\r\n", b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n1"):
            for _ in range(60):
                stranger = held.enter_context(socket.create_connection(("127.0.0.1", port)))
                stranger.sendall(begun)
        answer = ask(port)
        assert answer.ok
        assert "Server" not in answer.headers


@pytest.mark.parametrize(
    ("user", "told"),
    [("alex.birch@example.org", "alex.birch@example.org"), ("personas", "no address: ask to")],
)
def test_an_assessor_is_told_the_mailboxs_user_where_it_is_an_address(
    sessions: Sessions, tmp_path: Path, user: str, told: str
) -> None:
    institute = an_institute(sessions)
    institute.assessor = institute.person("Ann", Role.ASSESSOR, password=PASSWORD)
    call = institute.call()
    mailbox = {"IMAP_HOST": "127.0.0.1", "IMAP_USER": user, "IMAP_PASSWORD": "a password"}
    settings = read_settings({"UNANNOUNCED_VAR": str(tmp_path), **mailbox})
    web, hooks = desks(Installation(settings, sessions, institute.vault))
    ann = client(create_app(replace(web, clock=SettableClock(NOW)), hooks), "ann@institute.example")
    assert told in ann.get(f"/calls/{call}/briefing").text
    ann.post(f"/calls/{call}/briefing")
    assert told in ann.get(f"/calls/{call}").text

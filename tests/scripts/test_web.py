"""The web server: which headers reach the workspace."""

import socket
from contextlib import closing
from functools import partial
from threading import Thread

import pytest
import requests
from flask import Flask, request
from waitress import wasyncore

from config.settings import read_settings
from scripts.web import serve


@pytest.mark.parametrize(("proxies", "seen"), [("0", ""), ("1", "198.51.100.7")])
def test_only_behind_a_trusted_proxy_is_its_header_let_through(proxies: str, seen: str) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    app = Flask(__name__)
    app.add_url_rule("/", "seen", lambda: request.headers.get("X-Forwarded-For", ""))
    server = serve(app, read_settings({"PORT": str(port), "TRUSTED_PROXIES": proxies}))
    serving = Thread(target=server.run, daemon=True)
    serving.start()
    try:
        answer = requests.get(
            f"http://127.0.0.1:{port}/", headers={"X-Forwarded-For": "198.51.100.7"}, timeout=5
        )
    finally:
        server.task_dispatcher.shutdown()
        # The sockets belong to the serving thread, which ends once it has none left.
        server.trigger.pull_trigger(partial(wasyncore.close_all, server._map))
        serving.join()
    assert answer.text == seen

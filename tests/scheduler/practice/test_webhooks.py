"""Webhooks: their signature and their delivery."""

import socket
from threading import Thread

from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from scheduler.practice.webhooks import Delivery, Messenger, sign
from tests.scheduler.practice.world import World

URLS = st.sampled_from(
    ["http://127.0.0.1:8000/a/%40?b=%2C", "https://hooks.example/voice", "http://[::1]:99/"]
)


@given(URLS, st.dictionaries(st.text("aBcD_", min_size=1), st.text()), st.text(min_size=1))
def test_the_sdk_finds_every_signature_valid(url: str, form: dict[str, str], token: str) -> None:
    assert RequestValidator(token).compute_signature(url, form) == sign(token, url, form)


def test_a_listener_that_is_away_is_tried_twice(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    world.ring(status_callback=f"http://127.0.0.1:{port}/status", status_callback_event=None)
    world.play()
    (row,) = world.of("webhook", purpose="parent.completed")
    assert row["attempts"] == 2
    assert "http_status" not in row
    assert row["error"].startswith("no connection")


def test_a_listener_that_hangs_up_is_tried_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as rude:
        rude.settimeout(5)
        messenger = Messenger("token")
        port = rude.getsockname()[1]

        def answer() -> None:
            connection, _ = rude.accept()
            connection.recv(65536)
            connection.close()

        thread = Thread(target=answer)
        thread.start()
        reply = messenger.post(Delivery("call", f"http://127.0.0.1:{port}/", {}, "CA0"))
        thread.join()
        messenger.close()
    assert (reply.status, reply.attempts) == (None, 1)
    assert reply.error.startswith("no answer")


def test_a_fragment_is_neither_sent_nor_signed(world: World) -> None:
    world.ring(url=f"{world.hooks.origin}/voice/t0ken#rc=3&rp=all")
    world.play()
    (asked,) = world.application.paths("voice")
    assert asked.genuine
    assert asked.path == "/voice/t0ken"


def test_an_address_that_is_none_gets_no_attempt() -> None:
    reply = Messenger("token").post(Delivery("call", "http://[", {}, "CA0"))
    assert (reply.status, reply.attempts) == (None, 0)

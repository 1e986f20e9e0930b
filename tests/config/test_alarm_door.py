"""Alarms leave as JSON to the one address that is set, and nowhere else."""

from collections.abc import Iterator

import pytest
from flask import Flask, Response, request

from config.alarm_door import NotTaken, posting
from config.settings import SettingsRefused, read_settings
from scheduler.practice.server import Listener

SAID = {"kind": "worker", "words": "A worker stopped.", "time": "2027-01-04T08:00:00+00:00"}


class Receiver:
    """Another system: it keeps what it is told, and answers as it is set."""

    def __init__(self) -> None:
        self.told: list[object] = []
        self.answer = Response(status=204)
        app = Flask(__name__)
        app.add_url_rule("/<path>", "take", self._take, methods=["POST"])
        self.listener = Listener(app, "127.0.0.1", 0)

    def _take(self, path: str) -> Response:
        self.told.append((path, request.get_json()))
        return self.answer


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.listener.close()


def test_an_alarm_is_posted_as_json(receiver: Receiver) -> None:
    posting(f"{receiver.listener.origin}/alarm")(SAID)
    assert receiver.told == [("alarm", SAID)]


@pytest.mark.parametrize("status", [302, 404, 500])
def test_what_is_not_taken_or_sent_elsewhere_fails(receiver: Receiver, status: int) -> None:
    elsewhere = {"Location": f"{receiver.listener.origin}/elsewhere"}
    receiver.answer = Response(status=status, headers=elsewhere)
    with pytest.raises(NotTaken):
        posting(f"{receiver.listener.origin}/alarm")(SAID)
    assert len(receiver.told) == 1


def test_an_address_where_nobody_answers_fails_as_a_system_does() -> None:
    with pytest.raises(OSError, match="port=9"):
        posting("http://127.0.0.1:9/alarm")(SAID)


@pytest.mark.parametrize(
    "address", ["", "https://alarms.example.org/a?key=b", "http://127.0.0.1:9000/alarm"]
)
def test_alarms_go_to_an_encrypted_address_or_this_machine(address: str) -> None:
    settings = read_settings({"ALARM_WEBHOOK": address})
    assert settings.alarm_webhook == address
    assert "key=b" not in repr(settings)


@pytest.mark.parametrize(
    "address",
    [
        "http://alarms.example.org/secret",
        "ftp://127.0.0.1/secret",
        "alarms.example.org/secret",
        "https:///secret",
        "https://[secret",
        "https://alarms.example.org/secret\n",
    ],
)
def test_another_address_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(SettingsRefused, match="ALARM_WEBHOOK must") as refused:
        read_settings({"ALARM_WEBHOOK": address})
    assert "secret" not in str(refused.value)

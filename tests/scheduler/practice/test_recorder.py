"""Recordings of bridged calls, as the SDK and the application see them."""

import io
import wave
from datetime import timedelta

import pytest
from twilio.base.exceptions import TwilioRestException

from scheduler.practice.behaviour import CentreAnswers
from scheduler.practice.exchange import Exchange
from scheduler.practice.ledger import Ledger
from tests.scheduler.practice.world import ACCOUNT, POOL, TOKEN, World

RECORD = 'record="record-from-answer-dual" recordingStatusCallback="/recorded/t0ken"'


@pytest.fixture
def recorded(world: World) -> World:
    """A world in which a call with menu, queue and person has been recorded."""
    world.centre(CentreAnswers(answer_after=4, menu=12, queue=20, talk=60))
    world.application.dial = RECORD
    world.application.script["recorded"] = lambda heard: ("", 204)
    world.ring()
    world.play()
    return world


def fetch(world: World, path: str) -> tuple[int, bytes]:
    answer = world.clients[0].session.get(
        world.server.origin + world.path(path), auth=(ACCOUNT, TOKEN)
    )
    return answer.status_code, answer.content


def test_a_recorded_call_is_told_listed_fetched_and_deleted(recorded: World) -> None:
    (told,) = recorded.application.paths("recorded")
    (kept,) = recorded.twilio.recordings.list()
    parent = recorded.twilio.calls.list(status="completed", to="+447700900001")[0]
    assert told.genuine
    assert told.form["RecordingSid"] == kept.sid
    assert told.form["CallSid"] == kept.call_sid == parent.sid
    assert (told.form["RecordingStatus"], told.form["RecordingChannels"]) == ("completed", "2")
    assert told.form["RecordingDuration"] == kept.duration == "92"
    assert [each.sid for each in recorded.twilio.recordings.list(call_sid=parent.sid)] == [kept.sid]
    assert [each.sid for each in recorded.twilio.calls(parent.sid).recordings.list()] == [kept.sid]

    status, body = fetch(recorded, f"/Recordings/{kept.sid}.wav?RequestedChannels=2")
    with wave.open(io.BytesIO(body)) as sound:
        assert (status, sound.getnchannels(), sound.getframerate()) == (200, 2, 8000)
        assert sound.getnframes() == 92 * 8000
    assert recorded.twilio.recordings(kept.sid).delete()
    assert fetch(recorded, f"/Recordings/{kept.sid}.wav")[0] == 404
    with pytest.raises(TwilioRestException):
        recorded.twilio.recordings(kept.sid).fetch()


def test_one_channel_is_sent_unless_two_are_asked_for(recorded: World) -> None:
    (kept,) = recorded.twilio.recordings.list()
    body = fetch(recorded, f"/Recordings/{kept.sid}")[1]
    with wave.open(io.BytesIO(body)) as sound:
        assert (sound.getnchannels(), sound.getnframes()) == (1, 92 * 8000)
    assert fetch(recorded, f"/Recordings/{kept.sid}.wav?RequestedChannels=3")[0] == 400


def test_nothing_is_recorded_unless_the_dial_asks_for_it(world: World) -> None:
    world.ring()
    world.play()
    assert world.twilio.recordings.list() == []


def test_a_lost_recording_is_told_as_absent_when_asked_to_tell(world: World) -> None:
    world.control("POST", "/faults", {"recordings": ["absent"]})
    world.application.dial = f'{RECORD} recordingStatusCallbackEvent="completed absent"'
    world.application.script["recorded"] = lambda heard: ("", 204)
    world.ring()
    world.play()
    (told,) = world.application.paths("recorded")
    (kept,) = world.twilio.recordings.list()
    assert told.form["RecordingStatus"] == kept.status == "absent"
    assert fetch(world, f"/Recordings/{kept.sid}.wav")[0] == 404


def test_a_recording_outlives_the_exchange_that_made_it(recorded: World) -> None:
    (kept,) = recorded.twilio.recordings.list()
    again = Exchange(ACCOUNT, TOKEN, Ledger(recorded.ledger.path), recorded.clock, [POOL])
    (found,) = again.recordings()
    assert (found.sid, found.duration) == (kept.sid, 92)
    assert [(part, seconds) for part, seconds in found.parts] == [
        ("menu", 12),
        ("queue", 20),
        ("person", 60),
    ]
    again.delete_recording(kept.sid)
    assert Exchange(ACCOUNT, TOKEN, again.ledger, recorded.clock).recordings() == []
    again.close()


def test_a_recording_from_ringing_begins_with_the_ring(world: World) -> None:
    world.centre(CentreAnswers(answer_after=7, talk=30))
    world.application.dial = 'record="record-from-ringing-dual"'
    world.ring()
    world.play()
    (kept,) = world.exchange.recordings()
    assert kept.parts == (("ring", 7.0), ("person", 30.0))
    assert kept.ended is not None
    assert kept.ended - kept.started == timedelta(seconds=37)

"""Recordings over the adapter, against the practice exchange."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scheduler.practice.behaviour import CentreAnswers
from scheduler.sound import read_sound
from scheduler.telephone import PerhapsPlaced, Ring
from scheduler.telephone_twilio import TwilioTelephone
from tests.scheduler.practice.world import ACCOUNT, ASSESSOR, POOL, TOKEN, World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


@pytest.fixture
def telephone(world: World) -> Iterator[TwilioTelephone]:
    telephone = TwilioTelephone(ACCOUNT, TOKEN, world.server.origin)
    yield telephone
    telephone.close()


def test_a_recording_is_listed_fetched_with_both_channels_and_deleted_once(
    world: World, telephone: TwilioTelephone
) -> None:
    world.application.dial = 'record="record-from-answer-dual"'
    world.centre(CentreAnswers(talk=10))
    origin = world.hooks.origin
    sid = telephone.ring(
        Ring(ASSESSOR, POOL, f"{origin}/voice/t0ken", f"{origin}/status/parent", 25)
    )
    world.play()
    (recorded,) = telephone.recordings_of(sid)
    assert (recorded.complete, recorded.absent) == (True, False)
    body = telephone.sound(recorded.sid)
    assert read_sound(body).length == 10.0
    telephone.delete_recording(recorded.sid)
    telephone.delete_recording(recorded.sid)
    assert telephone.recordings_of(sid) == ()
    with pytest.raises(PerhapsPlaced):
        telephone.sound(recorded.sid)


@pytest.mark.parametrize("sid", ["RE1", "../Calls", "RE" + "g" * 32, "RE" + "1" * 32 + "/x"])
def test_a_sid_that_is_none_reaches_no_address(
    world: World, telephone: TwilioTelephone, sid: str
) -> None:
    for ask in (telephone.sound, telephone.delete_recording):
        with pytest.raises(PerhapsPlaced):
            ask(sid)
    assert world.of("rest") == []

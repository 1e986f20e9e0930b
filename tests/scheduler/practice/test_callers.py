"""Whoever rings the account's numbers: centres that ring back, those whom a trainer sends."""

import pytest
from twilio.base.exceptions import TwilioRestException

from scheduler.practice.behaviour import AssessorAnswers, CentreAnswers
from scheduler.practice.callers import NOT_SHOWN
from tests.scheduler.practice.world import ASSESSOR, CENTRE, POOL, World

SPOKEN = "<Say>Nobody is in.</Say>"


@pytest.fixture
def pointed(world: World) -> World:
    """A world whose number asks its address what is to happen with a call."""
    (number,) = world.twilio.incoming_phone_numbers.list(phone_number=POOL)
    address = f"{world.application.origin}/inbound/voice"
    assert number.update(voice_url=address).voice_url == address
    world.application.script["inbound"] = SPOKEN
    return world


def test_a_centre_rings_back_the_number_that_it_was_shown(pointed: World) -> None:
    pointed.centre(CentreAnswers(talk=30, rings_back_after=600))
    pointed.ring()
    pointed.play()
    (told,) = pointed.application.paths("inbound")
    assert told.genuine
    assert (told.form["From"], told.form["To"]) == (CENTRE, POOL)
    assert (told.form["Direction"], told.form["CallStatus"]) == ("inbound", "ringing")
    (row,) = pointed.of("inbound")
    assert (row["from"], row["to"]) == (CENTRE, POOL)
    (leg,) = pointed.twilio.calls.list(to=POOL)
    assert (leg.direction, leg.status) == ("inbound", "completed")


def test_a_centre_may_hide_its_number(pointed: World) -> None:
    pointed.centre(CentreAnswers(talk=30, rings_back_after=5, rings_back_hidden=True))
    pointed.ring()
    pointed.play()
    (told,) = pointed.application.paths("inbound")
    assert told.form["From"] == NOT_SHOWN


def test_a_trainer_sends_a_caller_and_only_to_a_number_of_ours(pointed: World) -> None:
    status, _ = pointed.control("POST", "/ring", {"to": POOL, "from": CENTRE})
    assert status == 200
    pointed.play()
    assert len(pointed.application.paths("inbound")) == 1
    for wrong in ({"to": CENTRE}, {"to": POOL, "from": "me"}, {"to": POOL, "at": "noon"}, {}):
        status, answer = pointed.control("POST", "/ring", wrong)
        assert (status, list(answer)) == (400, ["error"])


def test_one_address_for_every_number_is_given_by_a_control_request(world: World) -> None:
    address = f"{world.application.origin}/inbound/all"
    status, _ = world.control("POST", "/numbers", {"owned": [POOL], "voice_url": [address]})
    assert status == 200
    assert world.twilio.incoming_phone_numbers.list()[0].voice_url == address
    assert world.control("POST", "/numbers", {"voice_url": ["nowhere"]})[0] == 400


def test_a_number_without_an_address_takes_no_call(world: World) -> None:
    world.control("POST", "/ring", {"to": POOL})
    world.play()
    (leg,) = world.twilio.calls.list(to=POOL)
    assert leg.status == "failed"


def test_a_message_is_spoken_and_its_recording_is_told_and_kept(pointed: World) -> None:
    pointed.application.script["inbound"] = "<Record action='/spoken/x' maxLength='8'/>"
    pointed.application.script["spoken"] = "<Hangup/>"
    pointed.control("POST", "/ring", {"to": POOL, "from": CENTRE})
    pointed.play()
    (told,) = pointed.application.paths("spoken")
    (kept,) = pointed.twilio.recordings.list()
    assert (told.form["RecordingSid"], told.form["RecordingDuration"]) == (kept.sid, "8")
    assert (kept.source, str(kept.channels)) == ("RecordVerb", "1")


@pytest.mark.parametrize(("keys", "bridged"), [("1", "true"), ("", "false")])
def test_who_is_rung_hears_a_document_before_the_legs_are_bridged(
    pointed: World, keys: str, bridged: str
) -> None:
    number = f"<Number url='/voice/screen'>{ASSESSOR}</Number>"
    pointed.application.script["inbound"] = (
        f"<Dial callerId='{POOL}' action='/spoken/x' timeLimit='60'>{number}</Dial>"
    )
    gather = "<Gather numDigits='1' action='/confirm/x'><Say>Press 1.</Say></Gather><Hangup/>"
    pointed.application.script |= {"voice": gather, "confirm": "<Pause/>"}
    pointed.application.script["spoken"] = "<Hangup/>"
    pointed.assessor(AssessorAnswers(press=keys, hang_up_after=30))
    pointed.control("POST", "/ring", {"to": POOL, "from": CENTRE})
    pointed.play()
    (told,) = pointed.application.paths("spoken")
    assert told.form["DialBridged"] == bridged


def test_the_address_of_a_number_is_checked_as_the_network_checks_it(world: World) -> None:
    (number,) = world.twilio.incoming_phone_numbers.list()
    for wrong in ({"voice_url": "nowhere"}, {"voice_url": "", "voice_method": "GET"}):
        with pytest.raises(TwilioRestException):
            number.update(**wrong)
    with pytest.raises(TwilioRestException):
        world.twilio.incoming_phone_numbers("PN" + "0" * 32).update(voice_url="")

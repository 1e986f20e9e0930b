"""Faults on request: each once, each witnessed."""

import time
from collections import Counter
from datetime import timedelta
from json import JSONDecodeError

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from urllib3.exceptions import ProtocolError

from scheduler.practice.faults import Fault, FaultError, Faults
from tests.scheduler.practice.world import ASSESSOR, CENTRE, MORNING, World


@pytest.mark.parametrize(
    ("fault", "status", "code", "made"),
    [
        ("429", 429, 20429, 0),
        ("500_before", 500, 20500, 0),
        ("500_after", 500, 20500, 1),
        ("refuse:10004", 429, 10004, 0),
        ("refuse:20003", 401, 20003, 0),
        ("refuse:21210", 400, 21210, 0),
    ],
)
def test_a_request_can_be_refused_before_or_after_the_call_was_made(
    world: World, fault: str, status: int, code: int, made: int
) -> None:
    world.exchange.faults.queue(create=[fault])
    with pytest.raises(TwilioRestException) as refused:
        world.ring()
    assert (refused.value.status, refused.value.code) == (status, code)
    world.play()
    assert len(world.ledger.dials(ASSESSOR)) == made
    assert len(world.ledger.dials(CENTRE)) == made
    assert [row["fault"] for row in world.of("fault")] == [fault]
    (asked,) = world.of("rest", method="POST")
    assert (asked["http_status"], asked["code"], "call_sid" in asked) == (status, code, bool(made))
    world.ring()
    world.play()
    assert len(world.ledger.dials(ASSESSOR)) == made + 1


def test_a_call_can_be_made_long_after_its_request_was_answered(world: World) -> None:
    world.exchange.faults.queue(create=["500_late:90"])
    with pytest.raises(TwilioRestException):
        world.ring()
    assert world.exchange.legs() == []
    world.play()
    (leg,) = [leg for leg in world.exchange.legs() if leg.parent_sid is None]
    assert leg.created == MORNING + timedelta(seconds=90)
    assert len(world.ledger.dials(CENTRE)) == 1


def test_an_answer_can_be_held_until_the_client_gives_up(world: World) -> None:
    world.exchange.faults.queue(create=["timeout_after"])
    with pytest.raises(requests.ReadTimeout):
        world.ring(world.client(timeout=0.1))
    world.play()
    assert len(world.ledger.dials(CENTRE)) == 1
    began = time.monotonic()
    world.server.close()
    assert time.monotonic() - began < 4.5  # a held answer would be waited for 5 s


def test_a_connection_can_be_reset_after_the_call_was_made(world: World) -> None:
    world.exchange.faults.queue(create=["reset_after"])
    with pytest.raises(requests.ConnectionError) as torn:
        world.ring()
    assert isinstance(torn.value.args[0], ProtocolError)
    assert type(torn.value.args[0].args[1]) is ConnectionResetError  # not merely closed
    world.play()
    assert len(world.ledger.dials(CENTRE)) == 1


def test_an_answer_can_be_unreadable_though_the_call_was_made(world: World) -> None:
    world.exchange.faults.queue(create=["bad_body_after"])
    with pytest.raises(JSONDecodeError):
        world.ring()
    world.play()
    assert len(world.ledger.dials(CENTRE)) == 1


def test_a_webhook_that_is_dropped_is_missed_once(world: World) -> None:
    world.exchange.faults.queue(webhooks=["drop@child.answered"])
    world.ring()
    world.play()
    assert world.application.told(parent=False) == ["initiated", "ringing", "completed"]
    (dropped,) = world.of("webhook", error="dropped")
    assert (dropped["purpose"], dropped["attempts"]) == ("child.answered", 0)


def test_a_call_whose_instructions_are_dropped_is_hung_up(world: World) -> None:
    world.exchange.faults.queue(webhooks=["drop@call"])
    sid = world.ring()
    world.play()
    assert world.application.paths("voice") == []
    assert world.twilio.calls(sid).fetch().status == "completed"
    assert [row["code"] for row in world.of("notice")] == [11200]


@pytest.mark.parametrize("purpose", ["call", "gather", "dial", "parent.completed", "answered"])
def test_a_webhook_can_be_doubled_and_the_call_goes_its_way(world: World, purpose: str) -> None:
    world.exchange.faults.queue(webhooks=[f"double@{purpose}"])
    sid = world.ring()
    world.play()
    assert len(world.application.heard) == 12
    tokens = Counter(each.token for each in world.application.heard if each.genuine)
    assert sorted(tokens.values()) == [1] * 10 + [2]
    assert len(world.of("webhook", fault="double")) == 1
    assert world.twilio.calls(sid).fetch().duration == "247"
    assert len(world.ledger.dials(CENTRE)) == 1


def test_a_late_webhook_comes_out_of_order_and_tells_of_its_own_moment(world: World) -> None:
    world.exchange.faults.queue(webhooks=["late:30@child.ringing"])
    world.ring()
    world.play()
    told = world.application.told(parent=False)
    assert told == ["initiated", "in-progress", "ringing", "completed"]
    (row,) = world.of("webhook", purpose="child.ringing")
    assert row["at"] == (MORNING + timedelta(seconds=7 + 30)).isoformat()
    assert world.application.paths("status/child")[2].form["Timestamp"].endswith("09:00:07 +0000")
    assert world.exchange.next_event_at() is None


def test_a_late_webhook_meets_no_other_fault(world: World) -> None:
    world.exchange.faults.queue(webhooks=["late:30@ringing", "drop@parent.ringing"])
    world.ring()
    world.play()
    assert world.application.told(parent=True).count("ringing") == 1


def test_a_late_instruction_keeps_the_leg_waiting(world: World) -> None:
    world.exchange.faults.queue(webhooks=["late:20@gather"])
    sid = world.ring()
    world.play()
    assert world.twilio.calls(sid).fetch().duration == str(247 + 20)


def test_a_forged_webhook_precedes_the_genuine_one(world: World) -> None:
    world.exchange.faults.queue(webhooks=["forged@dial"])
    world.ring()
    world.play()
    assert [each.genuine for each in world.application.paths("ended")] == [False, True]
    assert [row["http_status"] for row in world.of("webhook", purpose="dial")] == [403, 200]


@pytest.mark.parametrize(
    "text", ["", "500", "late", "429:5", "drop:1", "late:1.2.3", "drop@", "500_after@call", "ring"]
)
def test_an_unknown_fault_is_refused_with_those_that_are_known(text: str) -> None:
    faults = Faults()
    with pytest.raises(FaultError, match=r"fault|write|number"):
        faults.queue(create=["429", text], webhooks=[text])
    assert faults.for_create() is None


def test_a_fault_is_spent_by_the_first_webhook_that_it_waits_for() -> None:
    faults = Faults()
    faults.queue(webhooks=["late:2.5@completed", "drop", "double@child.completed"])
    assert faults.for_webhook("call") == Fault("drop")
    assert faults.for_webhook("call") is None
    assert str(faults.for_webhook("parent.completed")) == "late:2.5@completed"
    assert faults.for_webhook("parent.completed") is None
    assert faults.for_webhook("child.completed") == Fault("double", None, "child.completed")

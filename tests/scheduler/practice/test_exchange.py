"""Calls from end to end through the real SDK, on a clock that jumps."""

import time
from datetime import timedelta

import pytest
from twilio.base.exceptions import TwilioRestException

from scheduler.practice.behaviour import AssessorAnswers, CentreAnswers, Outcome, Unanswered
from tests.scheduler.practice.world import ASSESSOR, CENTRE, MORNING, POOL, TOKEN, Heard, World


def test_a_bridged_call_goes_from_the_queue_to_its_end(world: World) -> None:
    sid = world.ring()
    assert world.twilio.calls(sid).fetch().status == "queued"
    assert world.ledger.dials() == []
    world.play()

    parent = world.twilio.calls(sid).fetch()
    (child,) = world.twilio.calls.list(parent_call_sid=sid)
    assert (parent.status, parent.direction) == ("completed", "outbound-api")
    assert (child.status, child.direction) == ("completed", "outbound-dial")
    assert (child.to, child._from, child.duration) == (CENTRE, POOL, "240")
    # Ringing after 1 s, answered 3 s later, 2 s to press a key; then 1 + 4 s until the centre.
    assert parent.duration == str(2 + 1 + 4 + 240)
    assert parent.end_time - parent.start_time == timedelta(seconds=1 + 3 + 2 + 1 + 4 + 240)
    assert parent.date_created == MORNING

    assert world.application.told(parent=True) == world.application.told(parent=False)
    assert world.application.told(parent=True) == [
        "initiated",
        "ringing",
        "in-progress",
        "completed",
    ]
    (ended,) = world.application.paths("ended")
    assert (
        ended.form.items()
        >= {
            "CallSid": sid,
            "CallStatus": "in-progress",
            "DialCallStatus": "completed",
            "DialCallSid": child.sid,
            "DialCallDuration": "240",
            "DialBridged": "true",
        }.items()
    )
    assert [(d["leg"], d["to"], d["nth"]) for d in world.ledger.dials()] == [
        ("assessor", ASSESSOR, 1),
        ("centre", CENTRE, 1),
    ]
    assert len(world.ledger.dials(CENTRE, parent_sid=sid, url_part="/voice/t0ken")) == 1
    assert (world.exchange.next_event_at(), world.exchange.undelivered()) == (None, 0)


def test_every_webhook_is_signed_and_says_what_twilio_says(world: World) -> None:
    sid = world.ring()
    world.play()
    heard = world.application.heard
    assert len(heard) == 11
    assert all(each.genuine and each.agent == "TwilioProxy/1.1" for each in heard)
    assert len({each.token for each in heard}) == len(heard)

    about = [each.form for each in world.application.paths("status/child")]
    assert [form["SequenceNumber"] for form in about] == ["0", "1", "2", "3"]
    assert {form["ParentCallSid"] for form in about} == {sid}
    assert {form["CallbackSource"] for form in about} == {"call-progress-events"}
    assert about[0]["Timestamp"] == "Mon, 04 Jan 2027 09:00:06 +0000"
    assert (about[3]["CallDuration"], about[3]["Duration"]) == ("240", "4")
    assert about[3]["SipResponseCode"] == "200"
    (asked,) = world.application.paths("voice")
    assert asked.path == "/voice/t0ken?caf%C3%A9=%40"
    assert asked.form["Direction"] == "outbound-api"
    assert asked.form["From"] == asked.form["Caller"] == POOL
    assert TOKEN not in world.ledger.path.read_text()


def test_the_moment_at_which_a_person_answers_is_witnessed(world: World) -> None:
    world.centre(CentreAnswers(answer_after=4, menu=10, keys="1#", queue=95, talk=60))
    world.application.number = 'sendDigits="ww1W#"'
    world.ring()
    world.play()
    (person,) = world.of("person")
    (answered,) = world.of("leg", to=CENTRE, status="in-progress")
    (ended,) = world.of("leg", to=CENTRE, status="completed")
    assert person["waited"] == 105
    assert answered["at"] == (MORNING + timedelta(seconds=11)).isoformat()
    assert person["at"] == (MORNING + timedelta(seconds=11 + 105)).isoformat()
    assert ended["duration"] == 165


def test_whoever_sends_other_keys_is_lost_in_the_menu(world: World) -> None:
    world.centre(CentreAnswers(menu=10, keys="12"))
    world.application.number = 'sendDigits="1"'
    world.ring()
    world.play()
    assert world.of("person") == []
    (ended,) = world.application.paths("ended")
    assert ended.form["DialCallDuration"] == "10"


@pytest.mark.parametrize(
    ("outcome", "status", "sip"),
    [
        (Unanswered("busy"), "busy", 486),
        (Unanswered("no_answer"), "no-answer", 487),
        (Unanswered("failed"), "failed", 404),
        (Unanswered("failed", 503), "failed", 503),
        (CentreAnswers(answer_after=35), "no-answer", 487),
    ],
)
def test_a_centre_that_does_not_answer_ends_the_dial_so(
    world: World, outcome: Outcome, status: str, sip: int
) -> None:
    world.centre(outcome)
    world.ring()
    world.play()
    (ended,) = world.application.paths("ended")
    assert (ended.form["DialCallStatus"], ended.form["DialBridged"]) == (status, "false")
    assert "DialCallDuration" not in ended.form
    last = world.application.paths("status/child")[-1].form
    assert (last["CallStatus"], last["SipResponseCode"]) == (status, str(sip))
    assert last["CallDuration"] == "0"


def test_a_dial_rings_five_seconds_longer_than_it_says(world: World) -> None:
    world.application.dial = 'timeout="10"'
    world.centre(CentreAnswers(answer_after=14), CentreAnswers(answer_after=15))
    for _ in range(2):
        world.ring()
        world.play()
    ends = [each.form["DialCallStatus"] for each in world.application.paths("ended")]
    assert ends == ["completed", "no-answer"]


def test_a_telephone_takes_its_outcomes_in_turn_and_repeats_the_last(world: World) -> None:
    world.assessor(Unanswered("busy"), Unanswered("no_answer"), AssessorAnswers(press=""))
    for _ in range(4):
        world.ring()
        world.play()
    ends = [row["status"] for row in world.of("leg", to=ASSESSOR) if row.get("sip")]
    assert ends == ["busy", "no-answer", "completed", "completed"]
    assert [row["nth"] for row in world.ledger.dials(ASSESSOR)] == [1, 2, 3, 4]


@pytest.mark.parametrize("press", ["", "9"])
def test_an_assessor_who_does_not_confirm_leaves_the_centre_in_peace(
    world: World, press: str
) -> None:
    world.assessor(AssessorAnswers(press=press))
    sid = world.ring()
    world.play()
    assert world.ledger.dials(leg="centre") == []
    assert world.twilio.calls(sid).fetch().status == "completed"
    assert [each.form["Digits"] for each in world.application.paths("confirm")] == list(press)


def test_a_number_that_nobody_has_is_dead(world: World) -> None:
    world.ring(to="+447700900999")
    world.play()
    (last,) = [each for each in world.application.heard if "SipResponseCode" in each.form]
    assert (last.form["CallStatus"], last.form["SipResponseCode"]) == ("failed", "404")


def test_calls_leave_the_queue_one_a_second(world: World) -> None:
    sids = [world.ring() for _ in range(3)]
    world.play(1.5)
    assert [world.twilio.calls(sid).fetch().start_time is None for sid in sids] == [
        False,
        False,
        True,
    ]
    world.play()
    assert [row["at"] for row in world.ledger.dials(ASSESSOR)] == [
        (MORNING + timedelta(seconds=n)).isoformat() for n in range(3)
    ]


def test_a_call_hung_up_by_the_api_ends_both_legs(world: World) -> None:
    sid = world.ring()
    world.play(60)
    world.twilio.calls(sid).update(status="completed")
    world.play()
    assert [call.status for call in world.twilio.calls.list()] == ["completed", "completed"]
    (ended,) = world.application.paths("ended")
    assert ended.form["DialCallDuration"] == str(60 - 11)
    assert ended.form["CallStatus"] == "completed"
    with pytest.raises(TwilioRestException) as refused:
        world.twilio.calls(sid).update(status="completed")
    assert refused.value.code == 21220


def test_an_assessor_who_hangs_up_while_the_centre_rings_cancels_it(world: World) -> None:
    world.assessor(AssessorAnswers(hang_up_after=5))
    world.ring()
    world.play()
    (ended,) = world.application.paths("ended")
    assert ended.form["DialCallStatus"] == "canceled"
    assert world.application.told(parent=False)[-1] == "canceled"


def test_a_queued_call_can_be_canceled_and_is_never_dialled(world: World) -> None:
    sid = world.ring()
    assert world.twilio.calls(sid).update(status="canceled").status == "canceled"
    world.play()
    assert world.ledger.dials() == []
    assert world.application.told(parent=True) == ["canceled"]


def test_a_call_under_way_can_be_given_another_document(world: World) -> None:
    sid = world.ring()
    world.play(60)
    world.twilio.calls(sid).update(twiml="<Response><Pause length='7'/></Response>")
    assert world.of("leg", to=CENTRE, status="completed")
    world.play()
    assert world.twilio.calls(sid).fetch().duration == str(60 - 4 + 7)


def test_a_document_given_cuts_the_step_in_hand(world: World) -> None:
    sid = world.ring()
    world.play(5)  # answered a second ago, and asked for a key
    world.twilio.calls(sid).update(twiml="<Response><Pause length='30'/></Response>")
    world.play()
    assert world.twilio.calls(sid).fetch().duration == "31"
    assert world.application.paths("confirm") == []


def test_a_dial_that_rang_nothing_names_no_leg_of_an_earlier_one(world: World) -> None:
    sid = world.ring()
    world.play(60)
    dial = f"<Dial callerId='{CENTRE}' action='{world.hooks.origin}/ended/x'>{CENTRE}</Dial>"
    world.twilio.calls(sid).update(twiml=f"<Response>{dial}</Response>")
    world.play()
    (ended,) = world.application.paths("ended")
    assert ended.form["DialCallStatus"] == "failed"
    assert "DialCallSid" not in ended.form


def test_a_begun_minute_counts_as_a_whole_one(world: World) -> None:
    world.centre(CentreAnswers(talk=61))
    world.ring()
    world.play()
    last = world.application.paths("status/child")[-1].form
    assert (last["CallDuration"], last["Duration"]) == ("61", "2")


def test_a_telephone_taught_again_begins_with_its_first_outcome(world: World) -> None:
    for _ in range(2):
        world.centre(Unanswered("busy"), CentreAnswers())
        world.ring()
        world.play()
    ends = [each.form["DialCallStatus"] for each in world.application.paths("ended")]
    assert ends == ["busy", "busy"]


def test_a_caller_number_not_owned_fails_the_dial(world: World) -> None:
    world.application.caller_id = "+441632960999"
    world.ring()
    world.play()
    assert world.ledger.dials(leg="centre") == []
    assert [row["code"] for row in world.of("notice")] == [13214]
    (ended,) = world.application.paths("ended")
    assert ended.form["DialCallStatus"] == "failed"
    assert "DialCallSid" not in ended.form


def test_a_time_limit_ends_the_bridge(world: World) -> None:
    world.application.dial = 'timeLimit="30"'
    world.ring()
    world.play()
    assert world.application.paths("ended")[0].form["DialCallDuration"] == "30"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (("broken", 500), 11200),
        (("plain text", 200), 12100),
        ("<Dial><Conference>Room</Conference></Dial>", 12200),
        ("<Fax/>", 12200),
        ("<Say>", 12100),
    ],
)
def test_an_application_error_ends_the_call(
    world: World, answer: str | tuple[str, int], code: int
) -> None:
    world.application.script["confirm"] = lambda _: answer
    sid = world.ring()
    world.play()
    assert [row["code"] for row in world.of("notice")] == [code]
    assert world.twilio.calls(sid).fetch().status == "completed"
    assert world.ledger.dials(leg="centre") == []


def test_a_redirect_is_followed_from_the_document_that_says_it(world: World) -> None:
    world.application.script["voice"] = "<Redirect>/confirm/t0ken</Redirect>"
    world.application.script["confirm"] = "<Pause/>"
    world.ring()
    world.play()
    assert [row["purpose"] for row in world.of("webhook") if row["call_status"]][2:5] == [
        "parent.answered",
        "call",
        "redirect",
    ]


def test_an_assessor_may_err_once_and_be_asked_again(world: World) -> None:
    world.assessor(AssessorAnswers(press=("9", "1")))
    confirm = world.application._confirm
    world.application.script["confirm"] = lambda heard: (
        confirm(heard) if heard.form["Digits"] == "1" else "<Redirect>/voice/t0ken</Redirect>"
    )
    world.ring()
    world.play()
    assert len(world.ledger.dials(CENTRE)) == 1


def test_the_application_may_ask_the_api_while_it_answers(world: World) -> None:
    seen = []

    def voice(heard: Heard) -> str:
        seen.append(world.twilio.calls.list(to=ASSESSOR)[0].status)
        return "<Hangup/>"

    world.application.script["voice"] = voice
    world.ring()
    world.play()
    assert seen == ["in-progress"]


@pytest.mark.parametrize(
    ("change", "duration"),
    [({"status": "completed"}, "2"), ({"twiml": "<Response><Pause length='7'/></Response>"}, "9")],
)
def test_an_answer_that_comes_after_a_change_by_the_api_is_ignored(
    world: World, change: dict[str, str], duration: str
) -> None:
    confirm = world.application._confirm

    def change_then_confirm(heard: Heard) -> str:
        world.twilio.calls(heard.form["CallSid"]).update(**change)
        return confirm(heard)

    world.application.script["confirm"] = change_then_confirm
    sid = world.ring()
    world.play()
    assert world.twilio.calls(sid).fetch().duration == duration
    assert world.ledger.dials(leg="centre") == []


def test_a_clock_that_jumped_past_everything_finds_the_moments_as_they_were(world: World) -> None:
    sid = world.ring()
    world.clock.now += timedelta(hours=1)
    world.exchange.run_due()
    assert world.twilio.calls(sid).fetch().duration == "247"


def test_a_bridged_call_costs_little(world: World) -> None:
    began = time.process_time()
    for _ in range(10):
        world.ring()
        world.play()
    assert (time.process_time() - began) / 10 < 0.1

"""TwiML read into steps."""

import pytest
from twilio.twiml.voice_response import Dial as DialVerb
from twilio.twiml.voice_response import Gather as GatherVerb
from twilio.twiml.voice_response import VoiceResponse

from scheduler.practice.twiml_steps import (
    Dial,
    Gather,
    Hangup,
    Number,
    Prompt,
    Redirect,
    TwimlError,
    steps_of,
)


def test_what_the_sdk_writes_is_understood() -> None:
    response = VoiceResponse()
    gather = GatherVerb(num_digits=2, timeout=4, action="/keys", action_on_empty_result=True)
    gather.say("x" * 30)
    gather.pause(length=3)
    response.append(gather)
    response.play("/cue.wav")
    dial = DialVerb(
        caller_id="+441632960100",
        timeout=25,
        time_limit=1800,
        action="/ended",
        record="record-from-answer-dual",
        recording_status_callback="/recorded",
        recording_status_callback_event="completed absent",
        answer_on_bridge=True,
    )
    dial.number(
        "+441134960001",
        send_digits="wW1#*D",
        status_callback="/child",
        status_callback_event="ringing answered",
    )
    response.append(dial)
    response.redirect("/again")
    response.hangup()
    number = Number("+441134960001", "wW1#*D", "/child", frozenset({"ringing", "answered"}))
    assert steps_of(str(response)) == (
        Gather(5.0, 2, 4, "#", "/keys", True),
        Prompt(2.0),
        Dial(
            number,
            "+441632960100",
            timeout=30,
            time_limit=1800,
            action="/ended",
            record="record-from-answer-dual",
            recording_callback="/recorded",
            recording_events=frozenset({"completed", "absent"}),
            answer_on_bridge=True,
        ),
        Redirect("/again"),
        Hangup(),
    )


def test_a_plain_document_stands_on_the_defaults() -> None:
    text = "<Response><Dial>+441134960001</Dial><Gather/><Pause/></Response>"
    number = Number("+441134960001", "", "", frozenset({"completed"}))
    assert steps_of(text) == (
        Dial(number, None, 35, 14400, None, "do-not-record", "", frozenset({"completed"}), False),
        Gather(0, None, 5, "#", None, False),
        Prompt(1),
    )
    assert steps_of("<Response/>") == ()


@pytest.mark.parametrize(
    ("digits", "finish", "pressed", "taken"),
    [
        (1, "#", "1", ("1", True)),
        (1, "#", "12", ("1", True)),
        (2, "#", "1", ("1", False)),
        (2, "#", "1#", ("1", True)),
        (None, "#", "12#3", ("12", True)),
        (None, "#", "123", ("123", False)),
        (None, "", "1#", ("1#", False)),
        (2, "#", "", ("", False)),
    ],
)
def test_keys_end_by_their_number_or_the_finishing_key(
    digits: int | None, finish: str, pressed: str, taken: tuple[str, bool]
) -> None:
    assert Gather(0, digits, 5, finish, None, False).taken(pressed) == taken


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", 12100),
        ("hello", 12100),
        ("<Answer/>", 12100),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><Response>&b;</Response>", 12100),
        ("<Response><Reject/></Response>", 12200),
        ("<Response><Gather><Hangup/></Gather></Response>", 12200),
        ("<Response><Gather input='speech'/></Response>", 12200),
        ("<Response><Gather timeout='auto'/></Response>", 12200),
        ("<Response><Redirect method='GET'>/a</Redirect></Response>", 12200),
        ("<Response><Dial><Client>a</Client></Dial></Response>", 12200),
        ("<Response><Dial><Number>1</Number><Number>2</Number></Dial></Response>", 12200),
        ("<Response><Dial><Number sendDigits='p1'>1</Number></Dial></Response>", 12200),
        (f"<Response><Dial><Number sendDigits='{'1' * 33}'>1</Number></Dial></Response>", 12200),
    ],
)
def test_what_is_not_spoken_here_is_refused_by_its_code(text: str, code: int) -> None:
    with pytest.raises(TwimlError) as refused:
        steps_of(text)
    assert refused.value.code == code

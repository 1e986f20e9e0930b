"""TwiML read into steps that a leg can take."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

LETTERS_A_SECOND = 15
PLAY_SECONDS = 2.0  # how long a sound lasts is not known without fetching it
SEND_DIGITS = re.compile(r"[0-9A-Da-d#*wW]{0,32}")
NOT_TWIML, NOT_IN_SCHEMA = 12100, 12200


class TwimlError(ValueError):
    """A document that the exchange can't follow; ``code`` is Twilio's."""

    def __init__(self, code: int, text: str) -> None:
        """Keep the code beside the text."""
        super().__init__(text)
        self.code = code


@dataclass(frozen=True, slots=True)
class Prompt:
    """Something said, played or waited for."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Gather:
    """Keys asked for; ``digits`` is how many end it, ``None`` for any number of them."""

    seconds: float  # of what is said meanwhile
    digits: int | None
    timeout: float  # seconds of silence that end it
    finish: str
    action: str | None
    action_on_empty: bool

    def taken(self, pressed: str) -> tuple[str, bool]:
        """Return the keys taken of those pressed, and whether no more are waited for."""
        keys, finish, _ = pressed.partition(self.finish) if self.finish else (pressed, "", "")
        if self.digits is not None and len(keys) >= self.digits:
            return keys[: self.digits], True
        return keys, bool(finish)


@dataclass(frozen=True, slots=True)
class Record:
    """A message to be spoken; afterwards ``action`` is asked, ``None`` for the same document."""

    max_length: float  # seconds
    action: str | None
    callback: str = ""  # told besides that it can be fetched


@dataclass(frozen=True, slots=True)
class Redirect:
    """Another document to fetch."""

    url: str


@dataclass(frozen=True, slots=True)
class Hangup:
    """The end of the call."""


@dataclass(frozen=True, slots=True)
class Number:
    """The telephone that a Dial rings."""

    number: str
    send_digits: str
    status_callback: str
    events: frozenset[str]
    url: str = ""  # what is heard there before the legs are bridged


@dataclass(frozen=True, slots=True)
class Dial:
    """A second leg to be rung and bridged to this one."""

    number: Number
    caller_id: str | None
    timeout: float  # seconds of ringing, the 5 that the network adds included
    time_limit: float
    action: str | None
    record: str
    recording_callback: str
    recording_events: frozenset[str]
    answer_on_bridge: bool


Step = Prompt | Gather | Record | Redirect | Dial | Hangup


def steps_of(text: str) -> tuple[Step, ...]:
    """Read a document; raise ``TwimlError`` where it isn't TwiML that the exchange speaks."""
    try:
        root = fromstring(text.strip())
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise TwimlError(NOT_TWIML, f"Document parse failure: {error}") from error
    if root.tag != "Response":
        raise TwimlError(NOT_TWIML, f"Document parse failure: the root is {root.tag}")
    return tuple(_step(element) for element in root)


def _step(element: Element) -> Step:
    method = element.get("method", "POST")
    if method.upper() != "POST":
        raise TwimlError(NOT_IN_SCHEMA, f"{element.tag}: method {method} is not spoken here")
    match element.tag:
        case "Say" | "Play" | "Pause":
            return Prompt(_seconds(element))
        case "Gather":
            return _gather(element)
        case "Record":
            return Record(
                _whole(element, "maxLength", 3600),
                element.get("action"),
                element.get("recordingStatusCallback", ""),
            )
        case "Redirect":
            return Redirect((element.text or "").strip())
        case "Dial":
            return _dial(element)
        case "Hangup":
            return Hangup()
    raise TwimlError(NOT_IN_SCHEMA, f"{element.tag} is no verb that the exchange speaks")


def _seconds(element: Element) -> float:
    match element.tag:
        case "Say":
            return len("".join(element.itertext()).strip()) / LETTERS_A_SECOND
        case "Play":
            return PLAY_SECONDS
        case "Pause":
            return _whole(element, "length", 1)
    raise TwimlError(NOT_IN_SCHEMA, f"{element.tag} can't stand inside Gather")


def _gather(element: Element) -> Gather:
    if "dtmf" not in element.get("input", "dtmf").split():
        raise TwimlError(NOT_IN_SCHEMA, "Gather: only keys are gathered here")
    digits = _whole(element, "numDigits", 0)
    return Gather(
        seconds=sum(_seconds(child) for child in element),
        digits=digits or None,
        timeout=_whole(element, "timeout", 5),
        finish=element.get("finishOnKey", "#"),
        action=element.get("action"),
        action_on_empty=_yes(element.attrib, "actionOnEmptyResult"),
    )


def _dial(element: Element) -> Dial:
    numbers = list(element)
    if len(numbers) > 1 or any(child.tag != "Number" for child in numbers):
        raise TwimlError(NOT_IN_SCHEMA, "Dial: one Number is spoken here")
    noun = numbers[0] if numbers else Element("Number")
    send_digits = noun.get("sendDigits", "")
    if not SEND_DIGITS.fullmatch(send_digits):
        raise TwimlError(NOT_IN_SCHEMA, "Number: sendDigits takes 32 of 0-9 A-D # * w W at most")
    return Dial(
        number=Number(
            number=((noun.text if numbers else element.text) or "").strip(),
            send_digits=send_digits,
            status_callback=noun.get("statusCallback", ""),
            events=frozenset(noun.get("statusCallbackEvent", "completed").split()),
            url=noun.get("url", ""),
        ),
        caller_id=element.get("callerId"),
        timeout=_whole(element, "timeout", 30) + 5,
        time_limit=_whole(element, "timeLimit", 14400),
        action=element.get("action"),
        record=element.get("record", "do-not-record"),
        recording_callback=element.get("recordingStatusCallback", ""),
        recording_events=frozenset(
            element.get("recordingStatusCallbackEvent", "completed").split()
        ),
        answer_on_bridge=_yes(element.attrib, "answerOnBridge"),
    )


def _yes(attributes: Mapping[str, str], name: str) -> bool:
    return attributes.get(name, "false").lower() == "true"


def _whole(element: Element, name: str, default: int) -> int:
    text = element.get(name, str(default))
    if not text.isascii() or not text.isdigit():
        raise TwimlError(NOT_IN_SCHEMA, f"{element.tag}: {name} must be a whole number, not {text}")
    return int(text)

"""What the API asks of a request for a call, and how it refuses one."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from scheduler.practice.leg import Status

E164 = re.compile(r"\+[1-9][0-9]{6,14}")
EVENTS = frozenset({"initiated", "ringing", "answered", "completed"})
LONGEST_RING = 600


class Refused(Exception):
    """A request that the API answers with one of Twilio's codes."""

    def __init__(self, http_status: int, code: int, message: str) -> None:
        """Keep the two codes beside the message."""
        super().__init__(message)
        self.http_status = http_status
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class CallRequest:
    """A call asked for, in order; exactly one of ``url`` and ``twiml`` is not empty."""

    to: str
    from_: str
    url: str
    twiml: str
    status_callback: str
    events: frozenset[str]
    timeout: float


@dataclass(frozen=True, slots=True)
class CallChange:
    """A change asked for to a call: an end, or another document."""

    status: Status | None
    url: str
    twiml: str


def call_request(
    form: Mapping[str, str], events: Sequence[str], may_call_from: Collection[str]
) -> CallRequest:
    """Read the form that creates a call; raise ``Refused`` where Twilio would.

    ``events`` are the values of StatusCallbackEvent, which comes many times in a form;
    ``may_call_from`` are the numbers owned or verified.
    """
    to, from_ = form.get("To", ""), form.get("From", "")
    if not to:
        raise Refused(400, 21201, "No 'To' number is specified")
    if not E164.fullmatch(to):
        raise Refused(400, 21211, f"The 'To' number {to} is not a valid phone number.")
    if not from_:
        raise Refused(400, 21213, "No 'From' number is specified")
    if not E164.fullmatch(from_):
        raise Refused(400, 21212, f"The 'From' number {from_} is not a valid phone number.")
    if from_ not in may_call_from:
        raise Refused(400, 21210, f"The number {from_} is neither owned nor verified here.")
    url, twiml = form.get("Url", ""), form.get("Twiml", "")
    if (url or not twiml) and not is_address(url):
        raise Refused(400, 21205, f"Url is not a valid URL: {url}")
    callback = form.get("StatusCallback", "")
    if callback and (not is_address(callback) or "_" in (urlsplit(callback).hostname or "")):
        raise Refused(400, 21609, f"StatusCallback is not a valid URL: {callback}")
    asked = frozenset(" ".join(events).split()) or frozenset({"completed"})
    if not asked <= EVENTS:
        raise Refused(400, 21626, f"Not call progress events: {', '.join(sorted(asked - EVENTS))}")
    _only_post(form)
    timeout = form.get("Timeout", "60")
    if not (timeout.isascii() and timeout.isdigit() and int(timeout) <= LONGEST_RING):
        raise Refused(400, 21208, f"Timeout must be 0 to {LONGEST_RING} seconds, not {timeout}")
    return CallRequest(to, from_, url, "" if url else twiml, callback, asked, float(timeout))


def call_change(form: Mapping[str, str]) -> CallChange:
    """Read the form that changes a call; raise ``Refused`` where Twilio would."""
    status, url = form.get("Status", ""), form.get("Url", "")
    if status not in ("", Status.COMPLETED, Status.CANCELED):
        raise Refused(400, 20001, f"Status may become completed or canceled, not {status}")
    if url and not is_address(url):
        raise Refused(400, 21205, f"Url is not a valid URL: {url}")
    _only_post(form)
    return CallChange(Status(status) if status else None, url, form.get("Twiml", ""))


def voice_url(form: Mapping[str, str]) -> str:
    """Read the form that changes an owned number; raise ``Refused`` where Twilio would."""
    url = form.get("VoiceUrl", "")
    if url and not is_address(url):
        raise Refused(400, 21402, f"VoiceUrl is not a valid URL: {url}")
    if form.get("VoiceMethod", "POST").upper() != "POST":
        raise Refused(400, 21403, "VoiceMethod: the practice exchange posts, and nothing else")
    return url


def _only_post(form: Mapping[str, str]) -> None:
    for name in ("Method", "StatusCallbackMethod"):
        if form.get(name, "POST").upper() != "POST":
            raise Refused(400, 21209, f"{name}: the practice exchange posts, and nothing else")


def is_address(url: str) -> bool:
    """Whether the network can post to it."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False

"""A leg: the line between the exchange and one telephone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from scheduler.practice.behaviour import Outcome
from scheduler.practice.sound import Part
from scheduler.practice.twiml_steps import Dial, Step

API_VERSION = "2010-04-01"
PLACES = ("City", "State", "Zip", "Country")


class Status(StrEnum):
    """How far a leg has come; the words are Twilio's."""

    QUEUED = "queued"
    INITIATED = "initiated"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    FAILED = "failed"
    NO_ANSWER = "no-answer"
    CANCELED = "canceled"


BEFORE_ANSWER = frozenset({Status.QUEUED, Status.INITIATED, Status.RINGING})
OVER = frozenset(Status) - BEFORE_ANSWER - {Status.IN_PROGRESS}
SIP_CODES = {
    Status.COMPLETED: 200,
    Status.BUSY: 486,
    Status.FAILED: 404,
    Status.NO_ANSWER: 487,
    Status.CANCELED: 487,
}
_EVENTS = {
    Status.INITIATED: "initiated",
    Status.RINGING: "ringing",
    Status.IN_PROGRESS: "answered",
}


def new_sid(prefix: str) -> str:
    """Return a fresh identifier in Twilio's form: two letters and 32 hexadecimal digits."""
    return prefix + uuid4().hex


def rfc2822(moment: datetime) -> str:
    """Return a moment as Twilio writes it, in UTC and whole seconds."""
    return format_datetime(moment.astimezone(UTC))


@dataclass(slots=True, eq=False)
class Leg:
    """A leg as it stands now; ``url`` is the parent's where the leg is a child."""

    to: str
    from_: str
    created: datetime
    url: str
    twiml: str = ""
    status_callback: str = ""
    events: frozenset[str] = frozenset({"completed"})
    timeout: float = 60.0  # seconds of ringing
    parent_sid: str | None = None
    inbound: bool = False  # somebody rang a number of the account's own
    time_limit: float | None = None  # seconds from the answer
    sid: str = field(default_factory=lambda: new_sid("CA"))
    status: Status = Status.QUEUED
    updated: datetime | None = None
    left_queue: datetime | None = None
    answered: datetime | None = None
    ended: datetime | None = None
    sip: int | None = None
    outcome: Outcome | None = None
    sent_digits: str = ""
    sequence: int = 0  # of the next progress webhook
    turn: int = 0  # grows with every step, so that what an old step waited for lapses
    askings: int = 0  # Gathers begun
    base: str = ""  # the address of the document in hand
    steps: list[Step] = field(default_factory=list)
    dial: Dial | None = None  # the Dial being carried out
    child_sid: str | None = None
    screen_url: str = ""  # what a child hears before it is bridged
    bridged: bool = False
    sounds: list[tuple[Part, datetime]] = field(default_factory=list)  # heard since when
    trail: list[dict[str, Any]] = field(default_factory=list)  # webhooks, for the Events resource

    @property
    def over(self) -> bool:
        """Whether the leg has ended."""
        return self.status in OVER

    @property
    def duration(self) -> int | None:
        """Whole seconds from answer to end, 0 when nobody answered, ``None`` before the end."""
        if self.ended is None:
            return None
        return int((self.ended - self.answered).total_seconds()) if self.answered else 0

    @property
    def sent_keys(self) -> str:
        """The keys sent into the menu on answering, without the pauses between them."""
        return "".join(key for key in self.sent_digits if key not in "wW")

    @property
    def event(self) -> str:
        """The name under which the present status is told."""
        return _EVENTS.get(self.status, "completed")

    @property
    def direction(self) -> str:
        """Whether the API, a Dial or somebody outside began this leg."""
        if self.inbound:
            return "inbound"
        return "outbound-dial" if self.parent_sid else "outbound-api"

    def facts(self) -> Mapping[str, str | None]:
        """Return what the ledger says of a leg in every row."""
        return {
            "call_sid": self.sid,
            "parent_sid": self.parent_sid,
            "to": self.to,
            "from": self.from_,
        }

    def form(self, account_sid: str) -> dict[str, str]:
        """Return the fields that every webhook about this leg bears."""
        form = {
            "AccountSid": account_sid,
            "ApiVersion": API_VERSION,
            "CallSid": self.sid,
            "CallStatus": self.status.value,
            "Called": self.to,
            "Caller": self.from_,
            "Direction": self.direction,
            "From": self.from_,
            "To": self.to,
        }
        form |= {
            who + what: "" for who in ("Called", "Caller", "From", "To") for what in PLACES
        }  # known only for North American numbers, sent empty for all others
        if self.parent_sid:
            form["ParentCallSid"] = self.parent_sid
        return form

    def progress_form(self, account_sid: str, now: datetime) -> dict[str, str]:
        """Return the fields of the next progress webhook, and count it."""
        form = self.form(account_sid) | {
            "CallbackSource": "call-progress-events",
            "SequenceNumber": str(self.sequence),
            "Timestamp": rfc2822(now),
        }
        if self.duration is not None:
            form["CallDuration"] = str(self.duration)
            form["Duration"] = str(-(-self.duration // 60))
            form["SipResponseCode"] = str(self.sip)
        self.sequence += 1
        return form

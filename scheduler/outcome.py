"""How an attempt ends, what becomes of its call, and the one turn back: a new attempt.

The words are those of the scheme; the protocol is "at most once": a call whose outcome was ever
unknown is never dialled again at that moment.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

LATEST_DIAL = timedelta(seconds=120)  # after the drawn moment, else missed
POST_DEADLINE = timedelta(seconds=15)  # after the claim nothing is posted any more
SETTLE = timedelta(seconds=120)  # before an unknown attempt is looked up
SECOND_LISTING = timedelta(seconds=60)  # between two empty look-ups
BACK_OFF = timedelta(seconds=10)  # before a refused attempt is made anew
RING_SECONDS = 30
BY_HAND = "by hand"  # the owner of an attempt that the assessor dials
QUIET_LEG = timedelta(minutes=2)  # without a callback, before the network is asked


class State(StrEnum):
    """Where an attempt stands; it only moves downwards in this list."""

    INTENT = "intent"
    SENDING = "sending"
    UNKNOWN = "unknown"
    CREATED = "created"
    DIALLING = "dialling"
    ENDED = "ended"


class Ending(StrEnum):
    """How one attempt ended."""

    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no answer"
    FAILED = "failed"
    REFUSED = "refused"
    NOT_PLACED = "not placed"
    NEVER_DIALLED = "never dialled"
    ASSESSOR_ABSENT = "assessor absent"
    UNKNOWN = "unknown"


class Disposition(StrEnum):
    """What became of a planned call."""

    PLANNED = "planned"
    RUNNING = "running"
    AWAITING = "awaiting"
    UNKNOWN = "unknown"
    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no answer"
    CLOSED = "closed"
    QUEUE_ABANDONED = "queue abandoned"
    MENU_LOST = "menu lost"
    NUMBER_DEAD = "number dead"
    CODE_REFUSED = "code refused"
    OUT_OF_SCOPE = "out of scope"
    ASSESSOR_ABSENT = "assessor absent"
    ABORTED = "aborted"
    DETECTED = "detected"
    MISSED = "missed"
    WITHDRAWN = "withdrawn"

    @property
    def open(self) -> bool:
        """Whether something is still to come."""
        return self in OPEN


OPEN = frozenset(
    {
        Disposition.PLANNED,
        Disposition.RUNNING,
        Disposition.AWAITING,
        Disposition.UNKNOWN,
    }
)

# What an assessor may say of a call that was answered: how it really ended.
SAID_BY_ASSESSOR = (
    Disposition.COMPLETED,
    Disposition.CLOSED,
    Disposition.QUEUE_ABANDONED,
    Disposition.MENU_LOST,
    Disposition.CODE_REFUSED,
    Disposition.OUT_OF_SCOPE,
    Disposition.ABORTED,
    Disposition.DETECTED,
)

DEAD_NUMBER = frozenset({"404", "410", "484", "604"})  # SIP: nobody can be reached there


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to reach a centre, as the diary remembers it."""

    id: UUID
    call: UUID
    ordinal: int
    due: datetime
    drawn: datetime  # the moment that chance gave to this try
    token: str
    state: State
    ending: Ending | None
    ever_unknown: bool
    call_sid: str | None
    dial_sid: str | None
    child_sid: str | None
    owner: str | None  # the worker that claimed it
    claimed_at: datetime | None
    heard_at: datetime | None
    rang_at: datetime | None
    answered_at: datetime | None
    listed_empty_at: datetime | None
    refusal: str = ""  # of the network, or why it is left to a person


def is_by_hand(attempt: Attempt) -> bool:
    """Whether the assessor dialled it, so that the network knows nothing of it."""
    return attempt.owner == BY_HAND


def is_restored(attempt: Attempt) -> bool:
    """Whether an attempt was taken up from an old backup: whether its gate was passed is lost."""
    return attempt.owner is None and attempt.ever_unknown


def too_late(drawn: datetime, now: datetime) -> bool:
    """Whether the drawn moment is so long ago that a first dial would no longer be that call."""
    return now > drawn + LATEST_DIAL


def ending_of_dial(status: str, *, answered: bool) -> Ending:
    """The ending that the network's DialCallStatus tells of a line that was answered, or wasn't.

    A line that broke off after it was answered has been called: its assessor says how it ended.
    """
    return {
        "completed": Ending.COMPLETED,
        "answered": Ending.COMPLETED,
        "busy": Ending.BUSY,
        "no-answer": Ending.NO_ANSWER,
    }.get(status, Ending.COMPLETED if answered else Ending.FAILED)


def is_cut_off(status: str, attempt: Attempt) -> bool:
    """Whether our side hung up while the centre's line rang, by the network's word of that leg."""
    rang_on = attempt.rang_at is not None and attempt.answered_at is None
    return status == "canceled" and rang_on


def disposition_of(ending: Ending, sip: str = "") -> Disposition:
    """What becomes of a call whose last attempt ended so; ``sip`` is the response code if told."""
    match ending:
        case Ending.COMPLETED:
            return Disposition.COMPLETED
        case Ending.BUSY:
            return Disposition.BUSY
        case Ending.NO_ANSWER:
            return Disposition.NO_ANSWER
        case Ending.ASSESSOR_ABSENT:
            return Disposition.ASSESSOR_ABSENT
        case Ending.UNKNOWN:
            return Disposition.UNKNOWN
        case Ending.FAILED if sip in DEAD_NUMBER:
            return Disposition.NUMBER_DEAD
        case _:
            return Disposition.MISSED


def new_attempt_at(attempt: Attempt, ending: Ending, now: datetime) -> datetime | None:
    """When a new attempt follows, or None.

    Only where the centre was surely never rung (refused for now, or the assessor's call ended
    before the centre was dialled), never after *unknown*, and only near the drawn moment.
    """
    if ending not in (Ending.REFUSED, Ending.NEVER_DIALLED) or attempt.ever_unknown:
        return None
    again = now + BACK_OFF
    return None if too_late(attempt.drawn, again) else again

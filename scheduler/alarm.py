"""What administrators must hear of at once, in words that name no centre, person or number."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

STOPPED_AFTER = timedelta(seconds=60)  # without a heartbeat
FETCHED_WITHIN = timedelta(hours=1)  # a message on a persona's voicemail
FORGOTTEN_AFTER = timedelta(days=1)  # when a worker that nobody started anew is no longer missed
MOST_TELLINGS = 8  # tries to tell one alarm elsewhere, over about half an hour
FIRST_BACK_OFF = timedelta(seconds=15)


class Kind(StrEnum):
    """What is amiss."""

    ACCOUNT = "authorisation"
    WORKER = "worker"
    UNKNOWN = "unknown"
    RECORDING = "recording"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Words:
    """How a kind of alarm reads: what is amiss, and what to do."""

    title: str
    remedy: str


SAID = {
    Kind.ACCOUNT: Words(
        "The telephone network refuses our account",
        "Dialling is stopped. See that TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN are right and the "
        "account isn't suspended; restart web and worker, then resume dialling on the page Line.",
    ),
    Kind.WORKER: Words(
        "A worker stopped",
        "Start it with scripts/start, or the service that runs it, and look into "
        "var/logs/worker.log. Without any worker nothing is dialled, and what comes due is missed.",
    ),
    Kind.UNKNOWN: Words(
        "Nobody knows what became of a call",
        "Ask its assessor, and look into the network's console unless it was dialled by hand; then "
        "settle it on the page Line. Nothing is dialled again.",
    ),
    Kind.RECORDING: Words(
        "A recording can't be fetched",
        "See that the network's console has it and that our storage takes files; the worker tries "
        "again by itself, at least once an hour. If there is none, give it up on the page Line.",
    ),
    Kind.MESSAGE: Words(
        "A message on a persona's voicemail can't be fetched or deleted there",
        "See what the network's console says of it. The worker tries again by itself, and gives it "
        "up after a week; what the console still has then must be deleted there.",
    ),
}


@dataclass(frozen=True, slots=True)
class Alarm:
    """One condition, from the look that found it to the look that found it gone."""

    id: UUID
    kind: Kind
    about: str  # an attempt, a recording or a worker by its key; "" where there is only one
    raised_at: datetime
    ended_at: datetime | None
    told_at: datetime | None  # elsewhere, by a post
    tries: int  # to tell it

    @property
    def words(self) -> Words:
        """How it reads."""
        return SAID[self.kind]


@dataclass(frozen=True, slots=True)
class WorkerSeen:
    """A worker that didn't say goodbye: since when it has ticked, and when it last did."""

    name: str
    since: datetime
    at: datetime


def missing(workers: Iterable[WorkerSeen], now: datetime) -> frozenset[str]:
    """The names of those that stopped and in whose place no other has started since."""
    seen = sorted(workers, key=lambda each: each.at)
    starts = sorted(each.since for each in seen)
    lost = set()
    for each in seen:
        if now - each.at <= STOPPED_AFTER:
            continue
        successor = next((start for start in starts if start > each.at), None)
        if successor is None:
            lost.add(each.name)
        else:
            starts.remove(successor)
    return frozenset(lost)


def back_off(tries: int) -> timedelta:
    """How long to wait after so many tries to tell an alarm: doubling from a scan's distance."""
    return FIRST_BACK_OFF * (1 << tries)

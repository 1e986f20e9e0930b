"""The steps at which a process can be stopped dead, and the memory that its neighbours share.

Nothing of this is in the product: the harness hands its processes sessions, a telephone and a web
application that stop at a step once it is armed.
"""

import mmap
import os
import signal
import struct
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session
from werkzeug.wsgi import ClosingIterator

from config.database import Sessions
from scheduler.telephone import Leg, Ring
from scheduler.telephone_twilio import TwilioTelephone

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
TRANSACTIONS = {
    "_claim": "claim",
    "_dial": "record",
    "_refused": "refusal",
    "_forget_senders": "dead owners",
    "_look_up": "look-up",
    "_ask_about": "asking",
    "_expire": "expiry",
    "assessor_answered": "answer hook",
    "assessor_confirmed": "gate",
    "centre_told": "leg hook",
    "dial_ended": "ended hook",
    "assessor_told": "status hook",
}
BEFORE, AFTER = "before its commit", "after its commit"
REQUESTS = tuple(
    f"{what}: {when}"
    for what in ("request", "listing", "question")
    for when in ("before it is sent", "after it was answered")
)
ANSWERS = tuple(
    f"{hook} answer: {when}"
    for hook in ("answer", "confirm", "ended", "leg", "status")
    for when in ("before it is sent", "as it is sent")
)
POINTS = (
    *(f"{what}: {when}" for what in TRANSACTIONS.values() for when in (BEFORE, AFTER)),
    *REQUESTS,
    *ANSWERS,
)
NUMBER = struct.Struct("q")
CLOCK, SKEWS, ARMED = 0, 1, 10
HITS = ARMED + len(POINTS)
KILL, PAUSE = 1, 2


class Shared:
    """Numbers in memory that every process of a world sees."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, mmap.PAGESIZE)

    def get(self, place: int) -> int:
        return int(NUMBER.unpack_from(self._memory, place * NUMBER.size)[0])

    def set(self, place: int, number: int) -> None:
        NUMBER.pack_into(self._memory, place * NUMBER.size, number)

    def clock(self, skew: int = 0) -> Callable[[], datetime]:
        """The world's clock, in a process of which it may be wrong by ``SKEWS + skew`` seconds."""

        def now() -> datetime:
            wrong = self.get(SKEWS + skew) if skew else 0
            return EPOCH + timedelta(microseconds=self.get(CLOCK), seconds=wrong)

        return now

    def move(self, to: datetime) -> None:
        self.set(CLOCK, round((to - EPOCH) / timedelta(microseconds=1)))

    def arm(self, point: str, what: int = KILL) -> None:
        self.set(ARMED + POINTS.index(point), what)

    def disarm(self) -> None:
        for number in range(len(POINTS)):
            self.set(ARMED + number, 0)

    def hits(self) -> dict[str, int]:
        """How often each point stopped a process."""
        return {point: self.get(HITS + number) for number, point in enumerate(POINTS)}

    def reach(self, point: str) -> None:
        """Pass a point; where it is armed the process ends here, or stands still."""
        number = POINTS.index(point)
        what = self.get(ARMED + number)
        if not what:
            return
        self.set(ARMED + number, 0)
        self.set(HITS + number, self.get(HITS + number) + 1)
        if what == KILL:
            os.kill(os.getpid(), signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGSTOP)


class MortalSessions(Sessions):
    """Sessions whose writing transactions may be the process's last, named by who began them."""

    shared: Shared

    @classmethod
    def of(cls, sessions: Sessions, shared: Shared) -> "MortalSessions":
        made = cls(sessions.engine, sessions.writing)
        object.__setattr__(made, "shared", shared)
        return made

    @contextmanager
    def begin(self) -> Iterator[Session]:
        name = TRANSACTIONS.get(sys._getframe(2).f_code.co_name)
        with Sessions.begin(self) as session:
            yield session
            if name:
                self.shared.reach(f"{name}: {BEFORE}")
        if name:
            self.shared.reach(f"{name}: {AFTER}")


class MortalTelephone(TwilioTelephone):
    """The adapter itself, in a process that may die around each of its requests."""

    def __init__(self, shared: Shared, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._shared = shared

    def ring(self, ring: Ring) -> str:
        with self._around("request"):
            return super().ring(ring)

    def rung(self, to: str, since: datetime) -> tuple[Leg, ...]:
        with self._around("listing"):
            return super().rung(to, since)

    def leg(self, sid: str) -> Leg:
        with self._around("question"):
            return super().leg(sid)

    @contextmanager
    def _around(self, what: str) -> Iterator[None]:
        self._shared.reach(f"{what}: before it is sent")
        try:
            yield
        finally:
            self._shared.reach(f"{what}: after it was answered")


def mortal(app: "WSGIApplication", shared: Shared) -> "WSGIApplication":
    """A web application that may die with its answer in hand."""

    def answer(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        hook = environ["PATH_INFO"].rpartition("/")[2]
        body = app(environ, start)
        shared.reach(f"{hook} answer: before it is sent")
        return ClosingIterator(body, lambda: shared.reach(f"{hook} answer: as it is sent"))

    return answer

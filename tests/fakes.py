"""A telephone with verbs, for tests of dialling: it does what it is told to do next."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from scheduler.telephone import Leg, PerhapsPlaced, Ring


@dataclass
class SettableClock:
    """Stands still until it is moved."""

    now: datetime

    def __call__(self) -> datetime:
        """The moment."""
        return self.now

    def pass_by(self, **length: float) -> None:
        """Let time pass, as timedelta's words say."""
        self.now += timedelta(**length)


@dataclass
class FakeTelephone:
    """Remembers every ring; ``fail_next`` makes the next one raise, before or after it rang."""

    clock: Callable[[], datetime]
    rings: list[Ring] = field(default_factory=list)
    legs: dict[str, Leg] = field(default_factory=dict)
    hung_up: list[str] = field(default_factory=list)
    listing_fails: bool = False
    _failure: tuple[BaseException, bool] | None = None
    numbers: tuple[str, ...] = ("+441632960000",)

    def fail_next(self, error: BaseException, *, after_ringing: bool = False) -> None:
        """Let the next ring raise."""
        self._failure = (error, after_ringing)

    def ring(self, ring: Ring) -> str:
        """Ring, unless told to fail first."""
        failure, self._failure = self._failure, None
        if failure and not failure[1]:
            raise failure[0]
        sid = f"CA{len(self.legs):032x}"
        self.rings.append(ring)
        self.legs[sid] = Leg(sid, "", ring.to, ring.caller, "ringing", self.clock())
        if failure:
            raise failure[0]
        return sid

    def rung(self, to: str, since: datetime) -> tuple[Leg, ...]:
        """The legs to a number."""
        self._may_list()
        return tuple(x for x in self.legs.values() if x.to == to and x.created_at >= since)

    def leg(self, sid: str) -> Leg:
        """One leg."""
        self._may_list()
        return self.legs[sid]

    def children(self, sid: str) -> tuple[Leg, ...]:
        """The legs that a leg dialled."""
        self._may_list()
        return tuple(x for x in self.legs.values() if x.parent_sid == sid)

    def hang_up(self, sid: str) -> None:
        """End a leg, over or not."""
        self._may_list()
        self.hung_up.append(sid)
        if sid in self.legs:
            self.becomes(sid, "completed")

    def owned_numbers(self) -> tuple[str, ...]:
        """The pool."""
        self._may_list()
        return self.numbers

    def becomes(self, sid: str, status: str, parent: str = "", length: int | None = None) -> None:
        """Let a leg, known or new, be in a state."""
        known = self.legs.get(sid)
        to, caller = (known.to, known.caller) if known else ("+441632960500", "+441632960000")
        created = known.created_at if known else self.clock()
        parent = known.parent_sid if known else parent
        self.legs[sid] = Leg(sid, parent, to, caller, status, created, length)

    def _may_list(self) -> None:
        if self.listing_fails:
            raise PerhapsPlaced("the listing failed")

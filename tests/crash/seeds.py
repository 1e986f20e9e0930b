"""Bugs of the protocol, each planted into the processes of a world; the harness must find all."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from config.database import Sessions, changed
from scheduler import attempts, dialling, diary, hearing, settling
from scheduler.dialling import Desk
from scheduler.diary_rows import AttemptRow
from scheduler.hearing import DialCentre
from scheduler.outcome import Attempt, Ending, State
from scheduler.practice.behaviour import AssessorAnswers
from scheduler.telephone import Leg, NotPlaced, PerhapsPlaced, Ring
from tests.crash.points import MortalTelephone
from tests.crash.scenes import Scene


def no_settle_time() -> None:
    """An empty list is believed at once, and a second isn't asked for."""
    look_up = settling._look_up

    def believe(desk: Desk, attempt: Attempt) -> None:
        look_up(desk, replace(attempt, listed_empty_at=attempt.claimed_at))

    settling.SETTLE = settling.SECOND_LISTING = timedelta()  # type: ignore[attr-defined]
    settling._look_up = believe


def nothing() -> None:
    """The control: no bug."""


def anybody_passes(
    sessions: Sessions, token: str, call_sid: str, key: str, now: datetime, *, live: bool = False
) -> DialCentre | None:
    """A gate that lets everybody through: no owner, no state, and no count looked at."""
    with sessions.begin() as session:
        attempt = attempts.by_token(session, token)
        assert attempt is not None
        call = diary.find_call(session, attempt.call)
        assert call is not None
        session.execute(
            update(AttemptRow)
            .where(AttemptRow.token == token, AttemptRow.state != State.ENDED)
            .values(state=State.DIALLING, dial_sid=call_sid, dialled_at=now)
        )
        return hearing._dial(session, call, attempt)


def gate() -> None:
    """Whoever presses the key is let through."""
    hearing.assessor_answered = lambda *_: True
    hearing.assessor_confirmed = anybody_passes


def adoption() -> None:
    """Nothing is adopted from the network's list."""
    settling.adopt = lambda *_: False  # type: ignore[attr-defined]


def intent() -> None:
    """No intent is written: what was being sent when a worker died is sent again."""

    def forget(session: Session, attempt: UUID) -> bool:
        sending = (AttemptRow.id == attempt) & (AttemptRow.state == State.SENDING)
        again = update(AttemptRow).where(sending).values(state=State.INTENT)
        return changed(session, again) == 1

    attempts.forget_owner = forget


def unknown_again() -> None:
    """A call whose outcome was unknown is dialled again."""

    def again(attempt: Attempt, ending: Ending, now: datetime) -> datetime | None:
        return now if attempt.ever_unknown and ending is not Ending.COMPLETED else None

    dialling.new_attempt_at = again  # type: ignore[attr-defined]
    dialling.too_late = settling.too_late = lambda *_: False  # type: ignore[attr-defined]


def no_owner() -> None:
    """What a dead worker was sending is never given up."""
    settling._forget_senders = lambda *_, **__: 0


class _Hasty(MortalTelephone):
    mistaken: tuple[str, ...] = ()

    def ring(self, ring: Ring) -> str:
        try:
            return super().ring(ring)
        except PerhapsPlaced as error:
            if any(each in str(error) for each in self.mistaken):
                raise NotPlaced("surely not placed", permanent=False) from error
            raise


class TimeOutIsRefusal(_Hasty):
    """A time-out is taken for a refusal."""

    mistaken = ("Timeout",)


class ServerErrorIsRefusal(_Hasty):
    """A server's error is taken for a refusal."""

    mistaken = ("status 500",)


class AsksAgain(MortalTelephone):
    """A request whose answer was lost is sent again."""

    def ring(self, ring: Ring) -> str:
        try:
            return super().ring(ring)
        except PerhapsPlaced:
            return super().ring(ring)


class FailedListIsEmpty(MortalTelephone):
    """Every list fails, and is read as empty."""

    def rung(self, to: str, since: datetime) -> tuple[Leg, ...]:
        return ()


class SentTwice(MortalTelephone):
    """Something on the way sends each request again: no bug of ours, and the gate must hold."""

    def ring(self, ring: Ring) -> str:
        super().ring(ring)
        return super().ring(ring)


class AsksForNoChild(MortalTelephone):
    """Whether the centre was dialled isn't asked of the network."""

    def children(self, sid: str) -> tuple[Leg, ...]:
        return ()


LOST = ("drop@call", "drop@parent.completed")
CHILD = ("initiated", "ringing", "answered", "completed")
SILENCE = ("drop@dial", "drop@parent.completed", *(f"drop@child.{each}" for each in CHILD))
Planted = Callable[[], None] | type[MortalTelephone]


@dataclass(frozen=True)
class Seed:
    """A bug, the faults that bring it out, and the points that a process must die at for it."""

    planted: Planted
    create: tuple[str, ...] = ()
    webhooks: tuple[str, ...] = ()
    armed: tuple[str, ...] = ()

    def scene(self, drawn: Scene) -> Scene:
        """A drawn trial in which this bug would show: the assessor is there, a centre answers."""
        return replace(
            drawn,
            create=self.create,
            webhooks=self.webhooks,
            armed=self.armed,
            strikes=(),
            idle=False,
            calls=1,
            spread=20,
            assessor=AssessorAnswers(),
        )

    @property
    def sow(self) -> Callable[[], None]:
        return nothing if isinstance(self.planted, type) else self.planted

    @property
    def telephone(self) -> type[MortalTelephone]:
        return self.planted if isinstance(self.planted, type) else MortalTelephone


SENT = ("request: after it was answered",)
SEEDS = {
    "a time-out is taken for a refusal": Seed(TimeOutIsRefusal, ("timeout_after:0.3",), LOST),
    "a server's error is taken for a refusal": Seed(ServerErrorIsRefusal, ("500_after",), LOST),
    "a request is sent again": Seed(AsksAgain, ("reset_after",)),
    "a failed list is read as empty": Seed(FailedListIsEmpty, ("500_after",), LOST),
    "an empty list is believed at once": Seed(no_settle_time, ("500_late:28",), LOST),
    "nothing is adopted from the list": Seed(adoption, ("500_after",), LOST),
    "no intent is written": Seed(intent, (), (), SENT),
    "an unknown call is dialled again": Seed(unknown_again, ("500_after",), LOST),
    "a lost ending is taken for no dial": Seed(AsksForNoChild, (), SILENCE),
    "what a dead worker was sending is never given up": Seed(
        no_owner, (), LOST, ("claim: after its commit",)
    ),
}

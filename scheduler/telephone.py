"""The telephone as the product sees it: a protocol, its values and its two ways to fail."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Ring:
    """A request to ring an assessor; our token rides in both addresses' paths."""

    to: str
    caller: str
    answer_url: str
    status_url: str
    timeout: int  # seconds of ringing


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg as the network tells it; ``status`` in the network's words."""

    sid: str
    parent_sid: str
    to: str
    caller: str
    status: str
    created_at: datetime
    length: int | None = None  # seconds, once it is over

    @property
    def over(self) -> bool:
        """Whether the leg has come to its end."""
        return self.status in ("completed", "busy", "no-answer", "failed", "canceled")


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recording as the network tells it; ``status`` in the network's words."""

    sid: str
    status: str

    @property
    def complete(self) -> bool:
        """Whether its sound can be fetched."""
        return self.status == "completed"

    @property
    def absent(self) -> bool:
        """Whether nothing was recorded."""
        return self.status == "absent"


@dataclass(frozen=True, slots=True)
class VoiceApp:
    """Whom the network asks about a browser's call, and how."""

    voice_url: str
    voice_method: str


# Codes by which the network says that the number to be shown isn't the account's.
CALLER_REFUSED = frozenset({21210, 13214, 13247})


@dataclass(frozen=True, slots=True)
class OwnedNumber:
    """A number of the account's own, and whom the network asks about a call to it."""

    sid: str
    number: str
    voice_url: str


TOO_MANY = "the telephone network has too many calls of ours"
ACCOUNT_REFUSED = "the telephone network refuses our account"


class NotPlaced(Exception):
    """The network surely processed nothing. ``permanent`` when asking again can't help."""

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool,
        stop_dialling: bool = False,
        caller_refused: bool = False,
    ) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.stop_dialling = stop_dialling
        self.caller_refused = caller_refused  # another number may do


class PerhapsPlaced(Exception):
    """Nobody knows whether a telephone rang: a time-out, a reset, a broken or failed answer."""


class AccountRefused(PerhapsPlaced):
    """The network knows us no longer: wrong credentials, or an account that is suspended."""


class Telephone(Protocol):
    """What dialling needs of a telephone network."""

    def ring(self, ring: Ring) -> str:
        """Ask once for a call and answer its sid. Raises NotPlaced or PerhapsPlaced."""

    def rung(self, to: str, since: datetime) -> tuple[Leg, ...]:
        """The legs to a number created since a moment. Raises PerhapsPlaced when it can't tell."""

    def leg(self, sid: str) -> Leg:
        """One leg. Raises PerhapsPlaced when it can't tell."""

    def children(self, sid: str) -> tuple[Leg, ...]:
        """The legs dialled by a leg. Raises PerhapsPlaced when it can't tell."""

    def hang_up(self, sid: str) -> None:
        """End a leg and those it dialled; one that is over stays so. Raises PerhapsPlaced."""

    def owned_numbers(self) -> tuple[str, ...]:
        """The numbers from which calls may be made. Raises PerhapsPlaced when it can't tell."""


class Recorder(Protocol):
    """What keeping needs of the network's recordings. Each raises PerhapsPlaced when it can't."""

    def recordings_of(self, call_sid: str) -> tuple[Recorded, ...]:
        """The recordings of a parent's call, the newest first."""

    def sound(self, sid: str, channels: int = 2) -> bytes:
        """The sound of a recording, by default both channels, as a WAV file."""

    def delete_recording(self, sid: str) -> None:
        """Delete a recording; one that isn't there is deleted already."""

"""A recording of a call, and how far it has come on its way into our storage."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

TOLD_WITHIN = timedelta(minutes=2)  # of the call's end; then the network is asked
FIRST_BACK_OFF = timedelta(seconds=30)
LONGEST_BACK_OFF = timedelta(hours=1)
TRIES_BEFORE_ALARM = 5


class RecordingState(StrEnum):
    """Where a recording is; it only moves downwards in this list."""

    EXPECTED = "expected"  # the gate asked for it
    TOLD = "told"  # the network has it
    STORED = "stored"  # we have it, and the network still has it too
    KEPT = "kept"  # we alone have it
    ABSENT = "absent"  # nothing was recorded
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording as the diary remembers it; times within it are seconds from the answer."""

    id: UUID
    call: UUID
    attempt: UUID
    state: RecordingState
    sid: str | None
    expected_at: datetime
    next_try_at: datetime
    tries: int
    failure: str
    stored_at: datetime | None
    file: str  # its name in our storage
    size: int | None  # bytes
    sha256: str
    length: float | None
    person: float | None
    parts: tuple[tuple[str, float], ...]

    @property
    def playable(self) -> bool:
        """Whether its sound lies in our storage."""
        return self.state in (RecordingState.STORED, RecordingState.KEPT)

    @property
    def alarming(self) -> bool:
        """Whether it can't be fetched, so that a person must know."""
        waits = self.state in (RecordingState.EXPECTED, RecordingState.TOLD)
        return waits and self.tries >= TRIES_BEFORE_ALARM


def back_off(tries: int) -> timedelta:
    """How long to wait after so many tries: doubling from half a minute, at most an hour."""
    return min(FIRST_BACK_OFF * (1 << min(tries, 10)), LONGEST_BACK_OFF)

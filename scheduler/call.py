"""A call: as it was planned, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from config.clock import Month, civil_date
from scheduler.outcome import Disposition, State


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """One drawn moment with all that the call needs; keys name rows of the register."""

    id: UUID
    plan: UUID
    centre: UUID
    provider: UUID
    stream: int
    slot: int
    slot_start: datetime
    drawn_moment: datetime
    zone: str
    month: str
    number: UUID
    identity: UUID
    service_level: UUID
    scenario: UUID
    caller_number: UUID | None
    assessor: UUID | None
    stand_in: UUID | None
    disposition: Disposition = Disposition.PLANNED
    briefed_at: datetime | None = None
    ended_at: datetime | None = None
    again_at: datetime | None = None
    by_hand: bool = False  # the assessor dials, and times it

    @property
    def moment(self) -> datetime:
        """The moment of its last try; the drawn moment keeps its month."""
        return self.again_at or self.drawn_moment

    @property
    def put_off(self) -> bool:
        """Whether something is still to come of it, by a try that falls beyond its month."""
        over = Month.parse(self.month).next().first
        return self.disposition.open and civil_date(self.moment, self.zone) >= over


@dataclass(frozen=True, slots=True)
class DialledCall:
    """What the telephone told of a call: the value that dialling leaves to assessing.

    ``due`` and ``state`` are the last attempt's, the other moments those of the last attempt that
    dialled the centre; ``length`` is in seconds.
    """

    call: PlannedCall
    attempts: int
    state: State
    due: datetime
    dialled_at: datetime | None
    rang_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    length: int | None
    child_sid: str | None

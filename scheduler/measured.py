"""The service level as measured on one call: each figure with its source and its precision."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from scheduler.call import DialledCall
from scheduler.centre import ServiceLevel
from scheduler.recording import Recording
from scheduler.sound import refined


class Source(StrEnum):
    """Who said when something happened."""

    NETWORK = "network"
    MARK = "mark"
    RECORDING = "recording"
    BY_HAND = "by hand"


# To how many seconds a source is good: the network tells whole seconds, a person presses a key.
PRECISION: Mapping[Source, float] = {
    Source.NETWORK: 1,
    Source.MARK: 3,
    Source.RECORDING: 0.5,
    Source.BY_HAND: 3,
}
TO_ANSWER, TO_A_PERSON, LENGTH = "time to answer", "time to a person", "length"
WITH_A_PERSON = ("person", "greeted", "code asked", "transferred", "escalated", "solved")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure in seconds; ``limit`` is what the centre declared, or None."""

    name: str
    seconds: float
    source: Source
    limit: int | None = None

    @property
    def precision(self) -> float:
        """To how many seconds the figure is good."""
        return PRECISION[self.source]

    @property
    def kept(self) -> bool | None:
        """Whether the limit was kept; None without one, or where the precision can't tell."""
        if self.limit is None or abs(self.seconds - self.limit) < self.precision:
            return None
        return self.seconds < self.limit


def measured(
    dialled: DialledCall,
    marks: Mapping[str, datetime],
    spent: Mapping[str, float],
    recording: Recording | None,
    level: ServiceLevel,
) -> tuple[Figure, ...]:
    """What is known of a call, in the order of its time.

    ``marks`` are the moments by kind, ``spent`` the seconds by what the caller was with. That
    the line answered and that a person did are two figures, each held against the declared time.
    """
    return tuple(_figures(dialled, marks, spent, recording, level))


def _figures(
    dialled: DialledCall,
    marks: Mapping[str, datetime],
    spent: Mapping[str, float],
    recording: Recording | None,
    level: ServiceLevel,
) -> Iterator[Figure]:
    told = Source.BY_HAND if dialled.call.by_hand else Source.NETWORK
    pressed = Source.BY_HAND if dialled.call.by_hand else Source.MARK
    parts = recording.parts if recording else ()
    begun, answered = dialled.dialled_at, dialled.answered_at
    if begun is None or answered is None:
        return
    if dialled.rang_at is not None:
        yield Figure("ring", _between(dialled.rang_at, answered), told)
    to_answer = _between(begun, answered)
    yield Figure(TO_ANSWER, to_answer, told, level.answer_within)
    for part in ("menu", "queue"):
        if part in spent:
            yield Figure(part, spent[part], Source.RECORDING if parts else pressed)
    person = min((marks[kind] for kind in WITH_A_PERSON if kind in marks), default=None)
    if person is not None:
        marked = max(0.0, _between(answered, person))
        heard = refined(marked, recording.person) if recording else None
        source = pressed if heard is None else Source.RECORDING
        after = marked if heard is None else heard
        yield Figure(TO_A_PERSON, to_answer + after, source, level.answer_within)
        if "hold" in spent:
            yield Figure("on hold", spent["hold"], pressed)
        if "transferred" in marks:
            yield Figure("to the transfer", _between(person, marks["transferred"]), pressed)
        if "escalated" in marks:
            limit = level.escalation_within * 60
            yield Figure("to the escalation", _between(person, marks["escalated"]), pressed, limit)
    if dialled.length is not None:
        yield Figure(LENGTH, dialled.length, told)
    elif dialled.ended_at is not None:
        yield Figure(LENGTH, _between(answered, dialled.ended_at), told)


def _between(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds()

"""Keeps the moments that an assessor marks while a call runs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

from config import journal
from config.database import Sessions
from scheduler import diary, mark_log, wearing
from scheduler.call import DialledCall

# What can be marked, in the order of a call; "suspect" is that the analyst seems to.
KINDS = (
    *("menu", "queue", "person", "greeted", "code asked", "hold", "transferred"),
    *("escalated", "reference", "solved", "ended", "suspect"),
)

# What the caller is with from a mark on; every other mark is of a moment. A hold lasts until the
# next mark, so one that nothing follows is a moment too.
STRETCHES = frozenset({"menu", "queue", "hold"})
WITH_A_PERSON = frozenset(KINDS) - STRETCHES - {"ended", "suspect"}


class MarkRefused(ValueError):
    """A mark that can't be kept; the text says why."""


def mark(sessions: Sessions, call: UUID, person: UUID, kind: str, at: datetime) -> bool:
    """Keep a mark; False when there is one of its kind already, which stays."""
    if kind not in KINDS:
        raise MarkRefused(f"{kind!r} is no mark; choose one of {', '.join(KINDS)}.")
    with sessions.begin() as session:
        planned = diary.find_call(session, call)
        if planned is None or planned.assessor != person:
            raise MarkRefused("This call is not yours.")
        new = mark_log.add(session, call, kind, at)
        if new and kind == "suspect":
            wearing.recognised(session, planned, "suspected", at, str(person))
        return new


def take_back(sessions: Sessions, call: UUID, person: UUID, kind: str, now: datetime) -> bool:
    """Take back a mark, which can then be set anew; False when there is none of its kind.

    The journal keeps that it was set, and when. An identity that it burnt stays burnt.
    """
    with sessions.begin() as session:
        planned = diary.find_call(session, call)
        if planned is None or planned.assessor != person:
            raise MarkRefused("This call is not yours.")
        at = mark_log.remove(session, call, kind)
        if at is not None:
            detail: dict[str, object] = {"mark": kind, "at": at.isoformat()}
            journal.record(session, now, str(person), "mark taken back", f"call {call}", detail)
        return at is not None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a call, in seconds after the centre was dialled; what ``kind`` is, words say."""

    kind: str  # ring, menu, queue, person, hold
    start: int
    end: int
    words: str


def stretches(
    dialled: DialledCall,
    marks: Iterable[tuple[str, datetime]],
    until: datetime,
    heard: Iterable[tuple[str, float]] = (),
) -> tuple[Stretch, ...]:
    """A call as it was measured and marked, from the dialling to its end, or to a moment so far.

    What lies between the answer and the first mark is a menu or a queue: nobody said which. Where
    ``heard`` says what a recording has, in seconds from the answer, it says so better than marks
    do, until a person is there.
    """
    begun = dialled.dialled_at
    if begun is None:
        return ()
    ended = dialled.ended_at or until
    turns = [("ring", begun)]
    if dialled.answered_at is not None:
        answered = dialled.answered_at
        turns.append(("answered", answered))
        turns.extend(_turns(_known(answered, ended, list(marks), list(heard))))
    turns.append(("", ended))
    return tuple(
        Stretch(
            "menu" if kind == "answered" else kind,
            round((start - begun).total_seconds()),
            round((end - begun).total_seconds()),
            WORDS.get(kind, kind),
        )
        for (kind, start), (_, end) in pairwise(turns)
        if end > start
    )


WORDS = {"answered": "menu or queue"}


def offsets(
    dialled: DialledCall, marks: Iterable[tuple[str, datetime]]
) -> tuple[tuple[str, int], ...]:
    """The marks of a call in seconds after the centre was dialled; none where it never was."""
    begun = dialled.dialled_at
    if begun is None:
        return ()
    return tuple((kind, max(0, round((at - begun).total_seconds()))) for kind, at in marks)


def _known(
    answered: datetime,
    ended: datetime,
    marks: list[tuple[str, datetime]],
    heard: list[tuple[str, float]],
) -> Iterator[tuple[str, datetime]]:
    parts = [(kind, answered + timedelta(seconds=at)) for kind, at in heard]
    yield from parts
    since = parts[-1][1] if parts else answered
    yield from (
        (kind, max(at, answered)) for kind, at in marks if at < ended and (not parts or at >= since)
    )


def _turns(marks: Iterable[tuple[str, datetime]]) -> Iterator[tuple[str, datetime]]:
    """The marks at which the caller came to be with something else."""
    ordered = list(marks)
    now = ""
    for place, (kind, at) in enumerate(ordered):
        is_last = place == len(ordered) - 1
        to = "person" if kind in WITH_A_PERSON else kind
        if to != now and (to == "person" or to in STRETCHES) and not (to == "hold" and is_last):
            yield to, at
            now = to

"""Keeps the moments that an assessor marks while a call runs."""

from datetime import datetime
from uuid import UUID

from config.database import Sessions
from scheduler import diary

# What can be marked, in the order of a call; "suspect" is that the analyst seems to.
KINDS = (
    *("menu", "queue", "person", "greeted", "code asked", "hold", "transferred"),
    *("escalated", "reference", "solved", "ended", "suspect"),
)


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
        return diary.add_mark(session, call, kind, at)

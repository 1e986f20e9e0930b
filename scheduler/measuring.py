"""Gathers what was measured on calls, against the service level in force when each began."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from scheduler import dialled_calls, mark_log, recordings, register
from scheduler.call import PlannedCall
from scheduler.marking import stretches
from scheduler.measured import Figure, measured


def measure(session: Session, call: PlannedCall, now: datetime) -> tuple[Figure, ...]:
    """The figures of a call; none where its line was never answered."""
    return measure_all(session, [call], now)[call.id]


def measure_all(
    session: Session, calls: Sequence[PlannedCall], now: datetime | None = None
) -> dict[UUID, tuple[Figure, ...]]:
    """The figures of several calls, by their keys; those that have ended need no moment."""
    keys = [call.id for call in calls]
    marked, recorded = mark_log.of_calls(session, keys), recordings.of_calls(session, keys)
    versions = {call.service_level for call in calls}
    levels = {version: register.service_level(session, version) for version in versions}
    found = {}
    for key, dialled in dialled_calls.of_calls(session, calls).items():
        recording = recorded.get(key)
        spent: Counter[str] = Counter()
        until = now or dialled.ended_at or dialled.due
        for part in stretches(dialled, marked[key], until, recording.parts if recording else ()):
            spent[part.kind] += part.end - part.start
        level = levels[dialled.call.service_level]
        found[key] = measured(dialled, dict(marked[key]), spent, recording, level)
    return found

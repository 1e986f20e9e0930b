"""Gathers what was measured on a call, against the service level it was planned by."""

from collections import Counter
from datetime import datetime

from sqlalchemy.orm import Session

from scheduler import attempts, mark_log, recordings, register
from scheduler.call import PlannedCall
from scheduler.marking import stretches
from scheduler.measured import Figure, measured


def measure(session: Session, call: PlannedCall, now: datetime) -> tuple[Figure, ...]:
    """The figures of a call; none where its line was never answered."""
    dialled, marks = attempts.dialled(session, call), mark_log.of_call(session, call.id)
    recording = recordings.of_call(session, call.id)
    spent: Counter[str] = Counter()
    for part in stretches(dialled, marks, now, recording.parts if recording else ()):
        spent[part.kind] += part.end - part.start
    return measured(
        dialled,
        dict(marks),
        spent,
        recording,
        register.service_level(session, call.service_level),
    )

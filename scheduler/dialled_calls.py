"""The place of dialled calls: what the telephone told of each."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from scheduler.call import DialledCall, PlannedCall
from scheduler.diary_rows import AttemptRow
from scheduler.outcome import State


def of_call(session: Session, call: PlannedCall) -> DialledCall:
    """What the telephone told of a call; moments are those of the last attempt that dialled."""
    return of_calls(session, [call])[call.id]


def of_calls(session: Session, calls: Sequence[PlannedCall]) -> dict[UUID, DialledCall]:
    """The same of several calls, by their keys."""
    tries: defaultdict[UUID, list[AttemptRow]] = defaultdict(list)
    of_these = AttemptRow.call_id.in_([call.id for call in calls])
    for row in session.scalars(select(AttemptRow).where(of_these).order_by(AttemptRow.ordinal)):
        tries[row.call_id].append(row)
    return {call.id: _dialled(call, tries[call.id]) for call in calls}


def _dialled(call: PlannedCall, rows: Sequence[AttemptRow]) -> DialledCall:
    reached = [row for row in rows if row.dial_sid is not None]
    last = reached[-1] if reached else None
    return DialledCall(
        call=call,
        attempts=len(rows),
        state=State(rows[-1].state) if rows else State.INTENT,
        due=rows[-1].due if rows else call.drawn_moment,
        dialled_at=last.dialled_at if last else None,
        rang_at=last.rang_at if last else None,
        answered_at=last.answered_at if last else None,
        ended_at=last.ended_at if last else None,
        length=last.length if last else None,
        child_sid=last.child_sid if last else None,
    )

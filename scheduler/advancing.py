"""Moves plans on from what became of their calls: drawn, running, closed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from config import journal
from config.database import Sessions
from scheduler import diary, seals
from scheduler.call import PlannedCall
from scheduler.outcome import Disposition


def advance_plans(
    sessions: Sessions, now: datetime, zone: str, *, rehearsed: UUID | None = None
) -> int:
    """Move on every plan that is due; doing it twice moves nothing. Answers how many moved.

    A rehearsal, whose clock is its own, names its plan, and moves no other.

    A plan runs from its first call's moment, or once something became of a call. It closes when
    every call has ended, those of additions too, and its period is over. What a rehearsal left is
    judged by its calls alone, not by the clock.
    """
    moved = 0
    with sessions.reading() as session:
        due = [
            plan.id
            for plan in diary.plans(session)
            if plan.state in ("drawn", "running")
            and plan.purpose != "practice"
            and rehearsed in (None, plan.id)
        ]
    for key in due:
        with sessions.begin() as session:
            moved += _advance(session, diary.plan(session, key), now, zone)
    return moved


def _advance(session: Session, plan: diary.Plan, now: datetime, zone: str) -> int:
    rehearsed = plan.purpose == "rehearsal"
    own = [plan, *diary.additions(session, plan.id)]
    calls = [call for each in own for call in diary.calls(session, plan=each.id)]
    over = (rehearsed or now >= plan.period.moments(zone)[1]) and not any(
        call.disposition.open for call in calls
    )
    moved = 0
    if over or any(_begun(call, now, rehearsed=rehearsed) for call in calls):
        moved += _move(session, plan, "drawn", "running", now)
    if over:
        moved += _move(session, plan, "running", "closed", now)
    return moved


def _begun(call: PlannedCall, now: datetime, *, rehearsed: bool) -> bool:
    happened = call.disposition not in (Disposition.PLANNED, Disposition.WITHDRAWN)
    return happened or (not rehearsed and call.drawn_moment <= now)


def _move(session: Session, plan: diary.Plan, before: str, after: str, now: datetime) -> int:
    if not seals.move(session, plan.id, before, after):
        return 0
    journal.record(session, now, "worker", f"plan {after}", f"plan {plan.id}")
    return 1

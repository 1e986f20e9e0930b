"""Awaits what an analyst promised, and settles it: kept, late or broken.

Until a promise is settled its call is open, so nothing of it is scored or published.
"""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from config import journal
from config.clock import civil_date
from config.database import Sessions
from config.vault import Vault
from scheduler import dialled_calls, diary, promises, register
from scheduler.call import PlannedCall
from scheduler.gathering import closures
from scheduler.hours import Calendar
from scheduler.outcome import Disposition
from scheduler.promise import (
    LATEST_NAMED,
    MONTHS_AHEAD,
    Basis,
    Kept,
    Promise,
    Way,
    due_by,
    outcome_of,
)

LONGEST_WORDS = 300  # characters of what was promised
LONGEST_GIST = 2000
AHEAD = timedelta(days=31 * MONTHS_AHEAD)


class AwaitingRefused(ValueError):
    """What can't be entered about a promise; the text says why and what to do."""


def await_return(
    session: Session,
    call: UUID,
    person: UUID,
    now: datetime,
    *,
    way: Way,
    what: str,
    basis: Basis,
    named: datetime | None = None,
) -> Promise:
    """Let a completed call await what was promised. Raises AwaitingRefused."""
    what = " ".join(what.split())
    if not what:
        raise AwaitingRefused("Say what they promised.")
    if len(what) > LONGEST_WORDS:
        raise AwaitingRefused(f"Shorten what they promised to {LONGEST_WORDS} characters.")
    planned = _own(session, call, person)
    promised_at = dialled_calls.of_call(session, planned).ended_at or now
    if basis is Basis.NAMED and (
        named is None or not promised_at < named <= promised_at + LATEST_NAMED
    ):
        raise AwaitingRefused(
            "Give the day and time that they named, at most 30 days after the call."
        )
    level = register.service_level(session, planned.service_level)
    calendar = _calendar(session, planned, promised_at)
    due = due_by(basis, promised_at, calendar, level.escalation_within, named)
    promise = Promise(uuid4(), call, way, what, basis, promised_at, due)
    if promises.of_call(session, call) is not None:
        raise AwaitingRefused("What they promised is entered already.")
    if not diary.await_return(session, call):
        raise AwaitingRefused("Only a call that came to a conversation can await anything.")
    promises.add(session, promise)
    detail: dict[str, object] = {"way": way, "due": due.isoformat()}
    journal.record(session, now, str(person), "promise awaited", f"call {call}", detail)
    return promise


def take_back(sessions: Sessions, call: UUID, person: UUID, now: datetime) -> None:
    """There was no promise after all: the call is completed as it was. Raises AwaitingRefused."""
    with sessions.begin() as session:
        _own(session, call, person)
        promise = promises.of_call(session, call)
        if promise is None or promise.outcome is not None or promises.came_back(session, call):
            raise AwaitingRefused("This promise is settled, or something came back already.")
        promises.take_back(session, call)
        diary.dispose(session, call, Disposition.COMPLETED, now)
        journal.record(session, now, str(person), "promise taken back", f"call {call}")


def note(
    sessions: Sessions,
    vault: Vault,
    call: UUID,
    person: UUID,
    now: datetime,
    *,
    way: Way,
    at: datetime,
    gist: str,
) -> None:
    """Enter by hand that they came back, and settle by it. Raises AwaitingRefused."""
    if len(gist) > LONGEST_GIST:
        raise AwaitingRefused(f"Shorten what they said to {LONGEST_GIST} characters.")
    with sessions.begin() as session:
        _own(session, call, person)
        promise = promises.of_call(session, call)
        if promise is None or not promise.promised_at <= at <= now:
            raise AwaitingRefused("Give the day and time at which they came back, after the call.")
        promises.add_came_back(session, vault, call, way, "hand", at, gist, counts=True)
        settle(session, promise, now, str(person))


def let_count(sessions: Sessions, call: UUID, key: UUID, person: UUID, now: datetime) -> None:
    """Say that something which came back is what was promised; saying so twice changes nothing."""
    with sessions.begin() as session:
        _own(session, call, person)
        promise = promises.of_call(session, call)
        if promise is not None:
            promises.let_count(session, call, key)
            settle(session, promise, now, str(person))


def cancel_ticket(sessions: Sessions, call: UUID, person: UUID, now: datetime) -> None:
    """Remember that the assessor told them, in role, that it works again."""
    with sessions.begin() as session:
        planned = diary.find_call(session, call)
        if planned is None or planned.assessor != person:
            raise AwaitingRefused("This call is not yours.")
        if promises.cancel(session, call, now):
            journal.record(session, now, str(person), "ticket cancelled", f"call {call}")


def settle_due(sessions: Sessions, now: datetime) -> int:
    """Settle every promise whose time is over; answers how many."""
    with sessions.begin() as session:
        due = [promise for promise in promises.unsettled(session) if promise.due < now]
        return sum(settle(session, promise, now, "worker") for promise in due)


def settle(session: Session, promise: Promise, now: datetime, actor: str) -> bool:
    """Settle a promise by what came back; what was broken may still turn out late, or kept.

    False when nothing is settled by now. A submitted assessment leaves it as it stands.
    """
    came = promises.came_back(session, promise.call)
    outcome = outcome_of(promise.due, came, now)
    if outcome is None or promise.outcome in (Kept.KEPT, outcome):
        return False
    if not promises.settle(session, promise.call, outcome, now):
        return False
    diary.dispose(session, promise.call, Disposition.COMPLETED, now)
    detail: dict[str, object] = {"outcome": outcome}
    journal.record(session, now, actor, "promise settled", f"call {promise.call}", detail)
    return True


def _own(session: Session, call: UUID, person: UUID) -> PlannedCall:
    planned = diary.find_call(session, call)
    if planned is None or planned.assessor != person:
        raise AwaitingRefused("This call is not yours.")
    return planned


def _calendar(session: Session, call: PlannedCall, since: datetime) -> Calendar:
    centre = register.find_centre(session, call.centre)
    assert centre is not None
    first, last = civil_date(since, call.zone), civil_date(since + AHEAD, call.zone)
    return Calendar(
        call.zone, register.hours(session, call.centre), closures(session, centre, first, last)
    )

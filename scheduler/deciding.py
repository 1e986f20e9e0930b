"""Lets a person settle what the network can't: an unknown attempt that keeps a provider's line."""

import re
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from config import journal
from config.database import Sessions
from scheduler import attempts
from scheduler.dialling import adopt, conclude
from scheduler.outcome import SECOND_LISTING, SETTLE, Attempt, Ending, State
from scheduler.settling import LATEST_PLACED

LONGEST_REASON = 300  # characters
HORIZON = LATEST_PLACED + SETTLE + SECOND_LISTING  # after the claim; by then it should be settled
SID = re.compile(r"\bCA[0-9a-f]{32}\b")


class DecidingRefused(ValueError):
    """Why an attempt stays unknown; the text says what to do."""


def open_to_persons(session: Session, now: datetime) -> tuple[Attempt, ...]:
    """The unknown attempts of real plans that a person may settle, the longest due first."""
    unknown = attempts.in_state(session, State.UNKNOWN, rehearsed=None)
    return tuple(each for each in unknown if each.refusal or _overdue(each, now) > timedelta())


def candidates(attempt: Attempt) -> tuple[str, ...]:
    """The calls of the network one of which an attempt could be."""
    return tuple(SID.findall(attempt.refusal))


def decide(
    sessions: Sessions, attempt: UUID, sid: str, reason: str, now: datetime, actor: str
) -> None:
    """Let an unknown attempt be one of its candidates, or, with no sid, never placed.

    A call that was never placed is missed; nothing is dialled again. Raises DecidingRefused.
    """
    reason = reason.strip()
    if not reason:
        raise DecidingRefused("Say how you know: whoever reads the journal has to.")
    if len(reason) > LONGEST_REASON:
        raise DecidingRefused(f"Shorten the reason to {LONGEST_REASON} characters.")
    with sessions.begin() as session:
        found = next((e for e in open_to_persons(session, now) if e.id == attempt), None)
        if found is None:
            raise DecidingRefused("This attempt is settled already, or the network is being asked.")
        if sid and sid not in candidates(found):
            raise DecidingRefused("Choose one of the calls that the network listed.")
        if sid and not adopt(session, found, sid, now):
            raise DecidingRefused("That call belongs to another attempt; choose another.")
        if not sid:
            conclude(session, found, State.UNKNOWN, Ending.NOT_PLACED, now)
        detail: dict[str, object] = {"attempt": str(attempt), "sid": sid or "never placed"}
        why = {"why": reason}
        subject = f"call {found.call}"
        journal.record(session, now, actor, "unknown settled", subject, detail, aside=why)


def _overdue(attempt: Attempt, now: datetime) -> timedelta:
    return now - (attempt.claimed_at or attempt.due) - HORIZON

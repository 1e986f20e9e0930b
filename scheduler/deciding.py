"""Lets a person settle what the network can't: an unknown attempt that keeps a provider's line."""

import re
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from config import journal
from config.database import Sessions
from scheduler import attempts, diary, worklist
from scheduler.dialling import adopt, conclude
from scheduler.dialling_by_hand import ENDINGS, NUMBER_NOT_FOUND, Heard
from scheduler.outcome import (
    SECOND_LISTING,
    SETTLE,
    Attempt,
    Disposition,
    Ending,
    State,
    disposition_of,
    is_by_hand,
)
from scheduler.settling import LATEST_PLACED

LONGEST_REASON = 300  # characters
HORIZON = LATEST_PLACED + SETTLE + SECOND_LISTING  # after the claim; by then it should be settled
SID = re.compile(r"\bCA[0-9a-f]{32}\b")


SETTLED = "This attempt is settled already, or the network is being asked."


class DecidingRefused(ValueError):
    """Why an attempt stays unknown; the text says what to do."""


def open_to_persons(session: Session, now: datetime) -> tuple[Attempt, ...]:
    """The unknown attempts of real plans that a person may settle, the longest due first.

    Those of calls by hand, of which the end wasn't told, come last.
    """
    unknown = worklist.in_state(session, State.UNKNOWN, rehearsed=None)
    return (
        *(each for each in unknown if each.refusal or _overdue(each, now) > timedelta()),
        *_untold(session),
    )


def _untold(session: Session) -> tuple[Attempt, ...]:
    calls = diary.calls(session, dispositions=(Disposition.UNKNOWN,))
    last = (attempts.of_call(session, call.id)[-1] for call in calls)
    return tuple(each for each in last if each.ending is Ending.UNKNOWN and is_by_hand(each))


def candidates(attempt: Attempt) -> tuple[str, ...]:
    """The calls of the network one of which an attempt could be, or what was heard by hand."""
    if is_by_hand(attempt):
        return tuple(Heard)[1:]
    return tuple(SID.findall(attempt.refusal))


def decide(
    sessions: Sessions, attempt: UUID, sid: str, reason: str, now: datetime, actor: str
) -> None:
    """Let an unknown attempt be one of its candidates, or, with no ``sid``, never placed.

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
            raise DecidingRefused(SETTLED)
        if sid and sid not in candidates(found):
            raise DecidingRefused("Choose one of those that are listed.")
        if is_by_hand(found):
            diary.dispose(session, found.call, _by_hand(sid), now)
        elif sid and not adopt(session, found, sid, now):
            raise DecidingRefused("That call belongs to another attempt; choose another.")
        elif not sid:
            conclude(session, found, State.UNKNOWN, Ending.NOT_PLACED, now)
        detail: dict[str, object] = {"attempt": str(attempt), "sid": sid or "never placed"}
        why = {"why": reason}
        subject = f"call {found.call}"
        journal.record(session, now, actor, "unknown settled", subject, detail, aside=why)


def _by_hand(heard: str) -> Disposition:
    """What becomes of a call by hand of which is told later what was heard."""
    sip = NUMBER_NOT_FOUND if heard == Heard.UNREACHABLE else ""
    return disposition_of(ENDINGS[Heard(heard)], sip) if heard else Disposition.MISSED


def _overdue(attempt: Attempt, now: datetime) -> timedelta:
    return now - (attempt.claimed_at or attempt.due) - HORIZON

"""Makes a call by hand, where no number of the pool can: the assessor dials and times it.

The gate is the same as the bridge's: one conditional UPDATE, not before the due moment and at most
120 seconds after the drawn one, and everything is read again there. What the network would tell
(answered, busy, ended) the assessor says, so such a call is known as timed by hand wherever a
figure of it is shown.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from config import journal
from config.clock import Clock, civil_date
from config.database import Sessions
from config.vault import Vault
from scheduler import (
    attempts,
    caller_pool,
    dialled_calls,
    diary,
    leaves,
    notices,
    people,
    register,
    wearing,
    worklist,
)
from scheduler.call import PlannedCall
from scheduler.dialling import conclude, hold_to_level, unfit
from scheduler.outcome import Attempt, Disposition, Ending, State, is_by_hand

LONGEST = timedelta(hours=2)  # after the gate, until the assessor has told the end


class Heard(StrEnum):
    """What an assessor says that the telephone does."""

    ANSWERED = "answered"
    ENDED = "ended"
    BUSY = "busy"
    NO_ANSWER = "no answer"
    UNREACHABLE = "unreachable"


ENDINGS = {
    Heard.ENDED: Ending.COMPLETED,
    Heard.BUSY: Ending.BUSY,
    Heard.NO_ANSWER: Ending.NO_ANSWER,
    Heard.UNREACHABLE: Ending.FAILED,
}
REACHED_NOBODY = frozenset({Heard.BUSY, Heard.NO_ANSWER, Heard.UNREACHABLE})
HAS_COME = "The moment of this call has come; who dials it stays as it is."
NUMBER_NOT_FOUND = "404"  # what the network would answer where an announcement says so


class ByHandRefused(ValueError):
    """Why a call isn't made or told by hand; the text says what to do."""


def choose(sessions: Sessions, call: UUID, by_hand: bool, now: datetime, actor: str) -> bool:
    """Let a planned call be made by hand, or by the telephone again; False when it is so already.

    Raises ByHandRefused once its moment has come: whoever dials then is settled.
    """
    with sessions.begin() as session:
        planned = diary.find_call(session, call)
        if planned is None or dialled_calls.of_call(session, planned).due <= now:
            raise ByHandRefused(HAS_COME)
        if not by_hand and not _has_number(session, planned):
            raise ByHandRefused("No caller number is in the pool, so this call is made by hand.")
        chosen = diary.set_by_hand(session, call, by_hand)
        if chosen:
            detail: dict[str, object] = {"by hand": by_hand}
            journal.record(session, now, actor, "way of dialling chosen", f"call {call}", detail)
        return chosen


def choose_where_no_number(sessions: Sessions, now: datetime) -> int:
    """Let every planned call without a caller number be made by hand; answers how many."""
    with sessions.begin() as session:
        found = [
            call
            for call in diary.calls(session, since=now, dispositions=(Disposition.PLANNED,))
            if not _has_number(session, call) and diary.set_by_hand(session, call.id, True)
        ]
        for call in found:
            detail: dict[str, object] = {"by hand": True, "why": "no caller number"}
            subject = f"call {call.id}"
            journal.record(session, now, "worker", "way of dialling chosen", subject, detail)
        return len(found)


def dialling_now(
    sessions: Sessions, call: UUID, person: UUID, now: datetime, *, live: bool = False
) -> None:
    """Pass the gate as the assessor dials; raises ByHandRefused."""
    with sessions.begin() as session:
        planned, last = _own(session, call, person)
        if not planned.by_hand or last.state is not State.INTENT:
            raise ByHandRefused("This call isn't to be dialled by you now.")
        if now < last.due:
            raise ByHandRefused("Its moment has not come; dial when the clock stands at it.")
        why_not = unfit(session, planned, last.drawn, now, live=live)
        if why_not is not None:
            raise ByHandRefused(f"Don't dial: {why_not}.")
        if not attempts.dial_by_hand(session, last.id, now):
            raise ByHandRefused("Don't dial: another call is on this provider's line.")
        diary.dispose(session, call, Disposition.RUNNING, now)
        detail: dict[str, object] = {"by hand": True}
        journal.record(session, now, str(person), "gate passed", f"call {call}", detail)
        hold_to_level(session, planned, civil_date(now, planned.zone))
        wearing.heard(session, planned, now)


def tell(sessions: Sessions, call: UUID, person: UUID, what: Heard, now: datetime) -> None:
    """Keep what the assessor hears on the telephone; the first of each counts."""
    with sessions.begin() as session:
        _, last = _own(session, call, person)
        if not is_by_hand(last) or last.state is not State.DIALLING:
            raise ByHandRefused("This call isn't on your telephone now.")
        if what in REACHED_NOBODY and last.answered_at:
            raise ByHandRefused("You said that it was answered: say that it has ended.")
        if what is Heard.ANSWERED:
            attempts.measure(session, last.id, child_sid="", answered_at=now)
            return
        sip = NUMBER_NOT_FOUND if what is Heard.UNREACHABLE else ""
        conclude(session, last, State.DIALLING, ENDINGS[what], now, sip=sip)


def end_untold(sessions: Sessions, vault: Vault, clock: Clock) -> int:
    """End what nobody told the end of for two hours, so that the provider's line is free again.

    Once answered it is completed, and its assessor says on submitting how it ended; else nobody
    knows, and an administrator settles it. Administrators without a tie to the centre get a letter.
    Answers how many ended.
    """
    with sessions.reading() as session:
        if not _untold(session, clock()):
            return 0
    with sessions.begin() as session:
        now = clock()
        ended = [each for each in _untold(session, now) if end_silent(session, vault, each, now)]
        return len(ended)


def _untold(session: Session, now: datetime) -> list[Attempt]:
    return [
        attempt
        for attempt in worklist.in_state(session, State.DIALLING, rehearsed=None)
        if is_by_hand(attempt) and attempt.claimed_at and now >= attempt.claimed_at + LONGEST
    ]


def end_silent(session: Session, vault: Vault, attempt: Attempt, now: datetime) -> bool:
    """End one of them, and tell administrators; False when its end was told meanwhile."""
    call = diary.find_call(session, attempt.call)
    assert call is not None
    answered = attempt.answered_at is not None
    ending = Ending.COMPLETED if answered else Ending.UNKNOWN
    if not conclude(session, attempt, State.DIALLING, ending, now, refusal="its end was not told"):
        return False
    centre = register.find_centre(session, call.centre)
    who = people.find_person(session, call.assessor) if call.assessor else None
    assert centre is not None
    body = LETTER.format(
        who=who.name if who else "Its assessor",
        centre=centre.name,
        moment=f"{call.moment:%d %B %H:%M}",
        became=ANSWERED if answered else NOT_KNOWN,
    )
    tied = leaves.bound_people(session, call.centre, now)  # the call may be open still
    subject = "A call by hand was never ended"
    notices.tell_administrators(session, vault, now, subject, body, tied)
    return True


LETTER = """{who} dialled {centre} by hand for the moment {moment} UTC and didn't say within two
hours that the call had ended. The workspace has ended it, so that other calls to this provider go
on.

{became}
"""
ANSWERED = (
    "It was answered, so it counts as completed; its assessor says on submitting how it ended."
)
NOT_KNOWN = "Whether anybody answered isn't known: ask, and settle it on the page Line."


def _has_number(session: Session, call: PlannedCall) -> bool:
    """Whether the pool has a number that the call can show."""
    return call.caller_number is not None and bool(caller_pool.caller_numbers(session))


def _own(session: Session, call: UUID, person: UUID) -> tuple[PlannedCall, Attempt]:
    planned = diary.find_call(session, call)
    if planned is None or planned.assessor != person:
        raise ByHandRefused("This call is not yours.")
    return planned, attempts.of_call(session, call)[-1]

"""Ends a call that is on the line: by the assessor's word, or because it has waited to its limit.

Who hangs up after a talk leaves the rest to the network. Of every other end, what became of the
call is written first, so that nothing dials it again whatever the network does; then the network is
asked to ring off, with no transaction open. The worker asks again as long as a leg of an ended call
is up: to ring off twice is to ring off once.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from config import journal
from config.clock import Clock
from config.database import Sessions
from config.vault import Vault
from scheduler import attempts, dialled_calls, diary, mark_log, notices, people, register, worklist
from scheduler.call import DialledCall, PlannedCall
from scheduler.dialling import Desk, conclude, each_alone
from scheduler.marking import WITH_A_PERSON, stretches
from scheduler.outcome import Attempt, Disposition, Ending, State, is_by_hand
from scheduler.patience import out_of_patience
from scheduler.telephone import PerhapsPlaced, Telephone

ON_THE_LINE = (State.CREATED, State.DIALLING)


class Reason(StrEnum):
    """Why an assessor ends a call."""

    STOP = "stop"
    ANNOUNCED_WAIT = "announced wait"


BECOMES = {
    Reason.STOP: Disposition.ABORTED,
    Reason.ANNOUNCED_WAIT: Disposition.QUEUE_ABANDONED,
}


class RingingOffRefused(ValueError):
    """Why a call isn't ended; the text says what to do."""


def end_call(
    sessions: Sessions,
    vault: Vault,
    telephone: Telephone,
    call: UUID,
    person: UUID,
    reason: Reason,
    clock: Clock,
) -> bool:
    """End one's own call without a score; False where the network couldn't be asked at once.

    Doing it twice changes nothing. Raises RingingOffRefused when nothing is on the line.
    """
    with sessions.begin() as session:
        now = clock()
        planned = diary.find_call(session, call)
        if planned is None or planned.assessor != person:
            raise RingingOffRefused("This call is not yours.")
        last = attempts.of_call(session, call)[-1]
        if last.state not in ON_THE_LINE:
            raise RingingOffRefused("Nothing is on the line that could be ended.")
        if diary.dispose(session, call, BECOMES[reason], now):
            detail: dict[str, object] = {"reason": reason, "disposition": BECOMES[reason]}
            journal.record(session, now, str(person), "call stopped", f"call {call}", detail)
            if is_by_hand(last):
                conclude(session, last, last.state, Ending.COMPLETED, now)
            if reason is Reason.STOP:
                _tell(session, vault, planned, person, now)
    return _hang_up(telephone, last)


def hang_up(sessions: Sessions, telephone: Telephone, call: UUID, person: UUID) -> None:
    """Ring off one's own call that is over, as laying down the receiver does; it is scored as ever.

    Nothing is written: the network tells the end. Raises RingingOffRefused where nobody talks, and
    where the network couldn't be asked.
    """
    with sessions.reading() as session:
        planned = diary.find_call(session, call)
        if planned is None or planned.assessor != person:
            raise RingingOffRefused("This call is not yours.")
        dialled = dialled_calls.of_call(session, planned)
        last = attempts.of_call(session, call)[-1]
    if dialled.state is not State.DIALLING or dialled.answered_at is None or is_by_hand(last):
        raise RingingOffRefused("Nothing is on the line that could be rung off.")
    if not _hang_up(telephone, last):
        raise RingingOffRefused("The telephone network can't be reached: lay down your receiver.")


def ring_off(desk: Desk) -> int:
    """End what has waited to its limit, and hang up what has ended; answers how many it asked."""
    with desk.sessions.reading() as session:
        up = [
            attempt
            for attempt in worklist.in_state(session, *ON_THE_LINE, rehearsed=desk.rehearsed)
            if not is_by_hand(attempt)
        ]
    return sum(each_alone("ringing off", attempt, lambda a: _ring_off(desk, a)) for attempt in up)


def waited(
    dialled: DialledCall, marks: Iterable[tuple[str, datetime]], now: datetime
) -> tuple[timedelta, timedelta]:
    """The time in a menu and in a queue so far; none as long as no mark says what the caller hears.

    A conversation that nobody marked must not be cut off as a wait.
    """
    marked = list(marks)
    spent = {"menu": timedelta(), "queue": timedelta()}
    if any(kind in spent for kind, _ in marked):
        for part in stretches(dialled, marked, now):
            if part.kind in spent:
                spent[part.kind] += timedelta(seconds=part.end - part.start)
    return spent["menu"], spent["queue"]


def _ring_off(desk: Desk, attempt: Attempt) -> bool:
    with desk.sessions.begin() as session:
        now = desk.clock()
        call = diary.find_call(session, attempt.call)
        assert call is not None
        if call.disposition.open and not _ran_out(session, call, now):
            return False
    _hang_up(desk.telephone, attempt)
    return True


def _ran_out(session: Session, call: PlannedCall, now: datetime) -> bool:
    """Whether the call has waited to its limit by its marks; then it is disposed of."""
    dialled, marks = dialled_calls.of_call(session, call), mark_log.of_call(session, call.id)
    if dialled.state is not State.DIALLING or dialled.answered_at is None:
        return False
    menu, queue = waited(dialled, marks, now)
    level = register.service_level(session, call.service_level)
    reached = any(kind in WITH_A_PERSON for kind, _ in marks)
    becomes = out_of_patience(menu, queue, level.answer_within, reached_person=reached)
    if becomes is None or not diary.dispose(session, call.id, becomes, now):
        return False
    detail: dict[str, object] = {
        "disposition": becomes,
        "menu": int(menu.total_seconds()),
        "queue": int(queue.total_seconds()),
    }
    journal.record(session, now, "worker", "call rung off", f"call {call.id}", detail)
    return True


def _hang_up(telephone: Telephone, attempt: Attempt) -> bool:
    if is_by_hand(attempt):
        return True  # the assessor rings off
    assert attempt.call_sid is not None
    try:
        telephone.hang_up(attempt.call_sid)
    except PerhapsPlaced:
        return False  # the worker asks again
    return True


LETTER = """{who} pressed Stop on the call to {centre} that was drawn for {moment} UTC.

The line was rung off. Nothing is scored, the call is counted as aborted, and nothing is held
against the assessor. Ask them how they are, and what they heard.
"""


def _tell(session: Session, vault: Vault, call: PlannedCall, person: UUID, now: datetime) -> None:
    """Write to every administrator."""
    centre, who = register.find_centre(session, call.centre), people.find_person(session, person)
    assert centre is not None
    assert who is not None
    drawn = f"{call.drawn_moment:%d %B %H:%M}"
    body = LETTER.format(who=who.name, centre=centre.name, moment=drawn)
    notices.tell_administrators(session, vault, now, "A call was stopped", body)

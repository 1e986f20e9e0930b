"""Answers calls to the pool's numbers: whoever rings hears a private person, and nothing else.

While a call awaits what was promised, its centre reaches the assessor who made it, or their
persona's voicemail. Everybody else, and at any other time, hears one neutral message.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from config import journal
from config.database import Sessions
from config.vault import Vault
from scheduler import (
    awaiting,
    caller_pool,
    codes,
    diary,
    leaves,
    line_state,
    people,
    promises,
    register,
)
from scheduler.hearing import CONFIRM_KEY, may_be_recorded
from scheduler.hours import Calendar, is_open
from scheduler.promise import Promise
from scheduler.promise_rows import InboundCallRow
from scheduler.promises import ASSESSOR, NEUTRAL, VOICEMAIL

E164 = re.compile(r"\+[1-9][0-9]{6,14}")
# What the network sends in the place of a number that isn't shown: words on a keypad.
NOT_SHOWN = frozenset({"+266696687", "+7378742833", "+2562533", "+8566696", "+86282452253"})


@dataclass(frozen=True, slots=True)
class RingBack:
    """How a call to the pool is answered.

    ``number`` is the pool's, the only one that anybody is shown; ``to`` is the assessor's
    telephone, "" where it isn't rung; ``persona`` is whose voicemail it is, "" for nobody's.
    """

    number: str
    to: str = ""
    persona: str = ""
    record: bool = False


def ring_back(
    sessions: Sessions, vault: Vault, sid: str, number: str, caller: str, now: datetime
) -> RingBack:
    """Keep a call to the pool and answer what is to happen; asked again, the answer is the same."""
    shown = caller if E164.fullmatch(caller) and caller not in NOT_SHOWN else ""
    with sessions.begin() as session:
        if promises.inbound(session, sid) is None:
            _keep(session, vault, sid, number, shown, now)
        row = promises.inbound(session, sid)
        assert row is not None
        return _as_answered(session, vault, row)


def taken(sessions: Sessions, sid: str, key: str) -> bool:
    """The assessor's telephone was answered and a key pressed: whether the legs are connected."""
    with sessions.begin() as session:
        row = promises.inbound(session, sid)
        if row is None or row.answer != ASSESSOR or key != CONFIRM_KEY:
            return False
        row.talked = True
        return True


def dialled(
    sessions: Sessions, vault: Vault, sid: str, seconds: int | None, now: datetime
) -> RingBack | None:
    """The assessor's leg is over: None where they took it, else their persona's voicemail.

    A talk with what surely was the centre settles the promise.
    """
    with sessions.begin() as session:
        row = promises.inbound(session, sid)
        if row is None:
            return None
        if not row.talked:
            return _voicemail(session, vault, row)
        row.seconds = seconds
        session.flush()
        promise = promises.of_call(session, row.call_id) if row.call_id else None
        if promise is not None and row.counts:
            awaiting.settle(session, promise, now, "worker")
        return None


def left_message(sessions: Sessions, sid: str, recording: str, seconds: int | None) -> None:
    """A message was recorded; only one that was asked for counts, and the first stays."""
    with sessions.begin() as session:
        row = promises.inbound(session, sid)
        if row is None or row.answer == NEUTRAL or row.recording_sid is not None:
            return
        call = diary.find_call(session, row.call_id) if row.call_id else None
        if call is not None and may_be_recorded(session, call):
            row.recording_sid, row.seconds = recording, seconds


def is_ringing(sessions: Sessions, sid: str) -> bool:
    """Whether a call to the pool rings its assessor."""
    with sessions.reading() as session:
        row = promises.inbound(session, sid)
        return row is not None and row.answer == ASSESSOR


def _keep(session: Session, vault: Vault, sid: str, number: str, shown: str, now: datetime) -> None:
    promise, counts = _whose(session, number, shown)
    answer = NEUTRAL
    if promise is not None and promise.outcome is None and counts:
        answer = ASSESSOR if _takes_calls(session, promise, now) else VOICEMAIL
    call = promise.call if promise else None
    if promises.add_inbound(
        session, vault, sid, number, shown, now, call=call, counts=counts, answer=answer
    ):
        detail: dict[str, object] = {"answer": answer, "counts": counts}
        subject = f"call {call}" if call else "pool"
        journal.record(session, now, "worker", "call to the pool", subject, detail)
    if promise is not None and promise.outcome is not None and counts:
        awaiting.settle(session, promise, now, "worker")  # broken, and now it came: late


def _whose(session: Session, number: str, shown: str) -> tuple[Promise | None, bool]:
    """The promise that a call to a number may keep, and whether it surely does.

    A centre's own number names its promise. A number that isn't shown belongs to the only one
    that is awaited. Another number may be a line of the centre that nobody declared: the assessor
    says whether it was.
    """
    key = caller_pool.number_key(session, number)
    known = promises.from_number(session, key) if key else ()
    awaited = [promise for promise in known if promise.outcome is None]
    if shown:
        theirs = [each for each in (*awaited, *known) if shown in _lines(session, each)]
        if theirs:
            return theirs[0], True
    if len(awaited) == 1:
        return awaited[0], not shown
    return None, False


def _lines(session: Session, promise: Promise) -> set[str]:
    call = diary.find_call(session, promise.call)
    assert call is not None
    return {line.number.e164 for line in register.lines(session, call.centre)}


def _takes_calls(session: Session, promise: Promise, now: datetime) -> bool:
    """Whether the assessor may be rung now: in the hours that they offered, and while we dial."""
    call = diary.find_call(session, promise.call)
    if call is None or call.assessor is None or line_state.stopped(session) is not None:
        return False
    if not leaves.may_call(session, call.assessor, call.centre, now):
        return False
    (offer,) = people.offers(session, [call.assessor])
    return is_open(Calendar(offer.zone, offer.spans), now)


def _as_answered(session: Session, vault: Vault, row: InboundCallRow) -> RingBack:
    if row.answer == NEUTRAL:
        return RingBack(row.number)
    if row.answer == ASSESSOR:
        call = diary.find_call(session, row.call_id) if row.call_id else None
        to = people.telephone_of(session, vault, call.assessor) if call and call.assessor else None
        if to:
            return RingBack(row.number, to)
    return _voicemail(session, vault, row)


def _voicemail(session: Session, vault: Vault, row: InboundCallRow) -> RingBack:
    call = diary.find_call(session, row.call_id) if row.call_id else None
    if call is None or row.answer == NEUTRAL:
        return RingBack(row.number)
    name, _, _ = codes.open_persona(session, vault, call.identity)
    return RingBack(row.number, persona=name, record=may_be_recorded(session, call))

"""The line: what is due, ringing, talking, unknown and missed, and the switch that stops it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask import Blueprint, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from assessor.desk import TELEPHONES, desk, page, person
from assessor.hiding import hidden
from assessor.pages import line_alarms
from assessor.policy import allow
from config.clock import civil_date, midnight
from scheduler import (
    deciding,
    dialled_calls,
    dialling_by_hand,
    diary,
    keeping,
    line_state,
    people,
    register,
    stopping,
    worklist,
)
from scheduler.access import Role
from scheduler.call import PlannedCall
from scheduler.dialling_by_hand import Heard
from scheduler.outcome import Attempt, Disposition, State, is_by_hand
from scheduler.rates import Rates, rates

pages = Blueprint("line", __name__)
AHEAD = timedelta(hours=24)
QUIET_WORKER = timedelta(seconds=30)  # without a finished tick, before it counts as dead
OVERDUE = timedelta(seconds=90)
MOST = 200
HEARD = {  # by an assessor who dialled by hand and is asked later
    Heard.ENDED: "Somebody answered",
    Heard.BUSY: "It was busy",
    Heard.NO_ANSWER: "Nobody answered",
    Heard.UNREACHABLE: "An announcement said that the number is dead",
}


@dataclass(frozen=True, slots=True)
class CallLine:
    """A call as the line shows it."""

    at: datetime
    centre: str
    provider: str
    assessor: str  # "" where nobody is drawn
    state: str
    overdue: bool = False
    call: UUID | None = None
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Undecided:
    """An unknown attempt that a person may settle."""

    attempt: UUID
    call: CallLine
    why: str
    by_hand: bool
    sids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LineNow:
    """The whole line at one moment."""

    now: datetime
    due: tuple[CallLine, ...]
    on_the_line: tuple[CallLine, ...]
    unknown: tuple[CallLine, ...]
    missed: tuple[CallLine, ...]
    undecided: tuple[Undecided, ...]
    stopped: tuple[datetime, str] | None
    beat: datetime | None
    quiet_seconds: int | None
    worker_lives: bool
    alarms: tuple[line_alarms.Lasting, ...]
    alarms_ended: tuple[line_alarms.Ended, ...]
    unfetched: tuple[tuple[UUID, str], ...]  # recordings, each with its call in words
    rates: Rates
    hidden: str  # what a tie hides, in a sentence

    @property
    def next(self) -> CallLine | None:
        """The first call whose moment is still to come."""
        return next((each for each in self.due if each.at >= self.now), None)

    @property
    def overdue(self) -> int:
        """How many calls should have been dialled by now."""
        return sum(each.overdue for each in self.due)


@pages.get("/line")
@allow(Role.ADMINISTRATOR)
def now() -> str:
    """The line at this moment; the page asks for its middle part again every five seconds."""
    return _page("", "")


@pages.post("/line/stop")
@allow(Role.ADMINISTRATOR)
def stop() -> Response | tuple[str, int]:
    """Stop dialling for a reason."""
    own = desk()
    reason = request.form.get("reason", "")
    try:
        stopping.stop_dialling(own.sessions, reason, own.clock(), str(person().id))
    except stopping.StoppingRefused as error:
        return _page(reason, str(error)), 422
    return redirect("/line", 303)


@pages.post("/line/resume")
@allow(Role.ADMINISTRATOR)
def resume() -> Response:
    """Let dialling go on."""
    own = desk()
    stopping.resume_dialling(own.sessions, own.clock(), str(person().id))
    return redirect("/line", 303)


@pages.post("/line/by-hand/<uuid:call>")
@allow(Role.ADMINISTRATOR)
def choose(call: UUID) -> Response | tuple[str, int]:
    """Let a call be dialled by its assessor, or by the telephone again."""
    own, by_hand = desk(), request.form.get("by_hand") == "yes"
    if call in _hidden():
        return _page("", "", by_hand_error=dialling_by_hand.HAS_COME), 422
    try:
        dialling_by_hand.choose(own.sessions, call, by_hand, own.clock(), str(person().id))
    except dialling_by_hand.ByHandRefused as error:
        return _page("", "", by_hand_error=str(error)), 422
    return redirect("/line", 303)


@pages.post("/line/unknown/<uuid:attempt>")
@allow(Role.ADMINISTRATOR)
def settle(attempt: UUID) -> Response | tuple[str, int]:
    """Settle an unknown attempt by a person's knowledge."""
    own, form = desk(), request.form
    with own.sessions.reading() as session:
        of = {each.id: each.call for each in deciding.open_to_persons(session, own.clock())}
    if of.get(attempt) in _hidden():
        return _page("", "", deciding.SETTLED), 422
    try:
        deciding.decide(
            own.sessions,
            attempt,
            form.get("sid", ""),
            form.get("reason", ""),
            own.clock(),
            str(person().id),
        )
    except deciding.DecidingRefused as error:
        return _page("", "", str(error)), 422
    return redirect("/line", 303)


@pages.post("/line/recordings/<uuid:recording>/give-up")
@allow(Role.ADMINISTRATOR)
def give_up(recording: UUID) -> Response | tuple[str, int]:
    """Wait no longer for a recording that never comes."""
    own, reason = desk(), request.form.get("reason", "")
    try:
        keeping.give_up(own.sessions, recording, reason, own.clock(), str(person().id))
    except keeping.GivingUpRefused as error:
        return _page("", "", recording_error=str(error)), 422
    return redirect("/line", 303)


def _hidden() -> frozenset[UUID]:
    """The calls that a tie hides, which are dealt with like those that are gone."""
    with desk().sessions.reading() as session:
        return hidden(session).ids


def _page(
    reason: str,
    error: str,
    undecided_error: str = "",
    by_hand_error: str = "",
    recording_error: str = "",
) -> str:
    own = desk()
    with own.sessions.reading() as session:
        line = _line(session, own.clock(), own.zone)
    return page(
        "line/line.html",
        "/line",
        line=line,
        words=TELEPHONES[own.line],
        limits=own.limits,
        heard=HEARD,
        steered=own.trainer_link is not None,
        zone=own.zone,
        reason=reason,
        error=error,
        undecided_error=undecided_error,
        by_hand_error=by_hand_error,
        recording_error=recording_error,
    )


def _line(session: Session, now: datetime, zone: str) -> LineNow:
    rehearsals = {p.id for p in diary.plans(session) if p.purpose == "rehearsal"}
    beat = line_state.last_beat(session, "worker")
    kept_back = hidden(session)
    ids = kept_back.ids

    def real(since: datetime | None, *dispositions: Disposition) -> tuple[CallLine, ...]:
        calls = diary.calls(session, since=since, until=now, dispositions=dispositions)
        return tuple(
            _call(session, each, each.moment, each.disposition)
            for each in kept_back.left(calls)
            if each.plan not in rehearsals
        )

    return LineNow(
        now=now,
        due=tuple(
            _attempt(session, each, _again(each), overdue=now - each.due > OVERDUE)
            for each in worklist.due(session, now + AHEAD, MOST, None)
            if each.call not in ids
        ),
        on_the_line=tuple(
            _attempt(session, each, _doing(session, each))
            for each in worklist.in_state(
                session, State.SENDING, State.CREATED, State.DIALLING, rehearsed=None
            )
            if each.call not in ids
        ),
        unknown=real(None, Disposition.UNKNOWN),
        missed=real(
            midnight(civil_date(now, zone), zone), Disposition.MISSED, Disposition.ASSESSOR_ABSENT
        ),
        undecided=tuple(
            Undecided(
                each.id,
                _attempt(session, each, "unknown"),
                each.refusal.partition(":")[0] or "the network doesn't tell what became of it",
                is_by_hand(each),
                deciding.candidates(each),
            )
            for each in deciding.open_to_persons(session, now)
            if each.call not in ids
        ),
        stopped=line_state.stopped(session),
        beat=beat,
        quiet_seconds=None if beat is None else max(int((now - beat).total_seconds()), 0),
        worker_lives=beat is not None and now - beat <= QUIET_WORKER,
        alarms=line_alarms.lasting(session, now, zone, ids),
        alarms_ended=line_alarms.ended(session, now),
        unfetched=line_alarms.unfetched(session, zone, ids),
        rates=rates(session, now),
        hidden=kept_back.sentence,
    )


def _again(attempt: Attempt) -> str:
    return "" if attempt.ordinal == 1 else f"attempt {attempt.ordinal}"


def _doing(session: Session, attempt: Attempt) -> str:
    if attempt.state is not State.DIALLING:
        return "ringing the assessor"
    call = diary.find_call(session, attempt.call)
    assert call is not None
    answered = dialled_calls.of_call(session, call).answered_at
    return "ringing the centre" if answered is None else "talking"


def _attempt(session: Session, attempt: Attempt, state: str, *, overdue: bool = False) -> CallLine:
    call = diary.find_call(session, attempt.call)
    assert call is not None
    return _call(session, call, attempt.due, state, overdue=overdue)


def _call(
    session: Session,
    call: PlannedCall,
    at: datetime,
    state: str,
    *,
    overdue: bool = False,
) -> CallLine:
    centre = register.find_centre(session, call.centre)
    assert centre is not None
    who = people.find_person(session, call.assessor) if call.assessor else None
    return CallLine(
        at=at,
        centre=centre.name,
        provider=centre.provider_name,
        assessor=who.name if who else "",
        state=state,
        overdue=overdue,
        call=call.id,
        by_hand=call.by_hand,
    )

"""One call of a plan as administrators see it, and giving it to somebody else."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, abort, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from assessor.desk import desk, page, person
from assessor.hiding import hidden
from assessor.policy import allow
from assessor.told import tell, told
from config.clock import Month
from config.settings import Line
from scheduler import diary, offers, people, reassigning, register, scenario_versions
from scheduler.access import Role
from scheduler.call import PlannedCall
from scheduler.offers import Answer, Offer
from scheduler.outcome import Disposition
from scheduler.reassigning import ExcuseRefused, Finder

pages = Blueprint("plan_calls", __name__)

NOBODY = "nobody"
FORMER = "a former assessor"
ANSWERS = {
    None: "offered, no answer yet",
    Answer.ACCEPTED: "accepted",
    Answer.DECLINED: "declined",
    Answer.SILENT: "never answered",
    Answer.EXCUSED: "excused by an administrator",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who was offered a call, when, and what they answered."""

    name: str
    at: datetime
    answer: str


def standing(call: PlannedCall, offer: Offer | None, *, offered: bool = True) -> str:
    """Where a call stands, in words; ``offer`` is the one to its person for its moment.

    Calls of a rehearsal are not ``offered``.
    """
    if call.disposition is not Disposition.PLANNED:
        return str(call.disposition)
    if call.assessor is None:
        return NOBODY
    if offer is None:
        return "to be offered" if offered else "planned"
    return ANSWERS[offer.answer]


@pages.get("/plan/calls/<uuid:call>")
@allow(Role.ADMINISTRATOR, Role.AUDITOR)
def one(call: UUID) -> str:
    """Where a call stands, and who was asked."""
    return _one(call)


@pages.post("/plan/calls/<uuid:call>/another")
@allow(Role.ADMINISTRATOR)
def another(call: UUID) -> BaseResponse | tuple[str, int]:
    """Draw another person for a call whose own can't take it."""
    own = desk()
    with own.sessions.reading() as session:
        _refuse_hidden(session, call)
    finder = Finder(own.vault, own.site, own.zone, own.line is Line.LIVE, str(person().id))
    try:
        found = reassigning.excuse(
            own.sessions, finder, call, request.form.get("reason", ""), own.clock()
        )
    except ExcuseRefused as refusal:
        return _one(call, str(refusal)), 422
    tell(
        "Another person was drawn and asked; the moment stays."
        if found
        else "Nobody who may ring that centre is left for this moment."
    )
    return redirect(f"/plan/calls/{call}", 303)


def _one(key: UUID, refused: str = "") -> str:
    own = desk()
    now = own.clock()
    with own.sessions.reading() as session:
        call = diary.find_call(session, key)
        plan = diary.plan(session, call.plan) if call else None
        if call is None or plan is None or plan.purpose == "practice":
            abort(404)  # a practice call belongs to no plan
        _refuse_hidden(session, key)
        names = {each.id: each.name for each in people.everybody(session)}
        asked = offers.offers(session, call=key)
        present = next(
            (o for o in asked if o.person == call.assessor and o.moment == call.moment), None
        )
        centre = register.find_centre(session, call.centre)
        title = _title(session, call)
    assert centre is not None
    sampled = plan.purpose == "sampling"
    ahead = call.disposition is Disposition.PLANNED and call.moment > now + reassigning.TOO_LATE
    return page(
        "plans/call.html",
        "/plan",
        call=call,
        month=Month.parse(call.month),
        centre=centre,
        who=names.get(call.assessor, FORMER) if call.assessor else "",
        stand_in=names.get(call.stand_in, FORMER) if call.stand_in else "",
        scenario=title,
        stands=standing(call, present, offered=sampled),
        asked=[
            Asked(names.get(each.person, FORMER), each.offered_at, ANSWERS[each.answer])
            for each in asked
        ],
        zone=own.zone,
        may_act=sampled and ahead and Role.ADMINISTRATOR in person().roles,
        refused=refused,
        typed=request.form.get("reason", ""),
        notices=told(),
    )


def _refuse_hidden(session: Session, call: UUID) -> None:
    if call in hidden(session).ids:
        abort(404)


def _title(session: Session, call: PlannedCall) -> str:
    found = scenario_versions.find_scenario(session, call.scenario)
    return found.scenario.title if found else ""

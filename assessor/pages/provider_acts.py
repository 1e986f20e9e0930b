"""A provider's two other acts: it says that staff were told, and that a major incident goes on.

The answers are the same whether or not a call was planned: nothing here reads a plan.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response

from assessor.desk import desk, local, page, person
from assessor.policy import allow
from assessor.told import tell
from assessor.wording import day
from assessor.wording_supplies import span_of_days
from config.clock import civil_date
from scheduler import incidents, register, supplying
from scheduler.access import Role

pages = Blueprint("provider_acts", __name__)
HERE = "/supplies"


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into a form, and what is wrong with it by field."""

    values: dict[str, str]
    errors: dict[str, str]


@pages.get("/supplies/<uuid:centre>/notice")
@allow(Role.PROVIDER_CONTACT)
def notice(centre: UUID) -> str:
    """The notice that is in force, and a form for a new one."""
    return _notice_page(centre, Typed({}, {}))


@pages.post("/supplies/<uuid:centre>/notice")
@allow(Role.PROVIDER_CONTACT)
def acknowledge(centre: UUID) -> Response | tuple[str, int]:
    """Keep the day on which staff were told."""
    own = desk()
    typed = request.form.get("given_on", "").strip()
    try:
        given_on = date.fromisoformat(typed)
        supplying.acknowledge_notice(own.sessions, person(), centre, given_on, own.clock())
    except ValueError:
        error = {"given_on": "This is no date. Write it as 2027-01-31."}
        return _notice_page(centre, Typed({"given_on": typed}, error)), 422
    except supplying.SupplyRefused as refused:
        error = {refused.field: str(refused)}
        return _notice_page(centre, Typed({"given_on": typed}, error)), 422
    except supplying.NotTheirs:
        abort(404)
    tell(f"The notice of {day(given_on)} is kept. It counts for a year.")
    return redirect(HERE, 303)


@pages.get("/supplies/<uuid:centre>/incident")
@allow(Role.PROVIDER_CONTACT)
def incident(centre: UUID) -> str:
    """What was reported before, and a form for what goes on now."""
    return _incident_page(centre, Typed({}, {}))


@pages.post("/supplies/<uuid:centre>/incident")
@allow(Role.PROVIDER_CONTACT)
def report(centre: UUID) -> Response | tuple[str, int]:
    """Let nothing be dialled to the centre for some hours."""
    own = desk()
    values = {name: request.form.get(name, "") for name in ("hours", "what")}
    hours = values["hours"].strip()
    try:
        until = supplying.report_incident(
            own.sessions,
            person(),
            centre,
            int(hours) if hours.isascii() and hours.isdecimal() and len(hours) < 4 else 0,
            values["what"],
            own.clock(),
        )
    except supplying.SupplyRefused as refused:
        return _incident_page(centre, Typed(values, {refused.field: str(refused)})), 422
    except supplying.NotTheirs:
        abort(404)
    found = _own(centre)
    moment = local(until, found.zone)
    tell(f"Nothing is dialled to {found.name} before {moment:%H:%M} on {day(moment.date())}.")
    return redirect(HERE, 303)


def _own(centre: UUID) -> register.Centre:
    with desk().sessions.reading() as session:
        try:
            return supplying.own_centre(session, person(), centre)
        except supplying.NotTheirs:
            abort(404)


def _notice_page(centre: UUID, typed: Typed) -> str:
    own = desk()
    found = _own(centre)
    with own.sessions.reading() as session:
        spans = register.notice_spans(session, centre)
    return page(
        "supplies/notice.html",
        HERE,
        centre=found,
        known=[span_of_days(span) for span in reversed(spans)],
        today=civil_date(own.clock(), found.zone),
        typed=typed,
    )


def _incident_page(centre: UUID, typed: Typed) -> str:
    own = desk()
    found = _own(centre)
    with own.sessions.reading() as session:
        known = incidents.incidents(session, centre)
    return page(
        "supplies/incident.html",
        HERE,
        centre=found,
        known=[(_when(each, found.zone), each.what) for each in known],
        most=supplying.MOST_HOURS,
        typed=typed,
    )


def _when(each: incidents.Incident, zone: str) -> str:
    begun, until = local(each.reported_at, zone), local(each.until, zone)
    return f"{_moment(begun)} to {_moment(until)}"


def _moment(moment: datetime) -> str:
    return f"{day(moment.date())}, {moment:%H:%M}"

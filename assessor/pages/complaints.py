"""Clients' complaints about a centre, on its page: administrators take them down."""

from datetime import date
from uuid import UUID

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response

from assessor.desk import desk, person
from assessor.pages.centre_record import Refused
from assessor.pages.centres import shown
from assessor.policy import allow
from assessor.told import tell
from scheduler import complaining, complaints, register
from scheduler.access import Role
from scheduler.complaints import Matter, Standing
from scheduler.refused import ChangedMeanwhile, FieldRefused

pages = Blueprint("complaints", __name__)
FORM = "complaint"


@pages.post("/centres/<uuid:centre>/complaints")
@allow(Role.ADMINISTRATOR)
def add(centre: UUID) -> Response | tuple[str, int]:
    """Take down that a complaint arrived."""
    own, form = desk(), request.form
    with own.sessions.reading() as session:
        if register.find_centre(session, centre) is None:
            abort(404)
    try:
        matter = Matter(form.get("matter", ""))
        standing = Standing(form.get("standing", ""))
    except ValueError:
        abort(400)
    try:
        complaining.take_down(
            own.sessions,
            centre,
            form.get("reference", ""),
            _day(form.get("arrived", "").strip()),
            matter,
            standing,
            own.clock(),
            str(person().id),
        )
    except FieldRefused as refused:
        faults = ((f"f-{FORM}-{refused.field}", str(refused)),)
        return shown(centre, Refused(FORM, form.to_dict(), faults)), 422
    tell("The complaint is on record.")
    return redirect(f"/centres/{centre}", 303)


@pages.post("/centres/<uuid:centre>/complaints/<uuid:complaint>")
@allow(Role.ADMINISTRATOR)
def move(centre: UUID, complaint: UUID) -> Response | tuple[str, int]:
    """Say where a complaint stands now."""
    own, form = desk(), request.form
    with own.sessions.reading() as session:
        if complaint not in {each.id for each in complaints.complaints(session, centre)}:
            abort(404)
    try:
        seen, standing = Standing(form.get("seen", "")), Standing(form.get("standing", ""))
    except ValueError:
        abort(400)
    try:
        complaining.move(
            own.sessions, centre, complaint, seen, standing, own.clock(), str(person().id)
        )
    except ChangedMeanwhile:
        sentence = "Somebody changed where it stands meanwhile. It is shown as it is now."
        return shown(centre, Refused(FORM, {}, ((f"f-complaint-{complaint}", sentence),))), 422
    tell("Where the complaint stands is saved.")
    return redirect(f"/centres/{centre}", 303)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise FieldRefused("arrived", "Write the day on which it arrived.") from error

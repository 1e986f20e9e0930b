"""Reasons to sample a centre more, on the centre's page: administrators add and end them."""

from uuid import UUID

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response

from assessor.desk import desk, person
from assessor.pages.centres import shown
from assessor.pages.rule_form import amount
from assessor.policy import allow
from assessor.told import tell
from scheduler import extra_sampling, raising, register
from scheduler.access import Role
from scheduler.extra_sampling import USUAL, Why

pages = Blueprint("extra_sampling", __name__)


@pages.post("/centres/<uuid:centre>/extra-sampling")
@allow(Role.ADMINISTRATOR)
def add(centre: UUID) -> Response | tuple[str, int]:
    """Sample a centre more, from the next plan on."""
    own = desk()
    with own.sessions.reading() as session:
        if register.find_centre(session, centre) is None:
            abort(404)
    try:
        why = Why(request.form.get("why", ""))
        typed = request.form.get("factor", "")
        factor = amount(typed) if typed else USUAL[why]
        months = int(request.form.get("months", ""))
    except ValueError:
        abort(400)
    if factor is None:
        abort(400)
    words = request.form.get("words", "")
    try:
        raising.raise_sampling(
            own.sessions, centre, why, words, factor, months, own.clock(), str(person().id)
        )
    except raising.RaisingRefused as refused:
        return shown(centre, more_refused=str(refused)), 422
    tell("The centre is sampled more from the next plan on.")
    return redirect(f"/centres/{centre}", 303)


@pages.post("/centres/<uuid:centre>/extra-sampling/<uuid:reason>/end")
@allow(Role.ADMINISTRATOR)
def end(centre: UUID, reason: UUID) -> Response | tuple[str, int]:
    """End a reason before its last day."""
    own = desk()
    with own.sessions.reading() as session:
        if reason not in {each.id for each in extra_sampling.reasons(session, centre)}:
            abort(404)
    try:
        words = request.form.get("words", "")
        raising.end_extra(own.sessions, reason, words, own.clock(), str(person().id))
    except raising.RaisingRefused as refused:
        return shown(centre, more_refused=str(refused)), 422
    tell("The reason no longer counts.")
    return redirect(f"/centres/{centre}", 303)

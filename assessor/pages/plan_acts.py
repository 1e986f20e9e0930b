"""What administrators do to a sealed plan: its public value, its draw, its disclosure."""

import secrets

from flask import Blueprint, Response, abort, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from assessor.desk import desk, person
from assessor.pages.plans import month_of, plan_page
from assessor.policy import allow
from config import journal
from config.clock import Month, Period
from config.settings import Line
from scheduler import diary, disclosing, planning, sealing
from scheduler.access import Role
from scheduler.plan_inputs import rule_from_json

pages = Blueprint("plan_acts", __name__)


def _plan(month: str) -> tuple[Month, diary.Plan]:
    first = month_of(month)
    with desk().sessions.reading() as session:
        covering = diary.covering(session, Period(first, 1))
    plan = next((each for each in covering if each.period.first == first), None)
    if plan is None:
        abort(404)
    return first, plan


@pages.post("/plan/<month>/public-value")
@allow(Role.ADMINISTRATOR)
def public_value(month: str) -> BaseResponse | tuple[str, int]:
    """Keep the public value that a sealed plan waits for."""
    own = desk()
    _, plan = _plan(month)
    try:
        sealing.take_public_value(
            own.sessions,
            plan.period,
            request.form.get("value", ""),
            own.clock(),
            str(person().id),
        )
    except sealing.PlanRefused as refusal:
        return plan_page(month, str(refusal)), 422
    return redirect(f"/plan/{month}", 303)


@pages.post("/plan/<month>/draw")
@allow(Role.ADMINISTRATOR)
def draw(month: str) -> BaseResponse | tuple[str, int]:
    """Draw a sealed plan."""
    own = desk()
    _, plan = _plan(month)
    try:
        planning.draw_plan(
            own.sessions,
            own.vault,
            plan.period,
            rule_from_json(plan.rule),
            own.clock(),
            secrets.token_bytes(32),
            str(person().id),
            own.zone,
            proved_everything=own.line is not Line.LIVE,
        )
    except sealing.PlanRefused as refusal:
        return plan_page(month, str(refusal)), 422
    return redirect(f"/plan/{month}", 303)


@pages.post("/plan/<month>/disclose")
@allow(Role.ADMINISTRATOR)
def disclose(month: str) -> BaseResponse | tuple[str, int]:
    """Disclose a closed plan: from then on its bundle can be downloaded."""
    own = desk()
    first, _ = _plan(month)
    try:
        disclosing.disclose(own.sessions, own.vault, first, own.clock(), str(person().id))
    except disclosing.DisclosureRefused as refusal:
        return plan_page(month, str(refusal)), 422
    return redirect(f"/plan/{month}", 303)


@pages.get("/plan/<month>.zip")
@allow(Role.ADMINISTRATOR, Role.AUDITOR)
def bundle(month: str) -> Response:
    """The bundle of a disclosed plan; the journal keeps who took it."""
    own = desk()
    first, plan = _plan(month)
    try:
        data = disclosing.bundle(own.sessions, own.vault, first)
    except disclosing.DisclosureRefused:
        abort(404)
    with own.sessions.begin() as session:
        journal.record(
            session, own.clock(), str(person().id), "bundle downloaded", f"plan {plan.id}"
        )
    return Response(
        data,
        mimetype="application/zip",
        headers={"Content-Disposition": f'attachment; filename="plan-{first}.zip"'},
    )

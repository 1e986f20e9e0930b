"""What administrators do to a plan: seal it, give its public value, draw it, disclose it.

None of it can be taken back, so each asks for a recent proof of who is there.
"""

import secrets
from collections.abc import Callable
from functools import partial

from flask import Blueprint, Response, abort, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from assessor.desk import desk, page, person, signed_in
from assessor.hiding import hidden
from assessor.pages import plan_drawing
from assessor.pages.plans import month_of, period_in_words, plan_page
from assessor.policy import allow
from config import journal
from config.clock import Month, Period, civil_date
from config.settings import Line
from scheduler import diary, disclosing, metering, planning, rules, sealing
from scheduler.access import Role
from scheduler.plan_inputs import rule_from_json
from scheduler.rule_words import rule_in_words

pages = Blueprint("plan_acts", __name__)


def _unproved(back: str) -> BaseResponse | None:
    """Where to prove who is there, unless that was done lately."""
    if signed_in().recently(desk().clock()):
        return None
    return redirect(f"/confirm?back={back}", 303)


@pages.get("/plan/new")
@allow(Role.ADMINISTRATOR)
def new() -> str:
    """What would be sealed, and for which period."""
    return _new()


@pages.post("/plan/new")
@allow(Role.ADMINISTRATOR)
def seal() -> BaseResponse | tuple[str, int]:
    """Seal the plan of a period by the rule in force."""
    own, typed = desk(), request.form.get("first", "")
    if back := _unproved("/plan/new"):
        return back
    with own.sessions.reading() as session:
        rule = rules.in_force(session)
        periods = sealing.to_seal(session, rule, civil_date(own.clock(), own.zone))
    period = next((each for each in periods if str(each.first) == typed), None)
    if period is None:
        return _new("Choose one of the periods: another plan may have begun there meanwhile."), 422
    try:
        sealing.seal_plan(
            own.sessions,
            own.vault,
            period,
            rule,
            own.clock(),
            secrets.token_bytes(32),
            str(person().id),
            own.zone,
            proved_everything=own.line is not Line.LIVE,
            public_source=own.public_source,
            institute=own.institute,
        )
    except sealing.PlanRefused as refusal:
        return _new(str(refusal), typed), 422
    return redirect(f"/plan/{period.first}", 303)


def _new(refused: str = "", chosen: str = "") -> str:
    own = desk()
    with own.sessions.reading() as session:
        rule = rules.in_force(session)
        periods = sealing.to_seal(session, rule, civil_date(own.clock(), own.zone))
        crew = metering.crew(session)
        limits = metering.limits_of(session, rule)
    today = civil_date(own.clock(), own.zone)
    ahead = next((str(each.first) for each in periods if each.start > today), None)
    return page(
        "plans/new.html",
        "/plan",
        rule=rule_in_words(rule),
        periods=[(str(each.first), period_in_words(each)) for each in periods],
        chosen=chosen or ahead,
        centres=crew.centres,
        assessors=sum(bool(each.hours) for each in crew.assessors),
        limits=limits,
        source=own.public_source,
        refused=refused,
    )


@pages.post("/plan/<month>/public-value")
@allow(Role.ADMINISTRATOR)
def public_value(month: str) -> BaseResponse | tuple[str, int]:
    """Keep the public value that a sealed plan waits for."""
    own = desk()
    _, plan = _plan(month)
    if back := _unproved(f"/plan/{month}"):
        return back
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
    if back := _unproved(f"/plan/{month}"):
        return back
    act = partial(
        planning.draw_plan,
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
    return _drawn(month, plan, act)


@pages.post("/plan/<month>/late")
@allow(Role.ADMINISTRATOR)
def late(month: str) -> BaseResponse | tuple[str, int]:
    """Seal and draw calls for the centres that were entered since the draw."""
    own = desk()
    _, plan = _plan(month)
    if back := _unproved(f"/plan/{month}"):
        return back
    act = partial(
        planning.add_late_centres,
        own.sessions,
        own.vault,
        plan.id,
        own.clock(),
        secrets.token_bytes(32),
        str(person().id),
        own.zone,
        proved_everything=own.line is not Line.LIVE,
        public_source=own.public_source,
        institute=own.institute,
    )
    return _drawn(month, plan, act)


@pages.post("/plan/<month>/disclose")
@allow(Role.ADMINISTRATOR)
def disclose(month: str) -> BaseResponse | tuple[str, int]:
    """Disclose a closed plan: from then on its bundle can be downloaded."""
    own = desk()
    first, _ = _plan(month)
    if back := _unproved(f"/plan/{month}"):
        return back
    try:
        disclosing.disclose(own.sessions, own.vault, first, own.clock(), str(person().id))
    except disclosing.CallsOpen as refusal:
        with own.sessions.reading() as session:
            tied = hidden(session).centres
        return plan_page(month, "calls of the period are open" if tied else str(refusal)), 422
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


def _drawn(
    month: str, plan: diary.Plan, act: Callable[..., object]
) -> BaseResponse | tuple[str, int]:
    if refused := plan_drawing.draw(plan.id, lambda tell: act(tell=tell)):
        return plan_page(month, refused), 422
    return redirect(f"/plan/{month}", 303)


def _plan(month: str) -> tuple[Month, diary.Plan]:
    first = month_of(month)
    with desk().sessions.reading() as session:
        covering = diary.covering(session, Period(first, 1))
    plan = next((each for each in covering if each.period.first == first), None)
    if plan is None:
        abort(404)
    return first, plan

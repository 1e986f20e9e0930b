"""What administrators do to a plan: seal it, give its public value, draw it, disclose it.

None of it can be taken back, so each asks for a recent proof of who is there.
"""

import secrets
from collections.abc import Callable

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
from scheduler import diary, disclosing, metering, planning, rules, sealing, withdrawing
from scheduler.access import Role
from scheduler.gathering import ready_now
from scheduler.plan_inputs import rule_from_json
from scheduler.rule_words import rule_in_words

pages = Blueprint("plan_acts", __name__)
Answer = BaseResponse | tuple[str, int]


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
def seal() -> Answer:
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
        sealing.seal_plan(_planner(), period, rule, own.clock(), secrets.token_bytes(32))
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
        ready = ready_now(session, own.clock(), proved_everything=own.line is not Line.LIVE)
    today = civil_date(own.clock(), own.zone)
    ahead = next((str(each.first) for each in periods if each.start > today), None)
    return page(
        "plans/new.html",
        "/plan",
        rule=rule_in_words(rule),
        periods=[(str(each.first), period_in_words(each)) for each in periods],
        chosen=chosen or ahead,
        centres=crew.centres,
        can_be_called=ready,
        assessors=sum(bool(each.hours) for each in crew.assessors),
        limits=limits,
        source=own.public_source,
        refused=refused,
    )


@pages.post("/plan/<month>/public-value")
@allow(Role.ADMINISTRATOR)
def public_value(month: str) -> Answer:
    """Keep the public value that a sealed plan waits for."""

    def act(plan: diary.Plan) -> str:
        own, value = desk(), request.form.get("value", "")
        try:
            sealing.take_public_value(
                own.sessions, plan.period, value, own.clock(), str(person().id)
            )
        except sealing.PlanRefused as refusal:
            return str(refusal)
        return ""

    return _done(month, act)


@pages.post("/plan/<month>/draw")
@allow(Role.ADMINISTRATOR)
def draw(month: str) -> Answer:
    """Draw a sealed plan."""
    planner, now, seed = _planner(), desk().clock(), secrets.token_bytes(32)

    def act(plan: diary.Plan) -> str:
        period, rule = plan.period, rule_from_json(plan.rule)
        return plan_drawing.draw(
            plan.id, lambda tell: planning.draw_plan(planner, period, rule, now, seed, tell=tell)
        )

    return _done(month, act)


@pages.post("/plan/<month>/late")
@allow(Role.ADMINISTRATOR)
def late(month: str) -> Answer:
    """Seal and draw calls for the centres that were entered since the draw."""
    planner, now, seed = _planner(), desk().clock(), secrets.token_bytes(32)

    def act(plan: diary.Plan) -> str:
        return plan_drawing.draw(
            plan.id, lambda tell: planning.add_late_centres(planner, plan.id, now, seed, tell=tell)
        )

    return _done(month, act)


@pages.post("/plan/<month>/disclose")
@allow(Role.ADMINISTRATOR)
def disclose(month: str) -> Answer:
    """Disclose a closed plan: from then on its bundle can be downloaded."""

    def act(plan: diary.Plan) -> str:
        own = desk()
        try:
            disclosing.disclose(
                own.sessions, own.vault, plan.period.first, own.clock(), str(person().id)
            )
        except disclosing.CallsOpen as refusal:
            with own.sessions.reading() as session:
                tied = hidden(session).centres
            return "calls of the period are open" if tied else str(refusal)
        except disclosing.DisclosureRefused as refusal:
            return str(refusal)
        return ""

    return _done(month, act)


@pages.post("/plan/<month>/withdraw")
@allow(Role.ADMINISTRATOR)
def withdraw(month: str) -> Answer:
    """Withdraw a drawn plan: what of it hasn't begun is not made."""
    own, why = desk(), request.form.get("reason", "")

    def act(plan: diary.Plan) -> str:
        now, who = own.clock(), str(person().id)
        try:
            withdrawing.withdraw(own.sessions, own.vault, plan.id, why, now, who)
        except withdrawing.WithdrawalRefused as refusal:
            return str(refusal)
        return ""

    return _done(month, act, why)


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


def _planner() -> sealing.Planner:
    own = desk()
    return sealing.Planner(
        own.sessions,
        own.vault,
        str(person().id),
        own.zone,
        proved_everything=own.line is not Line.LIVE,
        public_source=own.public_source,
        institute=own.institute,
    )


def _done(month: str, act: Callable[[diary.Plan], str], why: str = "") -> Answer:
    """Do something to a plan by who has proved lately who they are; ``act`` says why it can't."""
    _, plan = _plan(month)
    if back := _unproved(f"/plan/{month}"):
        return back
    if refused := act(plan):
        return plan_page(month, refused, why), 422
    return redirect(f"/plan/{month}", 303)


def _plan(month: str) -> tuple[Month, diary.Plan]:
    first = month_of(month)
    with desk().sessions.reading() as session:
        covering = diary.covering(session, Period(first, 1))
    plan = next((each for each in covering if each.period.first == first), None)
    if plan is None:
        abort(404)
    return first, plan

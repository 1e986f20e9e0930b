"""The audit of closed plans: calls as drawn, made and missed, beside plans by the same design."""

from dataclasses import dataclass

from flask import Blueprint, abort, request

from assessor.desk import desk, page
from assessor.pages.plans import month_of, period_in_words
from assessor.policy import allow
from assessor.wording import DAYS
from config.clock import Period
from scheduler import auditing, diary
from scheduler.access import Role
from scheduler.audit import SIMULATIONS, Bar, Question
from scheduler.audit_words import (
    NAMES,
    NO_PROOF,
    STATISTICS,
    decimal,
    departs,
    of_what,
    power,
    verdict,
    views,
)
from scheduler.centre import DAYS as SHORT_DAYS

pages = Blueprint("audits", __name__)
MOST_MONTHS = 60  # that a page audits together
MOST_CENTRES = 4_000  # of all their plans; they take some ten seconds


@dataclass(frozen=True, slots=True)
class Line:
    """A finding as the table shows it."""

    name: str
    statistic: str
    value: str
    by_chance: str
    p: float
    holm: float
    departs: bool
    of: str
    power: str


@dataclass(frozen=True, slots=True)
class LabelledBar:
    """A bar of a picture with its words."""

    label: str
    words: str
    bar: Bar


@dataclass(frozen=True, slots=True)
class View:
    """The calls in one view: what was found, and the pictures."""

    name: str
    verdict: str
    lines: tuple[Line, ...]
    weekdays: tuple[LabelledBar, ...]
    hours: tuple[LabelledBar, ...]
    gaps: tuple[Bar, ...]
    months: tuple[LabelledBar, ...]


@pages.get("/plan/<month>/audit")
@allow(Role.ADMINISTRATOR, Role.AUDITOR)
def one(month: str) -> str:
    """The audit of the plan that begins with a month.

    ``?months=`` audits several together from there, ``?calls=`` chooses what is pictured.
    """
    own = desk()
    first = month_of(month)
    with own.sessions.reading() as session:
        covering = diary.covering(session, Period(first, 1))
    plan = next((each for each in covering if each.period.first == first), None)
    if plan is None:
        abort(404)
    refused, found = "", None
    wider: tuple[Period, ...] = ()
    months = request.args.get("months", plan.period.months, type=int)
    if not 1 <= months <= MOST_MONTHS:
        abort(404)
    try:
        found = auditing.audit_plans(own.sessions, first, months, most=MOST_CENTRES)
        with own.sessions.reading() as session:
            wider = auditing.longer(session, found.period)
    except auditing.AuditRefused as refusal:
        refused = str(refusal)
    shown = [_view(*each) for each in views(found.audit)] if found and found.audit else []
    wanted = request.args.get("calls", "")
    return page(
        "plans/audit.html",
        "/plan",
        first=first,
        plan=plan,
        period=period_in_words(found.period if found else plan.period),
        alone=period_in_words(plan.period),
        wider=[(each, period_in_words(each)) for each in wider if each.months <= MOST_MONTHS],
        refused=refused,
        found=found,
        views=shown,
        chosen=next((each for each in shown if each.name == wanted), shown[0] if shown else None),
        fewer=bool(found and found.audit and found.audit.simulations < SIMULATIONS),
        no_proof=NO_PROOF,
    )


def _view(name: str, question: Question) -> View:
    return View(
        name=name,
        verdict=verdict(name, question),
        lines=tuple(
            Line(
                NAMES[each.kind],
                STATISTICS[each.kind],
                decimal(each.value),
                f"{decimal(each.low)} to {decimal(each.high)}",
                each.p,
                each.holm,
                departs(each),
                of_what(each),
                power(each),
            )
            for each in question.findings
        ),
        weekdays=tuple(
            LabelledBar(SHORT_DAYS[each.at], DAYS[each.at], each)
            for each in question.weekdays
            if each.expected or each.count
        ),
        hours=tuple(
            LabelledBar(str(each.at), f"{each.at}:00 to {each.at + 1}:00", each)
            for each in question.hours
            if each.expected or each.count
        ),
        gaps=question.gaps,
        months=tuple(
            LabelledBar(str(each.at), f"{each.at} {'call' if each.at == 1 else 'calls'}", each)
            for each in question.months
            if each.high or each.count
        ),
    )

"""The rule under the meter: what it would give away and cost; administrators put one in force."""

from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from flask import Blueprint, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from assessor.desk import desk, page, person
from assessor.pages.plans import period_in_words
from assessor.pages.rule_form import (
    PERIODS,
    Asked,
    RuleRefused,
    Typed,
    amount,
    as_typed,
    read,
    sentence,
    typed_of,
)
from assessor.policy import allow
from assessor.told import tell, told
from config.clock import civil_date
from scheduler import metering, people, register, rules, ruling
from scheduler.access import Role
from scheduler.cover import ENOUGH, cover_in_words, cover_of
from scheduler.hazard_picture import PictureDay, picture
from scheduler.hazards import MeterRefused, hazards_of
from scheduler.meter import GOAL, Reading, guard_lift
from scheduler.meter import read as read_meter
from scheduler.rule import Rule
from scheduler.rule_budget import (
    MINUTES_A_CALL,
    BudgetRefused,
    Cost,
    cost,
    rule_for,
    rule_for_money,
)
from scheduler.rule_limits import hours_a_week
from scheduler.rule_reading import Ground, Part, design_of, figures_of, parts, plain_ground
from scheduler.rule_words import rule_in_words

pages = Blueprint("rule", __name__)
FEWEST_SHOWN = 0.005
SHOWN_VERSIONS = 10


@dataclass(frozen=True, slots=True)
class CoverShown:
    """What the hours that nobody offered give away, on a centre's calendar."""

    share: float
    enough: bool
    lift: float | None  # of the rule when only offered hours are drawn; None where nothing is left
    words: str


@dataclass(frozen=True, slots=True)
class CrewLine:
    """An assessor, the hours a week that they offered, and those that the rule asks of them."""

    name: str
    offered: Fraction
    asked: Fraction


@dataclass(frozen=True, slots=True)
class Shown:
    """What the meter shows."""

    reading: Reading
    sentence: tuple[str, str, str]  # before, the number, after
    days: tuple[PictureDay, ...]
    month_counts: tuple[tuple[int, float], ...]  # calls in a month, and the mean chance of it
    leaks: bool
    parts: tuple[Part, ...]
    cover: CoverShown | None  # None on plain months
    cost: Cost
    crew: tuple[CrewLine, ...]
    limits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Before:
    """A rule that was put in force."""

    version: rules.RuleVersion
    who: str
    words: str


@dataclass(frozen=True, slots=True)
class Opened:
    """What stands around the meter."""

    in_force: Rule
    history: tuple[Before, ...]
    centres: tuple[register.Centre, ...]
    shown: Shown | None
    asked: Asked | None
    where: str


@pages.get("/plan/rule")
@allow(Role.ADMINISTRATOR, Role.AUDITOR)
def one() -> str:
    """The meter of the rule in the address, of the one in force without one; nothing is saved."""
    return _page(None, [])


@pages.post("/plan/rule")
@allow(Role.ADMINISTRATOR)
def use() -> Response | tuple[str, int]:
    """Put the rule that was measured in force."""
    own = desk()
    typed = typed_of(request.form)
    now = own.clock()
    today = civil_date(now, own.zone)
    try:
        asked = read(typed)
        if asked.free_days:
            raise RuleRefused(
                [
                    (
                        "f-free_days",
                        "Plans leave no free days after a call: set them to 0.",
                    )
                ]
            )
        with own.sessions.reading() as session:
            ground = _ground(session, asked.rule, typed.centre)[0]
            figures = metering.figures(session, asked.rule, today, ground)
        ruling.use_rule(
            own.sessions,
            asked.rule,
            figures,
            request.form.get("reason", ""),
            now,
            str(person().id),
        )
    except RuleRefused as refused:
        return _page(typed, refused.faults), 422
    except (MeterRefused, ruling.RulingRefused) as refused:
        return _page(typed, [("f-reason", str(refused))]), 422
    tell("The rule is in force: the next plan is drawn by it, and sealed plans keep their own.")
    return redirect("/plan/rule", 303)


def _page(posted: Typed | None, faults: list[tuple[str, str]]) -> str:
    own = desk()
    fields = request.args
    typed = posted
    opened = None
    with own.sessions.reading() as session:
        in_force = rules.in_force(session)
        history = _history(session)
        crew = metering.crew(session)
        shown, asked, where, unmeasured = None, None, "", list[tuple[str, str]]()
        try:
            if typed is None:
                typed = as_typed(in_force)
                if "hours" in fields or "money" in fields:
                    typed = _within(fields.get("hours"), fields.get("money"), crew.centres)
                elif fields:
                    typed = typed_of(fields)
            asked = read(typed)
            ground, where = _ground(session, asked.rule, typed.centre)
            shown = _shown(asked, ground, crew, metering.limits_of(session, asked.rule))
        except RuleRefused as refused:
            unmeasured = refused.faults
        except MeterRefused as refused:
            unmeasured = [("f-mean", str(refused))]
        opened = Opened(in_force, history, register.centres(session), shown, asked, where)
    assert typed is not None
    return page(
        "plans/rule.html",
        "/plan",
        typed=typed,
        opened=opened,
        budget={"hours": fields.get("hours", ""), "money": fields.get("money", "")},
        reason=request.form.get("reason", ""),
        periods=PERIODS,
        faults=faults,
        unmeasured=unmeasured,
        in_words=rule_in_words(opened.in_force),
        goal=GOAL,
        enough=ENOUGH,
        prices=own.prices,
        zone=own.zone,
        may_change=Role.ADMINISTRATOR in person().roles,
        notices=told(),
    )


def _within(hours: str | None, money: str | None, centres: int) -> Typed:
    """The fields of the rule that a budget of a month allows."""
    field = "hours" if hours else "money"
    given = amount(hours or money or "")
    if given is None or given <= 0:
        raise RuleRefused([(f"f-{field}", "The budget must be a number over 0, such as 40.")])
    try:
        if field == "hours":
            return as_typed(rule_for(given, centres))
        return as_typed(rule_for_money(given, centres, desk().prices))
    except BudgetRefused as refused:
        raise RuleRefused([(f"f-{field}", str(refused))]) from None


def _history(session: Session) -> tuple[Before, ...]:
    found = rules.versions(session, SHOWN_VERSIONS)
    names = {str(each.id): each.name for each in people.everybody(session)} if found else {}
    return tuple(
        Before(each, names.get(each.actor, each.actor), rule_in_words(each.rule)) for each in found
    )


def _ground(session: Session, rule: Rule, chosen: str) -> tuple[Ground, str]:
    """The hours to measure on, and their name: a centre's next period, or plain months."""
    if not chosen:
        ground = plain_ground(rule.months)
        return ground, ground.name
    try:
        centre = register.find_centre(session, UUID(chosen))
    except ValueError:
        centre = None
    if centre is None:
        raise RuleRefused([("f-centre", "There is no such centre: choose one of the list.")])
    own = desk()
    today = civil_date(own.clock(), own.zone)
    ground = metering.centre_ground(session, centre, rule, today, own.zone)
    period = metering.next_period(today, rule.months)
    return ground, f"the calendar of {centre.name}, {period_in_words(period)}"


def _shown(asked: Asked, ground: Ground, crew: metering.Crew, limits: tuple[str, ...]) -> Shown:
    rule, centres = asked.rule, max(1, crew.centres)
    design = design_of(rule, ground, centres, asked.free_days)
    hazards = hazards_of(design, ground.hours)
    reading = read_meter(hazards, ground.hours)
    months = reading.month_counts
    counts = (
        (calls, sum(month[calls] for month in months if calls < len(month)) / len(months))
        for calls in range(max(map(len, months)))
    )
    spent = cost(Fraction(reading.calls) * crew.centres / rule.months, desk().prices)
    return Shown(
        reading=reading,
        sentence=sentence(asked, reading.guard[1]),
        days=picture(hazards, ground.hours, reading.calls),
        month_counts=tuple(pair for pair in counts if pair[1] >= FEWEST_SHOWN),
        leaks=figures_of(reading, ground.name).leaks,
        parts=parts(rule, ground, centres, reading.guard[1], asked.free_days),
        cover=_cover(asked, ground, centres),
        cost=spent,
        crew=_crew(spent, crew),
        limits=limits,
    )


def _cover(asked: Asked, ground: Ground, centres: int) -> CoverShown | None:
    if ground.offered is None:
        return None
    cover = cover_of(ground.slots, ground.ordinary, ground.offered)
    words = "" if cover.enough or not cover.share else cover_in_words(cover)
    try:
        design = design_of(asked.rule, ground, centres, asked.free_days, covered=True)
        lift = guard_lift(design, ground.hours) if cover.gaps else None
    except MeterRefused:
        lift = None
    return CoverShown(cover.share, cover.enough, lift, words)


def _crew(spent: Cost, crew: metering.Crew) -> tuple[CrewLine, ...]:
    """What each is asked for when all work in proportion to the hours that they offered."""
    whole = sum((each.hours for each in crew.assessors), Fraction())
    if not whole:
        return tuple(CrewLine(each.name, each.hours, Fraction()) for each in crew.assessors)
    needed = hours_a_week(spent.calls, MINUTES_A_CALL, 1)
    return tuple(
        CrewLine(each.name, each.hours, needed * each.hours / whole) for each in crew.assessors
    )

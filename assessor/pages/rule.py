"""The rule under the meter: what it would give away, before anything is drawn by it."""

from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from flask import Blueprint, request
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from assessor.desk import desk, page
from assessor.pages.plans import period_in_words
from assessor.policy import allow
from config.clock import Month, Period, civil_date
from scheduler import gathering, register
from scheduler.access import Role
from scheduler.draw import Rule, default_rule, refusals
from scheduler.hazard_picture import PictureDay, picture
from scheduler.hours import SECTOR_VOLUME, Calendar, open_slots
from scheduler.meter import GOAL, Design, Hours, MeterRefused, Reading, measure
from scheduler.metered_hours import metered_hours
from scheduler.reference_profile import plain_hours
from scheduler.rule_budget import BudgetRefused, Cost, cost, rule_for

pages = Blueprint("rule", __name__)
PERIODS = ((1, "month"), (3, "quarter"), (6, "half-year"), (12, "year"))
MOST_CALLS = 200
FEWEST_SHOWN = 0.005


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields of the form as they were typed."""

    mean: str
    months: str
    floor: str
    ceiling: str
    free_days: str
    centre: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A rule that can be measured."""

    rule: Rule
    free_days: int

    @property
    def design(self) -> Design:
        """The rule as the meter takes it."""
        rule = self.rule
        return Design(float(rule.mean), rule.floor, rule.ceiling, free_days=self.free_days)


@dataclass(frozen=True, slots=True)
class Shown:
    """What the meter shows."""

    reading: Reading
    sentence: tuple[str, str, str]  # before, the number, after
    days: tuple[PictureDay, ...]
    month_counts: tuple[tuple[int, float], ...]  # calls in a month, and the mean chance of it
    leaks: bool
    cost: Cost


class RuleRefused(ValueError):
    """A rule that can't be measured: pairs of a field's id and a sentence."""

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        """Keep the faults; the message is all of them."""
        super().__init__(" ".join(sentence for _, sentence in faults))
        self.faults = faults


@pages.get("/plan/rule")
@allow(Role.ADMINISTRATOR, Role.AUDITOR)
def one() -> str:
    """The meter of the rule in the address, of the default without one; nothing is saved."""
    own = desk()
    typed = _typed(request.args)
    budget = request.args.get("hours", "")
    shown = None
    faults: list[tuple[str, str]] = []
    where = ""
    try:
        with own.sessions.reading() as session:
            centres = register.centres(session)
            typed = _within(budget, len(centres)) if "hours" in request.args else typed
            asked = read(typed)
            hours, where = _hours(session, typed.centre, asked.rule.months)
        shown = _shown(asked, hours, len(centres))
    except RuleRefused as refused:
        faults = refused.faults
    except MeterRefused as refused:
        faults = [("f-mean", str(refused))]
    return page(
        "plans/rule.html",
        "/plan",
        typed=typed,
        budget=budget,
        periods=PERIODS,
        centres=centres,
        shown=shown,
        faults=faults,
        where=where,
        goal=GOAL,
    )


def read(typed: Typed) -> Asked:
    """The rule that the fields say. Raises RuleRefused with a sentence for each fault."""
    faults = []

    def whole(name: str, text: str) -> int:
        if text.strip().isdecimal() and len(text.strip()) <= 4:
            return int(text)
        faults.append((f"f-{name}", f"{text or 'Nothing'} can't be counted: write a whole number."))
        return 0

    mean = _number(typed.mean)
    if mean is None:
        mean = Fraction(1)
        faults.append(("f-mean", "The average must be a number, such as 21 or 6.5."))
    if mean > MOST_CALLS:
        faults.append(("f-mean", f"The average can't be over {MOST_CALLS} calls a period."))
    rule = Rule(
        months=whole("months", typed.months),
        mean=mean,
        floor=whole("floor", typed.floor or "0"),
        ceiling=whole("ceiling", typed.ceiling) if typed.ceiling.strip() else None,
    )
    free_days = whole("free_days", typed.free_days or "0")
    if not faults:
        faults = [("f-mean", sentence) for sentence in refusals(rule)]
    if faults:
        raise RuleRefused(faults)
    return Asked(rule, free_days)


def sentence(asked: Asked, lift: float) -> tuple[str, str, str]:
    """What a watchful centre would gain: the words before the number, the number, those after."""
    rule = asked.rule
    period = dict(PERIODS).get(rule.months, f"period of {rule.months} months")
    exact = rule.floor == rule.ceiling
    count = f"exactly {rule.floor} a {period}" if exact else "this rule"
    if asked.free_days:
        days = "day" if asked.free_days == 1 else "days"
        count += f" and {asked.free_days} free {days} after each call"
    after = " as many of your calls as chance allows, on guard for a fifth of its own"
    if exact and rule.floor:
        after += f": after the last of {rule.floor} it is safe until the {period} ends"
    return f"With {count} a watchful centre would catch ", f"{lift:.2f} times", f"{after}."


def _number(text: str) -> Fraction | None:
    try:
        return Fraction(text.strip().replace(",", ".")) if len(text) <= 12 else None
    except (ValueError, ZeroDivisionError):
        return None


def _as_typed(rule: Rule) -> Typed:
    ceiling = "" if rule.ceiling is None else str(rule.ceiling)
    return Typed(f"{float(rule.mean):g}", str(rule.months), str(rule.floor), ceiling, "0", "")


def _within(budget: str, centres: int) -> Typed:
    """The fields of the rule that a budget of hours a month allows."""
    hours = _number(budget)
    if hours is None or hours <= 0:
        raise RuleRefused([("f-hours", "The hours must be a number over 0, such as 40.")])
    try:
        return _as_typed(rule_for(hours, centres))
    except BudgetRefused as refused:
        raise RuleRefused([("f-hours", str(refused))]) from None


def _typed(fields: MultiDict[str, str]) -> Typed:
    if not fields or "hours" in fields:
        return _as_typed(default_rule())
    return Typed(*(fields.get(name, "") for name in Typed.__dataclass_fields__))


def _hours(session: Session, chosen: str, months: int) -> tuple[Hours, str]:
    """The hours to measure on, and their name: a centre's next period, or plain months."""
    if not chosen:
        return plain_hours(months), "plain months of 21 days and nine hours"
    try:
        centre = register.find_centre(session, UUID(chosen))
    except ValueError:
        centre = None
    if centre is None:
        raise RuleRefused([("f-centre", "There is no such centre: choose one of the list.")])
    own = desk()
    first = Month.of(civil_date(own.clock(), own.zone)).next()
    while (first.month - 1) % months:
        first = first.next()
    period = Period(first, months)
    closed = gathering.closures(session, centre, period.start, period.end)
    calendar = Calendar(centre.zone, register.hours(session, centre.id), closed)
    hours = metered_hours(open_slots(calendar, period), SECTOR_VOLUME)
    return hours, f"the calendar of {centre.name}, {period_in_words(period)}"


def _shown(asked: Asked, hours: Hours, centres: int) -> Shown:
    reading = measure(asked.design, hours)
    months = reading.month_counts
    counts = (
        (calls, sum(month[calls] for month in months if calls < len(month)) / len(months))
        for calls in range(max(map(len, months)))
    )
    return Shown(
        reading=reading,
        sentence=sentence(asked, reading.guard[1]),
        days=picture(asked.design, hours, reading.calls),
        month_counts=tuple(pair for pair in counts if pair[1] >= FEWEST_SHOWN),
        leaks=max(reading.guard[1], reading.day, reading.hour) > GOAL,
        cost=cost(Fraction(reading.calls), asked.rule.months, centres),
    )

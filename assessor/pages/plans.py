"""The sampling plans: what was sealed, what was drawn, and the calls that it gave."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from flask import Blueprint, abort, request
from sqlalchemy.orm import Session

from assessor.desk import desk, page, person
from assessor.hiding import hidden
from assessor.pages import plan_drawing
from assessor.policy import allow
from assessor.wording import MONTHS, place, weekday
from assessor.wording import month as month_in_words
from config.clock import Month, Period, civil_date
from config.settings import Line
from scheduler import diary, metering, people, register, scenario_versions, seals, tally
from scheduler.access import Role
from scheduler.call import PlannedCall
from scheduler.outcome import Disposition
from scheduler.plan_inputs import rule_from_json
from scheduler.plan_told import more_sampling, proved_everything, sampled_more, says_hours
from scheduler.rule_words import rule_in_words
from scheduler.shortfall import Week, hours_short, is_of_a_week

pages = Blueprint("plans", __name__)
PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class Listed:
    """A plan on the list."""

    plan: diary.Plan
    period: str
    calls: int
    still_open: int


@pages.get("/plan")
@allow(Role.ADMINISTRATOR, Role.AUDITOR)
def every() -> str:
    """Every plan, the latest period first; practice calls, which belong to none, as a number."""
    with desk().sessions.reading() as session:
        plans = diary.plans(session)
        kept_back = hidden(session)
        by_plan = kept_back.left_of_plans(tally.calls_by_plan(session))
    counts: defaultdict[UUID, Counter[Disposition]] = defaultdict(Counter)
    for plan in plans:
        counts[plan.adds_to or plan.id] += by_plan[plan.id]
    listed = [
        Listed(plan, period_in_words(plan.period), counts[plan.id].total(), _open(counts[plan.id]))
        for plan in plans
        if plan.purpose != "practice" and plan.adds_to is None
    ]
    practice = sum(counts[plan.id].total() for plan in plans if plan.purpose == "practice")
    may_seal = Role.ADMINISTRATOR in person().roles
    return page(
        "plans/list.html",
        "/plan",
        plans=listed,
        practice=practice,
        may_seal=may_seal,
        hidden=kept_back.sentence,
    )


@dataclass(frozen=True, slots=True)
class CentreNote:
    """Something to know about a centre of a plan."""

    centre: register.Centre
    words: str


@dataclass(frozen=True, slots=True)
class AlikeNote:
    """Something to know about several centres of a plan alike."""

    centres: tuple[register.Centre, ...]
    words: str


@dataclass(frozen=True, slots=True)
class CallLine:
    """One call of a plan as it is listed."""

    id: UUID
    day: str
    moment: datetime
    zone: str
    elsewhere: str  # the town of the zone where it isn't the institute's
    centre: register.Centre
    assessor: str  # "" where nobody could be placed
    scenario: str
    disposition: Disposition


@dataclass(frozen=True, slots=True)
class PlanShown:
    """A plan with what was added to it, and the calls of one of its months."""

    plan: diary.Plan
    sealed: tuple[diary.Plan, ...]  # the plan and its additions
    period: str
    rule: str
    drawn: int
    still_open: int
    nobody: int  # calls without an assessor
    weeks: tuple[Week, ...]  # and the hours that they take
    of_weeks: tuple[tuple[register.Centre, tuple[str, ...]], ...]  # why, by centre
    without: tuple[CentreNote, ...]
    uncovered: tuple[CentreNote, ...]
    covered: bool  # whether every open hour could be taken by somebody
    lacking: tuple[AlikeNote, ...]
    more: tuple[AlikeNote, ...]  # sampled more
    limits: tuple[str, ...]  # what the institute can't have with this rule
    late: tuple[register.Centre, ...]
    months: tuple[tuple[Month, int], ...]
    chosen: Month
    calls: tuple[CallLine, ...]  # a part of the month's
    total: int  # calls of the month
    proved_everything: bool  # no proving check was asked of a number
    hidden: str  # what a tie hides, in a sentence


@pages.get("/plan/<month>")
@allow(Role.ADMINISTRATOR, Role.AUDITOR)
def one(month: str) -> str:
    """The plan that begins with a month; ``?month=`` chooses which of its months is listed."""
    return plan_page(month)


def plan_page(month: str, refused: str = "", why: str = "") -> str:
    """The page of a plan, with what was refused of it just now, and the reason that was typed."""
    own = desk()
    first = month_of(month)
    shown = month_of(request.args["month"]) if "month" in request.args else None
    number = max(request.args.get("page", 1, type=int), 1)
    today = civil_date(own.clock(), own.zone)
    with own.sessions.reading() as session:
        covering = diary.covering(session, Period(first, 1))
        plan = next((each for each in covering if each.period.first == first), None)
        if plan is None:
            abort(404)
        seen = _shown(session, plan, shown or _nearest(plan, today), number, own.zone, today)
        waiting = seals.awaiting(session) & {each.id for each in seen.sealed}
        kept = [seals.find_seal(session, each.id) for each in seen.sealed]
    return page(
        "plans/plan.html",
        "/plan",
        seen=seen,
        number=number,
        begin=(number - 1) * PER_PAGE + 1,
        zone=own.zone,
        refused=refused or plan_drawing.outcome(plan.id),
        why=why,
        drawing=plan_drawing.goes_on(plan.id),
        how_far=plan_drawing.how_far(plan.id),
        may_act=Role.ADMINISTRATOR in person().roles,
        source=next((k.public_source for k in kept if k), ""),
        awaiting=next((k.public_source for k in kept if k and k.plan in waiting), ""),
        disclosed=next((k.disclosed_at for k in kept if k and k.disclosed_at), None),
        certified={k.plan for k in kept if k}
        if plan.purpose == "sampling" or own.line is not Line.LIVE
        else (),
    )


def _shown(
    session: Session, plan: diary.Plan, chosen: Month, number: int, zone: str, today: date
) -> PlanShown:
    sealed = (plan, *diary.additions(session, plan.id))
    keys = [each.id for each in sealed]
    kept_back = hidden(session)
    months = kept_back.left_of_months(tally.months_of_plans(session, keys), plans=keys)
    by_plan = kept_back.left_of_plans(tally.calls_by_plan(session))
    counts = sum((by_plan[key] for key in keys), Counter[Disposition]())
    calls = sorted(
        kept_back.left(
            call for key in keys for call in diary.calls(session, plan=key, months=[chosen])
        ),
        key=lambda call: call.drawn_moment,
    )
    found = {
        centre: each for key in keys for centre, each in diary.plan_centres(session, key).items()
    }
    centres = register.centres(session)
    looked_at = [(centre, found[centre.id]) for centre in centres if centre.id in found]
    sampled = register.sampled(session)
    late = [each for each in sampled if each.id not in found]
    called = sum(not each.reason for _, each in looked_at) if plan.drawn_at else len(sampled)
    if plan.state != "closed":  # what its calls lack tells of them, and so does that it has none
        looked_at = [pair for pair in looked_at if pair[0].id not in kept_back.centres]
    rule = rule_from_json(plan.rule)
    nobody = () if plan.withdrawn_at else tally.without_assessor(session, keys, kept_back.ids)
    more = more_sampling(session, plan.id)
    return PlanShown(
        plan=plan,
        sealed=sealed,
        period=period_in_words(plan.period),
        rule=rule_in_words(rule),
        drawn=counts.total(),
        still_open=_open(counts),
        nobody=len(nobody),
        weeks=hours_short(nobody, zone),
        of_weeks=tuple(
            (c, tuple(filter(is_of_a_week, each.short)))
            for c, each in looked_at
            if any(map(is_of_a_week, each.short))
        ),
        without=tuple(CentreNote(c, each.reason) for c, each in looked_at if each.reason),
        uncovered=tuple(
            CentreNote(c, _share(each.uncovered))
            for c, each in looked_at
            if each.uncovered and not says_hours(each)
        ),
        covered=not any(each.uncovered for _, each in looked_at),
        lacking=_alike(
            (c, words) for c, each in looked_at for words in each.short if not is_of_a_week(words)
        ),
        more=_alike((c, sampled_more(more[c.id])) for c, _ in looked_at if c.id in more),
        limits=metering.limits_of(session, rule, called),
        late=tuple(late) if _takes_more(plan, today) else (),
        months=tuple((month, months.get(month, 0)) for month in plan.period.month_list),
        chosen=chosen,
        calls=_lines(session, calls[(number - 1) * PER_PAGE :][:PER_PAGE], zone),
        total=len(calls),
        proved_everything=proved_everything(session, plan.id),
        hidden=kept_back.sentence if plan.state != "closed" else "",
    )


def period_in_words(period: Period) -> str:
    """A period as ``January to March 2027``."""
    first, last = period.month_list[0], period.month_list[-1]
    if first == last:
        return month_in_words(first)
    if first.year == last.year:
        return f"{MONTHS[first.month - 1]} to {month_in_words(last)}"
    return f"{month_in_words(first)} to {month_in_words(last)}"


def _alike(notes: Iterable[tuple[register.Centre, str]]) -> tuple[AlikeNote, ...]:
    found: defaultdict[str, list[register.Centre]] = defaultdict(list)
    for centre, words in notes:
        found[words].append(centre)
    return tuple(AlikeNote(tuple(centres), words) for words, centres in found.items())


def _takes_more(plan: diary.Plan, today: date) -> bool:
    return plan.purpose == "sampling" and not plan.withdrawn_at and today < plan.period.end


def _share(value: Fraction) -> str:
    return f"nobody offered the hours of {100 * float(value):.0f} % of its ordinary calls"


def _open(counts: Counter[Disposition]) -> int:
    return sum(count for disposition, count in counts.items() if disposition.open)


def month_of(text: str) -> Month:
    """The month of an address; there is no page of anything else."""
    try:
        return Month.parse(text)
    except ValueError:
        abort(404)


def _nearest(plan: diary.Plan, today: date) -> Month:
    """The plan's month that today lies in, else the nearest."""
    months = plan.period.month_list
    return min(max(Month.of(today), months[0]), months[-1])


def _lines(session: Session, calls: list[PlannedCall], zone: str) -> tuple[CallLine, ...]:
    centres = {c.id: c for c in register.centres(session)}
    names = {p.id: p.name for p in people.everybody(session)}
    titles = {
        version: stored.scenario.title
        for version in {call.scenario for call in calls}
        if (stored := scenario_versions.find_scenario(session, version))
    }
    return tuple(
        CallLine(
            id=call.id,
            day=weekday(civil_date(call.drawn_moment, call.zone)),
            moment=call.drawn_moment,
            zone=call.zone,
            elsewhere="" if call.zone == zone else place(call.zone),
            centre=centres[call.centre],
            assessor=names.get(call.assessor, "a former assessor") if call.assessor else "",
            scenario=titles[call.scenario],
            disposition=call.disposition,
        )
        for call in calls
    )

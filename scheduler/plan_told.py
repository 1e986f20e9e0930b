"""Tells what a plan gave as it stands: its calls, and the centres without one."""

from dataclasses import dataclass, replace
from fractions import Fraction
from uuid import UUID

from sqlalchemy.orm import Session

from config.clock import Month, Period
from scheduler import diary, register, rules, tally
from scheduler.cover import NOBODY_OFFERED
from scheduler.plan_inputs import inputs_from_json, rule_from_json
from scheduler.rule import Rule, number
from scheduler.shortfall import hours_short, week_in_words

ENTERED_LATER = "it was entered after the draw; draw again with --add to give it calls"


@dataclass(frozen=True, slots=True)
class Without:
    """A centre without a call in the plan, and why."""

    centre: str
    reason: str


@dataclass(frozen=True, slots=True)
class DrewPlan:
    """What a draw left: the plan as it stands, and how many calls this draw added."""

    plan: UUID
    centres: int
    calls: int
    added: int
    without: tuple[Without, ...]
    short: int  # calls that nobody can take
    weeks: tuple[str, ...]  # and the hours that they take, by week
    uncovered: tuple[Without, ...]
    lacking: tuple[Without, ...]  # what the calls of a centre had to do without
    more: tuple[Without, ...]  # centres that are sampled more
    proved_everything: bool  # the numbers of a return counted as proved


def with_added(drew: DrewPlan, added: int) -> DrewPlan:
    """The plan as it stands, with more calls that this draw added."""
    return replace(drew, added=drew.added + added)


def looked_at(session: Session, plan: UUID) -> dict[UUID, diary.PlanCentre]:
    """The centres that a plan and what adds to it looked at."""
    keys = (plan, *(each.id for each in diary.additions(session, plan)))
    return {
        centre: found for key in keys for centre, found in diary.plan_centres(session, key).items()
    }


def rule_from(session: Session, first: Month) -> Rule:
    """The rule of the plan that begins with a month, else the one in force."""
    covering = diary.covering(session, Period(first, 1))
    plan = next((each for each in covering if each.period.first == first), None)
    return rule_from_json(plan.rule) if plan else rules.in_force(session)


def proved_everything(session: Session, plan: UUID) -> bool:
    """Whether the numbers of a return counted as proved, since no real telephone rang."""
    return inputs_from_json(diary.seed_and_inputs(session, plan)[1]).proved_everything


def more_sampling(session: Session, plan: UUID) -> dict[UUID, Fraction]:
    """What the means of centres with a reason for more sampling were multiplied by."""
    keys = (plan, *(each.id for each in diary.additions(session, plan)))
    inputs = (inputs_from_json(diary.seed_and_inputs(session, key)[1]) for key in keys)
    return {each.centre: each.extra for own in inputs for each in own.centres if each.extra != 1}


def sampled_more(factor: Fraction) -> str:
    """What that means, in words."""
    return (
        f"sampled {number(factor)} times as much, for reasons on its page: figures that pool the "
        "calls of several centres weigh it more"
    )


def says_hours(found: diary.PlanCentre) -> bool:
    """Whether it is told by the hour what nobody offered of a centre."""
    return any(each.startswith(NOBODY_OFFERED) for each in found.short)


def as_it_stands(session: Session, plan: UUID, added: int) -> DrewPlan:
    """The plan with what adds to it; ``added`` is how many calls were drawn just now."""
    seen = looked_at(session, plan)
    everything = [c for c in register.centres(session) if c.id in seen or not c.rehearsal]
    factors = more_sampling(session, plan)
    keys = (plan, *(each.id for each in diary.additions(session, plan)))
    nobody = tally.without_assessor(session, keys)
    zone = inputs_from_json(diary.seed_and_inputs(session, plan)[1]).zone
    by_plan = tally.calls_by_plan(session)
    without = []
    uncovered, lacking = [], []
    for each in everything:
        name = f"{each.provider_name}, {each.name}"
        found = seen.get(each.id)
        reason = found.reason if found else ENTERED_LATER
        if reason:
            without.append(Without(name, reason))
        lacking += [Without(name, each) for each in found.short] if found else []
        if found and found.uncovered and not says_hours(found):
            share = f"{100 * float(found.uncovered):.0f} % of its ordinary calls"
            uncovered.append(Without(name, f"nobody offered the hours of {share}"))
    return DrewPlan(
        plan=plan,
        centres=len(everything),
        calls=sum(by_plan[key].total() for key in keys),
        added=added,
        without=tuple(without),
        short=len(nobody),
        weeks=tuple(map(week_in_words, hours_short(nobody, zone))),
        uncovered=tuple(uncovered),
        lacking=tuple(lacking),
        more=tuple(
            Without(f"{each.provider_name}, {each.name}", sampled_more(factors[each.id]))
            for each in everything
            if each.id in factors
        ),
        proved_everything=proved_everything(session, plan),
    )

"""Tells what a plan gave as it stands: its calls, and the centres without one."""

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.orm import Session

from scheduler import diary, register
from scheduler.plan_inputs import inputs_from_json

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
    uncovered: tuple[Without, ...]
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


def proved_everything(session: Session, plan: UUID) -> bool:
    """Whether the numbers of a return counted as proved, since no real telephone rang."""
    return inputs_from_json(diary.seed_and_inputs(session, plan)[1]).proved_everything


def as_it_stands(session: Session, plan: UUID, added: int) -> DrewPlan:
    """The plan with what adds to it; ``added`` is how many calls were drawn just now."""
    everything = register.centres(session)
    seen = looked_at(session, plan)
    keys = (plan, *(each.id for each in diary.additions(session, plan)))
    calls = [call for key in keys for call in diary.calls(session, plan=key)]
    without = []
    uncovered = []
    for each in everything:
        name = f"{each.provider_name}, {each.name}"
        found = seen.get(each.id)
        reason = found.reason if found else ENTERED_LATER
        if reason:
            without.append(Without(name, reason))
        if found and found.uncovered:
            share = f"{float(found.uncovered):.0%} of its ordinary calls"
            uncovered.append(Without(name, f"nobody offered the hours of {share}"))
    return DrewPlan(
        plan=plan,
        centres=len(everything),
        calls=len(calls),
        added=added,
        without=tuple(without),
        short=sum(1 for call in calls if call.assessor is None),
        uncovered=tuple(uncovered),
        proved_everything=proved_everything(session, plan),
    )

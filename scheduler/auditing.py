"""Audits a closed plan: reads what was drawn and made, and holds it against the sealed design."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from config.clock import Month, Period
from config.database import Sessions
from scheduler import diary, first_tries
from scheduler.audit import SIMULATIONS, Audit, audit
from scheduler.audit_calls import Calls, calls_of, chance_of, designs_of
from scheduler.audit_design import Drawing, Place
from scheduler.first_tries import FirstTry
from scheduler.outcome import LATEST_DIAL
from scheduler.plan_inputs import inputs_from_json
from scheduler.repeat import FIRST_REDRAW, FollowUp

AT_THE_MINUTE = timedelta(seconds=60)
AT_A_REQUEST = 150_000  # centres times simulations, some two seconds
FEWEST = 199  # simulations, under which five tests can find nothing


class AuditRefused(Exception):
    """A plan that can't be audited; the text says why."""


@dataclass(frozen=True, slots=True)
class Record:
    """What became of a plan's calls, as counts.

    The plan's own calls are ``drawn``, ``moved`` of them drawn anew before it stood since nobody
    could take them or the provider's lines were taken. Their centre was dialled within a minute of
    the drawn moment, within two, at another time, or never: ``missed`` by reason. ``unplaced`` were
    drawn or made outside the hours that the plan could draw, and are in no statistic.
    """

    drawn: int
    moved: int
    at_the_minute: int
    within_two: int
    at_another_time: int
    missed: tuple[tuple[str, int], ...]
    tried_again: int
    redrawn: int
    re_assigned: int
    sampled_more: int  # centres
    unplaced: int


@dataclass(frozen=True, slots=True)
class PlanAudit:
    """The audit of a plan with its additions; None where no call of it could be placed."""

    plan: diary.Plan
    centres: int
    record: Record
    audit: Audit | None


def audit_plan(
    sessions: Sessions,
    first: Month,
    simulations: int | None = None,
    tell: Callable[[int], None] = lambda done: None,
) -> PlanAudit:
    """Audit the plan that begins with a month; raises AuditRefused before it is closed.

    Without a number there are as many simulations as take some two seconds, at most 999.
    """
    with sessions.reading() as session:
        plan, keys = _closed(session, first)
        tries = first_tries.first_tries(session, keys)
        followed = first_tries.followed(session, keys)
        re_assigned = first_tries.re_assigned(session, {t.call for t in tries}, plan.sealed_at)
        inputs = [inputs_from_json(diary.seed_and_inputs(session, key)[1]) for key in keys]
    drawings = [drawing for own in inputs if (drawing := Drawing.of(own)).designs]
    own = [each for each in tries if each.stream < FIRST_REDRAW]
    placed = _Placed.of(drawings, own)
    record = Record(
        drawn=len(own),
        moved=sum(each.stream == 1 for each in own),
        **_by_punctuality(own),
        missed=tuple(Counter(each.reason for each in own if not each.dialled_at).most_common()),
        tried_again=followed[FollowUp.TRY_AGAIN],
        redrawn=followed[FollowUp.REDRAW],
        re_assigned=re_assigned,
        sampled_more=sum(each.extra != 1 for one in inputs for each in one.centres),
        unplaced=placed.outside,
    )
    centres = len(designs_of(drawings))
    found = None
    if placed.drawn.plan.size:
        found = audit(
            drawings,
            placed.drawn,
            placed.made,
            placed.missed,
            chance_of(plan.inputs_hash),
            simulations or min(SIMULATIONS, max(FEWEST, AT_A_REQUEST // centres)),
            tell,
        )
    return PlanAudit(plan, centres, record, found)


def _closed(session: Session, first: Month) -> tuple[diary.Plan, tuple[UUID, ...]]:
    covering = diary.covering(session, Period(first, 1))
    plan = next((each for each in covering if each.period.first == first), None)
    if plan is None:
        raise AuditRefused(f"no plan begins with {first}")
    if plan.state != "closed":
        raise AuditRefused(
            f"the period from {first} isn't closed: it is audited when it is over and every call "
            "has ended, so that an audit tells nothing of calls to come"
        )
    return plan, (plan.id, *(each.id for each in diary.additions(session, plan.id)))


def _by_punctuality(tries: Collection[FirstTry]) -> dict[str, int]:
    late = [each.dialled_at - each.drawn for each in tries if each.dialled_at]
    soon = sum(timedelta() <= each < AT_THE_MINUTE for each in late)
    two = sum(timedelta() <= each <= LATEST_DIAL for each in late)
    return {
        "at_the_minute": soon,
        "within_two": two - soon,
        "at_another_time": len(late) - two,
    }


@dataclass(frozen=True, slots=True)
class _Placed:
    """The calls as drawn, as made and missed, in the hours of the designs."""

    drawn: Calls
    made: Calls
    missed: Calls
    outside: int

    @classmethod
    def of(cls, drawings: Sequence[Drawing], tries: Collection[FirstTry]) -> "_Placed":
        designs = {each.centre: (n, each) for n, each in enumerate(designs_of(drawings))}
        drawn: list[tuple[int, Place]] = []
        made: list[tuple[int, Place]] = []
        missed: list[tuple[int, Place]] = []
        outside = 0
        for each in tries:
            number, design = designs.get(each.centre, (0, None))
            at = design.place(each.drawn) if design else None
            if design is None or at is None:
                outside += 1
                continue
            drawn.append((number, at))
            if each.dialled_at is None:
                missed.append((number, at))
                continue
            if not each.drawn <= each.dialled_at <= each.drawn + LATEST_DIAL:
                at = design.place(each.dialled_at)
            if at is None:
                outside += 1
            else:
                made.append((number, at))
        return cls(calls_of(drawn), calls_of(made), calls_of(missed), outside)

"""Audits closed plans: reads what was drawn and made, and holds it against the sealed designs."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy.orm import Session

from config.clock import Month, Period
from config.database import Sessions
from scheduler import diary, first_tries
from scheduler.audit import SIMULATIONS, Audit, audit
from scheduler.audit_calls import calls_of, chance_of, designs_of
from scheduler.audit_design import Design, Drawing, Place
from scheduler.first_tries import FirstTry
from scheduler.outcome import LATEST_DIAL
from scheduler.plan_inputs import Inputs, inputs_from_json
from scheduler.repeat import FIRST_REDRAW, FollowUp

AT_THE_MINUTE = timedelta(seconds=60)
AT_A_REQUEST = 150_000  # centres times simulations, some two seconds
FEWEST = 199  # simulations, under which five tests can find nothing


class AuditRefused(Exception):
    """A plan that can't be audited; the text says why."""


@dataclass(frozen=True, slots=True)
class Record:
    """What became of the calls of plans, as counts.

    The plans' own calls are ``drawn``, ``moved`` of them drawn anew before it stood since nobody
    could take them or the provider's lines were taken. Their centre was dialled within a minute of
    the drawn moment, within two, at another time, or never: ``missed`` by reason. ``unplaced`` were
    drawn or made outside the hours that could be drawn, and are in no statistic.
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
    """The audit of successive plans with their additions, pooled; ``centres`` are those of all.

    ``audit`` is None where no call of theirs could be placed.
    """

    plans: tuple[diary.Plan, ...]
    centres: int
    record: Record
    audit: Audit | None

    @property
    def period(self) -> Period:
        """The months of all of them."""
        return _whole(self.plans)


@dataclass(frozen=True, slots=True)
class _Read:
    """What is read of one plan and what adds to it."""

    plan: diary.Plan
    inputs: tuple[Inputs, ...]
    own: tuple[FirstTry, ...]
    followed: Counter[FollowUp]
    re_assigned: int

    @classmethod
    def of(cls, session: Session, plan: diary.Plan) -> "_Read":
        keys = (plan.id, *(each.id for each in diary.additions(session, plan.id)))
        tries = first_tries.first_tries(session, keys)
        return cls(
            plan,
            tuple(inputs_from_json(diary.seed_and_inputs(session, key)[1]) for key in keys),
            tuple(each for each in tries if each.stream < FIRST_REDRAW),
            first_tries.followed(session, keys),
            first_tries.re_assigned(session, {each.call for each in tries}, plan.sealed_at),
        )


def audit_plans(
    sessions: Sessions,
    first: Month,
    months: int | None = None,
    simulations: int | None = None,
    tell: Callable[[int], None] = lambda done: None,
    *,
    most: int | None = None,
) -> PlanAudit:
    """Audit the plan that begins with a month, or together those that cover so many months from it.

    Without a number there are as many simulations as take some two seconds, at most 999 and at
    least 199; ``most`` is how many centres, each counted in every plan, may be audited together.
    Raises AuditRefused before all of them are closed, for months that they don't cover exactly,
    and for more centres.
    """
    with sessions.reading() as session:
        closed = _closed(session, first, months)
        centres = sum(len(diary.plan_centres(session, plan.id)) for plan in closed)
        if most is not None and len(closed) > 1 and centres > most:
            raise AuditRefused(
                "so many centres and plans take minutes: let scripts/unannounced plan audit "
                f"--from {first} --months {months} audit them"
            )
        read = [_Read.of(session, plan) for plan in closed]
    drawings: list[Drawing] = []
    placed = _Placed()
    for number, each in enumerate(read):
        of_plan = [d for own in each.inputs if (d := Drawing.of(own, number)).designs]
        placed.place(len(designs_of(drawings)), designs_of(of_plan), each.own)
        drawings += of_plan
    every = [each for one in read for each in one.own]
    followed = sum((each.followed for each in read), Counter[FollowUp]())
    record = Record(
        drawn=len(every),
        moved=sum(each.stream == 1 for each in every),
        **_by_punctuality(every),
        missed=tuple(Counter(each.reason for each in every if not each.dialled_at).most_common()),
        tried_again=followed[FollowUp.TRY_AGAIN],
        redrawn=followed[FollowUp.REDRAW],
        re_assigned=sum(each.re_assigned for each in read),
        sampled_more=len(
            {c.centre for one in read for i in one.inputs for c in i.centres if c.extra != 1}
        ),
        unplaced=placed.outside,
    )
    designs = designs_of(drawings)
    found = None
    if placed.drawn:
        found = audit(
            drawings,
            calls_of(placed.drawn),
            calls_of(placed.made),
            calls_of(placed.missed),
            chance_of(*(each.plan.inputs_hash for each in read)),
            simulations or min(SIMULATIONS, max(FEWEST, AT_A_REQUEST // len(designs))),
            tell,
        )
    plans = tuple(each.plan for each in read)
    return PlanAudit(plans, len({each.centre for each in designs}), record, found)


def longer(session: Session, period: Period) -> tuple[Period, ...]:
    """A period with the closed plan that ends where it begins, and with the one that follows."""
    found = []
    for neighbour in (period.first.next(-1), period.first.next(period.months)):
        for plan in diary.covering(session, Period(neighbour, 1)):
            if plan.state == "closed":
                first = min(plan.period.first, period.first)
                found.append(Period(first, period.months + plan.period.months))
    return tuple(found)


def _whole(plans: Sequence[diary.Plan]) -> Period:
    return Period(plans[0].period.first, sum(each.period.months for each in plans))


def _closed(session: Session, first: Month, months: int | None) -> tuple[diary.Plan, ...]:
    wanted = Period(first, months or 1)
    plans = sorted(diary.covering(session, wanted), key=lambda plan: plan.period.first)
    due = first
    for plan in plans:
        if plan.period.first != due:
            break
        due = due.next(plan.period.months)
    if due == first or (months and due < first.next(months)):
        raise AuditRefused(f"no plan begins with {_in_words(due)}")
    if months and due != first.next(months):
        last = _in_words(due.next(-1))
        raise AuditRefused(f"the last of the plans ends with {last}: audit whole plans")
    for plan in plans:
        if plan.state != "closed":
            raise AuditRefused(
                f"the period from {_in_words(plan.period.first)} isn't closed: it is audited when "
                "it is over and every call has ended, so that an audit tells nothing of calls to "
                "come"
            )
    return tuple(plans)


def _in_words(month: Month) -> str:
    return f"{month.first:%B %Y}"


def _by_punctuality(tries: Collection[FirstTry]) -> dict[str, int]:
    late = [each.dialled_at - each.drawn for each in tries if each.dialled_at]
    soon = sum(timedelta() <= each < AT_THE_MINUTE for each in late)
    two = sum(timedelta() <= each <= LATEST_DIAL for each in late)
    return {
        "at_the_minute": soon,
        "within_two": two - soon,
        "at_another_time": len(late) - two,
    }


@dataclass(slots=True)
class _Placed:
    """The calls as drawn, as made and missed, in the hours of the designs."""

    drawn: list[tuple[int, Place]] = field(default_factory=list)
    made: list[tuple[int, Place]] = field(default_factory=list)
    missed: list[tuple[int, Place]] = field(default_factory=list)
    outside: int = 0

    def place(self, first: int, designs: Sequence[Design], tries: Collection[FirstTry]) -> None:
        """Place the calls of one plan, whose designs are numbered from ``first``."""
        of_centre = {each.centre: (n, each) for n, each in enumerate(designs, first)}
        for each in tries:
            number, design = of_centre.get(each.centre, (0, None))
            at = design.place(each.drawn) if design else None
            if design is None or at is None:
                self.outside += 1
                continue
            self.drawn.append((number, at))
            if each.dialled_at is None:
                self.missed.append((number, at))
                continue
            if not each.drawn <= each.dialled_at <= each.drawn + LATEST_DIAL:
                at = design.place(each.dialled_at)
            if at is None:
                self.outside += 1
            else:
                self.made.append((number, at))

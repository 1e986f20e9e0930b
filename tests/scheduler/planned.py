"""Draws plans of January 2027 for tests, also on a machine that stops half-way."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction
from uuid import UUID

from sqlalchemy.orm import Session

from config import journal
from config.clock import Month, Period, midnight
from config.database import Sessions
from scheduler import diary, planning
from scheduler.call import PlannedCall
from scheduler.outcome import Disposition
from scheduler.plan import DrawnPlan, make_plan
from scheduler.plan_inputs import inputs_from_json
from scheduler.plan_told import DrewPlan
from scheduler.rule import Rule
from scheduler.sealing import Planner
from scheduler.stage import Tell, unheard
from tests.builders import NOW, ZONE, Institute

JANUARY = Period(Month(2027, 1), 1)
RULE = Rule(1, Fraction(8), 3)
SEED, OTHER_SEED, LATE_SEED = bytes(range(32)), bytes(reversed(range(32))), b"late" * 8
SALT = b"salt" * 8
MIDDLE = midnight(JANUARY.start, ZONE) + timedelta(days=14, hours=9)  # 15 January


class Crash(Exception):
    """The machine stops."""


@dataclass(frozen=True, slots=True)
class Crashing(Sessions):
    """Sessions of a machine that stops before it begins the second writing transaction."""

    begun: list[int] = field(default_factory=list)

    def begin(self) -> AbstractContextManager[Session]:
        if self.begun:
            raise Crash
        self.begun.append(1)
        return Sessions.begin(self)


def draw(
    institute: Institute,
    period: Period = JANUARY,
    *,
    now: datetime = NOW,
    seed: bytes = SEED,
    rule: Rule = RULE,
    sessions: Sessions | None = None,
    purpose: str = "sampling",
    centres: frozenset[UUID] | None = None,
    tell: Tell = unheard,
    public_source: str = "",
    proved_everything: bool = True,
) -> DrewPlan:
    by = replace(
        planner(institute, sessions),
        public_source=public_source,
        proved_everything=proved_everything,
    )
    return planning.draw_plan(
        by,
        period,
        rule,
        now,
        seed,
        purpose=purpose,
        centres=centres,
        salt=SALT,
        tell=tell,
    )


def add(institute: Institute, plan: UUID, now: datetime, sessions: Sessions | None = None) -> int:
    return planning.add_late_centres(planner(institute, sessions), plan, now, LATE_SEED)


def planner(institute: Institute, sessions: Sessions | None = None) -> Planner:
    """Who draws for tests, on the practice telephone."""
    return Planner(
        sessions or institute.sessions, institute.vault, "test", ZONE, proved_everything=True
    )


def calls(institute: Institute, **asked: UUID) -> tuple[PlannedCall, ...]:
    with institute.sessions.reading() as session:
        return diary.calls(session, **asked)  # type: ignore[arg-type]


def first_alone(institute: Institute) -> PlannedCall:
    """The first call, the others withdrawn: nobody is kept from it by another call of theirs."""
    first, *others = calls(institute)
    with institute.sessions.begin() as session:
        for call in others:
            diary.dispose(session, call.id, Disposition.WITHDRAWN, NOW)
    return first


def stored(institute: Institute, plan: UUID) -> tuple[str, str, str]:
    with institute.sessions.reading() as session:
        return diary.seed_and_inputs(session, plan)


def proof(institute: Institute, plan: UUID, seed: bytes) -> DrawnPlan:
    """The plan made again from what was stored."""
    return make_plan(inputs_from_json(stored(institute, plan)[1]), seed, b"")


def moments(drawn: DrawnPlan) -> list[tuple[UUID, datetime]]:
    return [(draft.centre, draft.moment) for draft in drawn.calls]


def of_calls(found: tuple[PlannedCall, ...]) -> list[tuple[UUID, datetime]]:
    return [(call.centre, call.drawn_moment) for call in found]


def acts(institute: Institute) -> list[journal.Entry]:
    with institute.sessions.reading() as session:
        return [e for e in journal.entries(session) if e.subject.startswith(("plan ", "call "))]

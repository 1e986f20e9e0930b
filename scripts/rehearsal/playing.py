"""Plays a month: the same -ings as in real life, the practice exchange, and a clock that jumps.

One process: exchange and hooks on two loopback ports, ticks called directly, the worker's lock
held by the caller.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction
from uuid import UUID

from flask import Flask

from assessor.app import create_hooks
from assessor.hooks import HookDesk
from config.clock import Month, Period
from config.database import Sessions
from scheduler import (
    briefing,
    dialled_calls,
    diary,
    marking,
    people,
    planning,
    register,
    settling,
    worklist,
)
from scheduler.access import Role
from scheduler.advancing import advance_plans
from scheduler.call import PlannedCall
from scheduler.dialling import Desk, dial_due
from scheduler.following_up import follow_up_calls
from scheduler.outcome import Disposition, State
from scheduler.plan_told import ENTERED_LATER, Without
from scheduler.practice.exchange import Exchange
from scheduler.practice.ledger import Ledger
from scheduler.practice.server import Listener, serve
from scheduler.rule import Rule
from scheduler.sealing import Planner
from scheduler.telephone_twilio import TwilioTelephone
from scoring import assessing, ledger, rubric_versions, verifying
from scoring.ledger import GivenAnswer
from scoring.rubric import Rubric
from scoring.score import NA
from scripts import practice_line
from scripts.database import Installation
from scripts.practice_account import practice_account
from scripts.rehearsal.actors import Actors
from scripts.rehearsal.agenda import Agenda, JumpingClock

RULE = Rule(months=1, mean=Fraction(15, 2), floor=3)
SWEEP = timedelta(minutes=2)
LONGEST = timedelta(hours=2)  # from a call's drawn moment to its end
ASSESSED_AFTER = timedelta(minutes=12)
VERIFIED_AFTER = timedelta(hours=20)
LIVE = (State.SENDING, State.UNKNOWN, State.CREATED, State.DIALLING)


@dataclass(frozen=True, slots=True)
class Played:
    """What a rehearsed month left."""

    plan: UUID
    calls: int
    missed: int
    without: tuple[Without, ...]


@dataclass(slots=True)
class _Stage:
    """What stands on the stage while a month is played."""

    installation: Installation
    desk: Desk
    clock: JumpingClock
    exchange: Exchange
    actors: Actors
    verifiers: list[UUID]
    verify_until: datetime | None
    swept_at: datetime
    agenda: Agenda = field(default_factory=Agenda)
    taken_up: set[UUID] = field(default_factory=set)
    answered: dict[str, datetime] = field(default_factory=dict)  # by the centre's leg
    read_up_to: int = 0  # of the exchange's ledger


def play(
    installation: Installation,
    month: Month,
    centres: frozenset[UUID],
    progress: Callable[[int, int], None],
    *,
    verify_until: datetime | None = None,
    closed: frozenset[UUID] = frozenset(),
) -> Played:
    """Draw and play a month for some centres; ``progress`` hears calls played and calls in all.

    Those that are ``closed`` announce it and hang up, in their declared hours as well.
    What would be verified after ``verify_until`` stays in the verifiers' queue. Raises PlanRefused
    when a plan covers the month already.
    """
    zone = installation.settings.zone
    period = Period(month, 1)
    clock = JumpingClock(period.moments(zone)[0] - timedelta(days=5))
    planner = Planner(
        installation.sessions,
        installation.vault,
        "rehearsal",
        installation.settings.zone,
        institute=installation.settings.institute,
    )
    seed = secrets.token_bytes(32)
    drew = planning.draw_plan(
        planner, period, RULE, clock(), seed, purpose="rehearsal", centres=centres
    )
    with _stage(installation, clock, drew.plan, month, verify_until, closed) as stage:
        progress(0, drew.calls)
        live = False
        while (moment := _next_moment(stage, live=live)) is not None:
            clock.jump(moment)
            happened = stage.exchange.run_due() + dial_due(stage.desk)
            if live and clock() >= stage.swept_at + SWEEP:
                stage.swept_at = clock()
                happened += settling.reconcile(stage.desk) + settling.expire(stage.desk)
            stage.agenda.act(clock())
            if happened:
                follow_up_calls(stage.desk, zone)
                _take_up_ended(stage)
                played = len(stage.taken_up)
                progress(played, max(played, drew.calls))  # one drawn anew is one more
            live = _anything_live(stage)
    advance_plans(installation.sessions, clock(), zone, rehearsed=drew.plan)
    with installation.sessions.reading() as session:
        calls = diary.calls(session, plan=drew.plan)
    shown = [w for w in drew.without if w.reason != ENTERED_LATER]
    missed = sum(1 for call in calls if call.disposition is Disposition.MISSED)
    return Played(drew.plan, len(calls), missed, tuple(shown))


@contextmanager
def _stage(
    installation: Installation,
    clock: JumpingClock,
    plan: UUID,
    month: Month,
    verify_until: datetime | None,
    closed: frozenset[UUID],
) -> Iterator[_Stage]:
    settings = installation.settings
    own = practice_account(settings)
    exchange = Exchange(
        own.account,
        own.token,
        Ledger(settings.var / "exchange" / f"rehearsal-{month}.jsonl"),
        clock,
        owned_numbers=practice_line.POOL,
    )
    exchange.teach(practice_line.telephones(installation.sessions, installation.vault, closed))
    server = serve(exchange, "127.0.0.1", 0, pump=False)
    hook = HookDesk(installation.sessions, clock, "", own.account, own.token)
    hooks = _listen(hook)
    telephone = TwilioTelephone(own.account, own.token, server.origin)
    desk = Desk(
        sessions=installation.sessions,
        vault=installation.vault,
        telephone=telephone,
        clock=clock,
        owner="rehearsal",
        hooks=hooks.origin,
        rehearsed=plan,
    )
    with installation.sessions.reading() as session:
        assessors = [p.id for p in people.holders(session, Role.ASSESSOR)]
        verifiers = [p.id for p in people.holders(session, Role.VERIFIER)]
    actors = Actors.of(assessors, seed=month.year * 12 + month.month)
    try:
        yield _Stage(installation, desk, clock, exchange, actors, verifiers, verify_until, clock())
    finally:
        telephone.close()
        hooks.close()
        server.close()


def _next_moment(stage: _Stage, *, live: bool) -> datetime | None:
    """The next due attempt, event of the exchange, entry of the agenda or sweep."""
    with stage.installation.sessions.reading() as session:
        due = worklist.next_due(session, stage.desk.rehearsed)
    now = stage.clock()
    if due is not None and due <= now:
        due = now + timedelta(seconds=1)  # its line is taken; the next tick tries again
    sweep = max(stage.swept_at + SWEEP, now) if live else None
    moments = (due, stage.exchange.next_event_at(), stage.agenda.next_at(), sweep)
    return min((moment for moment in moments if moment is not None), default=None)


def _anything_live(stage: _Stage) -> bool:
    with stage.installation.sessions.reading() as session:
        return bool(worklist.in_state(session, *LIVE, rehearsed=stage.desk.rehearsed))


def _listen(hook: HookDesk) -> Listener:
    """Serve the hooks on a free port; their origin is known once the port is."""
    apps: list[Flask] = []
    listener = Listener(lambda environ, start: apps[0](environ, start), "127.0.0.1", 0)
    apps.append(create_hooks(replace(hook, origin=listener.origin)))
    return listener


def _take_up_ended(stage: _Stage) -> None:
    """Let the assessors take up the calls that have ended."""
    since = stage.clock() - LONGEST
    with stage.installation.sessions.reading() as session:
        begun = diary.calls(session, plan=stage.desk.rehearsed, until=stage.clock())
    for call in begun:
        if call.ended_at is not None and call.ended_at > since and call.id not in stage.taken_up:
            stage.taken_up.add(call.id)
            if call.disposition is Disposition.COMPLETED:
                _enter_assessment(stage, call)


def _enter_assessment(stage: _Stage, call: PlannedCall) -> None:
    assert call.ended_at is not None
    stage.agenda.enter(call.ended_at + ASSESSED_AFTER, lambda: _assess(stage, call))


def _assess(stage: _Stage, call: PlannedCall) -> None:
    """Mark when a person answered, as the exchange tells it, answer the rubric, submit.

    Where an announcement answered and no person, the centre was closed: there is nothing to score.
    """
    sessions, person, now = stage.installation.sessions, call.assessor, stage.clock()
    assert person is not None
    briefing.confirm_briefing(sessions, call.id, person, now)
    with sessions.reading() as session:
        dialled = dialled_calls.of_call(session, call)
        centre = register.find_centre(session, call.centre)
    assert centre is not None
    at = _person_answered(stage, dialled.child_sid)
    if at:
        marking.mark(sessions, call.id, person, "person", at)
    key = assessing.open_assessment(sessions, call.id, person, now)
    rubric = _rubric(sessions, key)
    answers = stage.actors.assess(rubric, centre.name, person, dialled.length or 60) if at else {}
    assessing.save(
        sessions,
        key,
        person,
        answers,
        notes="",
        suspected=False,
        said=Disposition.COMPLETED if at else Disposition.CLOSED,
    )
    assessing.submit(sessions, key, person, now)
    if at:
        stage.agenda.enter(now + VERIFIED_AFTER, lambda: _verify(stage, key))


def _person_answered(stage: _Stage, child_sid: str | None) -> datetime | None:
    """When a person took a call, as the exchange's ledger witnesses it; read on from last time."""
    for row in stage.exchange.ledger.rows(stage.read_up_to):
        stage.read_up_to = row["seq"]
        if row["kind"] == "person":
            stage.answered[row["call_sid"]] = datetime.fromisoformat(row["at"])
    return stage.answered.get(child_sid or "")


def _rubric(sessions: Sessions, assessment: UUID) -> Rubric:
    with sessions.reading() as session:
        found = ledger.find_assessment(session, assessment)
        assert found is not None
        return rubric_versions.rubric(session, found.rubric_version)


def _verify(stage: _Stage, key: UUID) -> None:
    """Confirm, or differ with a reason; the last assessments may stay for a real verifier."""
    sessions, now = stage.installation.sessions, stage.clock()
    if stage.verify_until is not None and now > stage.verify_until:
        return
    verifier = stage.actors.chance.choice(stage.verifiers)
    with sessions.reading() as session:
        waiting = verifying.to_review(session, key, verifier, now)
    if waiting is None:
        return
    other = stage.actors.verify(_rubric(sessions, key), waiting.by_criterion)
    if other:
        verifying.differ(sessions, key, verifier, other, _why(waiting.by_criterion, other), now)
    else:
        verifying.confirm(sessions, key, verifier, now)


def _why(first: Mapping[str, GivenAnswer], other: Mapping[str, GivenAnswer]) -> str:
    """A verifier's reason, by whether they heard more or less than the assessor."""
    name, answer = next(iter(other.items()))
    before = first[name].value
    if before is not NA and answer.value is not NA and answer.value > before:
        return "More of the behaviour was there than this level says; the evidence shows it."
    return "The level asks for more than was heard; the one below describes this call."

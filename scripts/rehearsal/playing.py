"""Plays a month: the same -ings as in real life, the practice exchange, and a clock that jumps.

One process: exchange and hooks on two loopback ports, ticks called directly, the worker's lock
held by the caller.
"""

import secrets
from collections.abc import Callable, Iterator
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
from scheduler import attempts, briefing, diary, marking, people, planning, register, settling
from scheduler.access import Role
from scheduler.call import PlannedCall
from scheduler.dialling import Desk, dial_due
from scheduler.draw import Rule
from scheduler.outcome import Disposition, State
from scheduler.practice.exchange import Exchange
from scheduler.practice.ledger import Ledger
from scheduler.practice.server import Listener, serve
from scheduler.telephone_twilio import TwilioTelephone
from scoring import assessing, ledger, rubric_versions, verifying
from scoring.rubric import Rubric
from scripts import practice_line
from scripts.database import Installation
from scripts.practice_account import practice_account
from scripts.rehearsal.actors import Actors
from scripts.rehearsal.agenda import Agenda, JumpingClock

RULE = Rule(months=1, mean=Fraction(15, 2), floor=3)
SWEEP = timedelta(seconds=30)
ASSESSED_AFTER = timedelta(minutes=12)
VERIFIED_AFTER = timedelta(hours=20)
LIVE = (State.SENDING, State.UNKNOWN, State.CREATED, State.DIALLING)


@dataclass(frozen=True, slots=True)
class Played:
    """What a rehearsed month left."""

    plan: UUID
    calls: int
    missed: int
    without: tuple[planning.Without, ...]


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
    agenda: Agenda = field(default_factory=Agenda)
    taken_up: set[UUID] = field(default_factory=set)


def play(
    installation: Installation,
    month: Month,
    centres: frozenset[UUID],
    progress: Callable[[int, int], None],
    *,
    verify_until: datetime | None = None,
) -> Played:
    """Draw and play a month for some centres; ``progress`` hears calls played and calls in all.

    What would be verified after ``verify_until`` stays in the verifiers' queue. Raises PlanRefused
    when a plan covers the month already.
    """
    zone = installation.settings.zone
    period = Period(month, 1)
    clock = JumpingClock(period.moments(zone)[0] - timedelta(days=5))
    drew = planning.draw_plan(
        installation.sessions,
        installation.vault,
        period,
        RULE,
        clock(),
        secrets.token_bytes(32),
        "rehearsal",
        zone,
        purpose="rehearsal",
        centres=centres,
    )
    with _stage(installation, clock, drew.plan, month, verify_until) as stage:
        played = 0
        progress(0, drew.calls)
        while (moment := _next_moment(stage)) is not None:
            clock.jump(moment)
            stage.exchange.run_due()
            dial_due(stage.desk)
            if _anything_live(stage):
                settling.reconcile(stage.desk)
            settling.expire(stage.desk)
            stage.agenda.act(clock())
            done = _take_up_ended(stage, drew.plan)
            if done != played:
                played = done
                progress(played, drew.calls)
    with installation.sessions.reading() as session:
        calls = diary.calls(session, plan=drew.plan)
    shown = [w for w in drew.without if w.reason != planning.ENTERED_LATER]
    missed = sum(1 for call in calls if call.disposition is Disposition.MISSED)
    return Played(drew.plan, len(calls), missed, tuple(shown))


@contextmanager
def _stage(
    installation: Installation,
    clock: JumpingClock,
    plan: UUID,
    month: Month,
    verify_until: datetime | None,
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
    exchange.teach(practice_line.telephones(installation.sessions, installation.vault))
    server = serve(exchange, "127.0.0.1", 0, pump=False)
    hook = HookDesk(installation.sessions, clock, "", own.account, own.token)
    hooks = _listen(hook)
    desk = Desk(
        sessions=installation.sessions,
        vault=installation.vault,
        telephone=TwilioTelephone(own.account, own.token, server.origin),
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
        yield _Stage(installation, desk, clock, exchange, actors, verifiers, verify_until)
    finally:
        hooks.close()
        server.close()


def _next_moment(stage: _Stage) -> datetime | None:
    """The next due attempt, event of the exchange, entry of the agenda or sweep."""
    with stage.installation.sessions.reading() as session:
        due = attempts.next_due(session, stage.desk.rehearsed)
    sweep = stage.clock() + SWEEP if _anything_live(stage) else None
    if due is not None and due <= stage.clock():
        due = stage.clock() + timedelta(seconds=1)  # its line is taken; the next tick tries again
    moments = (due, stage.exchange.next_event_at(), stage.agenda.next_at(), sweep)
    return min((moment for moment in moments if moment is not None), default=None)


def _anything_live(stage: _Stage) -> bool:
    with stage.installation.sessions.reading() as session:
        return bool(attempts.in_state(session, *LIVE, rehearsed=stage.desk.rehearsed))


def _listen(hook: HookDesk) -> Listener:
    """Serve the hooks on a free port; their origin is known once the port is."""
    apps: list[Flask] = []
    listener = Listener(lambda environ, start: apps[0](environ, start), "127.0.0.1", 0)
    apps.append(create_hooks(replace(hook, origin=listener.origin)))
    return listener


def _take_up_ended(stage: _Stage, plan: UUID) -> int:
    """Let the assessors take up the calls that have ended; answers how many have."""
    with stage.installation.sessions.reading() as session:
        ended = [c for c in diary.calls(session, plan=plan) if c.ended_at is not None]
    for call in ended:
        if call.id not in stage.taken_up:
            stage.taken_up.add(call.id)
            if call.disposition is Disposition.COMPLETED:
                _enter_assessment(stage, call)
    return len(ended)


def _enter_assessment(stage: _Stage, call: PlannedCall) -> None:
    assert call.ended_at is not None
    stage.agenda.enter(call.ended_at + ASSESSED_AFTER, lambda: _assess(stage, call))


def _assess(stage: _Stage, call: PlannedCall) -> None:
    """Mark when a person answered, as the exchange tells it, answer the rubric, submit."""
    sessions, person, now = stage.installation.sessions, call.assessor, stage.clock()
    assert person is not None
    briefing.confirm_briefing(sessions, call.id, person, now)
    with sessions.reading() as session:
        dialled = attempts.dialled(session, call)
        centre = register.find_centre(session, call.centre)
    assert centre is not None
    for at in _person_answered(stage, dialled.child_sid):
        marking.mark(sessions, call.id, person, "person", at)
    key = assessing.open_assessment(sessions, call.id, person, now)
    rubric = _rubric(sessions, key)
    answers = stage.actors.assess(rubric, centre.name, person, dialled.length or 60)
    assessing.save(
        sessions,
        key,
        person,
        answers,
        notes="",
        suspected=False,
        said=Disposition.COMPLETED,
    )
    assessing.submit(sessions, key, person, now)
    stage.agenda.enter(now + VERIFIED_AFTER, lambda: _verify(stage, key))


def _person_answered(stage: _Stage, child_sid: str | None) -> Iterator[datetime]:
    for row in stage.exchange.ledger.rows():
        if row["kind"] == "person" and row["call_sid"] == child_sid:
            yield datetime.fromisoformat(row["at"])


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
        waiting = verifying.to_review(session, key, verifier)
    if waiting is None:
        return
    other = stage.actors.verify(_rubric(sessions, key), waiting.by_criterion)
    if other:
        verifying.differ(
            sessions, key, verifier, other, "The recording of it in the notes reads otherwise.", now
        )
    else:
        verifying.confirm(sessions, key, verifier, now)

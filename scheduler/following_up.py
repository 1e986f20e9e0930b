"""Follows up the calls that reached nobody: another try, or another call, over the rest of the
period. A scan, so that a crash between an ending and what follows it loses nothing.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from config import journal
from config.clock import Month, civil_date
from config.vault import Vault
from scheduler import attempts, diary, follow_ups
from scheduler.call import PlannedCall
from scheduler.dialling import Desk
from scheduler.gathering import gather
from scheduler.outcome import Attempt, Disposition
from scheduler.plan_inputs import Inputs, rule_from_json
from scheduler.repeat import FIRST_REDRAW, FollowUp, SecondMoment, chance_for, follow_up
from scheduler.repeat import second_moment as draw_moment

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PlanNow:
    """A plan's chance, and the facts about one centre as they stand today.

    ``others`` are the calls that the centre has besides the one that something is drawn for.
    """

    seed: bytes
    public_value: bytes
    inputs: Inputs
    others: tuple[PlannedCall, ...]


def follow_up_calls(desk: Desk, zone: str) -> int:
    """Decide, once for each try that reached nobody, what follows; answers how many calls go on."""
    with desk.sessions.reading() as session:
        waiting = follow_ups.waiting(session, desk.rehearsed)
    return sum(_alone(desk, call, zone) for call in waiting)


def plan_now(
    session: Session, vault: Vault, call: PlannedCall, now: datetime, zone: str, *, live: bool
) -> PlanNow:
    """What a call's plan is drawn with, where something has to be drawn after the draw."""
    plan = diary.plan(session, call.plan)
    sealed, _, public_value = diary.seed_and_inputs(session, plan.id)
    inputs = gather(
        session,
        plan.period,
        rule_from_json(plan.rule),
        zone,
        frozenset({call.centre}),
        max(plan.period.start, civil_date(now, zone)),
        proved_everything=not live or plan.purpose != "sampling",
    )
    seed = bytes.fromhex(vault.open(sealed, "sampling_plan", "seed", plan.id.hex))
    others = tuple(
        each
        for each in diary.calls(session, centre=call.centre, sampled=True)
        if each.id != call.id and each.disposition is not Disposition.WITHDRAWN
    )
    return PlanNow(seed, public_value.encode(), inputs, others)


def _alone(desk: Desk, call: UUID, zone: str) -> bool:
    """Follow up one call; what goes wrong with it is logged, and the others go on."""
    try:
        return _follow_up(desk, call, zone)
    except Exception:
        log.exception("following up call %s failed; it is tried again", call)
        return False


def _follow_up(desk: Desk, key: UUID, zone: str) -> bool:
    with desk.sessions.begin() as session:
        now = desk.clock()
        call = diary.find_call(session, key)
        assert call is not None
        tries = attempts.of_call(session, key)
        kind = follow_up(call, tries)
        found = None
        if kind is not FollowUp.LEAVE and now < _ends(session, call, zone):
            found = _draw(desk, session, call, tries, kind, now, zone)
        if found is None:
            follow_ups.note(session, call.id, tries[-1].ordinal, FollowUp.LEAVE, now)
            return False
        if kind is FollowUp.TRY_AGAIN:
            return _try_again(session, call, tries[-1], found, now)
        return _redraw(session, call, tries[-1], found, now)


def _ends(session: Session, call: PlannedCall, zone: str) -> datetime:
    """When nothing of a call's plan is drawn any more; while we draw, nobody withdraws it."""
    plan = diary.plan_that_stays(session, call.plan)
    return plan.withdrawn_at or plan.period.moments(zone)[1]


def _draw(
    desk: Desk,
    session: Session,
    call: PlannedCall,
    tries: tuple[Attempt, ...],
    kind: FollowUp,
    now: datetime,
    zone: str,
) -> SecondMoment | None:
    """A moment from the ring of the last try on, and never in the past."""
    plan = plan_now(session, desk.vault, call, now, zone, live=desk.live)
    stream = (
        call.stream + FIRST_REDRAW if kind is FollowUp.REDRAW else len({t.drawn for t in tries}) + 1
    )
    return draw_moment(
        plan.inputs,
        call,
        max(tries[-1].rang_at or now, now),
        follow_ups.moments_at(session, call.centre),
        plan.others,
        chance_for(plan.seed, plan.public_value, kind, call, stream),
    )


def _try_again(
    session: Session, call: PlannedCall, last: Attempt, found: SecondMoment, now: datetime
) -> bool:
    if not (
        follow_ups.note(session, call.id, last.ordinal, FollowUp.TRY_AGAIN, now)
        and follow_ups.reopen(session, call.id, call.disposition, found.moment)
    ):
        return False
    follow_ups.hand_over(session, call.id, found.person, found.stand_in, found.dealt.scenario)
    follow_ups.deal_anew(session, call.id, found.dealt)
    attempts.add_attempt(session, call.id, call.provider, found.moment)
    detail: dict[str, object] = {"after": last.ordinal, "moment": found.moment.isoformat()}
    journal.record(session, now, "worker", "call tried again", f"call {call.id}", detail)
    return True


def _redraw(
    session: Session, call: PlannedCall, last: Attempt, found: SecondMoment, now: datetime
) -> bool:
    another = PlannedCall(
        id=uuid4(),
        plan=call.plan,
        centre=call.centre,
        provider=call.provider,
        stream=call.stream + FIRST_REDRAW,
        slot=found.slot,
        slot_start=found.slot_start,
        drawn_moment=found.moment,
        zone=call.zone,
        month=str(Month.of(civil_date(found.moment, call.zone))),
        number=found.dealt.number,
        identity=found.dealt.identity,
        service_level=found.dealt.level,
        scenario=found.dealt.scenario,
        caller_number=found.dealt.caller_number,
        assessor=found.person,
        stand_in=found.stand_in,
    )
    diary.add_call(session, another)
    session.flush()
    if not follow_ups.note(session, call.id, last.ordinal, FollowUp.REDRAW, now, another.id):
        raise RuntimeError(f"what follows call {call.id} was decided elsewhere just now")
    attempts.add_attempt(session, another.id, another.provider, another.drawn_moment)
    detail: dict[str, object] = {
        "missed": str(call.id),
        "stream": another.stream,
        "slot": another.slot,
    }
    journal.record(session, now, "worker", "call redrawn", f"call {another.id}", detail)
    return True

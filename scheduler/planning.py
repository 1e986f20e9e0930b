"""Seals and draws sampling plans, and writes the intents of their calls.

Seed and inputs are written before the draw, in a transaction of their own; the draw is a pure
function of what was written, so that a crash between the two changes nothing.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from config import journal
from config.clock import Month, Period, civil_date
from config.database import Sessions
from config.vault import Vault
from scheduler import attempts, diary, register
from scheduler.call import PlannedCall
from scheduler.code_version import code_version
from scheduler.draw import Rule, refusals
from scheduler.gathering import gather
from scheduler.plan import Draft, DrawnPlan, make_plan, undrawable
from scheduler.plan_inputs import Inputs, inputs_from_json
from scheduler.seal import canonical, inputs_hash, seed_hash

ENTERED_LATER = "it was entered after the draw; draw again with --add to give it calls"


class PlanRefused(Exception):
    """A plan that can't be made; the text says why and what would mend it."""


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


def draw_plan(
    sessions: Sessions,
    vault: Vault,
    period: Period,
    rule: Rule,
    now: datetime,
    seed: bytes,
    actor: str,
    zone: str,
    *,
    purpose: str = "sampling",
    centres: frozenset[UUID] | None = None,
) -> DrewPlan:
    """Seal a plan for the period if there is none, then draw it; drawing twice changes nothing.

    ``seed`` is 32 bytes of chance, used only when a plan is sealed now. ``centres`` limits the plan
    to some. Raises PlanRefused when the rule is impossible or another plan covers a month.
    """
    if period.months != rule.months:
        raise PlanRefused(f"the rule's period is {rule.months} months, not {period.months}")
    for reason in refusals(rule):
        raise PlanRefused(reason)
    with sessions.begin() as session:
        plan = _find(session, period)
        if plan is None:
            plan = _seal(session, vault, period, rule, now, seed, actor, zone, purpose, centres)
    return _draw(sessions, vault, plan, now, actor)


def add_late_centres(
    sessions: Sessions, vault: Vault, plan: UUID, now: datetime, seed: bytes, actor: str, zone: str
) -> int:
    """Give the centres that a plan hasn't looked at calls for the rest of its period.

    They are drawn like any other, from a seed of their own, by the plan's rule; answers how many
    calls were added.
    """
    with sessions.begin() as session:
        found = diary.plan(session, plan)
        known = diary.plan_centres(session, plan)
        late = frozenset(c.id for c in register.centres(session)) - set(known)
        if not late:
            return 0
        _, inputs_text, _ = diary.seed_and_inputs(session, plan)
        before = inputs_from_json(inputs_text)
        since = civil_date(now, zone) + timedelta(days=1)
        inputs = gather(session, found.period, before.rule, zone, late, since)
        drawn = make_plan(inputs, seed, b"")
        detail: dict[str, object] = {
            "centres": [str(c) for c in sorted(late)],
            "seed_hash": seed_hash(seed),
            "inputs_hash": inputs_hash(inputs),
        }
        journal.record(session, now, actor, "centres added to plan", f"plan {plan}", detail)
        return _write(session, plan, inputs, drawn)


def with_added(drew: DrewPlan, added: int) -> DrewPlan:
    """The plan as it stands, with more calls that this draw added."""
    return replace(drew, added=drew.added + added)


def ready_centres(sessions: Sessions, period: Period, zone: str) -> tuple[UUID, ...]:
    """The centres that a plan of the period could call, by provider and name."""
    with sessions.reading() as session:
        inputs = gather(
            session, period, Rule(period.months, Fraction(1), 0), zone, None, period.start
        )
        not_ready = undrawable(inputs)
        return tuple(c.id for c in register.centres(session) if c.id not in not_ready)


def practice_call(
    sessions: Sessions,
    vault: Vault,
    now: datetime,
    moment: datetime,
    seed: bytes,
    actor: str,
    zone: str,
    *,
    centre: UUID,
    assessor: UUID,
    scenario: str,
) -> UUID:
    """Plan one practice call at a moment of somebody's choice; it belongs to no period's plan."""
    with sessions.begin() as session:
        at = register.find_centre(session, centre)
        assert at is not None
        day = civil_date(moment, at.zone)
        period = Period(Month.of(day), 1)
        inputs = gather(
            session, period, Rule(1, Fraction(1), 0), zone, frozenset({centre}), period.start
        )
        plan = uuid4()
        _add_sealed(session, vault, plan, period, inputs, seed, now, "practice", covers=False)
        diary.mark_drawn(session, plan, now)
        own = inputs.centres[0]
        scenarios = {text.name: key for key, text in diary.current_scenarios(session)}
        call = PlannedCall(
            id=uuid4(),
            plan=plan,
            centre=centre,
            provider=own.provider,
            stream=0,
            slot=0,
            slot_start=moment,
            drawn_moment=moment,
            zone=own.zone,
            month=str(period.first),
            number=next(n.id for n in own.numbers if n.on(day)),
            identity=next(i.id for i in own.identities if i.on(day)),
            service_level=own.levels[-1].id,
            scenario=scenarios[scenario],
            caller_number=inputs.caller_numbers[0],
            assessor=assessor,
            stand_in=None,
        )
        diary.add_call(session, call)
        session.flush()
        attempts.add_attempt(session, call.id, call.provider, moment)
        journal.record(session, now, actor, "practice call planned", f"call {call.id}")
        return call.id


def _find(session: Session, period: Period) -> UUID | None:
    covering = diary.covering(session, period)
    if not covering:
        return None
    if len(covering) == 1 and covering[0].period == period:
        return covering[0].id
    first = covering[0].period
    raise PlanRefused(
        f"another plan covers {first.first} and the {first.months} months from there; "
        "choose a period beside it"
    )


def _seal(
    session: Session,
    vault: Vault,
    period: Period,
    rule: Rule,
    now: datetime,
    seed: bytes,
    actor: str,
    zone: str,
    purpose: str,
    centres: frozenset[UUID] | None,
) -> UUID:
    plan = uuid4()
    since = period.start
    if purpose == "sampling":  # nothing is drawn into the past; a rehearsal has no now
        since = max(since, civil_date(now, zone) + timedelta(days=1))
    if since >= period.end:
        raise PlanRefused(f"{period.first} and its period have passed; choose a later one")
    inputs = gather(session, period, rule, zone, centres, since)
    if not _add_sealed(session, vault, plan, period, inputs, seed, now, purpose, covers=True):
        raise PlanRefused("another plan was begun for this period just now; look at that one")
    detail: dict[str, object] = {
        "first": str(period.first),
        "months": period.months,
        "seed_hash": seed_hash(seed),
        "inputs_hash": inputs_hash(inputs),
    }
    journal.record(session, now, actor, "plan sealed", f"plan {plan}", detail)
    return plan


def _add_sealed(
    session: Session,
    vault: Vault,
    plan: UUID,
    period: Period,
    inputs: Inputs,
    seed: bytes,
    now: datetime,
    purpose: str,
    *,
    covers: bool,
) -> bool:
    return diary.add_plan(
        session,
        period,
        purpose,
        key=plan,
        rule=canonical(inputs.rule).decode(),
        seed_sealed=vault.seal(seed.hex(), "sampling_plan", "seed", plan.hex),
        seed_hash=seed_hash(seed),
        inputs=canonical(inputs).decode(),
        inputs_hash=inputs_hash(inputs),
        public_value="",
        code_version=code_version(),
        now=now,
        covers=covers,
    )


def _draw(sessions: Sessions, vault: Vault, plan: UUID, now: datetime, actor: str) -> DrewPlan:
    with sessions.reading() as session:
        sealed, inputs_text, public_value = diary.seed_and_inputs(session, plan)
        state = diary.plan(session, plan).state
    added = 0
    inputs = inputs_from_json(inputs_text)
    if state == "sealed":
        seed = bytes.fromhex(vault.open(sealed, "sampling_plan", "seed", plan.hex))
        drawn = make_plan(inputs, seed, public_value.encode())
        with sessions.begin() as session:
            if diary.mark_drawn(session, plan, now):
                added = _write(session, plan, inputs, drawn)
                detail: dict[str, object] = {"calls": added, "without": len(drawn.without)}
                journal.record(session, now, actor, "plan drawn", f"plan {plan}", detail)
    with sessions.reading() as session:
        return _as_it_stands(session, plan, added)


def _write(session: Session, plan: UUID, inputs: Inputs, drawn: DrawnPlan) -> int:
    for draft in drawn.calls:
        call = _call(plan, draft)
        diary.add_call(session, call)
        session.flush()
        attempts.add_attempt(session, call.id, call.provider, call.drawn_moment)
    reasons = dict(drawn.without)
    shares = dict(drawn.uncovered)
    for centre in inputs.centres:
        diary.add_plan_centre(
            session,
            plan,
            diary.PlanCentre(
                centre.centre,
                centre.since,
                reasons.get(centre.centre, ""),
                shares.get(centre.centre, Fraction(0)),
            ),
        )
    return len(drawn.calls)


def _call(plan: UUID, draft: Draft) -> PlannedCall:
    return PlannedCall(
        id=uuid4(),
        plan=plan,
        centre=draft.centre,
        provider=draft.provider,
        stream=draft.stream,
        slot=draft.slot,
        slot_start=draft.slot_start,
        drawn_moment=draft.moment,
        zone=draft.zone,
        month=str(Month.of(civil_date(draft.moment, draft.zone))),
        number=draft.number,
        identity=draft.identity,
        service_level=draft.level,
        scenario=draft.scenario,
        caller_number=draft.caller_number,
        assessor=draft.assessor,
        stand_in=draft.stand_in,
    )


def _as_it_stands(session: Session, plan: UUID, added: int) -> DrewPlan:
    everything = register.centres(session)
    looked_at = diary.plan_centres(session, plan)
    calls = diary.calls(session, plan=plan)
    without = []
    uncovered = []
    for each in everything:
        name = f"{each.provider_name}, {each.name}"
        found = looked_at.get(each.id)
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
    )

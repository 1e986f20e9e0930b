"""Draws sealed sampling plans, and writes the intents of their calls.

Seed and inputs are written before the draw, in a transaction of their own; the draw is a pure
function of what was written, so that a crash between the two changes nothing.
"""

from collections import defaultdict
from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from config import journal
from config.clock import Month, Period, civil_date
from config.database import Sessions
from config.vault import Vault
from scheduler import attempts, diary, register, scenario_versions, seals
from scheduler.call import PlannedCall
from scheduler.disguise import known, revealed
from scheduler.gathering import gather
from scheduler.plan import Draft, DrawnPlan, make_plan, undrawable
from scheduler.plan_inputs import Inputs, inputs_from_json
from scheduler.plan_told import DrewPlan, as_it_stands
from scheduler.rule import Rule
from scheduler.seal import canonical
from scheduler.sealing import (
    Planner,
    PlanRefused,
    disguise_of,
    keep_sealed,
    seal_addition,
    seal_plan,
)
from scheduler.stage import Stage, Step, Tell, unheard


def draw_plan(
    planner: Planner,
    period: Period,
    rule: Rule,
    now: datetime,
    seed: bytes,
    *,
    purpose: str = "sampling",
    centres: frozenset[UUID] | None = None,
    salt: bytes | None = None,
    tell: Tell = unheard,
) -> DrewPlan:
    """Seal a plan for the period if there is none, then draw it; drawing twice changes nothing.

    The arguments are those of ``sealing.seal_plan``; ``tell`` hears how far the draw is. Raises
    PlanRefused when the rule is impossible, another plan covers a month, or the public value is
    awaited.
    """
    plan = seal_plan(planner, period, rule, now, seed, purpose=purpose, centres=centres, salt=salt)
    added = _draw(planner, plan, now, tell)
    with planner.sessions.reading() as session:
        return as_it_stands(session, plan, added)


def add_late_centres(
    planner: Planner, plan: UUID, now: datetime, seed: bytes, *, tell: Tell = unheard
) -> int:
    """Give the centres that a plan hasn't looked at calls for the rest of its period.

    They get a plan of their own beside it, by the same rule, sealed before it is drawn like any
    other; ``seed`` is its 32 bytes of chance. Answers how many calls were added.
    """
    added = _draw_additions(planner, plan, now, tell)  # what a crash left sealed
    seal_addition(planner, plan, now, seed)
    return added + _draw_additions(planner, plan, now, tell)


def ready_centres(sessions: Sessions, period: Period, zone: str) -> tuple[UUID, ...]:
    """The centres that a rehearsal of the period could call, by provider and name."""
    with sessions.reading() as session:
        everything = [each.id for each in register.centres(session)]
        inputs = gather(
            session,
            period,
            Rule(period.months, Fraction(1), 0),
            zone,
            frozenset(everything),
            period.start,
            proved_everything=True,
        )
        not_ready = undrawable(inputs)
        return tuple(each for each in everything if each not in not_ready)


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
    """Plan one practice call at a moment of somebody's choice; it belongs to no period's plan.

    Raises PlanRefused when the centre can't be called then.
    """
    with sessions.begin() as session:
        at = register.find_centre(session, centre)
        assert at is not None
        day = civil_date(moment, at.zone)
        period = Period(Month.of(day), 1)
        inputs = gather(
            session,
            period,
            Rule(1, Fraction(1), 0),
            zone,
            frozenset({centre}),
            period.start,
            proved_everything=True,
        )
        plan = uuid4()
        keep_sealed(session, vault, plan, period, inputs, seed, now, "practice", covers=False)
        diary.mark_drawn(session, plan, now)
        own = inputs.centres[0]
        scenarios = {text.name: key for key, text in scenario_versions.current_scenarios(session)}
        numbers = [each.id for each in own.numbers if each.on(day)]
        identities = [each.id for each in own.identities if each.on(day)]
        if not (numbers and identities and scenario in scenarios):
            raise PlanRefused(
                f"{at.name} can't be called on {day}: a practice call needs a valid number and "
                "identity, and a scenario by its name"
            )
        call = PlannedCall(
            id=uuid4(),
            plan=plan,
            centre=centre,
            provider=own.provider,
            stream=0,
            slot=0,
            slot_start=moment.replace(microsecond=1),  # no hour's start: it takes no slot away
            drawn_moment=moment,
            zone=own.zone,
            month=str(period.first),
            number=numbers[0],
            identity=identities[0],
            service_level=own.levels[-1].id,
            scenario=scenarios[scenario],
            caller_number=next(iter(inputs.caller_numbers), None),
            assessor=assessor,
            stand_in=None,
        )
        diary.add_call(session, call)
        session.flush()
        attempts.add_attempt(session, call.id, call.provider, moment)
        journal.record(session, now, actor, "practice call planned", f"call {call.id}")
        return call.id


def _draw_additions(planner: Planner, plan: UUID, now: datetime, tell: Tell) -> int:
    with planner.sessions.reading() as session:
        sealed = [each.id for each in diary.additions(session, plan) if not each.drawn_at]
    return sum(_draw(planner, each, now, tell) for each in sealed)


def _draw(planner: Planner, plan: UUID, now: datetime, tell: Tell) -> int:
    """Draw a sealed plan from what was stored; answers how many calls this draw added."""
    sessions, vault = planner.sessions, planner.vault
    with sessions.reading() as session:
        sealed, inputs_text, public_value = diary.seed_and_inputs(session, plan)
        state = diary.plan(session, plan).state
        seal = seals.find_seal(session, plan)
        keys = tuple(seals.real_keys(session)) if state == "sealed" and seal else ()
    if state != "sealed":
        return 0
    if seal and seal.public_source and not public_value:
        raise PlanRefused(
            f"the plan is sealed and awaits its public value, {seal.public_source}; give it by "
            "plan public-value --from MONTH VALUE, then draw again"
        )
    inputs = inputs_from_json(inputs_text)
    seed = bytes.fromhex(vault.open(sealed, "sampling_plan", "seed", plan.hex))
    drawn = make_plan(inputs, seed, public_value.encode(), tell)
    tell(Stage(Step.WRITE))
    real = known(disguise_of(vault, seal), keys) if seal else {}
    with sessions.begin() as session:
        if not diary.mark_drawn(session, plan, now):
            return 0
        seals.keep_drawn(session, plan, canonical(drawn).decode())
        shown = replace(drawn, calls=tuple(revealed(draft, real) for draft in drawn.calls))
        added = _write(session, plan, inputs, shown)
        detail: dict[str, object] = {"calls": added, "without": len(drawn.without)}
        journal.record(session, now, planner.actor, "plan drawn", f"plan {plan}", detail)
    return added


def _write(session: Session, plan: UUID, inputs: Inputs, drawn: DrawnPlan) -> int:
    calls = [_call(plan, draft) for draft in drawn.calls]
    for call in calls:
        diary.add_call(session, call)
    session.flush()
    with session.no_autoflush:  # thousands of rows in one go: others wait to write meanwhile
        for call in calls:
            attempts.add_attempt(session, call.id, call.provider, call.drawn_moment)
    reasons = dict(drawn.without)
    shares = dict(drawn.uncovered)
    short: defaultdict[UUID, list[str]] = defaultdict(list)
    for key, sentence in drawn.short:
        short[key].append(sentence)
    for centre in inputs.centres:
        diary.add_plan_centre(
            session,
            plan,
            diary.PlanCentre(
                centre.centre,
                centre.since,
                reasons.get(centre.centre, ""),
                shares.get(centre.centre, Fraction(0)),
                tuple(short[centre.centre]),
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

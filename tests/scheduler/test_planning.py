"""Plans: sealed before they are drawn, drawn once from what was stored, the same everywhere."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from config.clock import Month, Period, civil_date
from config.database import Base, Sessions, connect
from config.vault import VaultRefused
from scheduler import attempts, diary, people, planning, register
from scheduler.access import Role
from scheduler.centre import Closure, OpenSpan
from scheduler.code_version import code_version
from scheduler.diary_rows import SamplingPlanRow
from scheduler.outcome import State
from scheduler.plan_inputs import inputs_from_json
from scheduler.plan_told import ENTERED_LATER, Without
from scheduler.register_rows import CentreRow
from scheduler.rule import Rule
from scheduler.seal import canonical, inputs_hash, seed_hash
from scheduler.sealing import PlanRefused
from tests.builders import NOW, ZONE, Institute, an_institute, identity
from tests.scheduler.planned import (
    JANUARY,
    MIDDLE,
    OTHER_SEED,
    RULE,
    SEED,
    Crash,
    Crashing,
    acts,
    add,
    calls,
    draw,
    moments,
    of_calls,
    proof,
    stored,
)
from tests.scheduler.stored import rows
from tests.services.postgres import Postgres


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute with two centres."""
    institute = an_institute(sessions)
    institute.centre(1)
    institute.centre(2)
    return institute


# --- drawing ------------------------------------------------------------------------------------


def test_a_plan_gives_every_centre_calls_each_with_an_intent(institute: Institute) -> None:
    drew = draw(institute)
    found = calls(institute, plan=drew.plan)
    assert (drew.centres, drew.calls, drew.added) == (2, len(found), len(found))
    assert (drew.without, drew.uncovered, drew.short) == ((), (), 0)
    assert of_calls(found) == moments(proof(institute, drew.plan, SEED))
    with institute.sessions.reading() as session:
        assert len(diary.plan_centres(session, drew.plan)) == 2
        assert diary.plan(session, drew.plan).drawn_at == NOW
        for call in found:
            (attempt,) = attempts.of_call(session, call.id)
            assert (attempt.due, attempt.state) == (call.drawn_moment, State.INTENT)
            assert call.month == str(Month.of(civil_date(call.drawn_moment, call.zone)))
            assert call.assessor == institute.assessor


def test_drawing_twice_changes_nothing(institute: Institute) -> None:
    first = draw(institute)
    before = rows(institute.sessions)
    again = draw(institute, seed=OTHER_SEED, now=NOW + timedelta(days=1))
    assert again == replace(first, added=0)
    assert rows(institute.sessions) == before


def test_drawing_at_once_draws_one_plan(institute: Institute) -> None:
    with ThreadPoolExecutor(3) as desks:
        drew = list(desks.map(lambda n: draw(institute, seed=bytes([n]) * 32), range(3)))
    assert len({each.plan for each in drew}) == 1
    assert sum(each.added for each in drew) == drew[0].calls == len(calls(institute))


def test_a_draw_is_journalled_with_its_hashes_before_its_calls(institute: Institute) -> None:
    drew = draw(institute)
    sealed, drawn = acts(institute)
    assert [sealed.action, drawn.action] == ["plan sealed", "plan drawn"]
    assert seed_hash(SEED) in sealed.detail
    assert drawn.detail == f'{{"calls":{drew.calls},"without":0}}'


def test_a_plan_keeps_its_seal(institute: Institute) -> None:
    plan = draw(institute).plan
    sealed, text, public_value = stored(institute, plan)
    inputs = inputs_from_json(text)
    with institute.sessions.reading() as session:
        row = session.get_one(SamplingPlanRow, plan)
        assert (row.seed_hash, row.inputs_hash) == (seed_hash(SEED), inputs_hash(text.encode()))
        assert (row.code_version, row.rule) == (code_version(), canonical(RULE).decode())
        assert (row.purpose, row.state, public_value) == ("sampling", "drawn", "")
    assert canonical(inputs).decode() == text
    assert institute.vault.open(sealed, "sampling_plan", "seed", plan.hex) == SEED.hex()
    with pytest.raises(VaultRefused):
        institute.vault.open(sealed, "sampling_plan", "seed", institute.assessor.hex)
    assert SEED.hex() not in repr(rows(institute.sessions))


@pytest.mark.parametrize(
    ("period", "rule", "said"),
    [
        (Period(Month(2027, 1), 2), RULE, "the rule's period is 1 months, not 2"),
        (JANUARY, Rule(1, Fraction(2), 3), "under the floor of 3"),
        (Period(Month(2026, 10), 1), RULE, "2026-10 and its period have passed"),
    ],
)
def test_an_impossible_plan_is_refused(
    institute: Institute, period: Period, rule: Rule, said: str
) -> None:
    before = rows(institute.sessions)
    with pytest.raises(PlanRefused, match=said):
        draw(institute, period, rule=rule)
    assert rows(institute.sessions) == before


@pytest.mark.parametrize("first", [Month(2026, 12), Month(2027, 1), Month(2026, 11)])
def test_a_plan_that_overlaps_another_is_refused(institute: Institute, first: Month) -> None:
    draw(institute)
    before = rows(institute.sessions)
    with pytest.raises(PlanRefused, match="another plan covers 2027-01 and the 1 months"):
        draw(institute, Period(first, 3), rule=Rule(3, Fraction(21), 12))
    assert rows(institute.sessions) == before


def test_plans_beside_each_other_are_drawn(institute: Institute) -> None:
    plans = {draw(institute, Period(Month(2027, month), 1)).plan for month in (1, 2, 3)}
    with institute.sessions.reading() as session:
        assert {plan.id for plan in diary.plans(session)} == plans
        assert {plan.id for plan in diary.covering(session, Period(Month(2027, 1), 3))} == plans


def test_nothing_is_drawn_into_the_past(institute: Institute) -> None:
    drew = draw(institute, now=MIDDLE)
    found = calls(institute)
    assert drew.calls == len(found) > 0
    assert all(civil_date(call.drawn_moment, ZONE) > MIDDLE.date() for call in found)


def test_a_rehearsal_plays_a_month_that_is_over(institute: Institute) -> None:
    october = Period(Month(2026, 10), 1)
    drew = draw(institute, october, purpose="rehearsal")
    with institute.sessions.reading() as session:
        looked_at = diary.plan_centres(session, drew.plan)
    assert {found.since for found in looked_at.values()} == {october.start}
    assert {call.month for call in calls(institute)} == {"2026-10"}


def test_a_plan_can_be_limited_to_some_centres(institute: Institute) -> None:
    only = institute.centre(3)
    draw(institute, centres=frozenset({only}))
    assert {call.centre for call in calls(institute)} == {only}


# --- crashes ------------------------------------------------------------------------------------


def test_a_plan_that_was_sealed_but_not_drawn_is_drawn_from_what_was_stored(
    institute: Institute,
) -> None:
    with pytest.raises(Crash):
        draw(institute, sessions=Crashing(institute.sessions.engine))
    with institute.sessions.reading() as session:
        (plan,) = diary.plans(session)
        assert (plan.state, plan.drawn_at) == ("sealed", None)
    assert calls(institute) == ()
    # What changes now is too late for this plan.
    institute.centre(1, closures=(Closure(JANUARY.start, JANUARY.end),))
    institute.centre(3)
    drew = draw(institute, seed=OTHER_SEED, now=NOW + timedelta(days=1))
    assert drew.plan == plan.id
    assert drew.added == drew.calls > 0
    assert of_calls(calls(institute)) == moments(proof(institute, plan.id, SEED))
    assert drew.without == (Without("Provider 3, Centre 3", ENTERED_LATER),)


def test_a_centre_that_a_rehearsal_made_is_in_no_other_plan_and_never_late(
    institute: Institute,
) -> None:
    made = institute.centre(3)
    with institute.sessions.begin() as session:
        session.get_one(CentreRow, made).rehearsal = True
    assert draw(institute).without == ()
    assert add(institute, draw(institute).plan, NOW + timedelta(days=1)) == 0
    assert made not in {call.centre for call in calls(institute)}
    assert made in planning.ready_centres(institute.sessions, JANUARY, ZONE)


# --- who is without a call ----------------------------------------------------------------------


def test_every_centre_without_a_call_is_named_with_the_reason(institute: Institute) -> None:
    institute.centre(3, notice_given_on=None)
    institute.centre(4, identities=())
    institute.centre(5, hours=())
    tied = institute.centre(6)
    with institute.sessions.begin() as session:
        centre = register.find_centre(session, tied)
        assert centre is not None
        people.declare_tie(session, institute.assessor, centre.provider, "worked there", NOW)
    drew = draw(institute)
    assert drew.centres == 6
    assert drew.without == (
        Without("Provider 3, Centre 3", "no notice to staff is in force in the period"),
        Without(
            "Provider 4, Centre 4", "no cover identity with a security code is valid in the period"
        ),
        Without("Provider 5, Centre 5", "no open hour in the period"),
        Without(
            "Provider 6, Centre 6", "no assessor may ring it: 1 has a tie to it or left it out"
        ),
    )
    assert draw(institute).without == drew.without


def test_hours_that_nobody_offered_are_named(sessions: Sessions) -> None:
    institute = an_institute(sessions)
    provider = institute.centre(1)
    with sessions.begin() as session:
        centre = register.find_centre(session, provider)
        assert centre is not None
        people.declare_tie(session, institute.assessor, centre.provider, "worked there", NOW)
        people.add_person(
            session,
            institute.vault,
            NOW,
            name="Mornings",
            email="mornings@institute.example",
            zone=ZONE,
            roles=[Role.ASSESSOR],
            password_hash=None,
            offered=[OpenSpan(day, 0, 720) for day in range(7)],
        )
    drew = draw(institute)
    assert drew.uncovered == ()  # told by the hour
    (told,) = (each for each in drew.lacking if "obody offered" in each.reason)
    assert told.centre == "Provider 1, Centre 1"
    assert "63 % of its ordinary calls: Monday to Sunday 12:00 to 24:00" in told.reason
    assert all(call.drawn_moment.hour < 12 for call in calls(institute))


def test_calls_that_nobody_can_take_are_counted(institute: Institute) -> None:
    """One assessor takes four calls a day at most."""
    drew = draw(institute, rule=Rule(1, Fraction(120), 80))
    found = calls(institute)
    assert drew.short == sum(1 for call in found if call.assessor is None) > 0
    assert drew.calls == len(found)


# --- practice and readiness ---------------------------------------------------------------------


def test_a_practice_call_belongs_to_no_month(institute: Institute) -> None:
    call = institute.call(now=MIDDLE)
    with institute.sessions.reading() as session:
        assert diary.covering(session, JANUARY) == ()
        assert diary.calls(session, sampled=True) == ()
        planned = diary.find_call(session, call)
        assert planned is not None
        (attempt,) = attempts.of_call(session, call)
        assert attempt.due == planned.drawn_moment == MIDDLE + timedelta(minutes=10)
    drew = draw(institute)
    assert drew.calls == len(calls(institute)) - 1
    assert call not in {each.id for each in calls(institute, plan=drew.plan)}


def test_a_practice_call_takes_no_hour_from_the_draw(institute: Institute) -> None:
    """Nearly every hour of this centre is drawn, and practice falls on the stroke of some."""
    centre = institute.centre(3, hours=tuple(OpenSpan(day, 540, 600) for day in range(5)))
    for day in (4, 5, 6, 7):
        stroke = datetime(2027, 1, day, 9, tzinfo=NOW.tzinfo)
        institute.call(centre, now=NOW, due=stroke - NOW)
    drew = draw(institute, rule=Rule(1, Fraction(19), 10), centres=frozenset({centre}))
    assert drew.calls >= 10


def test_a_practice_call_that_cannot_be_made_is_refused(institute: Institute) -> None:
    without_identity = institute.centre(3, identities=())
    lapsed = replace(identity(), valid_until=NOW.date())
    before_it = institute.centre(4, identities=(lapsed,))
    before = rows(institute.sessions)
    for centre, scenario in (
        (without_identity, "shared-calendar-vanished"),
        (before_it, "shared-calendar-vanished"),
        (None, "no-such-scenario"),
    ):
        with pytest.raises(PlanRefused, match="can't be called on 2026-11-26"):
            institute.call(centre or institute.centre(1), due=timedelta(days=1), scenario=scenario)
    assert rows(institute.sessions, without=("journal",)) == {
        name: found for name, found in before.items() if name != "journal"
    }


def test_ready_centres_are_those_that_a_plan_could_call(institute: Institute) -> None:
    institute.centre(3, notice_given_on=None)
    with institute.sessions.reading() as session:
        names = {centre.id: centre.name for centre in register.centres(session)}
    ready = planning.ready_centres(institute.sessions, JANUARY, ZONE)
    assert [names[key] for key in ready] == ["Centre 1", "Centre 2"]


# --- on both databases --------------------------------------------------------------------------


@pytest.fixture
def two_databases(
    migrated_sqlite: Path, migrated_postgres: str, postgres: Postgres, tmp_path: Path
) -> Iterator[tuple[Sessions, Sessions]]:
    """One migrated database of each kind, without rows."""
    path = tmp_path / "one.db"
    shutil.copy(migrated_sqlite, path)
    url = postgres.create(migrated_postgres)
    both = connect(f"sqlite:///{path}"), connect(url)
    yield both
    for each in both:
        each.engine.dispose()
    postgres.drop(url)


@pytest.mark.postgresql
def test_both_databases_give_the_same_plan_to_the_byte(
    two_databases: tuple[Sessions, Sessions],
) -> None:
    """The same rows are in both; only the keys of the plan and of its calls may differ."""
    sqlite, postgresql = two_databases
    one = an_institute(sqlite)
    for number in range(1, 4):
        one.centre(number, identities=tuple(identity(str(n), str(n)) for n in range(5)))
    one.person("Another", Role.ASSESSOR)
    other = replace(one, sessions=postgresql)
    with sqlite.reading() as source, postgresql.begin() as target:
        for table in Base.metadata.sorted_tables:
            copied = [dict(row) for row in source.execute(select(table)).mappings()]
            if copied:
                target.execute(insert(table), copied)
    plans, inputs, found = [], [], []
    for institute in (one, other):
        drew = draw(institute, rule=Rule(1, Fraction(20), 10))
        plans.append(replace(drew, plan=institute.assessor))
        inputs.append(stored(institute, drew.plan)[1].encode())
        found.append([replace(c, id=c.centre, plan=c.centre) for c in calls(institute)])
    assert inputs[0] == inputs[1]
    assert found[0] == found[1]
    assert plans[0] == plans[1]
    assert len(found[0]) >= 30

"""Late centres: named, then given a plan of their own for the rest of the period."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise

import pytest

from config.clock import civil_date, midnight
from config.database import Sessions
from scheduler import diary
from scheduler.assignment import BLOCKED
from scheduler.plan_told import ENTERED_LATER, Without, with_added
from scheduler.rule import Rule
from scheduler.seal import seed_hash
from tests.builders import NOW, ZONE, Institute, an_institute
from tests.scheduler.planned import (
    JANUARY,
    LATE_SEED,
    MIDDLE,
    Crash,
    Crashing,
    acts,
    add,
    calls,
    draw,
    moments,
    of_calls,
    proof,
)
from tests.scheduler.stored import rows

OFTEN = Rule(1, Fraction(20), 8)  # so that half a month without a call is out of the question


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute with two centres."""
    institute = an_institute(sessions)
    institute.centre(1)
    institute.centre(2)
    return institute


def test_a_centre_that_comes_late_is_named_until_it_is_added(institute: Institute) -> None:
    drew = draw(institute, rule=OFTEN)
    early = calls(institute)
    late = institute.centre(3)
    named = draw(institute, rule=OFTEN)
    assert (named.centres, named.calls, named.added) == (3, drew.calls, 0)
    assert named.without == (Without("Provider 3, Centre 3", ENTERED_LATER),)
    added = add(institute, drew.plan, MIDDLE)
    found = calls(institute, centre=late)
    assert added == len(found) > 0
    assert all(civil_date(call.drawn_moment, ZONE) > MIDDLE.date() for call in found)
    assert all(JANUARY.contains(civil_date(call.drawn_moment, ZONE)) for call in found)
    whole = draw(institute, rule=OFTEN)
    assert (whole.calls, whole.added, whole.without) == (drew.calls + added, 0, ())
    assert with_added(whole, added).added == added
    assert [call for call in calls(institute) if call.centre != late] == list(early)


def test_adding_twice_changes_nothing(institute: Institute) -> None:
    plan = draw(institute).plan
    assert add(institute, plan, MIDDLE) == 0
    institute.centre(3)
    add(institute, plan, MIDDLE)
    before = rows(institute.sessions)
    assert add(institute, plan, MIDDLE + timedelta(hours=1)) == 0
    assert rows(institute.sessions) == before


def test_what_is_added_is_sealed_like_any_plan(institute: Institute) -> None:
    plan = draw(institute).plan
    late = institute.centre(3)
    add(institute, plan, NOW)
    with institute.sessions.reading() as session:
        (added,) = diary.additions(session, plan)
        assert (added.adds_to, added.period, added.purpose) == (plan, JANUARY, "sampling")
        assert (added.seed_hash, added.drawn_at) == (seed_hash(LATE_SEED), NOW)
        assert diary.covering(session, JANUARY) == (diary.plan(session, plan),)
        assert set(diary.plan_centres(session, added.id)) == {late}
    again = proof(institute, added.id, LATE_SEED)
    assert of_calls(calls(institute, plan=added.id)) == moments(again)
    assert [e.action for e in acts(institute)] == ["plan sealed", "plan drawn"] * 2


def test_what_is_added_leaves_the_assessors_their_time(institute: Institute) -> None:
    much = Rule(1, Fraction(20), 10)
    plan = draw(institute, rule=much).plan
    institute.centre(3)
    add(institute, plan, NOW)
    taken = sorted(call.drawn_moment for call in calls(institute) if call.assessor)
    assert len(taken) >= 30
    assert min(later - one for one, later in pairwise(taken)) >= BLOCKED


def test_an_addition_that_was_sealed_but_not_drawn_is_drawn_by_the_next(
    institute: Institute,
) -> None:
    plan = draw(institute).plan
    late = institute.centre(3)
    with pytest.raises(Crash):
        add(institute, plan, NOW, Crashing(institute.sessions.engine))
    assert calls(institute, centre=late) == ()
    assert draw(institute).without == (Without("Provider 3, Centre 3", ENTERED_LATER),)
    later = institute.centre(4)
    assert add(institute, plan, NOW) == len(calls(institute, centre=late)) + len(
        calls(institute, centre=later)
    )
    assert draw(institute).without == ()


def test_adding_at_once_adds_once(institute: Institute) -> None:
    plan = draw(institute).plan
    late = institute.centre(3)
    with ThreadPoolExecutor(3) as desks:
        added = list(desks.map(lambda _: add(institute, plan, NOW), range(3)))
    found = calls(institute, centre=late)
    assert sum(added) == len(found) > 0
    with institute.sessions.reading() as session:
        assert len(diary.additions(session, plan)) == 1


def test_a_centre_that_comes_after_the_period_is_named_with_the_reason(
    institute: Institute,
) -> None:
    plan = draw(institute).plan
    institute.centre(3)
    assert add(institute, plan, midnight(JANUARY.end, ZONE)) == 0
    assert draw(institute).without == (
        Without("Provider 3, Centre 3", "no day of the period was left when it was entered"),
    )

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from uuid import uuid4

from config.clock import Month, Period
from config.database import Sessions
from scheduler import diary, tally
from scheduler.outcome import Disposition
from scheduler.plan_told import DrewPlan
from scheduler.rule import Rule
from tests.builders import NOW, Institute, an_institute
from tests.scheduler.planned import draw

FIRST = Month(2027, 1)


def a_plan(institute: Institute) -> DrewPlan:
    """A drawn quarter of every centre."""
    return draw(institute, Period(FIRST, 3), rule=Rule(3, Fraction(6), 2), seed=bytes(32))


def test_calls_are_counted_by_plan_and_disposition(sessions: Sessions) -> None:
    institute = an_institute(sessions)
    institute.centre()
    drew = a_plan(institute)
    with sessions.begin() as session:
        call = diary.calls(session, plan=drew.plan)[0]
        diary.dispose(session, call.id, Disposition.MISSED, NOW)
    with sessions.reading() as session:
        counts = tally.calls_by_plan(session)[drew.plan]
    assert counts[Disposition.MISSED] == 1
    assert counts.total() == drew.calls


def test_the_months_of_a_plan_add_up_to_its_calls(sessions: Sessions) -> None:
    institute = an_institute(sessions)
    institute.centre()
    drew = a_plan(institute)
    with sessions.reading() as session:
        months = tally.months_of_plans(session, [drew.plan])
        assert tally.months_of_plans(session, []) == {}
    assert list(months) == sorted(months)
    assert set(months) <= set(Period(FIRST, 3).month_list)
    assert sum(months.values()) == drew.calls


def test_the_months_of_a_centre_leave_out_practice_and_other_centres(sessions: Sessions) -> None:
    institute = an_institute(sessions)
    centre, other = institute.centre(0), institute.centre(1)
    institute.call(centre)
    drew = a_plan(institute)
    with sessions.reading() as session:
        own = tally.months_of_centre(session, centre)
        both = sum(own.values()) + sum(tally.months_of_centre(session, other).values())
    assert Month(NOW.year, NOW.month) not in own
    assert list(own) == sorted(own, reverse=True)
    assert both == drew.calls


def test_calls_that_nobody_could_take_are_counted(sessions: Sessions) -> None:
    institute = an_institute(sessions)
    institute.centre()
    drew = a_plan(institute)
    with sessions.reading() as session:
        calls = diary.calls(session, plan=drew.plan)
        without = tuple(call.drawn_moment for call in calls if call.assessor is None)
        assert tally.without_assessor(session, [drew.plan]) == without
        assert len(without) == drew.short


def test_an_unplaced_call_is_without_an_assessor(sessions: Sessions) -> None:

    institute = an_institute(sessions)
    key = institute.call()
    with sessions.begin() as session:
        known = diary.find_call(session, key)
        assert known is not None
        moment = known.slot_start + timedelta(hours=1)
        nobody = replace(known, id=uuid4(), slot=1, slot_start=moment, assessor=None)
        diary.add_call(session, nobody)
    with sessions.reading() as session:
        assert tally.without_assessor(session, [known.plan]) == (nobody.drawn_moment,)

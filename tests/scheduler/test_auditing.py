"""The audit of a stored plan: what is read of it, and that nothing is told before it is closed."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction

import pytest

from config.clock import Period, civil_date
from config.database import Sessions
from scheduler import diary
from scheduler.advancing import advance_plans
from scheduler.audit import Kind
from scheduler.auditing import AuditRefused, audit_plans, longer
from scheduler.call import PlannedCall
from scheduler.plan_told import DrewPlan
from scheduler.rule import Rule
from tests.builders import ZONE, Institute, an_institute
from tests.scheduler.planned import JANUARY, OTHER_SEED, add, calls, draw
from tests.scheduler.tried import AFTER, made, made_instead, missed

FIRST = JANUARY.first
FEBRUARY = Period(FIRST.next(), 1)
LATER = AFTER + timedelta(days=60)


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute with three centres."""
    institute = an_institute(sessions)
    for number in range(3):
        institute.centre(number)
    return institute


def end(
    institute: Institute, drew: DrewPlan, is_missed: Callable[[PlannedCall], bool] = lambda _: False
) -> None:
    """Let every call be made at its moment or missed, and the plan close."""
    for call in calls(institute, plan=drew.plan):
        (missed if is_missed(call) else made)(institute, call)
    advance_plans(institute.sessions, AFTER, ZONE)


def test_nothing_is_told_of_a_plan_before_it_is_closed(institute: Institute) -> None:
    with pytest.raises(AuditRefused, match="no plan begins with January 2027"):
        audit_plans(institute.sessions, FIRST)
    drew = draw(institute)
    with pytest.raises(AuditRefused, match="isn't closed"):
        audit_plans(institute.sessions, FIRST)
    *most, last = calls(institute, plan=drew.plan)
    for call in most:
        made(institute, call)
    advance_plans(institute.sessions, AFTER, ZONE)
    with pytest.raises(AuditRefused, match="nothing of calls to come"):
        audit_plans(institute.sessions, FIRST)
    made(institute, last)
    advance_plans(institute.sessions, AFTER, ZONE)
    assert audit_plans(institute.sessions, FIRST, simulations=99).audit


def test_every_call_of_a_plan_is_found_in_its_hours_and_an_audit_said_again_is_the_same(
    institute: Institute,
) -> None:
    drew = draw(institute)
    end(institute, drew)
    found = audit_plans(institute.sessions, FIRST)
    assert found.centres == 3
    assert found.record.drawn == found.record.at_the_minute == drew.calls
    assert found.record.unplaced == 0
    assert found.audit is not None
    assert found.audit.made is None
    assert found.audit.drawn.calls == drew.calls
    assert found.audit.simulations == 999
    assert audit_plans(institute.sessions, FIRST) == found


def test_misses_are_counted_by_reason_and_asked_of_by_themselves(institute: Institute) -> None:
    drew = draw(institute)
    drawn = calls(institute, plan=drew.plan)
    early = drawn[:4]
    end(institute, drew, lambda call: call in early)
    found = audit_plans(institute.sessions, FIRST, simulations=99)
    assert found.record.missed == (("the centre is closed", 4),)
    assert found.record.at_the_minute == len(drawn) - 4
    assert found.audit is not None
    assert found.audit.made is not None
    assert found.audit.missed is not None
    assert found.audit.made.calls == len(drawn) - 4
    days = Counter(civil_date(call.drawn_moment, call.zone).weekday() for call in early)
    assert {bar.at: bar.count for bar in found.audit.missed.weekdays if bar.count} == days


def test_a_call_counts_where_it_was_made_not_where_it_was_drawn(institute: Institute) -> None:
    drew = draw(institute)
    first, second, third, *rest = calls(institute, plan=drew.plan)
    made(institute, first, timedelta(seconds=90))
    made(institute, second, timedelta(days=7))
    made(institute, third, timedelta(days=40))
    for call in rest:
        made(institute, call)
    advance_plans(institute.sessions, AFTER, ZONE)
    found = audit_plans(institute.sessions, FIRST, simulations=99)
    assert found.record.at_the_minute == found.record.drawn - 3
    assert found.record.within_two == 1
    assert found.record.at_another_time == 2
    assert found.record.unplaced == 1  # in February
    assert found.audit is not None
    assert found.audit.made is not None
    assert found.audit.made.calls == found.record.drawn - 1


def test_centres_that_were_added_are_held_against_their_own_part_of_the_period(
    institute: Institute,
) -> None:
    drew = draw(institute)
    institute.centre(3)
    added = add(institute, drew.plan, JANUARY.moments(ZONE)[0] + timedelta(days=4))
    assert added
    end(institute, drew)
    with institute.sessions.reading() as session:
        (later,) = diary.additions(session, drew.plan)
    for call in calls(institute, plan=later.id):
        made(institute, call)
    advance_plans(institute.sessions, AFTER, ZONE)
    found = audit_plans(institute.sessions, FIRST, simulations=99)
    assert found.centres == 4
    assert found.record.drawn == drew.calls + added
    assert found.record.unplaced == 0


def test_what_was_drawn_again_is_counted_and_in_no_figure(institute: Institute) -> None:
    drew = draw(institute)
    one = calls(institute, plan=drew.plan)[-1]
    end(institute, drew, lambda call: call == one)
    made_instead(institute, one)
    found = audit_plans(institute.sessions, FIRST, simulations=99)
    assert found.record.redrawn == 1
    assert found.record.drawn == drew.calls
    assert found.audit is not None
    assert found.audit.drawn.calls == drew.calls


def test_successive_plans_are_audited_together_once_all_are_closed(institute: Institute) -> None:
    january, february = draw(institute), draw(institute, FEBRUARY, seed=OTHER_SEED)
    end(institute, january)
    with pytest.raises(AuditRefused, match="the period from February 2027 isn't closed"):
        audit_plans(institute.sessions, FIRST, 2)
    assert longer_than(institute, JANUARY) == ()
    end(institute, february)
    advance_plans(institute.sessions, LATER, ZONE)
    found = audit_plans(institute.sessions, FIRST, 2, 99)
    assert found.period == Period(FIRST, 2)
    assert found.centres == 3
    assert found.record.drawn == january.calls + february.calls
    assert found.record.unplaced == 0
    assert found.audit is not None
    assert found.audit.drawn.calls == january.calls + february.calls
    months = next(each for each in found.audit.drawn.findings if each.kind is Kind.MONTHS)
    assert months.of == 6
    with pytest.raises(AuditRefused, match=f"--from {FIRST} --months 2 audit them"):
        audit_plans(institute.sessions, FIRST, 2, 99, most=found.centres)
    assert audit_plans(institute.sessions, FIRST, 2, 99, most=2 * found.centres) == found
    alone = audit_plans(institute.sessions, FIRST, 1, 99, most=1)
    assert alone == audit_plans(institute.sessions, FIRST, simulations=99)
    assert longer_than(institute, JANUARY) == longer_than(institute, FEBRUARY) == (found.period,)


def test_only_whole_plans_that_follow_each_other_are_audited_together(
    institute: Institute,
) -> None:
    quarter = Period(FIRST, 3)
    end(institute, draw(institute, quarter, rule=Rule(3, Fraction(20), 8)))
    advance_plans(institute.sessions, LATER, ZONE)
    for first, months, said in (
        (FIRST, 2, "ends with March 2027"),
        (FIRST, 4, "no plan begins with April 2027"),
        (FIRST.next(), 2, "no plan begins with February 2027"),
    ):
        with pytest.raises(AuditRefused, match=said):
            audit_plans(institute.sessions, first, months)


def longer_than(institute: Institute, period: Period) -> tuple[Period, ...]:
    with institute.sessions.reading() as session:
        return longer(session, period)

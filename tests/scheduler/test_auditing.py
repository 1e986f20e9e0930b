"""The audit of a stored plan: what is read of it, and that nothing is told before it is closed."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from config.clock import civil_date
from config.database import Sessions
from scheduler import diary
from scheduler.advancing import advance_plans
from scheduler.auditing import AuditRefused, audit_plan
from scheduler.call import PlannedCall
from scheduler.plan_told import DrewPlan
from tests.builders import ZONE, Institute, an_institute
from tests.scheduler.planned import JANUARY, add, calls, draw
from tests.scheduler.tried import AFTER, made, made_instead, missed

FIRST = JANUARY.first


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
    with pytest.raises(AuditRefused, match="no plan begins with 2027-01"):
        audit_plan(institute.sessions, FIRST)
    drew = draw(institute)
    with pytest.raises(AuditRefused, match="isn't closed"):
        audit_plan(institute.sessions, FIRST)
    *most, last = calls(institute, plan=drew.plan)
    for call in most:
        made(institute, call)
    advance_plans(institute.sessions, AFTER, ZONE)
    with pytest.raises(AuditRefused, match="nothing of calls to come"):
        audit_plan(institute.sessions, FIRST)
    made(institute, last)
    advance_plans(institute.sessions, AFTER, ZONE)
    assert audit_plan(institute.sessions, FIRST, 99).audit


def test_every_call_of_a_plan_is_found_in_its_hours_and_an_audit_said_again_is_the_same(
    institute: Institute,
) -> None:
    drew = draw(institute)
    end(institute, drew)
    found = audit_plan(institute.sessions, FIRST)
    assert found.centres == 3
    assert found.record.drawn == found.record.at_the_minute == drew.calls
    assert found.record.unplaced == 0
    assert found.audit is not None
    assert found.audit.made is None
    assert found.audit.drawn.calls == drew.calls
    assert found.audit.simulations == 999
    assert audit_plan(institute.sessions, FIRST) == found


def test_misses_are_counted_by_reason_and_asked_of_by_themselves(institute: Institute) -> None:
    drew = draw(institute)
    drawn = calls(institute, plan=drew.plan)
    early = drawn[:4]
    end(institute, drew, lambda call: call in early)
    found = audit_plan(institute.sessions, FIRST, 99)
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
    found = audit_plan(institute.sessions, FIRST, 99)
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
    found = audit_plan(institute.sessions, FIRST, 99)
    assert found.centres == 4
    assert found.record.drawn == drew.calls + added
    assert found.record.unplaced == 0


def test_what_was_drawn_again_is_counted_and_in_no_figure(institute: Institute) -> None:
    drew = draw(institute)
    one = calls(institute, plan=drew.plan)[-1]
    end(institute, drew, lambda call: call == one)
    made_instead(institute, one)
    found = audit_plan(institute.sessions, FIRST, 99)
    assert found.record.redrawn == 1
    assert found.record.drawn == drew.calls
    assert found.audit is not None
    assert found.audit.drawn.calls == drew.calls

"""By when a centre has to come back, and what comes of its promise."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.centre import Closure, OpenSpan
from scheduler.hours import Calendar
from scheduler.promise import Basis, CameBack, Kept, Way, due_by, outcome_of

WEEK = tuple(OpenSpan(day, 9 * 60, 17 * 60) for day in range(5))
LONDON = Calendar("Europe/London", WEEK)
FRIDAY = datetime(2026, 11, 27, 16, 50, tzinfo=UTC)


def came(at: datetime, *, counts: bool = True) -> CameBack:
    return CameBack(uuid4(), uuid4(), Way.RING, at, counts, "line")


def test_the_minutes_of_an_escalation_run_while_the_centre_is_open() -> None:
    due = due_by(Basis.ESCALATION, FRIDAY, LONDON, 30)
    assert due == datetime(2026, 11, 30, 9, 20, tzinfo=UTC)


def test_two_working_days_are_days_on_which_the_centre_opens_and_end_at_midnight() -> None:
    assert due_by(Basis.WORKING_DAYS, FRIDAY, LONDON, 30) == datetime(2026, 12, 2, tzinfo=UTC)
    shut = Calendar(
        LONDON.zone, WEEK, (Closure(datetime(2026, 11, 30).date(), datetime(2026, 11, 30).date()),)
    )
    assert due_by(Basis.WORKING_DAYS, FRIDAY, shut, 30) == datetime(2026, 12, 3, tzinfo=UTC)


def test_a_named_time_is_the_time() -> None:
    named = FRIDAY + timedelta(hours=3)
    assert due_by(Basis.NAMED, FRIDAY, LONDON, 30, named) == named
    with pytest.raises(ValueError, match="needs the time"):
        due_by(Basis.NAMED, FRIDAY, LONDON, 30)


def test_a_centre_of_which_no_hours_are_known_is_held_to_the_clock_on_the_wall() -> None:
    nothing = Calendar("Europe/London", ())
    assert due_by(Basis.ESCALATION, FRIDAY, nothing, 30) == FRIDAY + timedelta(minutes=30)
    assert due_by(Basis.WORKING_DAYS, FRIDAY, nothing, 30) == datetime(2026, 11, 30, tzinfo=UTC)


@settings(max_examples=40)
@given(st.integers(0, 60 * 24 * 14), st.integers(1, 600))
def test_a_centre_has_at_least_the_minutes_that_it_declared(later: int, minutes: int) -> None:
    since = FRIDAY + timedelta(minutes=later)
    assert due_by(Basis.ESCALATION, since, LONDON, minutes) >= since + timedelta(minutes=minutes)


def test_a_promise_is_kept_late_or_broken_by_what_came_first() -> None:
    due = FRIDAY
    before, after = came(due), came(due + timedelta(seconds=1))
    assert outcome_of(due, [], due) is None
    assert outcome_of(due, [], due + timedelta(seconds=1)) is Kept.BROKEN
    assert outcome_of(due, [after, before], due) is Kept.KEPT
    assert outcome_of(due, [after], after.at) is Kept.LATE


def test_what_nobody_knows_to_be_the_centre_settles_nothing() -> None:
    guess = came(FRIDAY, counts=False)
    assert outcome_of(FRIDAY, [guess], FRIDAY) is None
    assert outcome_of(FRIDAY, [guess], FRIDAY + timedelta(days=1)) is Kept.BROKEN

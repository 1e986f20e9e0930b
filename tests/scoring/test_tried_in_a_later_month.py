"""A call that is tried again in a later month: no report tells that it is still to come."""

from datetime import timedelta

import pytest

from config.database import Sessions
from scheduler import diary, follow_ups
from scheduler.call import PlannedCall
from scheduler.outcome import Disposition
from scoring.report import CentreReport
from scoring.reporting import blocks, month_standing, publish, report_of
from tests.assessor.month_of_calls import OCTOBER, assess, calls_of, draw_month, verify
from tests.builders import NOW, ZONE, Institute, an_institute

IN_NOVEMBER = NOW + timedelta(hours=3)


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute with one centre, whose calls of October were made."""
    institute = an_institute(sessions)
    draw_month(institute, institute.centre())
    return institute


def put_off(institute: Institute, call: PlannedCall) -> None:
    """Let a call have met a busy line, and another try be drawn in the next month."""
    with institute.sessions.begin() as session:
        diary.correct_disposition(session, call.id, Disposition.BUSY)
        assert follow_ups.reopen(session, call.id, Disposition.BUSY, IN_NOVEMBER)


def stands(institute: Institute, call: PlannedCall) -> tuple[list[str], CentreReport]:
    """What keeps the month from being published, and its report."""
    with institute.sessions.reading() as session:
        return (
            blocks(session, call.centre, OCTOBER, NOW, ZONE),
            report_of(session, call.centre, OCTOBER),
        )


def test_a_try_in_a_later_month_keeps_no_report_waiting_and_stands_in_none(
    institute: Institute,
) -> None:
    first, *others = calls_of(institute)
    verify(institute, *(assess(institute, call) for call in others))
    put_off(institute, first)
    blocked, report = stands(institute, first)
    assert blocked == []
    assert {call.id for call in report.calls} == {call.id for call in others}
    publish(institute.sessions, first.centre, OCTOBER, NOW, "test", ZONE)
    with institute.sessions.begin() as session:
        diary.dispose(session, first.id, Disposition.COMPLETED, IN_NOVEMBER)
    (called,) = [call for call in calls_of(institute) if call.id == first.id]
    assert stands(institute, first)[0] == ["1 call is not scored yet"]
    verify(institute, assess(institute, called))
    with institute.sessions.reading() as session:
        (standing,) = month_standing(session, OCTOBER, NOW, ZONE)
    assert standing.ready


def test_a_try_that_is_drawn_within_the_month_keeps_it_waiting(institute: Institute) -> None:
    first, *others = calls_of(institute)
    verify(institute, *(assess(institute, call) for call in others))
    with institute.sessions.begin() as session:
        diary.correct_disposition(session, first.id, Disposition.BUSY)
        follow_ups.reopen(session, first.id, Disposition.BUSY, others[-1].drawn_moment)
    assert stands(institute, first)[0] == ["1 call is open"]


def test_a_month_whose_every_call_is_put_off_has_no_report(institute: Institute) -> None:
    called = calls_of(institute)
    for call in called:
        put_off(institute, call)
    assert stands(institute, called[0])[0] == ["each call is tried again in a later month"]

"""The meter on the institute's own calendars, and what its crew can't do."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from uuid import UUID

import pytest

from config.clock import Month, Period
from config.database import Sessions
from scheduler import metering, register
from scheduler.access import Role, TiedTo
from scheduler.centre import OpenSpan
from scheduler.cover import cover_of
from scheduler.declaring import declare
from scheduler.rule import Rule, default_rule
from scheduler.rule_reading import PLAIN
from scheduler.shape import Shape, WeekHours
from tests.builders import ALWAYS, NOW, ZONE, Institute, an_institute

TODAY = NOW.date()
NIGHTS = WeekHours(tuple(range(7)), 0, 8)


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute with an assessor who offers every hour."""
    return an_institute(sessions)


def centre_of(institute: Institute, key: UUID) -> register.Centre:
    with institute.sessions.reading() as session:
        found = register.find_centre(session, key)
    assert found is not None
    return found


def test_the_next_period_begins_where_the_rule_s_periods_do() -> None:
    assert metering.next_period(date(2026, 11, 25), 3) == Period(Month(2027, 1), 3)
    assert metering.next_period(date(2026, 11, 25), 1) == Period(Month(2026, 12), 1)
    assert metering.next_period(date(2027, 1, 1), 6) == Period(Month(2027, 7), 6)


def test_a_centre_is_measured_on_its_next_period_with_what_was_offered(
    institute: Institute,
) -> None:
    centre = centre_of(institute, institute.centre(1))
    with institute.sessions.reading() as session:
        ground = metering.centre_ground(session, centre, default_rule(), TODAY, ZONE)
    assert len(ground.slots) == 24 * 90 - 1  # without the hour that spring leaves out
    assert ground.offered == (True,) * len(ground.slots)
    tied = institute.centre(2)
    provider = centre_of(institute, tied).provider
    declare(institute.sessions, institute.assessor, provider, TiedTo.ORGANISATION, "worked", NOW)
    with institute.sessions.reading() as session:
        own = centre_of(institute, tied)
        ground = metering.centre_ground(session, own, default_rule(), TODAY, ZONE)
    assert ground.offered is not None
    assert cover_of(ground.slots, ground.ordinary, ground.offered).share == 0


def test_a_rule_by_volume_is_judged_on_plain_months_alone(institute: Institute) -> None:
    institute.centre(1)
    with institute.sessions.reading() as session:
        found = metering.figures(session, default_rule(), TODAY)
    assert found.on == PLAIN
    assert not found.leaks


def test_a_blackout_is_judged_where_it_falls_into_opening_hours(institute: Institute) -> None:
    rule = replace(default_rule(), shape=Shape(never=(NIGHTS,)))
    with institute.sessions.reading() as session:
        assert not metering.figures(session, rule, TODAY).leaks  # nobody is open at night
    institute.centre(1, hours=tuple(OpenSpan(day, 540, 1020) for day in range(5)))
    with institute.sessions.reading() as session:
        assert not metering.figures(session, rule, TODAY).leaks
    institute.centre(2, hours=ALWAYS)
    with institute.sessions.reading() as session:
        found = metering.figures(session, rule, TODAY)
    assert found.leaks
    assert found.on == "Centre 2"


def test_the_crew_is_counted_with_the_hours_that_they_offered(institute: Institute) -> None:
    institute.centre(1)
    institute.person("Bea", Role.ASSESSOR)
    with institute.sessions.reading() as session:
        crew = metering.crew(session)
    assert crew.centres == 1
    assert [(each.name, each.hours) for each in crew.assessors] == [
        ("An assessor", Fraction(168)),
        ("Bea", Fraction(168)),
    ]


def test_what_the_institute_cannot_have_is_told(institute: Institute) -> None:
    institute.centre(1)
    with institute.sessions.reading() as session:
        told = metering.limits_of(session, Rule(12, Fraction(4), 0))
    assert any("with one assessor" in words for words in told)

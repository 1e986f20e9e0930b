from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from markupsafe import escape

from assessor.pages.plans import period_in_words
from config.clock import Month, Period
from config.database import Sessions
from scheduler import diary
from scheduler.access import Role
from scheduler.rule import Rule
from scheduler.sealing import PlanRefused
from tests.builders import NOW, Institute, an_institute
from tests.fakes import SettableClock
from tests.scheduler.planned import add, draw
from tests.workspace import PASSWORD, client, workspace

QUARTER = Period(Month(2027, 1), 3)


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute with an administrator, a centre and one that can't be called."""
    institute = an_institute(sessions)
    institute.person("Ada", Role.ADMINISTRATOR, password=PASSWORD)
    institute.centre(0)
    institute.centre(1, notice_given_on=None)
    return institute


@pytest.fixture
def administrator(institute: Institute) -> FlaskClient:
    """The administrator, signed in."""
    return client(workspace(institute, SettableClock(NOW)), "ada@institute.example")


@pytest.fixture
def plan(institute: Institute) -> diary.Plan:
    """A drawn quarter."""
    drew = draw(institute, QUARTER, rule=Rule(3, Fraction(6), 2), seed=bytes(32))
    with institute.sessions.reading() as session:
        return diary.plan(session, drew.plan)


def test_a_period_names_its_year_once() -> None:
    assert period_in_words(Period(Month(2027, 1), 1)) == "January 2027"
    assert period_in_words(QUARTER) == "January to March 2027"
    assert period_in_words(Period(Month(2026, 10), 6)) == "October 2026 to March 2027"


def test_without_a_plan_the_list_leads_to_where_one_is_sealed(administrator: FlaskClient) -> None:
    assert 'href="/plan/new"' in administrator.get("/plan").text


def test_practice_calls_are_a_number_and_no_plan(
    institute: Institute, administrator: FlaskClient
) -> None:
    institute.call()
    text = administrator.get("/plan").text
    assert "1 practice call belongs to no plan" in text
    assert administrator.get("/plan/2026-11").status_code == 404


def test_the_list_leads_to_the_plan_by_its_first_month(
    plan: diary.Plan, administrator: FlaskClient
) -> None:
    assert 'href="/plan/2027-01"' in administrator.get("/plan").text
    assert administrator.get("/plan/2027-01").status_code == 200
    assert administrator.get("/plan/2027-02").status_code == 404
    assert administrator.get("/plan/soon").status_code == 404


def test_a_plan_shows_its_seal_its_rule_and_who_has_no_call(
    plan: diary.Plan, administrator: FlaskClient
) -> None:
    text = administrator.get("/plan/2027-01").text
    for shown in (
        plan.seed_hash,
        plan.inputs_hash,
        "6 calls a centre in a quarter",
        "no notice to staff is in force in the period",
        "Without a public value",
    ):
        assert shown in text


def test_a_plan_lists_the_calls_of_one_of_its_months(
    institute: Institute, plan: diary.Plan, administrator: FlaskClient
) -> None:
    with institute.sessions.reading() as session:
        calls = diary.calls(session, plan=plan.id)
    for month in QUARTER.month_list:
        text = administrator.get(f"/plan/2027-01?month={month}").text
        assert text.count("An assessor") == sum(
            call.month == str(month) and call.assessor is not None for call in calls
        )
    assert administrator.get("/plan/2027-01?month=x").status_code == 404


def test_a_long_month_is_listed_in_parts(
    institute: Institute, plan: diary.Plan, administrator: FlaskClient
) -> None:
    with institute.sessions.begin() as session:
        known = diary.calls(session, plan=plan.id)
        for number in range(10_000, 10_101):
            begin = known[0].slot_start + timedelta(seconds=number - 9_999)
            more = replace(known[0], id=uuid4(), slot=number, slot_start=begin, drawn_moment=begin)
            diary.add_call(session, more)
    here = f"/plan/2027-01?month={known[0].month}"
    total = 101 + sum(call.month == known[0].month for call in known)
    first = administrator.get(here).text
    assert f"Calls 1 to 100 of {total}" in first
    assert f'href="{escape(here)}&amp;page=2"' in first
    assert f"Calls 101 to {total} of {total}" in administrator.get(f"{here}&page=2").text
    assert "No call falls" in administrator.get(f"{here}&page=9").text


def test_a_centre_entered_later_is_named_until_it_is_added(
    institute: Institute, plan: diary.Plan, administrator: FlaskClient
) -> None:
    institute.centre(2)
    assert "Entered after the draw" in administrator.get("/plan/2027-01").text
    added = add(institute, plan.id, NOW)
    text = administrator.get("/plan/2027-01").text
    assert "Entered after the draw" not in text
    assert "Seal of the centres added" in text
    with institute.sessions.reading() as session:
        assert f"{len(diary.calls(session, plan=plan.id)) + added} calls were drawn" in text
    assert administrator.get("/plan").text.count("/plan/2027-01") == 1


def test_a_rehearsal_is_offered_no_calls_for_the_centres_it_left_out(
    institute: Institute, administrator: FlaskClient
) -> None:
    drew = draw(institute, QUARTER, rule=Rule(3, Fraction(6), 2), purpose="rehearsal")
    institute.centre(2)
    assert "Entered after the draw" not in administrator.get("/plan/2027-01").text
    with pytest.raises(PlanRefused, match="was rehearsed"):
        add(institute, drew.plan, NOW)


def test_what_calls_with_nobody_are_short_of_stands_by_week_and_centre(
    institute: Institute, administrator: FlaskClient
) -> None:
    """One assessor takes fifteen calls a week at most."""
    drew = draw(institute, QUARTER, rule=Rule(3, Fraction(300), 250), seed=bytes(32))
    assert drew.short
    text = " ".join(administrator.get("/plan/2027-01").text.split())
    assert f"{drew.short} calls have no assessor." in text
    weeks = text.split("Assessor hours that are short")[1]
    assert "<summary>Centre 0</summary>" in weeks
    assert "1 has a week full of calls." in weeks
    assert "(Europe/London) from somebody else would place them." in weeks
    assert "Week of" not in text.split("Assessor hours that are short")[0]

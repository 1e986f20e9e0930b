"""The month of the administrators: each day's calls, and what is still open."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from config.clock import civil_date
from config.database import Sessions
from scheduler import follow_ups, offers
from tests.assessor.drawn_month import a_drawn_month
from tests.builders import NOW, Institute
from tests.fakes import SettableClock
from tests.scheduler.planned import calls
from tests.workspace import client, workspace

HERE = "/plan/calendar/2027-01"


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute with a drawn month, two assessors, an administrator and an auditor."""
    return a_drawn_month(sessions)


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(NOW)


@pytest.fixture
def ada(institute: Institute, clock: SettableClock) -> FlaskClient:
    return client(workspace(institute, clock), "ada@institute.example")


def test_the_calendar_begins_with_the_month_that_goes_on(ada: FlaskClient) -> None:
    assert ada.get("/plan/calendar").location == "/plan/calendar/2026-11"
    assert "No call falls" in ada.get("/plan/calendar/2026-11").text
    assert ada.get("/plan/calendar/soon").status_code == 404


def test_the_calendar_leads_no_further_than_there_are_plans(ada: FlaskClient) -> None:
    before, within = ada.get("/plan/calendar/2026-12").text, ada.get(HERE).text
    assert ("Earlier: " in before, "Later: " in before) == (False, True)
    assert ("Earlier: " in within, "Later: " in within) == (False, False)


def test_each_call_stands_on_its_day_at_its_centre(institute: Institute, ada: FlaskClient) -> None:
    text = ada.get(HERE).text
    drawn = calls(institute)
    assert text.count('<li class=""><a href="/plan/calls/') == len(drawn)
    assert text.count("Tokyo") == len(drawn)
    assert text.count("to be offered") == len(drawn)
    assert "Centre 0" in text
    days = dict(part.split('"', 1) for part in text.split('<time datetime="')[1:])
    for call in drawn:
        day = civil_date(call.moment, "Asia/Tokyo")
        assert f'href="/plan/calls/{call.id}"' in days[str(day)]


def test_what_is_offered_or_has_nobody_is_named_above_all(
    institute: Institute, ada: FlaskClient
) -> None:
    first, second = calls(institute)[:2]
    assert first.assessor is not None
    with institute.sessions.begin() as session:
        offers.offer(session, first.id, first.assessor, first.moment, NOW)
        follow_ups.hand_over(session, second.id, None, None, second.scenario)
    text = ada.get(HERE).text
    assert "1 offered and not taken yet, 1 with nobody" in text
    assert "offered, no answer yet" in text
    assert text.count(f"/plan/calls/{second.id}") == 2, "in the month and in the list of its own"


def test_a_full_day_has_a_list_of_its_own(institute: Institute, ada: FlaskClient) -> None:
    first = calls(institute)[0]
    day = first.drawn_moment + timedelta(hours=9)
    text = ada.get(f"{HERE}?day={day:%Y-%m-%d}").text
    assert f"/plan/calls/{first.id}" in text
    assert ada.get(f"{HERE}?day=2027-02-01").status_code == 404


def test_an_auditor_reads_it_too(institute: Institute) -> None:
    aud = client(workspace(institute, SettableClock(NOW)), "aud@institute.example")
    assert aud.get(HERE).status_code == 200

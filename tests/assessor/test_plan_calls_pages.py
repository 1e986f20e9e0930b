"""One call of a plan: where it stands, and who takes it in another's place."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from config import journal, journal_aside
from config.database import Sessions
from scheduler import diary
from scheduler.call import PlannedCall
from tests.assessor.drawn_month import a_drawn_month
from tests.builders import NOW, Institute
from tests.fakes import SettableClock
from tests.scheduler.planned import calls, first_alone
from tests.workspace import client, workspace


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


def of(institute: Institute, call: PlannedCall) -> PlannedCall:
    with institute.sessions.reading() as session:
        found = diary.find_call(session, call.id)
    assert found is not None
    return found


def test_an_administrator_says_that_somebody_cannot_and_the_next_is_drawn(
    institute: Institute, ada: FlaskClient, clock: SettableClock
) -> None:
    first = first_alone(institute)
    here = f"/plan/calls/{first.id}"
    assert ada.post(f"{here}/another", data={"reason": " "}).status_code == 422
    assert of(institute, first) == first
    assert ada.post(f"{here}/another", data={"reason": "ill"}).location == here
    after = of(institute, first)
    assert after.assessor not in (None, first.assessor)
    assert after.moment == first.moment
    text = ada.get(here).text
    assert "Another person was drawn" in text
    assert "excused by an administrator" in text
    with institute.sessions.reading() as session:
        (said,) = [e for e in journal.entries(session) if e.action == "person excused"]
        assert journal_aside.asides(session, [said.seq]) == {said.seq: {"reason": "ill"}}
    assert said.subject == f"call {first.id}"
    clock.now = first.moment - timedelta(minutes=1)
    late = client(workspace(institute, clock), "ada@institute.example")
    assert late.post(f"{here}/another", data={"reason": "ill"}).status_code == 422
    assert 'name="reason"' not in late.get(here).text


def test_an_auditor_reads_and_changes_nothing(institute: Institute) -> None:
    first = calls(institute)[0]
    aud = client(workspace(institute, SettableClock(NOW)), "aud@institute.example")
    assert 'name="reason"' not in aud.get(f"/plan/calls/{first.id}").text
    assert aud.post(f"/plan/calls/{first.id}/another", data={"reason": "x"}).status_code == 404
    assert of(institute, first) == first


def test_a_practice_call_is_no_call_of_a_plan(institute: Institute, ada: FlaskClient) -> None:
    key = institute.call(calls(institute)[0].centre)
    assert ada.get(f"/plan/calls/{key}").status_code == 404
    assert ada.post(f"/plan/calls/{key}/another", data={"reason": "x"}).status_code == 404

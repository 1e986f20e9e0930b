"""A call that its assessor dials: chosen on the line page, made on the call page."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from config.database import Sessions
from config.settings import Line
from scheduler import diary
from scheduler.access import Role
from scheduler.diary_rows import SamplingPlanRow
from scheduler.outcome import Disposition
from tests.assessor.assessor_desk import Desk
from tests.workspace import PASSWORD, client


@pytest.fixture
def desk(sessions: Sessions) -> Desk:
    desk = Desk(sessions)
    desk.institute.person("Ada", Role.ADMINISTRATOR, password=PASSWORD)
    desk.confirm()
    return desk


@pytest.fixture
def ada(desk: Desk) -> FlaskClient:
    return client(desk.app, "ada@institute.example")


def choose(ada: FlaskClient, desk: Desk, answer: str = "yes") -> int:
    return ada.post(f"/line/by-hand/{desk.call}", data={"by_hand": answer}).status_code


def hear(desk: Desk, heard: str) -> int:
    return desk.ann.post(f"/calls/{desk.call}/by-hand", data={"heard": heard}).status_code


def test_an_administrator_chooses_and_the_page_leads_through_the_call(
    desk: Desk, ada: FlaskClient
) -> None:
    number, page = "+44 1632 960500", f"/calls/{desk.call}"
    assert number not in desk.ann.get(page).text
    assert choose(ada, desk) == 303
    assert "by hand" in ada.get("/line").text
    waiting = desk.ann.get(page).text
    assert number in waiting
    assert "never from a private number" in waiting
    assert "I am dialling now" not in waiting
    assert hear(desk, "dialling") == 422
    for told in (desk.ann.get("/today").text, desk.ann.get(f"{page}/briefing").text):
        assert "press 1" not in told.casefold()
        assert "yourself" in told

    desk.clock.pass_by(minutes=10)
    assert "I am dialling now" in desk.ann.get(page).text
    assert hear(desk, "dialling") == 303
    assert choose(ada, desk, "no") == 422
    ringing = desk.ann.get(page).text
    assert "Nobody answers" in ringing
    assert "pressed for you" not in ringing
    desk.clock.pass_by(seconds=8)
    assert hear(desk, "answered") == 303
    desk.ann.post(f"{page}/marks", data={"mark": "person"})
    talking = desk.ann.get(page).text
    assert "Timed by hand" in talking
    assert "The call has ended" in talking
    desk.clock.pass_by(minutes=5)
    assert hear(desk, "ended") == 303
    assert hear(desk, "whatever") == 400
    assert desk.disposition() is Disposition.COMPLETED
    assert "Submit" in desk.ann.get(page).text

    promise = {"way": "ring", "what": "They ring back", "basis": "working days"}
    assert desk.ann.post(f"{page}/promise", data=promise).status_code == 303
    awaited = desk.ann.get(page).text
    assert "Menu keys" not in awaited  # nothing is dialled any more
    assert "person 0:08" in awaited  # and what was marked stands for the evidence


def test_only_an_administrator_chooses_and_only_its_assessor_dials(
    desk: Desk, ada: FlaskClient
) -> None:
    assert choose(desk.ann, desk) == 404
    choose(ada, desk)
    desk.clock.pass_by(minutes=10)
    bob = client(desk.app, "bob@institute.example")
    answer = bob.post(f"/calls/{desk.call}/by-hand", data={"heard": "dialling"})
    assert answer.status_code == 404
    assert desk.disposition() is Disposition.PLANNED


@pytest.mark.parametrize(("line", "status"), [(Line.LIVE, 422), (Line.PRACTICE, 303)])
def test_on_the_live_telephone_no_unproved_number_is_dialled_by_hand(
    sessions: Sessions, line: Line, status: int
) -> None:
    desk = Desk(sessions, line=line)
    desk.confirm()
    with sessions.begin() as session:
        diary.set_by_hand(session, desk.call, True)
        session.execute(update(SamplingPlanRow).values(purpose="sampling"))
    desk.clock.pass_by(minutes=10)
    assert hear(desk, "dialling") == status


def test_no_key_of_a_call_by_hand_answers_a_criterion(desk: Desk, ada: FlaskClient) -> None:
    choose(ada, desk)
    desk.clock.pass_by(minutes=10)
    for heard in ("dialling", "answered", ""):
        page = desk.ann.get(f"/calls/{desk.call}").text
        own, rubric = page.split('id="assessment-', 1)
        acts = re.findall(r'data-key="([A-Z])"', own[own.index("/by-hand") :])
        assert acts
        assert not set(acts) & set(re.findall(r'data-key="([A-Z])"', rubric))
        if heard:
            assert hear(desk, heard) == 303

"""What an assessor can end and take back on the call page."""

import pytest

from assessor.pages.call_line import call_line
from config.database import Sessions
from scheduler import diary
from scheduler.outcome import Disposition
from tests.assessor.assessor_desk import Desk
from tests.builders import ZONE

HTMX = {"HX-Request": "true"}


@pytest.fixture
def desk(sessions: Sessions) -> Desk:
    """An assessor whose centre has answered."""
    desk = Desk(sessions)
    desk.confirm()
    desk.line.ring()
    desk.line.press()
    desk.line.through()
    return desk


def test_one_key_ends_the_call_and_nothing_is_scored(desk: Desk) -> None:
    page = desk.ann.get(f"/calls/{desk.call}").text
    assert 'data-key="Z"' in page
    answer = desk.ann.post(f"/calls/{desk.call}/stop", data={"reason": "stop"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/calls/{desk.call}")
    assert desk.disposition() is Disposition.ABORTED
    page = desk.ann.get(f"/calls/{desk.call}").text
    assert "The line is being rung off" in page
    assert 'data-key="Z"' not in page
    desk.line.end()
    page = desk.ann.get(f"/calls/{desk.call}").text
    assert "You stopped the call" in page
    assert "Close the call" in page
    desk.ann.post(f"/assessments/{desk.draft()}/submit")
    assert desk.disposition() is Disposition.ABORTED
    assert desk.assessment().score is None


def test_hanging_up_leaves_a_call_that_is_scored(desk: Desk) -> None:
    page = desk.ann.get(f"/calls/{desk.call}").text
    assert "Hang up" in page
    answer = desk.ann.post(f"/calls/{desk.call}/hang-up")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/calls/{desk.call}")
    assert desk.disposition() is Disposition.RUNNING
    desk.line.end()
    assert desk.disposition() is Disposition.COMPLETED
    assert "Hang up" not in desk.ann.get(f"/calls/{desk.call}").text
    assert desk.ann.post(f"/calls/{desk.call}/hang-up").status_code == 303  # it is over


def test_a_line_that_ends_while_the_page_is_made_is_not_said_to_ring(desk: Desk) -> None:
    with desk.sessions.reading() as session:
        before = diary.find_call(session, desk.call)
    assert before is not None
    desk.line.end()
    with desk.app.app_context(), desk.sessions.reading() as session:
        line = call_line(session, before, 12, ZONE, desk.clock())
    assert (line.state, line.words) == ("closing", "rung off")
    assert not line.stoppable


def test_a_reason_that_nobody_offered_ends_nothing(desk: Desk) -> None:
    for reason in ("", "tired"):
        answer = desk.ann.post(f"/calls/{desk.call}/stop", data={"reason": reason})
        assert answer.status_code == 400
    assert desk.disposition() is Disposition.RUNNING


def test_a_wait_says_when_it_is_rung_off_until_a_person_is_marked(desk: Desk) -> None:
    marks = f"/calls/{desk.call}/marks"
    assert "only a marked wait has a limit" in desk.ann.get(f"/calls/{desk.call}").text
    desk.ann.post(marks, data={"mark": "queue"})
    desk.clock.pass_by(seconds=30)
    page = desk.ann.get(f"/calls/{desk.call}").text
    assert "In 5:00 of more waiting the line is rung off" in page
    assert "They announce a wait of more than 20 minutes" in page
    desk.ann.post(marks, data={"mark": "person"})
    page = desk.ann.get(f"/calls/{desk.call}").text
    assert "more waiting" not in page
    assert "They announce" not in page


def test_a_mark_is_taken_back_during_the_call_and_in_the_draft(desk: Desk) -> None:
    back = f"/calls/{desk.call}/marks/back"
    for kind in ("menu", "person"):
        desk.ann.post(f"/calls/{desk.call}/marks", data={"mark": kind})
    answer = desk.ann.post(back, data={"mark": "person"}, headers=HTMX)
    assert answer.headers["HX-Trigger"] == "marked"
    assert "person 0:00" not in answer.text
    desk.clock.pass_by(minutes=5)
    desk.line.end()
    assert "Take back" in desk.ann.get(f"/calls/{desk.call}").text
    desk.ann.post(back, data={"mark": "menu"})
    assert "Take back" not in desk.ann.get(f"/calls/{desk.call}").text

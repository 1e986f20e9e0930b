"""The promise on the call page, on Today, on the assessment and before the verifier."""

from datetime import timedelta
from uuid import uuid4

import pytest

from config.database import Sessions
from scheduler import awaiting, promises
from scheduler.access import Role
from scheduler.outcome import Disposition
from scheduler.promise import Kept
from tests.assessor.assessor_desk import Desk
from tests.workspace import PASSWORD, client

PROMISE = {"way": "ring", "what": "Somebody rings about the calendar", "basis": "escalation"}


@pytest.fixture
def desk(sessions: Sessions) -> Desk:
    """Ann's call has come to its end."""
    desk = Desk(sessions)
    desk.confirm()
    desk.line.whole()
    return desk


def call_page(desk: Desk) -> str:
    return desk.ann.get(f"/calls/{desk.call}").text


def outcome(desk: Desk) -> Kept | None:
    with desk.sessions.reading() as session:
        found = promises.of_call(session, desk.call)
    return found.outcome if found else None


def test_a_promise_is_entered_after_the_call_and_stands_on_today(desk: Desk) -> None:
    assert "They promised to ring back or write" in call_page(desk)
    answer = desk.ann.post(f"/calls/{desk.call}/promise", data=PROMISE)
    assert answer.status_code == 303
    assert desk.disposition() is Disposition.AWAITING
    text = call_page(desk)
    assert "Somebody rings about the calendar" in text
    assert "They may still come back" in text
    today = desk.ann.get("/today").text
    assert "They come back to you" in today
    assert "promised to ring back by" in today


def test_a_promise_without_words_is_refused_with_what_was_typed(desk: Desk) -> None:
    call_page(desk)
    answer = desk.ann.post(f"/calls/{desk.call}/promise", data=PROMISE | {"what": " "})
    assert answer.status_code == 422
    assert "Say what they promised." in answer.text
    for field, remedy in (("way", "ring or write"), ("basis", "by when")):
        answer = desk.ann.post(f"/calls/{desk.call}/promise", data=PROMISE | {field: "x"})
        assert (answer.status_code, remedy in answer.text) == (422, True)


def test_nobody_elses_promise_can_be_touched(desk: Desk) -> None:
    bob = client(desk.app, "bob@institute.example")
    for where in ("", "/none", "/came-back", "/cancelled"):
        assert bob.post(f"/calls/{desk.call}/promise{where}", data=PROMISE).status_code == 404


def test_what_came_to_another_call_cant_count_here(desk: Desk) -> None:
    call_page(desk)
    desk.ann.post(f"/calls/{desk.call}/promise", data=PROMISE)
    assert desk.ann.post(f"/calls/{desk.call}/promise/counts/{uuid4()}").status_code == 404
    assert outcome(desk) is None


def test_what_came_back_another_way_settles_it_and_the_ticket_is_cancelled(desk: Desk) -> None:
    call_page(desk)
    desk.ann.post(f"/calls/{desk.call}/promise", data=PROMISE)
    desk.clock.pass_by(minutes=10)
    at = (desk.clock() - timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M")
    where = f"/calls/{desk.call}/promise/came-back"
    assert desk.ann.post(where, data={"by": "write", "at": "soon"}).status_code == 422
    assert desk.ann.post(where, data={"by": "write", "at": at, "gist": "Done"}).status_code == 303
    assert outcome(desk) is Kept.KEPT
    assert "it works again" in desk.ann.get("/today").text
    desk.ann.post(f"/calls/{desk.call}/promise/cancelled")
    assert "They come back to you" not in desk.ann.get("/today").text


def test_assessor_and_verifier_see_what_came_of_it_beside_the_score(desk: Desk) -> None:
    call_page(desk)
    desk.ann.post(f"/calls/{desk.call}/promise", data=PROMISE)
    desk.clock.pass_by(hours=1)
    awaiting.settle_due(desk.sessions, desk.clock())
    desk.ann = client(desk.app, "ann@institute.example")  # the session has ended meanwhile
    desk.post("submit", **desk.every_answer())
    shown = desk.ann.get(f"/assessments/{desk.assessment().id}").text
    assert "Nothing came by the time that was promised" in shown
    desk.institute.person("Vera", Role.VERIFIER, password=PASSWORD)
    vera = client(desk.app, "vera@institute.example")
    review = vera.get(f"/verifications/{desk.assessment().id}").text
    assert "Nothing came by the time that was promised" in review

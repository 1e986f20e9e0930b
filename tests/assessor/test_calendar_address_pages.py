"""An assessor's own calendar reads when their calls are, at an address that nobody can guess."""

import logging
import re
from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar

from assessor.pages.calendar_address import MOST_A_MINUTE
from config import journal
from config.database import Sessions
from scheduler import diary, follow_ups, offers, people, subscribing
from scheduler.access import RECENT, Role
from scheduler.call import PlannedCall
from scheduler.offers import Answer
from scheduler.outcome import Disposition
from tests.builders import NOW, Institute, an_institute
from tests.fakes import SettableClock
from tests.scheduler.planned import calls, draw
from tests.scheduler.stored import rows
from tests.workspace import PASSWORD, client, workspace

ADDRESS = re.compile(r'value="http://127.0.0.1(/calendar/[\w-]{43}\.ics)"')


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute with a drawn month, of which all calls are Ann's."""
    institute = an_institute(sessions)
    people_before = institute.assessor
    institute.assessor = institute.person("Ann", Role.ASSESSOR, password=PASSWORD)
    with sessions.begin() as session:
        people.set_active(session, people_before, active=False)
    institute.centre(0)
    institute.centre(1)  # six calls at least
    draw(institute)
    return institute


@pytest.fixture
def clock(institute: Institute) -> SettableClock:
    return SettableClock(calls(institute)[0].moment - timedelta(days=5))


@pytest.fixture
def ann(institute: Institute, clock: SettableClock) -> FlaskClient:
    return client(workspace(institute, clock), "ann@institute.example")


def made(ann: FlaskClient) -> str:
    found = ADDRESS.search(ann.post("/calendar/address").text)
    assert found is not None
    return found[1]


def blocks(browser: FlaskClient, address: str) -> list[str]:
    """The names of what a calendar that has no session finds there."""
    answer = browser.application.test_client().get(address)
    assert answer.status_code == 200
    return [str(each["UID"]) for each in Calendar.from_ical(answer.data).walk("VEVENT")]


def offered(institute: Institute, call: PlannedCall, given: Answer | None = None) -> None:
    with institute.sessions.begin() as session:
        offers.offer(session, call.id, institute.assessor, call.moment, NOW)
        if given is not None:
            offers.answer(session, call.id, institute.assessor, call.moment, given, NOW)


def change(institute: Institute, call: UUID, person: UUID | None) -> None:
    with institute.sessions.begin() as session:
        planned = diary.find_call(session, call)
        assert planned is not None
        follow_ups.hand_over(session, call, person, None, planned.scenario)


def test_it_holds_offered_calls_alone_and_of_them_only_when_they_are(
    institute: Institute, ann: FlaskClient
) -> None:
    address = made(ann)
    assert blocks(ann, address) == []
    first = calls(institute)[0]
    offered(institute, first)
    answer = ann.application.test_client().get(address)
    assert answer.mimetype == "text/calendar"
    assert f"{first.moment:%Y%m%dT%H%M}00Z" in answer.text
    assert "ETag" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    for secret in ("Centre", "Provider", "vanished", "+44", str(first.id), first.id.hex, "Ann"):
        assert secret not in answer.text


def test_a_block_keeps_its_name_and_no_other_address_has_the_same(
    institute: Institute, ann: FlaskClient
) -> None:
    offered(institute, calls(institute)[0])
    address = made(ann)
    before = blocks(ann, address)
    assert blocks(ann, address) == before
    assert blocks(ann, made(ann)) != before


def test_what_isnt_theirs_any_more_is_gone(institute: Institute, ann: FlaskClient) -> None:
    address = made(ann)
    declined, given, withdrawn, repeat, kept = calls(institute)[:5]
    offered(institute, declined, Answer.DECLINED)
    for each in (given, withdrawn, repeat, kept):
        offered(institute, each, Answer.ACCEPTED)
    assert len(blocks(ann, address)) == 4
    change(institute, given.id, None)
    with institute.sessions.begin() as session:
        diary.dispose(session, withdrawn.id, Disposition.WITHDRAWN, NOW)
        diary.dispose(session, repeat.id, Disposition.BUSY, NOW)  # as it was before the repeat
        diary.dispose(session, kept.id, Disposition.BUSY, kept.moment)
    assert len(blocks(ann, address)) == 1


def test_a_wrong_ended_or_replaced_address_does_not_exist(
    institute: Institute, ann: FlaskClient
) -> None:
    address = made(ann)
    wrong = "/calendar/" + "x" * 43 + ".ics"
    assert ann.get(wrong).status_code == 404
    assert ann.get("/calendar/x.ics").status_code == 404
    newer = made(ann)
    assert (ann.get(address).status_code, ann.get(newer).status_code) == (404, 200)
    assert ann.post("/calendar/address/end").status_code == 303
    assert ann.get(newer).status_code == 404
    assert ann.post("/calendar/address/end").status_code == 404


def test_it_ends_with_a_person_s_access(institute: Institute, ann: FlaskClient) -> None:
    address = made(ann)
    with institute.sessions.begin() as session:
        people.set_active(session, institute.assessor, active=False)
    assert ann.get(address).status_code == 404


def test_the_address_is_shown_once_and_kept_nowhere(
    institute: Institute, ann: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = made(ann)
    token = address.removeprefix("/calendar/").removesuffix(".ics")
    assert token not in ann.get("/calendar").text
    assert "An address made on" in ann.get("/calendar").text
    assert token not in repr(rows(institute.sessions))
    with institute.sessions.reading() as session:
        said = [e.action for e in journal.entries(session)]
    assert "calendar address made" in said


def test_a_failing_answer_leaves_no_address_in_the_log(
    ann: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    address = made(ann)

    def fails(*_given: object) -> bytes:
        raise RuntimeError("broken")

    monkeypatch.setattr(subscribing, "own_calendar", fails)
    with caplog.at_level(logging.INFO):
        assert ann.get(address).status_code == 500
    assert "/calendar/<token>.ics" in caplog.text
    assert address not in caplog.text


def test_making_one_asks_who_is_there(ann: FlaskClient, clock: SettableClock) -> None:
    for _ in range(5):
        clock.now += RECENT / 4
        ann.get("/calendar")
    assert ann.post("/calendar/address").location == "/confirm?back=/calendar"


def test_one_address_is_answered_so_often_a_minute(ann: FlaskClient, clock: SettableClock) -> None:
    address = made(ann)
    for _ in range(MOST_A_MINUTE):
        assert ann.get(address).status_code == 200
    assert ann.get(address).status_code == 429
    clock.now += timedelta(minutes=1)
    assert ann.get(address).status_code == 200

import re
from dataclasses import dataclass
from datetime import date

import pytest
from flask.testing import FlaskClient

from config.clock import Month
from config.database import Sessions
from scheduler import diary
from scheduler.access import Role
from scheduler.outcome import Disposition
from scoring import ledger, reporting
from tests.assessor.month_of_calls import OCTOBER, assess_all, calls_of, draw_month, verify
from tests.builders import NOW, ZONE, Institute, an_institute
from tests.fakes import SettableClock
from tests.workspace import PASSWORD, client, workspace


@dataclass
class Desk:
    institute: Institute
    client: FlaskClient

    def issues(self) -> list[tuple[str, int]]:
        with self.institute.sessions.reading() as session:
            return [(each.month, each.number) for each in ledger.issues(session)]


@pytest.fixture
def desk(sessions: Sessions) -> Desk:
    institute = an_institute(sessions)
    institute.person("Ada", Role.ADMINISTRATOR, password=PASSWORD)
    app = workspace(institute, SettableClock(NOW))
    return Desk(institute, client(app, "ada@institute.example"))


def test_an_institute_without_a_plan_is_told_to_draw_one(desk: Desk) -> None:
    assert "No call is planned yet" in desk.client.get("/months").text


def test_practice_calls_are_in_no_month(desk: Desk) -> None:
    desk.institute.call()
    assert "November 2026" not in desk.client.get("/months").text
    assert desk.client.get("/months/2026-11").status_code == 404


def test_the_months_say_what_comes_next(desk: Desk) -> None:
    centre = desk.institute.centre(notice_given_on=date(2026, 8, 1))
    draw_month(desk.institute, centre, month=Month(2026, 9))
    draw_month(desk.institute, centre)
    page = desk.client.get("/months").text
    n = len(calls_of(desk.institute))
    assert f"{n} calls wait for a score before 1 report can be published." in page
    assert re.findall(r'<td[^>]*><a href="/months/([^"]+)"', page) == ["2026-10", "2026-09"]

    verify(desk.institute, *assess_all(desk.institute))
    page = desk.client.get("/months").text
    assert "<b>October 2026</b>: 1 report is ready to publish." in page  # before September
    assert 'href="/months/2026-10"' in page


def test_a_month_says_by_centre_what_blocks_it(desk: Desk) -> None:
    draw_month(desk.institute, desk.institute.centre(1), desk.institute.centre(2))
    keys = assess_all(desk.institute)
    verify(desk.institute, *keys[1:])
    first = next(iter(calls_of(desk.institute)))
    page = desk.client.get("/months/2026-10").text
    assert "1 report is ready to publish; 1 call waits for a verifier before the other" in page
    assert "1 call is not verified yet" in page
    assert f"/centres/{first.centre}/months/2026-10" in page
    assert "Publish what is ready" in page

    waiting = desk.client.get("/months/2026-10/calls?stage=unverified").text
    assert waiting.count("waits for a verifier") == 1
    assert "100.0" in waiting
    every = desk.client.get("/months/2026-10/calls").text
    assert every.count('data-label="Day"') == len(keys)
    own = desk.client.get(f"/months/2026-10/calls?centre={first.centre}").text
    assert 0 < own.count('data-label="Day"') < len(keys)


def test_what_is_ready_is_published_once_and_the_page_says_what(desk: Desk) -> None:
    draw_month(desk.institute, desk.institute.centre(1), desk.institute.centre(2))
    keys = assess_all(desk.institute)
    verify(desk.institute, *keys[1:])
    answer = desk.client.post("/months/2026-10")
    assert (answer.status_code, answer.location) == (303, "/months/2026-10")
    page = desk.client.get("/months/2026-10").text
    assert "Published for October 2026: Centre " in page
    assert "1 of 2" in page
    assert "Publish what is ready" not in page
    assert desk.issues() == [("2026-10", 1)]

    desk.client.post("/months/2026-10")
    assert "nothing was published" in desk.client.get("/months/2026-10").text
    verify(desk.institute, keys[0])
    desk.client.post("/months/2026-10")
    assert desk.issues() == [("2026-10", 1), ("2026-10", 1)]
    assert "Every report is published." in desk.client.get("/months/2026-10").text


def test_a_centre_whose_calls_change_later_is_ready_for_another_issue(desk: Desk) -> None:
    draw_month(desk.institute, desk.institute.centre())
    verify(desk.institute, *assess_all(desk.institute))
    desk.client.post("/months/2026-10")
    call = calls_of(desk.institute)[0]
    with desk.institute.sessions.begin() as session:
        diary.correct_disposition(session, call.id, Disposition.DETECTED)
    assert "its calls have changed since" in desk.client.get("/months/2026-10").text
    desk.client.post("/months/2026-10")
    assert desk.issues() == [("2026-10", 2), ("2026-10", 1)]


def test_a_month_that_runs_waits_for_its_end(desk: Desk) -> None:
    draw_month(desk.institute, desk.institute.centre())
    calls = calls_of(desk.institute)
    with desk.institute.sessions.begin() as session:
        diary.correct_disposition(session, calls[0].id, Disposition.PLANNED)
    page = desk.client.get("/months/2026-10").text
    assert "1 call is still to come" in page
    assert "1 call is open" in page


def test_the_blocks_of_a_centre_are_those_of_the_month(desk: Desk) -> None:
    centre = desk.institute.centre()
    draw_month(desk.institute, centre)
    with desk.institute.sessions.reading() as session:
        (standing,) = reporting.month_standing(session, OCTOBER, NOW, ZONE)
        assert list(standing.blocks) == reporting.blocks(session, centre, OCTOBER, NOW, ZONE)
        nothing = reporting.blocks(session, centre, Month(2026, 8), NOW, ZONE)
    assert nothing == ["no call was planned in this month"]


@pytest.mark.parametrize("path", ["2026-13", "october", "2026-10/calls?stage=secret"])
def test_an_address_that_is_no_month_is_not_found(desk: Desk, path: str) -> None:
    assert desk.client.get(f"/months/{path}").status_code == 404


def test_a_month_that_holds_nothing_can_neither_be_opened_nor_published(desk: Desk) -> None:
    assert desk.client.get("/months/2031-05").status_code == 404
    assert desk.client.post("/months/2031-05").status_code == 404


def test_only_administrators_open_the_months(desk: Desk) -> None:
    draw_month(desk.institute, desk.institute.centre())
    others = [role for role in Role if role is not Role.ADMINISTRATOR]
    desk.institute.person("Eve", *others, password=PASSWORD)
    other = client(desk.client.application, "eve@institute.example")
    for path in ("/months", "/months/2026-10", "/months/2026-10/calls"):
        assert other.get(path).status_code == 404
    assert other.post("/months/2026-10").status_code == 404

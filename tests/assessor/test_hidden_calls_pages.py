"""A provider's calls to come, and an administrator or auditor whom a tie binds to it."""

import re
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from config import journal
from config.database import Sessions
from scheduler import declaring, diary, leaves, people, register
from scheduler.access import Role, TiedTo
from scheduler.call import PlannedCall
from scheduler.diary_rows import PlanCentreRow, PlannedCallRow
from scheduler.outcome import Disposition
from scoring.summarising import letter_now
from tests.builders import NOW, ZONE, Institute, an_institute
from tests.fakes import SettableClock
from tests.scheduler.planned import calls, draw
from tests.workspace import PASSWORD, client, workspace

SAID = "A tie keeps you from Provider 1: calls there that haven&#39;t ended are hidden"
PLAN_PAGES = (
    "/plan",
    "/plan/2027-01",
    "/plan/calendar/2027-01",
    "/months",
    "/months/2027-01",
    "/months/2027-01/calls",
    "/line",
)
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Scene:
    """January is drawn for two providers; Ada and Otto have a tie to the second, Bea has none."""

    def __init__(self, institute: Institute) -> None:
        self.institute = institute
        self.open, self.tied = institute.centre(0), institute.centre(1)
        self.ada = institute.person("Ada", Role.ADMINISTRATOR, password=PASSWORD)
        self.bea = institute.person("Bea", Role.ADMINISTRATOR, password=PASSWORD)
        self.otto = institute.person("Otto", Role.AUDITOR, password=PASSWORD)
        draw(institute)
        self.shown, self.hidden = (calls(institute, centre=each) for each in (self.open, self.tied))
        self.clock = SettableClock(self.hidden[0].moment - timedelta(hours=2))
        with institute.sessions.reading() as session:
            found = register.find_centre(session, self.tied)
        assert found is not None
        self.provider = found.provider
        for person in (self.ada, self.otto):
            declaring.declare(
                institute.sessions, person, self.provider, TiedTo.PERSON, "a brother", NOW
            )

    def browser(self, name: str) -> FlaskClient:
        """Somebody, signed in."""
        return client(workspace(self.institute, self.clock), f"{name}@institute.example")


@pytest.fixture
def scene(sessions: Sessions) -> Scene:
    """The scene."""
    return Scene(an_institute(sessions))


def telling(text: str, of: tuple[PlannedCall, ...]) -> set[UUID]:
    """The calls to which a page leads."""
    return {call.id for call in of if str(call.id) in text}


def words(browser: FlaskClient, page: str) -> str:
    answer = browser.get(page)
    assert answer.status_code == 200, page
    main = re.search(r"<main.*</main>", answer.text, re.S)
    assert main is not None
    return re.sub(r"\s+", " ", main.group())


def test_calls_to_come_of_a_tied_provider_are_hidden_from_who_plans_and_audits(
    scene: Scene,
) -> None:
    ada, bea, otto = (scene.browser(name) for name in ("ada", "bea", "otto"))
    for page in PLAN_PAGES:
        assert SAID in words(ada, page), page
        assert "Provider 1" not in words(ada, page).replace(SAID, ""), page
        assert SAID not in words(bea, page), page
    for browser in (ada, otto):
        for page in ("/plan/2027-01", "/plan/calendar/2027-01"):
            text = words(browser, page)
            assert SAID in text
            assert telling(text, scene.hidden) == set()
            assert telling(text, scene.shown) > set()
            assert "Centre 1" not in text
    assert "Centre 1" not in words(ada, "/months/2027-01/calls")
    assert "Centre 1" not in words(ada, "/line")
    assert "Centre 1" in words(bea, "/line")
    assert "in the last minute" not in words(ada, "/line")
    assert "in the last minute" in words(bea, "/line")
    every_day = words(bea, "/plan/calendar/2027-01")
    assert telling(every_day, scene.hidden)


def test_they_stand_in_no_count(scene: Scene) -> None:
    ada, bea = scene.browser("ada"), scene.browser("bea")
    drawn, seen = len(scene.shown) + len(scene.hidden), len(scene.shown)
    assert f"{drawn} calls were drawn" in words(bea, "/plan/2027-01")
    assert f"{seen} calls were drawn" in words(ada, "/plan/2027-01")
    assert f"<b>{seen} calls.</b>" in words(ada, "/plan/calendar/2027-01")
    assert f"<b>{seen} of {seen} calls</b>" in words(ada, "/plan")
    assert f"{len(scene.hidden)} calls" in words(bea, f"/centres/{scene.tied}")
    assert "No call has been drawn for this centre yet." in words(ada, f"/centres/{scene.tied}")


def test_a_hidden_call_is_not_there_and_nobody_acts_on_it(scene: Scene) -> None:
    ada, bea = scene.browser("ada"), scene.browser("bea")
    call = scene.hidden[0].id
    assert ada.get(f"/plan/calls/{call}").status_code == 404
    reason = {"reason": "ill"}
    assert ada.post(f"/plan/calls/{call}/another", data=reason).status_code == 404
    assert ada.get(f"/centres/{scene.tied}/months/2027-01").status_code == 404
    assert ada.post(f"/line/by-hand/{call}", data={"by_hand": "yes"}).status_code == 422
    refused = ada.post("/plan/2027-01/disclose")
    assert "Calls of the period are open" in refused.text
    assert "Centre 1" not in refused.text
    assert "Centre 1" in bea.post("/plan/2027-01/disclose").text
    assert bea.get(f"/plan/calls/{call}").status_code == 200
    with scene.institute.sessions.reading() as session:
        found = diary.find_call(session, call)
    assert found is not None
    assert (found.by_hand, found.assessor) == (False, scene.hidden[0].assessor)


def test_a_call_that_has_ended_is_shown(scene: Scene) -> None:
    call = scene.hidden[0].id
    with scene.institute.sessions.begin() as session:
        diary.dispose(session, call, Disposition.MISSED, scene.clock())
    ada = scene.browser("ada")
    assert ada.get(f"/plan/calls/{call}").status_code == 200
    text = words(ada, "/plan/2027-01")
    assert telling(text, scene.hidden) == {call}


@on_sqlite
def test_a_tie_that_is_lifted_or_ended_hides_nothing(scene: Scene) -> None:
    sessions, later = scene.institute.sessions, scene.clock() + timedelta(days=60)
    declaring.give_leave(
        sessions, scene.ada, scene.tied, later, "nobody else", scene.clock(), scene.bea
    )
    page = "/plan/calls/" + str(scene.hidden[0].id)
    assert scene.browser("ada").get(page).status_code == 200
    with sessions.reading() as session:
        (leave,) = leaves.leaves(session, scene.ada)
        (tie,) = people.ties_of(session, scene.ada)
    declaring.take_leave_back(sessions, scene.ada, leave.id, scene.clock(), scene.bea)
    assert scene.browser("ada").get(page).status_code == 404
    declaring.end_tie(sessions, scene.ada, tie.id, "he left", scene.clock(), scene.bea)
    assert scene.browser("ada").get(page).status_code == 200


@on_sqlite
def test_the_journal_tells_who_is_tied_nothing_of_any_call_to_come(scene: Scene) -> None:
    with scene.institute.sessions.begin() as session:
        for call, slot in ((scene.hidden[0], 7411), (scene.shown[0], 7412)):
            detail: dict[str, object] = {"slot": slot}
            journal.record(session, NOW, "worker", "call redrawn", f"call {call.id}", detail)
        journal.record(session, NOW, "worker", "call redrawn", "call of whom?", {"slot": 7413})
    told = words(scene.browser("otto"), "/journal")
    assert told.count("a call to come") == 2
    assert [str(slot) in told for slot in (7411, 7412, 7413)] == [False, False, True]
    assert "plan drawn" in told
    assert "calls: " not in told
    export = scene.browser("otto").get("/journal.csv", follow_redirects=True)
    assert "Somebody without one exports the journal." in export.text
    assert "7411" not in export.text
    bea = scene.browser("bea")
    assert "7411" in words(bea, "/journal")
    assert "calls: " in words(bea, "/journal")
    assert b"7411" in bea.get("/journal.csv").data


@on_sqlite
def test_a_letter_names_no_hidden_call_and_no_hour(scene: Scene) -> None:
    institute = scene.institute
    with institute.sessions.begin() as session:
        for call in (scene.hidden[0], scene.shown[0]):
            session.get_one(PlannedCallRow, call.id).assessor_id = None

    def led_to(reader: UUID) -> set[str]:
        with institute.sessions.reading() as session:
            letter = letter_now(session, NOW, ZONE, reader, proved_everything=True)
        return {item.path for section in letter.sections for item in section.items}

    hidden, shown = (f"/plan/calls/{each[0].id}" for each in (scene.hidden, scene.shown))
    assert {hidden, shown} <= led_to(scene.bea)
    assert led_to(scene.ada) & {hidden, shown} == {shown}


@on_sqlite
def test_a_letter_tells_nothing_that_the_calls_of_a_tied_centre_lack(scene: Scene) -> None:
    institute, after = scene.institute, NOW + timedelta(days=150)
    with institute.sessions.begin() as session:
        for row in session.scalars(select(PlanCentreRow)):
            row.short = f"{2 if row.centre_id == scene.tied else 3} of its calls were drawn anew"

    def said(reader: UUID, now: datetime) -> str:
        with institute.sessions.reading() as session:
            return repr(letter_now(session, now, ZONE, reader, proved_everything=True).sections)

    lacks = ["Centre 0: 3 of its calls were", "Centre 1: 2 of its calls were"]
    assert [each in said(scene.bea, NOW) for each in lacks] == [True, True]
    assert [each in said(scene.ada, NOW) for each in lacks] == [True, False]
    drawn, seen = len(scene.shown) + len(scene.hidden), len(scene.shown)
    assert f"{drawn} calls still open" in said(scene.bea, after)
    assert f"{seen} calls still open" in said(scene.ada, after)


@on_sqlite
def test_an_auditor_declares_a_tie(scene: Scene) -> None:
    otto = scene.browser("otto")
    assert "a brother" in words(otto, "/account")
    with scene.institute.sessions.reading() as session:
        other = register.find_centre(session, scene.open)
    assert other is not None
    typed = {"provider": str(other.provider), "to": "person", "reason": "a friend"}
    assert otto.post("/account/ties", data=typed).status_code == 303
    assert "Provider 0 and Provider 1" in words(otto, "/plan/2027-01")

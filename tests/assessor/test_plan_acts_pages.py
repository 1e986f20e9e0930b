"""A period is sealed, drawn and added to from the pages, as by the commands."""

from concurrent.futures import Future
from datetime import timedelta
from threading import Event

import pytest
from flask.testing import FlaskClient

from assessor.pages import plan_drawing
from config import journal
from config.database import Sessions
from scheduler import diary, planning
from scheduler.access import RECENT, Role
from scheduler.outcome import Disposition
from scheduler.sealing import PlanRefused
from scheduler.stage import Stage, Step, Tell
from tests.builders import NOW, Institute, an_institute
from tests.fakes import SettableClock
from tests.scheduler.planned import calls
from tests.workspace import PASSWORD, client, workspace


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute with an administrator, an auditor and a centre."""
    institute = an_institute(sessions)
    institute.person("Ada", Role.ADMINISTRATOR, password=PASSWORD)
    institute.person("Aud", Role.AUDITOR, password=PASSWORD)
    institute.centre(0)
    return institute


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(NOW)


@pytest.fixture
def ada(institute: Institute, clock: SettableClock) -> FlaskClient:
    return client(workspace(institute, clock), "ada@institute.example")


def sealed(institute: Institute) -> diary.Plan:
    with institute.sessions.reading() as session:
        (plan,) = diary.plans(session)
    return plan


def test_the_next_periods_of_the_rule_are_offered_until_they_have_a_plan(ada: FlaskClient) -> None:
    text = ada.get("/plan/new").text
    assert 'value="2026-10"' in text, "the rest of the quarter that goes on"
    assert 'value="2027-01" selected' in text
    assert "2027-02" not in text
    assert ada.post("/plan/new", data={"first": "2027-02"}).status_code == 422
    assert ada.post("/plan/new", data={"first": "2027-01"}).location == "/plan/2027-01"
    assert "2027-01" not in ada.get("/plan/new").text
    assert ada.post("/plan/new", data={"first": "2027-01"}).status_code == 422


def test_a_plan_is_sealed_with_its_certificate_and_then_drawn(
    institute: Institute, ada: FlaskClient
) -> None:
    ada.post("/plan/new", data={"first": "2027-01"})
    plan = sealed(institute)
    text = ada.get("/plan/2027-01").text
    for shown in (plan.seed_hash, plan.inputs_hash, f"/seals/{plan.id}.txt", "Nothing is drawn"):
        assert shown in text
    assert calls(institute) == ()
    assert ada.get(f"/seals/{plan.id}").status_code == 200
    ada.post("/plan/2027-01/draw")
    assert calls(institute)
    with institute.sessions.reading() as session:
        by = {e.action: e.actor for e in journal.entries(session) if e.subject == f"plan {plan.id}"}
    assert by["plan sealed"] == by["plan drawn"] != "worker"


def test_a_long_draw_goes_on_and_the_page_says_so_until_it_is_over(
    institute: Institute, ada: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada.post("/plan/new", data={"first": "2027-01"})
    plan, hold = sealed(institute), Event()
    monkeypatch.setattr(plan_drawing, "PATIENCE", 0.01)
    told = Event()

    def draws(*_given: object, tell: Tell, **_more: object) -> None:
        tell(Stage(Step.PEOPLE, 3, 8))
        told.set()
        hold.wait(60)

    monkeypatch.setattr(planning, "draw_plan", draws)
    assert ada.post("/plan/2027-01/draw").status_code == 303
    assert told.wait(60)
    said = "It is being drawn: step 3 of 5, placing people, hour by hour: 37 %."
    assert said in ada.get("/plan/2027-01").text
    assert ada.post("/plan/2027-01/draw").status_code == 303, "asked twice, it is drawn once"
    hold.set()
    plan_drawing._going[plan.id].result(60)
    assert "It is being drawn" not in ada.get("/plan/2027-01").text
    assert plan_drawing.how_far(plan.id) == ""


def test_a_draw_that_breaks_off_late_says_so_once(
    institute: Institute, ada: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada.post("/plan/new", data={"first": "2027-01"})
    plan = sealed(institute).id

    def breaks(_tell: Tell) -> None:
        raise RuntimeError("a full disc")

    assert plan_drawing.draw(plan, breaks) == plan_drawing.BROKEN
    monkeypatch.setattr(plan_drawing, "_going", {plan: Future()})
    plan_drawing._going[plan].set_exception(PlanRefused("no centre can be called"))
    assert "No centre can be called" in ada.get("/plan/2027-01").text
    assert "No centre can be called" not in ada.get("/plan/2027-01").text


def test_what_cannot_be_taken_back_asks_who_is_there(
    institute: Institute, ada: FlaskClient, clock: SettableClock
) -> None:
    ada.post("/plan/new", data={"first": "2027-01"})
    for _ in range(5):  # still there, but long since proved
        clock.now += RECENT / 4
        assert ada.get("/plan/2027-01").status_code == 200
    for act in ("public-value", "draw", "late", "disclose", "withdraw"):
        answer = ada.post(f"/plan/2027-01/{act}")
        assert answer.location == "/confirm?back=/plan/2027-01", act
    assert ada.post("/plan/new", data={"first": "2027-04"}).location.startswith("/confirm")
    assert sealed(institute).state == "sealed"


def test_disclosing_early_is_refused_by_the_names_of_what_is_open(
    institute: Institute, ada: FlaskClient
) -> None:
    ada.post("/plan/new", data={"first": "2027-01"})
    ada.post("/plan/2027-01/draw")
    refused = ada.post("/plan/2027-01/disclose")
    assert refused.status_code == 422
    assert f"{len(calls(institute))} calls of the period are open: Provider 0, Centre 0" in (
        refused.text
    )


def test_a_plan_is_withdrawn_with_a_reason_and_then_takes_nothing_more(
    institute: Institute, ada: FlaskClient
) -> None:
    ada.post("/plan/new", data={"first": "2027-01"})
    assert "Withdraw this plan" not in ada.get("/plan/2027-01").text, "nothing is drawn yet"
    ada.post("/plan/2027-01/draw")
    refused = ada.post("/plan/2027-01/withdraw", data={"reason": " "})
    assert (refused.status_code, "Say why" in refused.text) == (422, True)
    assert ada.post("/plan/2027-01/withdraw", data={"reason": "Suspended"}).status_code == 303
    assert {call.disposition for call in calls(institute)} == {Disposition.WITHDRAWN}
    institute.centre(1)
    text = ada.get("/plan/2027-01").text
    assert "Withdrawn on" in text
    assert 'action="/plan/2027-01/' not in text
    assert "withdrawn" in ada.get("/plan").text
    assert "was withdrawn" in ada.post("/plan/2027-01/late").text


def test_centres_entered_later_get_their_calls_from_the_page(
    institute: Institute, ada: FlaskClient
) -> None:
    ada.post("/plan/new", data={"first": "2027-01"})
    ada.post("/plan/2027-01/draw")
    late = institute.centre(1)
    assert 'action="/plan/2027-01/late"' in ada.get("/plan/2027-01").text
    ada.post("/plan/2027-01/late")
    assert late in {call.centre for call in calls(institute)}
    assert 'action="/plan/2027-01/late"' not in ada.get("/plan/2027-01").text


def test_a_period_of_which_nothing_is_left_is_not_offered(
    institute: Institute, clock: SettableClock
) -> None:
    clock.now = NOW + timedelta(days=36)  # 31 December
    ada = client(workspace(institute, clock), "ada@institute.example")
    assert 'value="2026-10"' not in ada.get("/plan/new").text

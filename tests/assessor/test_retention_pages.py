"""What is kept how long, holds, proofs, copies, erasure and analysts' requests, as pages."""

from datetime import timedelta
from io import BytesIO
from uuid import UUID
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient

from config import mail
from config.database import Sessions
from scheduler import people
from scheduler.access import Role
from scoring import asking, erasing
from scoring.retention import RULES
from tests.assessor.month_of_calls import assess, calls_of, draw_month
from tests.builders import NOW, Institute, an_institute
from tests.fakes import SettableClock
from tests.workspace import PASSWORD, client, workspace


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute with an administrator, an auditor and a month of calls."""
    institute = an_institute(sessions)
    institute.person("Ada", Role.ADMINISTRATOR, password=PASSWORD)
    institute.person("Otto", Role.AUDITOR, password=PASSWORD)
    draw_month(institute, institute.centre())
    return institute


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(NOW)


@pytest.fixture
def ada(institute: Institute, clock: SettableClock) -> FlaskClient:
    """The administrator, signed in."""
    return client(workspace(institute, clock), "ada@institute.example")


def profile(institute: Institute, person: UUID) -> people.Profile:
    with institute.sessions.reading() as session:
        found = people.profile(session, person)
    assert found is not None
    return found


def test_the_page_tells_days_holds_and_proofs(institute: Institute, clock: SettableClock) -> None:
    with institute.sessions.begin() as session:
        mail.post(session, institute.vault, NOW, "a@b.example", "Subject", "Body")
    mail.deliver(institute.sessions, institute.vault, lambda _l: None, lambda: NOW)
    later = NOW + timedelta(days=91)
    erasing.retain(institute.sessions, RULES, later, lambda _l: None)
    ada = client(workspace(institute, clock), "ada@institute.example")
    data = {"kind": "person", "subject": str(institute.assessor), "reason": "file 7"}
    assert ada.post("/retention/holds", data=data).status_code == 303
    shown = ada.get("/retention").text
    assert "Nothing goes with the next night; <b>1 legal hold keeps</b>" in shown
    assert "90 days after they were sent or given up" in shown
    assert 'An assessor <span class="note">person</span>: file 7' in shown
    assert "SHA-256 of their keys" in shown


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"subject": "nobody"}, "Copy the id"),
        ({"reason": " "}, "Say why"),
        ({"kind": "call"}, "There is no such centre, person or call"),
    ],
)
def test_a_hold_that_can_not_be_is_refused_with_what_was_typed(
    institute: Institute, ada: FlaskClient, changed: dict[str, str], said: str
) -> None:
    data = {"kind": "person", "subject": str(institute.assessor), "reason": "file 7"} | changed
    answer = ada.post("/retention/holds", data=data)
    assert (answer.status_code, said in answer.text) == (422, True)


def test_an_auditor_reads_and_changes_nothing(institute: Institute, clock: SettableClock) -> None:
    otto = client(workspace(institute, clock), "otto@institute.example")
    shown = otto.get("/retention").text
    assert "Kept for a time" in shown
    assert "<form" not in shown.partition("<main")[2].partition("</main>")[0]
    for path in ("/retention/holds", "/analysts", f"/people/{institute.assessor}/copy"):
        assert otto.post(path).status_code == 404


def test_one_downloads_what_is_kept_about_oneself_after_a_recent_proof(
    institute: Institute, ada: FlaskClient, clock: SettableClock
) -> None:
    answer = ada.post("/account/copy")
    assert answer.mimetype == "application/zip"
    assert answer.headers["Cache-Control"] == "no-store"
    with ZipFile(BytesIO(answer.data)) as archive:
        assert "ada@institute.example" in archive.read("summary.txt").decode()
    clock.pass_by(minutes=25)
    for _ in range(5):
        assert ada.get("/account").status_code == 200
        clock.pass_by(minutes=25)
    assert ada.post("/account/copy").headers["Location"].startswith("/confirm")


def test_an_administrator_erases_who_has_no_access_any_more(
    institute: Institute, ada: FlaskClient
) -> None:
    gone = institute.person("Zoe Zander", Role.VERIFIER)
    answer = ada.post(f"/people/{gone}/erase", data={"why": "asked"})
    assert (answer.status_code, "End it first" in answer.text) == (422, True)
    ada.post(f"/people/{gone}/access", data={"access": "ended"})
    assert ada.post(f"/people/{gone}/erase", data={"why": "asked"}).status_code == 303
    assert profile(institute, gone).person.erased
    for path in ("/people", f"/people/{gone}", "/journal"):
        assert "Zoe" not in ada.get(path).text.replace("Zoe Zander: a letter", "")
    answer = ada.post(f"/people/{gone}/access", data={"access": "open"})
    assert (answer.status_code, "They were erased" in answer.text) == (422, True)


def test_an_analysts_request_is_taken_down_and_answered(
    institute: Institute, ada: FlaskClient
) -> None:
    call = calls_of(institute)[0]
    assess(institute, call, "Reference INC-40718")
    data = {
        "centre": str(call.centre),
        "called_on": str((call.drawn_moment + timedelta(minutes=8)).date()),
        "ticket": "inc40718",
        "confirmed_by": "Their head of staff",
        "confirmed_on": str(NOW.date()),
        "confirmed_how": "by letter",
    }
    assert "write both days" in ada.post("/analysts", data=data | {"called_on": "soon"}).text
    assert ada.post("/analysts", data=data).status_code == 303
    assert asking.NOT_YET in ada.get("/analysts").text
    with institute.sessions.reading() as session:
        (noted,) = asking.noted(session)
    answer = ada.post(f"/analysts/{noted.id}/answer")
    assert answer.mimetype == "application/zip"
    with ZipFile(BytesIO(answer.data)) as archive:
        assert "Reference INC-40718" in archive.read("summary.txt").decode()

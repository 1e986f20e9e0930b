"""A provider's return over the web: what it would change, its faults, and its entry."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import Engine

from config import journal
from config.database import Sessions
from scheduler import codes, register, returns_template
from scheduler.access import Role
from tests.assessor.test_supplies_pages import QUIET_TABLES, provider_of, statements, visible
from tests.builders import NOW, Institute, a_return, an_institute, identity
from tests.fakes import SettableClock
from tests.scheduler.csv_returns import csv_files, zipped
from tests.scheduler.stored import rows
from tests.workbooks import a_return as a_workbook
from tests.workspace import PASSWORD, client, workspace

CODE = "7301"
Change = Callable[..., bytes]


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute with two centres of two providers."""
    institute = an_institute(sessions)
    institute.centre(0, identities=(identity("410001", CODE), identity("410002", "7302")))
    institute.centre(1)
    return institute


@pytest.fixture
def clock() -> SettableClock:
    """The clock of the workspace."""
    return SettableClock(NOW)


@pytest.fixture
def app(institute: Institute, clock: SettableClock) -> Flask:
    """The workspace."""
    provider = provider_of(institute, "Provider 0")
    institute.person("Per", Role.PROVIDER_CONTACT, password=PASSWORD, provider=provider)
    return workspace(institute, clock)


@pytest.fixture
def contact(app: Flask) -> FlaskClient:
    """The first provider's contact, signed in."""
    return client(app, "per@institute.example")


@pytest.fixture
def centre(institute: Institute) -> UUID:
    """The first centre."""
    with institute.sessions.reading() as session:
        return next(c.id for c in register.centres(session) if c.name == "Centre 0")


@pytest.fixture
def changed(contact: FlaskClient, centre: UUID) -> Change:
    """The first centre's workbook as on file, with other values in some cells."""

    def change(**cells: str | datetime) -> bytes:
        book = load_workbook(BytesIO(contact.get(f"/supplies/{centre}.xlsx").data))
        for place, value in cells.items():
            sheet, _, cell = place.partition("_")
            book[sheet.replace("0", " ")][cell] = value
        data = BytesIO()
        book.save(data)
        return data.getvalue()

    return change


def send(browser: FlaskClient, *files: tuple[str, bytes]) -> tuple[int, str, str]:
    """Send files; answers status, text and where it leads."""
    answer = browser.post(
        "/supplies/upload",
        data={"files": [(BytesIO(data), name) for name, data in files]},
        content_type="multipart/form-data",
    )
    return answer.status_code, answer.text, answer.location or ""


def shown(text: str) -> str:
    """The digest that a preview would send."""
    found = re.search(r'name="shown" value="(\w+)"', text)
    assert found is not None
    return found[1]


def test_the_workbooks_to_begin_with_are_offered(contact: FlaskClient, centre: UUID) -> None:
    text = contact.get("/supplies/upload").text
    for address in ("template", "example", str(centre)):
        assert f'href="/supplies/{address}.xlsx"' in text
        answer = contact.get(f"/supplies/{address}.xlsx")
        assert answer.status_code == 200
        assert answer.data.startswith(b"PK")
        assert ".xlsx" in answer.headers["Content-Disposition"]
    assert "Centre 1" not in text


def test_what_is_on_file_holds_no_code_and_no_name(contact: FlaskClient, centre: UUID) -> None:
    book = load_workbook(BytesIO(contact.get(f"/supplies/{centre}.xlsx").data))
    said = repr([[cell.value for cell in row] for sheet in book for row in sheet])
    assert "410001" in said
    assert not re.search(f"{CODE}|7302|Alex", said)


def test_another_providers_centre_has_no_workbook(contact: FlaskClient, centre: UUID) -> None:
    for missing in ("Centre 1", None):
        with contact.application.extensions["desk"].sessions.reading() as session:
            found = [c.id for c in register.centres(session) if c.name == missing] or [uuid4()]
        assert contact.get(f"/supplies/{found[0]}.xlsx").status_code == 404


def test_what_is_on_file_changes_nothing(contact: FlaskClient, changed: Change) -> None:
    status, _, preview = send(contact, ("mine.xlsx", changed()))
    assert status == 303
    text = contact.get(preview).text
    assert "there is nothing to enter" in text
    assert "Enter these changes" not in text


def test_changes_are_shown_and_then_entered_and_the_journal_says_who(
    institute: Institute, contact: FlaskClient, changed: Change, centre: UUID
) -> None:
    before = rows(institute.sessions, without=("upload", "sign_in"))
    workbook = changed(
        Centre_B4="Europe/Oslo", Identities_C2="8899", Numbers_A2="Help desk", Hours_A2="Mon-Fri"
    )
    _, _, preview = send(contact, ("mine.xlsx", workbook))
    text = contact.get(preview).text
    words = visible(text)
    assert "What would change at Centre 0" in words
    assert "4 changes" in words
    for said in (
        "Time zone Europe/London Europe/Oslo",
        "account 410001 on file changes: security code",
        "Help desk, from 1 January 2026",
        "Monday to Friday all day",
    ):
        assert said in words, said
    assert not re.search(f"{CODE}|8899|Alex", text)
    assert rows(institute.sessions, without=("upload", "sign_in")) == before

    answer = contact.post(preview, data={"shown": shown(text)})
    assert (answer.status_code, answer.location) == (303, "/supplies")
    assert "The changes to Centre 0 are entered." in contact.get("/supplies").text
    with institute.sessions.reading() as session:
        found = register.find_centre(session, centre)
        assert found is not None
        assert found.zone == "Europe/Oslo"
        usable = codes.usable_identities(session, centre)
        opened = [codes.open_identity(session, institute.vault, each.id) for each in usable]
        assert {each.code.text for each in opened} == {"8899", "7302"}
        assert {each.name for each in opened} == {"Alex Birch"}
        entry = journal.entries(session)[-1]
        assert entry.action == "return entered"
        assert len(entry.actor) == 36
    assert rows(institute.sessions)["upload"] == []
    assert contact.get(preview).status_code == 404


def test_faults_are_named_by_place_and_remedy_and_nothing_is_written(
    institute: Institute, contact: FlaskClient, changed: Change
) -> None:
    before = rows(institute.sessions)
    broken = changed(Centre_B4="Europe/Lundon", Hours_B2="25:00", Identities_C2="=1+1")
    status, text, _ = send(contact, ("mine.xlsx", broken))
    assert status == 422
    words = visible(text)
    assert "3 things are wrong with mine.xlsx; nothing of it was entered." in words
    assert "Centre 4 B (Time zone) Europe/Lundon is no time zone Write Europe/London" in words
    assert "Hours 2 B (Opens)" in words
    assert "Identities 2 C This cell holds a formula" in words
    assert rows(institute.sessions) == before


@pytest.mark.parametrize(
    "cells",
    [
        {"Centre_B1": "Provider 1", "Centre_B2": "Centre 1"},
        {"Centre_B1": "Provider 7", "Centre_B2": "Centre 7"},
        {"Centre_B2": "Another desk"},
    ],
)
def test_what_is_not_their_centre_is_refused_in_the_same_words_whosever_it_is(
    institute: Institute, contact: FlaskClient, changed: Change, cells: dict[str, str]
) -> None:
    before = rows(institute.sessions)
    status, text, _ = send(contact, ("mine.xlsx", changed(**cells)))
    unknown = send(contact, ("mine.xlsx", changed(Centre_B1="Nobody", Centre_B2="Nowhere")))
    assert status == 422
    assert "name none of your centres" in text
    assert visible(text) == visible(unknown[1])
    assert "Provider 1" not in text
    assert rows(institute.sessions) == before


def test_a_number_held_elsewhere_is_refused_and_the_institute_told(
    institute: Institute, contact: FlaskClient, changed: Change
) -> None:
    status, text, _ = send(contact, ("mine.xlsx", changed(Numbers_B2=a_return(1).numbers[0].e164)))
    assert status == 422
    assert "can&#39;t be accepted; the institute has been told" in text
    assert "Provider 1" not in text
    with institute.sessions.reading() as session:
        assert journal.entries(session)[-1].action == "return refused"


def test_a_preview_that_grew_stale_is_shown_again(
    institute: Institute, contact: FlaskClient, changed: Change, centre: UUID
) -> None:
    _, _, preview = send(contact, ("mine.xlsx", changed(Centre_B4="Europe/Oslo")))
    seen = shown(contact.get(preview).text)
    institute.centre(
        0,
        zone="Europe/Rome",
        identities=(identity("410001", CODE), identity("410002", "7302")),
    )
    answer = contact.post(preview, data={"shown": seen})
    assert answer.status_code == 409
    assert "Something was changed here since you looked" in answer.text
    assert "Europe/Rome" in answer.text
    with institute.sessions.reading() as session:
        found = register.find_centre(session, centre)
        assert found is not None
        assert found.zone == "Europe/Rome"
    assert contact.post(preview, data={"shown": shown(answer.text)}).status_code == 303


def test_a_preview_is_its_senders_alone_and_for_a_day(
    institute: Institute,
    app: Flask,
    contact: FlaskClient,
    changed: Change,
    clock: SettableClock,
) -> None:
    own = provider_of(institute, "Provider 0")
    institute.person("Pia", Role.PROVIDER_CONTACT, password=PASSWORD, provider=own)
    _, _, preview = send(contact, ("mine.xlsx", changed(Centre_B4="Europe/Oslo")))
    other = client(app, "pia@institute.example")
    assert other.get(preview).status_code == 404
    assert other.post(preview, data={"shown": ""}).status_code == 404
    clock.pass_by(hours=25)
    again = client(app, "per@institute.example")
    assert again.get(preview).status_code == 404


def test_the_term_of_accreditation_stays_the_institutes(
    contact: FlaskClient, changed: Change
) -> None:
    later = NOW.replace(tzinfo=None) + timedelta(days=9_000)
    _, _, preview = send(contact, ("mine.xlsx", changed(Centre_B8=later)))
    text = contact.get(preview).text
    assert "it stays 1 January 2026 to 1 January 2029" in text
    assert "there is nothing to enter" in text


@pytest.mark.parametrize("packed", [False, True])
def test_csv_files_and_a_zip_of_them_are_taken(
    institute: Institute, contact: FlaskClient, packed: bool
) -> None:
    institute.centre(0, provider="Provider 0", centre="Centre 0")
    centre = csv_files()["acme.Centre.csv"]
    centre = centre.replace(b"Penzance Software Ltd", b"Provider 0")
    files = csv_files() | {"acme.Centre.csv": centre.replace(b"Penzance service desk", b"Centre 0")}
    sent = [("acme.zip", zipped(files))] if packed else list(files.items())
    status, text, preview = send(contact, *sent)
    assert status == 303, text
    assert "account 400101" in contact.get(preview).text


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ((), "No file was chosen"),
        ((("a.xlsx", b"PK"),), "The file is no Excel workbook"),
        ((("a.xlsx", b""),), "The file is empty"),
        ((("a.xlsx", b"PK"), ("b.xlsx", b"PK")), "More than one file was sent"),
    ],
)
def test_what_cannot_be_read_is_said(
    contact: FlaskClient, files: tuple[tuple[str, bytes], ...], said: str
) -> None:
    status, text, _ = send(contact, *files)
    assert status == 422
    assert said in text


def test_a_file_of_fifty_megabytes_is_refused_in_a_sentence(contact: FlaskClient) -> None:
    kind = "multipart/form-data; boundary=x"
    answer = contact.post("/supplies/upload", data=bytes(50_000_000), content_type=kind)
    assert answer.status_code == 413
    assert "Send at most 2 megabytes" in answer.text


def test_a_contact_without_a_provider_can_send_nothing(institute: Institute) -> None:
    institute.person("Nemo", Role.PROVIDER_CONTACT, password=PASSWORD)
    nemo = client(workspace(institute, SettableClock(NOW)), "nemo@institute.example")
    assert nemo.get("/supplies/upload").status_code == 200
    status, text, _ = send(nemo, ("a.xlsx", a_workbook().getvalue()))
    assert status == 422
    assert "name none of your centres" in text


def test_no_statement_behind_these_pages_touches_plans_or_calls(
    institute: Institute, contact: FlaskClient, changed: Change, engine: Engine, centre: UUID
) -> None:
    institute.call(centre)
    with statements(engine) as sent:
        workbook = changed(Centre_B4="Europe/Oslo")  # as on file
        assert contact.get("/supplies/upload").status_code == 200
        assert contact.get("/supplies/template.xlsx").status_code == 200
        assert contact.get("/supplies/example.xlsx").status_code == 200
        assert send(contact, ("broken.xlsx", b"PK"))[0] == 422
        status, _, preview = send(contact, ("mine.xlsx", workbook))
        assert status == 303
        text = contact.get(preview).text
        assert contact.post(preview, data={"shown": "stale"}).status_code == 409
        assert contact.post(preview, data={"shown": shown(text)}).status_code == 303
    assert any("upload" in statement for statement in sent)
    for table in QUIET_TABLES:
        assert [s for s in sent if re.search(rf"\b{table}\b", s)] == [], table


def test_the_example_is_read_without_a_fault_but_names_no_centre(contact: FlaskClient) -> None:
    status, text, _ = send(contact, ("e.xlsx", returns_template.example(NOW.date())))
    assert status == 422
    assert "name none of your centres" in text

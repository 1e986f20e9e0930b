"""Everything that a provider may send by mistake or by malice: a clear sentence, and no row."""

import re
import zipfile
from collections.abc import Iterator, Mapping
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from scheduler import register
from scheduler.access import Role
from tests.assessor.test_supplies_pages import provider_of
from tests.builders import NOW, Institute, a_return, an_institute, identity
from tests.fakes import SettableClock
from tests.scheduler.csv_returns import csv_files, zipped
from tests.scheduler.stored import Rows, rows
from tests.workbooks import Formatted
from tests.workspace import PASSWORD, client, workspace

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

Files = dict[str, bytes]


@pytest.fixture
def institute(sessions: Any) -> Institute:
    """An institute with two centres of two providers."""
    institute = an_institute(sessions)
    institute.centre(0, identities=(identity("410001", "7301"), identity("410002", "7302")))
    institute.centre(1)
    return institute


@pytest.fixture
def contact(institute: Institute) -> FlaskClient:
    """The first provider's contact, signed in."""
    provider = provider_of(institute, "Provider 0")
    institute.person("Per", Role.PROVIDER_CONTACT, password=PASSWORD, provider=provider)
    return client(workspace(institute, SettableClock(NOW)), "per@institute.example")


def sent(contact: FlaskClient, files: Files) -> tuple[int, str]:
    """The status and the words of the page that answers some files."""
    answer = contact.post(
        "/supplies/upload",
        data={"files": [(BytesIO(data), name) for name, data in files.items()]},
        content_type="multipart/form-data",
    )
    text = contact.get(answer.location).text if answer.location else answer.text
    return answer.status_code, " ".join(unescape(re.sub(r"<[^>]*>", " ", text)).split())


def kept(institute: Institute) -> Rows:
    """Every row but what says that somebody was there."""
    return rows(institute.sessions, without=("journal", "journal_aside", "sign_in", "upload"))


def on_file(institute: Institute, contact: FlaskClient) -> bytes:
    """The first centre's workbook as it is on file."""
    with institute.sessions.reading() as session:
        centre = next(each.id for each in register.centres(session) if each.name == "Centre 0")
    book: bytes = contact.get(f"/supplies/{centre}.xlsx").data
    return book


def changed(book: bytes, cells: Mapping[str, object]) -> Files:
    """A workbook with other values in some cells."""
    opened = load_workbook(BytesIO(book))
    for place, value in cells.items():
        sheet, _, coordinate = place.partition("!")
        cell = opened[sheet][coordinate]
        cell.value = value.value if isinstance(value, Formatted) else value
        cell.number_format = value.number_format if isinstance(value, Formatted) else "General"
    data = BytesIO()
    opened.save(data)
    return {"mine.xlsx": data.getvalue()}


def with_part(book: bytes, part: str, content: bytes) -> bytes:
    """A workbook with one more part."""
    data = BytesIO(book)
    with zipfile.ZipFile(data, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(part, content)
    return data.getvalue()


ALL_AT_ONCE = {
    "Identities!C2": (420, "Identities 2 C (Security code) This was turned into a number"),
    "Identities!C3": ("420.0", "Identities 3 C (Security code) This was a number once"),
    "Numbers!B2": (1632960501, "Numbers 2 B (Number) 1632960501 was turned into a number"),
    "Numbers!A2": ("=1+1", "Numbers 2 A This cell holds a formula Write the value itself"),
    "Hours!A3": ("Tue", "Hours 3 A (Days) The hours of Tue overlap those of row 2"),
    "Hours!B3": ("09:00", ""),
    "Hours!C3": ("17:00", ""),
    "Closures!A2": ("2027-01-01", ""),
    "Closures!B2": ("2027-12-31", "Closures 2 B (Until) It lasts a year or longer Write the day"),
}


def bad(book: bytes) -> Iterator[tuple[Files, tuple[str, ...]]]:
    """What is sent, and what is said of it."""
    hours = "acme.Hours.csv"
    macros = with_part(book, "xl/vbaProject.bin", b"x")
    yield {"mine.xlsm": macros}, ("The file holds macros Remove them",)
    bomb = with_part(book, "xl/media/1.bin", bytes(15_000_000))
    yield {"mine.xlsx": bomb}, ("The file unpacks to far more than a return holds Save it as",)
    packed = zipped({hours: b"x," * 9_000_000})
    yield {"mine.zip": packed}, ("The file unpacks to far more than a return holds",)
    latin = csv_files() | {hours: "Days,Opens\nSamstag ö,1".encode("cp1252")}
    yield latin, ("Hours all all It is not in UTF-8, as line 2 shows Save it as CSV UTF-8",)
    long = csv_files() | {hours: b"x\n" * 100_000}
    yield long, ("Hours all all It has more than 5,000 rows Keep the rows that are asked for",)
    faults = {place: value for place, (value, _) in ALL_AT_ONCE.items()}
    yield changed(book, faults), tuple(said for _, said in ALL_AT_ONCE.values())
    doubled = {"Identities!C2": "5566", "Identities!C3": "5566"}
    yield changed(book, doubled), ("The same security code stands in row 2 already",)
    yield (
        changed(book, {"Identities!C2": "7302"}),
        ("Identities, Security code: identity 1 of those stated has the code of another one",),
    )
    elsewhere = a_return(1).numbers[0].e164
    yield (
        changed(book, {"Numbers!B2": elsewhere}),
        ("can't be accepted; the institute has been told",),
    )


def test_whatever_is_wrong_with_a_file_is_said_with_its_remedy_and_nothing_is_written(
    institute: Institute, contact: FlaskClient
) -> None:
    before = kept(institute)
    for files, sentences in bad(on_file(institute, contact)):
        status, words = sent(contact, files)
        assert status == 422, sentences
        for said in sentences:
            assert said in words, words
        assert kept(institute) == before, sentences


def test_a_pin_whose_format_keeps_its_zeros_is_understood_and_shown_before_it_is_entered(
    institute: Institute, contact: FlaskClient
) -> None:
    book = on_file(institute, contact)
    status, words = sent(contact, changed(book, {"Identities!C2": Formatted(420, "0000")}))
    assert status == 303
    assert "account 410001 on file changes: security code" in words
    assert "The number is read as its cell shows it, with leading zeros" in words

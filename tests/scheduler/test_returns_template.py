"""Workbooks to begin with: what they hold reads back, and nothing in them acts."""

import re
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from scheduler import returns_template
from scheduler.centre import ON_FILE, Closure, CodeKind, OpenSpan
from scheduler.changes import SINGLE, Registered
from scheduler.codes import StatedIdentity
from scheduler.returns import Reading, read_workbook
from scheduler.returns_sheets import EVERY_SHEET
from tests.builders import a_return
from tests.workbooks import TODAY

STATED = replace(
    a_return(),
    hours=(OpenSpan(0, 480, 1080), OpenSpan(1, 480, 1080), OpenSpan(5, 1320, 1560)),
    closures=(Closure(date(2026, 12, 24), date(2026, 12, 27), "Christmas"),),
)


def registered() -> Registered:
    return Registered(
        centre={name: getattr(STATED, name) for name in SINGLE},
        notices=(date(2025, 10, 1), date(2026, 10, 1)),
        numbers=STATED.numbers,
        hours=STATED.hours,
        closures=STATED.closures,
        level=STATED.service_level,
    )


def read(data: bytes, today: date = TODAY) -> Reading:
    return read_workbook(BytesIO(data), "sent.xlsx", today)


@pytest.mark.parametrize("day", [TODAY, date(2026, 1, 1), date(2026, 12, 31), date(2028, 2, 29)])
def test_the_example_has_neither_faults_nor_notes(day: date) -> None:
    reading = read(returns_template.example(day), day)
    assert reading.statement is not None
    assert reading.notes == ()
    assert reading.statement.identities[0].code.text == "0420"


def test_the_template_has_every_heading_and_lacks_nothing_else() -> None:
    reading = read(returns_template.template())
    assert {fault.problem for fault in reading.faults} == {"this is empty"}
    assert {fault.sheet for fault in reading.faults} == {"Centre", "Service level"}
    assert load_workbook(BytesIO(returns_template.template())).sheetnames == list(EVERY_SHEET)


@pytest.mark.parametrize("place", ["Numbers!B2", "Identities!B150", "Identities!C2", "Hours!B2"])
def test_what_may_have_leading_zeros_is_formatted_as_text(place: str) -> None:
    sheet, _, cell = place.partition("!")
    book = load_workbook(BytesIO(returns_template.template()))
    assert book[sheet][cell].number_format == "@"


def test_what_is_on_file_reads_back_as_it_stands() -> None:
    identities = (StatedIdentity("0042", CodeKind.PIN, date(2026, 1, 1), None),)
    data = returns_template.on_file("Provider 0", "Centre 0", registered(), identities)
    reading = read(data)
    assert reading.notes == ()
    assert reading.statement is not None
    (identity,) = reading.statement.identities
    assert (identity.name, identity.account, identity.code.text) == (ON_FILE, "0042", ON_FILE)
    assert replace(reading.statement, identities=STATED.identities) == STATED


def test_a_centre_of_which_nothing_was_supplied_leaves_its_cells_empty() -> None:
    bare = replace(registered(), numbers=(), hours=(), closures=(), notices=(), level=None)
    reading = read(returns_template.on_file("Provider 0", "Centre 0", bare, ()))
    assert {fault.sheet for fault in reading.faults} == {"Service level"}


def test_no_cell_acts_as_a_formula_or_a_link() -> None:
    evil = replace(STATED.numbers[0], label="=1+1"), replace(STATED.numbers[0], label="@http://x")
    data = returns_template.on_file(
        "=cmd()", "https://example.org", replace(registered(), numbers=evil), ()
    )
    book = load_workbook(BytesIO(data))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.value for cell in cells} >= {"=cmd()", "=1+1", "https://example.org"}
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert [cell for cell in cells if cell.hyperlink] == []


def test_a_workbook_does_not_tell_when_it_was_made() -> None:
    with zipfile.ZipFile(BytesIO(returns_template.template())) as archive:
        years = {entry.date_time[0] for entry in archive.infolist()}
        properties = archive.read("docProps/core.xml").decode()
    assert years == {1980}
    assert set(re.findall(r"20\d\d-", properties)) == {"2000-"}


def test_a_closure_to_come_and_a_past_one_stand_in_order() -> None:
    early = Closure(TODAY - timedelta(days=9), TODAY - timedelta(days=8))
    both = replace(registered(), closures=(*STATED.closures, early))
    reading = read(returns_template.on_file("Provider 0", "Centre 0", both, ()))
    assert reading.statement is not None
    assert reading.statement.closures == (early, *STATED.closures)

"""The workbooks that the institute was given: twelve clean ones, an untidy and a broken one."""

from datetime import date
from pathlib import Path

import pytest

from scheduler.centre import Closure, OpenSpan
from scheduler.contact_number import is_drama
from scheduler.returns import Reading, read_workbook
from tests.workbooks import TODAY

pytestmark = pytest.mark.shared

CLEAN = [f"return-{number:02}.xlsx" for number in range(1, 13)]


def read(shared: Path, name: str) -> Reading:
    return read_workbook(shared / "data" / "returns" / name, name, TODAY)


@pytest.mark.parametrize("name", CLEAN)
def test_a_clean_workbook_has_neither_faults_nor_notes(shared: Path, name: str) -> None:
    reading = read(shared, name)
    assert (reading.faults, reading.notes) == ((), ())
    assert reading.statement is not None
    assert reading.statement.numbers
    assert reading.statement.identities
    assert reading.statement.hours
    assert all(is_drama(number.e164) for number in reading.statement.numbers)


def test_no_two_clean_workbooks_state_one_centre_or_one_number(shared: Path) -> None:
    statements = [read(shared, name).statement for name in CLEAN]
    numbers = [number.e164 for stated in statements if stated for number in stated.numbers]
    assert len({stated.centre for stated in statements if stated}) == 12
    assert len(set(numbers)) == len(numbers)


def test_the_untidy_workbook_is_understood_and_says_how(shared: Path) -> None:
    reading = read(shared, "untidy.xlsx")
    assert reading.faults == ()
    stated = reading.statement
    assert stated is not None
    assert stated.accredited_until == date(2028, 5, 28)
    assert (stated.numbers[0].e164, stated.numbers[0].menu_keys) == ("+442079460987", "2ww1")
    assert stated.identities[0].code.text.startswith("0")
    assert len(stated.identities[0].code.text) == 4
    assert stated.hours == (
        *(OpenSpan(day, 540, 1050) for day in range(5)),
        OpenSpan(5, 600, 720),
    )
    assert stated.closures[2] == Closure(date(2026, 12, 25), date(2026, 12, 25), "Bank holiday")
    noted = {(note.sheet, note.row, note.column) for note in reading.notes}
    assert noted == {
        *(("Centre", row, "A") for row in range(1, 11)),
        *(("Centre", row, "B") for row in (7, 8, 9)),
        *(("Numbers", 2, column) for column in "BCD"),
        ("Identities", 2, "C"),
        *(("Hours", 1, column) for column in "ABC"),
        *(("Hours", 2, column) for column in "ABC"),
        *(("Hours", 3, column) for column in "BC"),
        ("Closures", 4, "A"),
    }


def test_the_broken_workbook_is_refused_with_every_fault_by_its_place(shared: Path) -> None:
    reading = read(shared, "broken.xlsx")
    assert reading.statement is None
    found = {(fault.sheet, fault.row, fault.column) for fault in reading.faults}
    assert found == {
        ("Centre", 4, "B"),
        ("Centre", 9, "B"),
        ("Numbers", 3, "B"),
        ("Numbers", 4, "B"),
        ("Numbers", 5, "B"),
        ("Numbers", 6, "C"),
        ("Numbers", 7, "E"),
        ("Identities", 5, "A"),
        ("Identities", 6, "C"),
        ("Identities", 7, "A"),
        ("Identities", 8, "F"),
        ("Hours", 3, "B"),
        ("Hours", 3, "C"),
        ("Hours", 4, "A"),
        ("Hours", 5, "C"),
        ("Service level", 10, "A"),
        ("Service level", 10, "B"),
        ("Service level", 11, "A"),
        ("Service level", 11, "B"),
    }
    assert len(reading.faults) == len(found)
    assert all(f"row {fault.row}" in str(fault) and fault.remedy for fault in reading.faults)

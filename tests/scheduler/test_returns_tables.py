"""Sheets, columns and items are found by their names, and odd cells wherever they stand."""

import pytest
from openpyxl.worksheet.formula import ArrayFormula

from scheduler.centre import OpenSpan
from tests.scheduler.readings import only_fault, only_note, read, stated


@pytest.mark.parametrize(
    "sheet", ["Centre", "Numbers", "Identities", "Hours", "Closures", "Service level"]
)
def test_a_missing_sheet_is_named(sheet: str) -> None:
    assert only_fault({}, without=(sheet,)) == (
        f"{sheet}: this sheet is missing; add a sheet called {sheet}"
    )


def test_a_sheet_that_nobody_asked_for_is_not_read_and_noted() -> None:
    assert only_note({"How to fill this in!A1": "Read me"}) == (
        "How to fill this in: this sheet is not read"
    )


def test_two_sheets_of_one_name_are_a_fault() -> None:
    assert "two sheets called Hours" in only_fault({"HOURS !A1": "Days"})


def test_a_missing_column_is_named() -> None:
    reading = read({"Hours!C1": None, "Hours!C2": None, "Hours!C3": None})
    assert [str(fault) for fault in reading.faults] == [
        "Hours, row 1: the column Closes is missing; head the columns Days, Opens, Closes"
    ]


def test_an_unknown_column_is_named_with_the_one_that_it_is_near_to() -> None:
    reading = read({"Hours!D1": "Clozes"})
    assert [str(fault) for fault in reading.faults] == [
        "Hours, row 1, column D: Clozes is the name of no column; write Closes, if that is meant"
    ]


def test_a_column_that_is_there_twice_is_a_fault() -> None:
    assert "a second column is called Days" in only_fault({"Hours!D1": "Days"})


def test_what_stands_under_no_heading_is_a_fault() -> None:
    assert only_fault({"Hours!E3": "by arrangement"}).startswith("Hours, row 3, column E: ")
    assert only_fault({"Centre!C3": "see below"}).startswith("Centre, row 3, column C: ")


def test_columns_may_stand_in_any_order() -> None:
    changes = {"Hours!A1": "Closes", "Hours!A2": "18:00", "Hours!A3": "13:00"}
    changes |= {"Hours!C1": "Days", "Hours!C2": "Mon-Fri", "Hours!C3": "Sat"}
    assert stated(changes) == stated()


@pytest.mark.parametrize(
    ("place", "written"),
    [
        ("Hours!A1", "days "),
        ("Numbers!D1", "VALID  FROM"),
        ("Centre!A6", "CONTACT E-MAIL "),
        ("Service level!A4", "answer within (Seconds)"),
        ("Service level!A1", "ITEM"),
    ],
)
def test_headers_are_known_whatever_their_case_and_spaces_with_a_note(
    place: str, written: str
) -> None:
    assert "read as" in only_note({place: written})


def test_a_missing_item_is_named() -> None:
    assert only_fault({"Centre!A4": None, "Centre!B4": None}) == (
        "Centre: Time zone is missing; add a row with Time zone in column A"
    )


def test_an_unknown_item_is_named() -> None:
    assert only_fault({"Centre!A11": "Fax", "Centre!B11": "none"}).startswith(
        "Centre, row 11, column A: Fax is the name of no item"
    )


def test_a_value_without_its_item_is_a_fault() -> None:
    assert only_fault({"Centre!B12": "none"}).startswith("Centre, row 12, column A: this is empty")


def test_empty_rows_are_passed_over() -> None:
    changes = {"Hours!A9": "Sun", "Hours!B9": "10:00", "Hours!C9": "12:00", "Hours!A5": "  "}
    assert stated(changes).hours[-1] == OpenSpan(6, 600, 720)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("Identities!A2", "=cmd|' /C calc'!A0"),
        ("Centre!B1", '="Penzance"'),
        ("Hours!A1", '="Days"'),
        ("Numbers!H40", "=1+1"),
        ("Elsewhere!A1", "=NOW()"),
        ("Hours!B2", ArrayFormula("B2", "=TIME(8,0,0)")),
    ],
)
def test_a_formula_is_a_fault_wherever_it_stands(place: str, value: object) -> None:
    sheet, _, coordinate = place.partition("!")
    faults = read({place: value}).faults
    assert (sheet, int(coordinate[1:]), coordinate[0], "this cell holds a formula") in {
        (fault.sheet, fault.row, fault.column, fault.problem) for fault in faults
    }


def test_a_formula_is_not_taken_for_an_empty_cell() -> None:
    assert "holds a formula" in only_fault({"Identities!A2": "=A3"})


def test_a_text_that_begins_with_a_plus_is_a_value() -> None:
    assert stated({"Numbers!B2": "+44 20 7946 0101"}).numbers[0].e164 == "+442079460101"
    assert stated({"Identities!C3": "+plus1"}).identities[1].code.text == "+plus1"


def test_an_error_of_the_spreadsheet_is_a_fault() -> None:
    assert "holds an error of the spreadsheet" in only_fault({"Numbers!A2": "#N/A"})


@pytest.mark.parametrize("mark", ["\u200b", "\u202e"])
def test_a_character_that_nobody_sees_is_a_fault(mark: str) -> None:
    fault = only_fault({"Centre!B1": f"Penz{mark}ance"})
    assert "can't be seen" in fault
    assert mark not in fault


@pytest.mark.parametrize(
    ("place", "length"), [("Centre!B1", 201), ("Numbers!A2", 101), ("Closures!C2", 201)]
)
def test_a_text_that_is_too_long_is_a_fault(place: str, length: int) -> None:
    assert f"has {length} characters" in only_fault({place: "x" * length})


def test_stray_spaces_are_left_out_with_a_note() -> None:
    assert "stray spaces" in only_note({"Centre!B1": " Penzance  Software Ltd "})
    assert stated({"Centre!B1": " Penzance  Software Ltd "}) == stated()

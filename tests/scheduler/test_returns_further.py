from collections.abc import Mapping
from datetime import date
from io import BytesIO

import pytest

from scheduler import returns_template
from scheduler.further import NOTHING, Permission, Product, What
from scheduler.returns import Reading, read_sheets, read_workbook
from scheduler.returns_cells import Cell
from scheduler.returns_file import Sheet, open_workbook
from tests.workbooks import TODAY

Rows = Mapping[int, Mapping[int, str]]


def example(**changed: Rows) -> Reading:
    """The example, with other rows in some sheets; one without rows is left out."""
    sheets = []
    for sheet in open_workbook(BytesIO(returns_template.example(TODAY))):
        if sheet.name in changed:
            cells = {
                number: {column: Cell(text) for column, text in row.items()}
                for number, row in changed[sheet.name].items()
            }
            if not cells:
                continue
            sheet = Sheet(sheet.name, {**sheet.rows, **cells})
        sheets.append(sheet)
    return read_sheets(sheets, "example.xlsx", TODAY)


def faults(reading: Reading) -> list[str]:
    return [str(fault) for fault in reading.faults]


def test_the_example_states_everything_further() -> None:
    statement = example().statement
    assert statement is not None
    said = statement.further
    assert said.products == (
        Product("Ledger suite", "3.2", "A report prints no totals", "Article 1204 of the guide"),
    )
    assert said.permissions == (
        Permission(What.RECORDING, "GB", "Consent in the contract of service"),
    )
    assert said.holidays is not None
    assert said.holidays.exceptions == ((date(TODAY.year, 12, 27), True),)
    assert said.custodian is not None
    assert said.work is not None
    assert said.work.declared is not None
    assert said.work.declared.volume[0][9] == 11


def test_a_return_without_the_further_sheets_leaves_all_as_it_stands() -> None:
    statement = example(Further={}, Holidays={}, Volume={}, Products={}, Permissions={}).statement
    assert statement is not None
    assert statement.further == NOTHING


def test_an_empty_template_says_nothing_further() -> None:
    reading = read_workbook(BytesIO(returns_template.template()), "t.xlsx", TODAY)
    assert {fault.sheet for fault in reading.faults} == {"Centre", "Service level"}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"Further": {}}, "Further: this sheet is missing"),
        ({"Volume": {8: {}}}, "Volume: Sun is missing"),
        ({"Volume": {2: {1: "Tue"}}}, "Tue stands in row 2 already"),
        ({"Volume": {2: {1: "Mon", 2: "-1"}}}, "-1 is negative"),
        ({"Further": {2: {1: "Region", 2: "XX"}}}, "GB has no region XX"),
        ({"Further": {7: {1: "Custodian's e-mail", 2: "liaison@provider.example"}}}, "own address"),
        ({"Further": {8: {1: "Declared: no mark or alert", 2: "2090-01-01"}}}, "in the future"),
        ({"Products": {3: {1: "ledger suite", 2: "3.2"}}}, "the same stands in row 2 already"),
        ({"Permissions": {3: {1: "recording", 2: "UK", 3: "x"}}}, "the same permission stands"),
        ({"Permissions": {3: {1: "filming", 2: "IE", 3: "x"}}}, "filming is no permission"),
        ({"Holidays": {3: {1: f"{TODAY.year}-12-27", 2: "shut"}}}, "the same day stands"),
    ],
)
def test_a_fault_of_a_further_sheet_is_named(changed: dict[str, Rows], said: str) -> None:
    reading = example(**changed)
    assert reading.statement is None
    assert any(said in each for each in faults(reading)), faults(reading)

"""Finds the sheets, columns, rows and items of a return by their names."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from openpyxl.utils import get_column_letter

from scheduler.contact_number import NotUnderstood
from scheduler.returns_cells import Cell, Odd, nearest, shown
from scheduler.returns_file import Sheet
from scheduler.returns_findings import Findings, Place

T = TypeVar("T")
Reader = Callable[[Cell], tuple[T, str]]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table, or the items of a sheet that states one thing a row.

    ``places`` holds every header that the sheet has, ``cells`` those whose cell holds something.
    A quiet row's cells are quoted nowhere.
    """

    findings: Findings
    places: Mapping[str, Place]
    cells: Mapping[str, Cell]
    quiet: bool = False

    def needed(self, header: str, reader: Reader[T], otherwise: T) -> T:
        """What a cell says, or ``otherwise`` after a fault was found there."""
        if header in self.places and header not in self.cells:
            self.findings.fault(self.places[header], "this is empty", f"fill in {header}")
        value = self.optional(header, reader)
        return otherwise if value is None else value

    def optional(self, header: str, reader: Reader[T]) -> T | None:
        """What a cell says, or None when it is empty or a fault was found there."""
        cell = self.cells.get(header)
        if cell is None or isinstance(cell.value, Odd):
            return None
        try:
            value, note = reader(cell)
        except NotUnderstood as error:
            subject = "this" if self.quiet else error.subject
            self.fault(header, f"{subject} {error.problem}", error.remedy)
            return None
        if note:
            self.note(header, note)
        return value

    def states(self, headers: Collection[str]) -> bool:
        """Whether any of these cells holds something."""
        return any(header in self.cells for header in headers)

    def unrepeated(self, header: str, value: str, seen: dict[str, int], what: str) -> None:
        """Find fault with a value that an earlier row of the sheet has; ``seen`` grows by it."""
        if not value:
            return
        number = self.places[header].row
        if value in seen:
            self.fault(header, f"{what} in row {seen[value]} already", "keep one of them")
        seen.setdefault(value, number)

    def fault(self, header: str, problem: str, remedy: str) -> None:
        """Find a fault in a cell of the row."""
        self.findings.fault(self.places[header], problem, remedy)

    def note(self, header: str, understood: str) -> None:
        """Say how a cell of the row was understood."""
        self.findings.note(self.places[header], understood)


def find_sheets(
    sheets: Sequence[Sheet],
    names: Sequence[str],
    findings: Findings,
    optional: Sequence[str] = (),
) -> dict[str, Sheet]:
    """The sheets by their right names; a missing or doubled one is a fault, another is noted.

    One that is optional may be missing.
    """
    every = (*names, *optional)
    found: dict[str, Sheet] = {}
    for sheet in sheets:
        _find_odd_cells(sheet, findings)
        name = _match(sheet.name, every)
        place = Place(shown(sheet.name))
        if not name:
            near = nearest(sheet.name, every)
            findings.note(
                place, f"this sheet is not read{f' (did you mean {near}?)' if near else ''}"
            )
        elif name in found:
            findings.fault(place, f"there are two sheets called {name}", "keep one of them")
        else:
            found[name] = Sheet(name, sheet.rows)
            if name != sheet.name:
                findings.note(place, f"read as {name}")
    for name in names:
        if name not in found:
            findings.fault(Place(name), "this sheet is missing", f"add a sheet called {name}")
    return found


def _find_odd_cells(sheet: Sheet, findings: Findings) -> None:
    for number, cells in sheet.rows.items():
        for column, cell in cells.items():
            if isinstance(cell.value, Odd):
                findings.fault(
                    Place(shown(sheet.name), number, get_column_letter(column)),
                    f"this cell holds {cell.value.value}",
                    "write the value itself, formatted as text",
                )


def table(
    sheet: Sheet,
    headers: Sequence[str],
    findings: Findings,
    *,
    quiet: bool = False,
    optional: Sequence[str] = (),
) -> tuple[Row, ...]:
    """The rows below the first one, which names the columns; a missing or unknown one is a fault.

    A column that is optional may be missing.
    Answers no rows when a column is missing, since what stands in the others can't be trusted.
    """
    numbers = sorted(sheet.rows)
    first = numbers[0] if numbers else 1
    columns = _headers(sheet, first, (*headers, *optional), findings, quiet=quiet)
    missing = [header for header in headers if header not in columns.values()]
    for header in missing:
        findings.fault(
            Place(sheet.name, first),
            f"the column {header} is missing",
            f"head the columns {', '.join(headers)}",
        )
    if missing:
        return ()
    rows = []
    for number in numbers[1:]:
        cells = sheet.rows[number]
        for column in cells:
            if column not in columns and column not in sheet.rows[first]:
                _stray(sheet.name, number, column, findings)
        places = {
            header: Place(sheet.name, number, get_column_letter(column), header)
            for column, header in columns.items()
        }
        stated = {header: cells[column] for column, header in columns.items() if column in cells}
        if stated:
            rows.append(Row(findings, places, stated, quiet))
    return tuple(rows)


def _headers(
    sheet: Sheet, number: int, headers: Sequence[str], findings: Findings, *, quiet: bool
) -> dict[int, str]:
    columns: dict[int, str] = {}
    for column, cell in sheet.rows.get(number, {}).items():
        place = Place(sheet.name, number, get_column_letter(column))
        header = _named(cell, place, headers, findings, "column", quiet=quiet)
        if header in columns.values():
            findings.fault(place, f"a second column is called {header}", "keep one of them")
        elif header:
            columns[column] = header
    return columns


def items(
    sheet: Sheet, names: Sequence[str], findings: Findings, heading: Sequence[str] = ()
) -> tuple[Row, tuple[Row, ...]]:
    """What a sheet states of each name: the name in column A, its value in column B.

    ``heading`` is what the first row says above them. Answers one row that holds every item, and
    one more for each that was stated again, which is a fault like one that is missing or unknown.
    """
    places: dict[str, Place] = {}
    cells: dict[str, Cell] = {}
    again = []
    numbers = sorted(sheet.rows)
    if heading:
        first = numbers[0] if numbers else 1
        _heading(sheet, first, heading, findings)
        numbers = numbers[1:]
    for number in numbers:
        for column in sheet.rows[number]:
            if column > 2:
                _stray(sheet.name, number, column, findings)
        label, value = sheet.rows[number].get(1), sheet.rows[number].get(2)
        place = Place(sheet.name, number, "A")
        if label is None:
            if value is not None:
                findings.fault(place, "this is empty", "name the item whose value stands beside it")
            continue
        name = _named(label, place, names, findings, "item")
        if not name:
            continue
        value_place = Place(sheet.name, number, "B", name)
        stated = {} if value is None else {name: value}
        if name in places:
            problem = f"{name} is stated again, as it is in row {places[name].row}"
            findings.fault(place, problem, "keep one of them")
            again.append(Row(findings, {name: value_place}, stated))
        else:
            places[name] = value_place
            cells |= stated
    for name in names:
        if name not in places:
            findings.fault(
                Place(sheet.name), f"{name} is missing", f"add a row with {name} in column A"
            )
    return Row(findings, places, cells), tuple(again)


def _heading(sheet: Sheet, first: int, heading: Sequence[str], findings: Findings) -> None:
    cells = sheet.rows.get(first, {})
    for column, header in enumerate(heading, start=1):
        place = Place(sheet.name, first, get_column_letter(column))
        cell = cells.get(column)
        if cell is None:
            findings.fault(place, f"the column {header} is missing", f"write {header} here")
        else:
            _named(cell, place, [header], findings, "column")
    for column in cells:
        if column > len(heading):
            _stray(sheet.name, first, column, findings)


def _named(
    cell: Cell,
    place: Place,
    names: Collection[str],
    findings: Findings,
    what: str,
    *,
    quiet: bool = False,
) -> str:
    """Which of the names a cell holds; "" after a fault."""
    if isinstance(cell.value, Odd):
        return ""
    text = shown(cell.value)
    if name := _match(text, names):
        if name != cell.value:
            findings.note(replace(place, header=name), f"read as {name}")
        return name
    near = nearest(text, names)
    findings.fault(
        place,
        f"{'this' if quiet else text} is the name of no {what}",
        f"write {near}, if that is meant" if near else f"use {', '.join(names)}",
    )
    return ""


def _stray(sheet: str, number: int, column: int, findings: Findings) -> None:
    findings.fault(
        Place(sheet, number, get_column_letter(column)),
        "this stands under no heading",
        "clear the cell, or move it to where it belongs",
    )


def _match(text: str, names: Collection[str]) -> str:
    """The name that a text is but for case, spaces and signs; "" for none."""
    bare = _bare(text)
    return next((name for name in names if _bare(name) == bare), "")


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()

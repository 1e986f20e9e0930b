"""Reads a provider's return: a workbook becomes a statement, or every fault in it is named."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from scheduler.centre import Return
from scheduler.returns_csv import is_csv, open_csv, unpack_csv
from scheduler.returns_file import FileRefused, Sheet, open_workbook
from scheduler.returns_findings import Fault, Findings, Note, Place
from scheduler.returns_further import FURTHER_SHEETS
from scheduler.returns_sent import Sent, load
from scheduler.returns_sheets import (
    EVERY_SHEET,
    HOURS,
    IDENTITIES,
    NUMBERS,
    SHEETS,
    read_statement,
)
from scheduler.returns_tables import find_sheets

MOST_TOLD = 500  # faults, and notes, of one file; nobody reads more of them
_LACKING = {
    NUMBERS: "no contact number is stated, so the centre can't be called until it has one",
    IDENTITIES: "no identity is stated, so the centre can't be called until it has one",
    HOURS: "no hours are stated, so the centre counts as never open",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in one file; ``statement`` is None exactly when there are faults.

    Faults and notes stand in the order of sheets, rows and columns.
    """

    name: str
    statement: Return | None
    faults: tuple[Fault, ...]
    notes: tuple[Note, ...]


def read_sent(sent: Sent, today: date) -> Reading:
    """Read a return in whatever form it came: a workbook, CSV files, or a zip of them."""
    try:
        parts = load(sent)
        if is_csv(parts[0][0]):
            return read_sheets(open_csv(parts), sent.name, today)
        if packed := unpack_csv(parts[0][1]):
            return read_sheets(open_csv(packed), sent.name, today)
    except FileRefused as refused:
        return _refused(refused, sent.name)
    return read_workbook(BytesIO(parts[0][1]), sent.name, today)


def read_workbook(source: Path | BinaryIO, name: str, today: date) -> Reading:
    """Read a return as of a day: its statement, or every fault of the file in one pass.

    ``name`` is what the file is called. No fault or note repeats what the sheet Identities holds,
    but for dates. A file that can't be opened is a reading with one fault.
    """
    try:
        sheets = open_workbook(source)
    except FileRefused as refused:
        return _refused(refused, name)
    return read_sheets(sheets, name, today)


def _refused(refused: FileRefused, name: str) -> Reading:
    fault = Fault(refused.sheet, 0, "", refused.problem, refused.remedy)
    return Reading(name, None, (fault,), ())


def read_sheets(sheets: Sequence[Sheet], name: str, today: date) -> Reading:
    """Read the sheets of a return as of a day, whatever kind of file held them."""
    findings = Findings()
    found = find_sheets(sheets, SHEETS, findings, FURTHER_SHEETS)
    statement = read_statement(found, findings, today)
    if not findings.faults:
        stated = {
            NUMBERS: statement.numbers,
            IDENTITIES: statement.identities,
            HOURS: statement.hours,
        }
        for sheet, rows in stated.items():
            if not rows:
                findings.note(Place(sheet), _LACKING[sheet])
    return Reading(
        name,
        None if findings.faults else statement,
        _first_faults(findings.faults),
        tuple(sorted(findings.notes, key=_order)[:MOST_TOLD]),
    )


def _first_faults(faults: list[Fault]) -> tuple[Fault, ...]:
    """The faults in order; of very many only the first, and how many there are."""
    in_order = sorted(faults, key=_order)
    if len(in_order) <= MOST_TOLD:
        return tuple(in_order)
    left = f"the file has {len(in_order) - MOST_TOLD:,} faults more"
    return (*in_order[:MOST_TOLD], Fault("", 0, "", left, "correct these and send it again"))


def _order(finding: Fault | Note) -> tuple[int, int, int, str]:
    known = EVERY_SHEET.index(finding.sheet) if finding.sheet in EVERY_SHEET else len(EVERY_SHEET)
    return known, finding.row, len(finding.column), finding.column

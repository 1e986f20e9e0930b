"""Reads changed workbooks and answers what a test asks of them."""

from collections.abc import Mapping

from scheduler.centre import Return
from scheduler.returns import Reading, read_workbook
from tests.workbooks import TODAY, a_return

Places = set[tuple[str, int, str]]


def read(changes: Mapping[str, object] | None = None, *, without: tuple[str, ...] = ()) -> Reading:
    return read_workbook(a_return(changes, without=without), "penzance.xlsx", TODAY)


def stated(changes: Mapping[str, object] | None = None) -> Return:
    reading = read(changes)
    assert reading.statement is not None, [str(fault) for fault in reading.faults]
    return reading.statement


def places(reading: Reading) -> Places:
    return {(fault.sheet, fault.row, fault.column) for fault in reading.faults}


def only_fault(changes: Mapping[str, object], *, without: tuple[str, ...] = ()) -> str:
    reading = read(changes, without=without)
    assert reading.statement is None
    (fault,) = reading.faults
    return str(fault)


def only_note(changes: Mapping[str, object]) -> str:
    reading = read(changes)
    assert not reading.faults, [str(fault) for fault in reading.faults]
    (note,) = reading.notes
    return str(note)

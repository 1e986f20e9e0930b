"""Opens a workbook that somebody sent, within limits, and answers nothing but its cells."""

import math
import warnings
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from openpyxl import load_workbook

from scheduler.returns_cells import GENERAL, Cell, Odd, Value

MOST_BYTES = 2_000_000
MOST_ENTRIES = 200
MOST_UNPACKED = 20_000_000
MOST_TIMES = 100  # as large unpacked as packed
MOST_ROWS = 5_000
MOST_COLUMNS = 100

WORKBOOK = "xl/workbook.xml"
NO_WORKBOOK = "the file is no Excel workbook"
_SAVE_ANEW = "save it as an Excel workbook (.xlsx) and send that"


class FileRefused(Exception):
    """A file that isn't read at all: why, and what to do. ``sheet`` is "" for the whole file."""

    def __init__(self, problem: str, remedy: str, sheet: str = "") -> None:
        super().__init__(f"{problem}; {remedy}")
        self.problem = problem
        self.remedy = remedy
        self.sheet = sheet


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of one sheet that hold something, by row and column (both from 1)."""

    name: str
    rows: dict[int, dict[int, Cell]]


def open_workbook(source: Path | BinaryIO) -> tuple[Sheet, ...]:
    """The sheets of a workbook in their order. Raises FileRefused.

    Nothing is unpacked before its size is known to be small: at most 2 MB, 200 entries, 20 MB
    unpacked and 100 times the packed size.
    """
    data = read_bytes(source)
    _check_archive(data)
    # The parser warns of what it leaves out (drawings, styles), which no provider can act on.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return _sheets(data)
        except (FileRefused, MemoryError):
            raise
        except Exception as error:  # a damaged file makes the parser raise almost anything
            raise FileRefused("the file is damaged", f"open it in Excel, {_SAVE_ANEW}") from error


def read_bytes(source: Path | BinaryIO) -> bytes:
    """What a file holds, at most 2 MB. Raises FileRefused."""
    if isinstance(source, Path):
        try:
            with source.open("rb") as file:
                data = file.read(MOST_BYTES + 1)
        except OSError as error:
            reason = (error.strerror or "unknown error").lower()
            raise FileRefused(f"the file can't be read ({reason})", "check its name") from error
    else:
        data = source.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise FileRefused(
            "the file is larger than 2 MB", "leave out pictures and sheets that aren't asked for"
        )
    return data


def _check_archive(data: bytes) -> None:
    names = {entry.filename.lower() for entry in archive_entries(data)}
    if any("vbaproject" in name or "macrosheets/" in name for name in names):
        raise FileRefused("the file holds macros", f"remove them, {_SAVE_ANEW}")
    if WORKBOOK not in names:
        raise FileRefused(NO_WORKBOOK, _SAVE_ANEW)


def archive_entries(data: bytes) -> tuple[zipfile.ZipInfo, ...]:
    """The entries of an archive that is small enough to be unpacked. Raises FileRefused."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = tuple(archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise FileRefused(_no_archive(data), _SAVE_ANEW) from error
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES:
        raise FileRefused(f"the file holds more than {MOST_ENTRIES} parts", _SAVE_ANEW)
    if unpacked > MOST_UNPACKED or unpacked > MOST_TIMES * len(data):
        raise FileRefused("the file unpacks to far more than a return holds", _SAVE_ANEW)
    return entries


def _no_archive(data: bytes) -> str:
    if not data:
        return "the file is empty"
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return "the file is an old workbook (.xls) or locked by a password"
    return NO_WORKBOOK


def _sheets(data: bytes) -> tuple[Sheet, ...]:
    book = load_workbook(BytesIO(data), read_only=True, data_only=False, keep_links=False)
    try:
        return tuple(Sheet(sheet.title, _rows(sheet)) for sheet in book.worksheets)
    finally:
        book.close()


def _rows(sheet: Any) -> dict[int, dict[int, Cell]]:
    """The cells of a sheet, whose own statement of its size isn't believed."""
    sheet.reset_dimensions()
    rows: dict[int, dict[int, Cell]] = {}
    for number, row in enumerate(sheet.iter_rows(), start=1):
        check_size(sheet.title, number // EMPTY_ROWS, len(row))
        if cells := {cell.column: _cell(cell) for cell in row if holds_something(cell.value)}:
            check_size(sheet.title, number, 0)
            rows[number] = cells
    return rows


EMPTY_ROWS = 20  # so many times the most rows may stand empty before a sheet is given up


def check_size(sheet: str, row: int, columns: int) -> None:
    """Raise FileRefused when a sheet has more rows or columns than any return needs."""
    if columns > MOST_COLUMNS:
        problem, remedy = f"{MOST_COLUMNS} columns", "keep the columns that are asked for"
    elif row > MOST_ROWS:
        problem, remedy = f"{MOST_ROWS:,} rows", "keep the rows that are asked for"
    else:
        return
    raise FileRefused(f"it has more than {problem}", remedy, sheet)


def holds_something(value: object) -> bool:
    """Whether a cell's value is more than blanks."""
    return value is not None and not (isinstance(value, str) and not value.strip())


def _cell(cell: Any) -> Cell:
    return Cell(_value(cell.value, cell.data_type), cell.number_format or GENERAL)


def _value(value: object, data_type: str) -> Value:
    if data_type == "f":
        return Odd.FORMULA
    if data_type == "e" or (isinstance(value, float) and not math.isfinite(value)):
        return Odd.ERROR
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time())
    if isinstance(value, str | int | float | datetime | time | timedelta):
        return value
    return str(value)

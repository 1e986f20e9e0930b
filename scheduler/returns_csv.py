"""Opens a return that came as CSV, one file a sheet: ``NAME.<sheet>.csv``, or a zip of them.

Every cell is a text: nothing guesses a type, so leading zeros stay.
"""

import codecs
import csv
import zipfile
from collections.abc import Iterable
from io import BytesIO, StringIO
from pathlib import PurePosixPath

from scheduler.returns_cells import Cell, Odd, shown
from scheduler.returns_file import (
    WORKBOOK,
    FileRefused,
    Sheet,
    archive_entries,
    check_size,
    holds_something,
)

_SUFFIX = ".csv"
_SAVE_UTF8 = "save it as CSV UTF-8"
_OTHER_UNICODE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # UTF-32 begins like the first
_LOCKED = 1  # the flag of an entry under a password


def is_csv(name: str) -> bool:
    """Whether a file's name says that it is CSV."""
    return name.lower().endswith(_SUFFIX)


def name_and_sheet(file: str) -> tuple[str, str]:
    """What a CSV file is called before its sheet, "" for nothing, and its sheet."""
    name, _, sheet = file[: -len(_SUFFIX)].rpartition(".")
    return name, sheet


def unpack_csv(data: bytes) -> tuple[tuple[str, bytes], ...]:
    """The names and bytes of the CSV files in a zip; none for any other file.

    Raises FileRefused for a zip that is too large, is locked, or holds something else as well.
    """
    if not data.startswith(b"PK"):
        return ()
    entries = [entry for entry in archive_entries(data) if not _unseen(entry)]
    if any(entry.filename.lower() == WORKBOOK for entry in entries):
        return ()
    others = [entry.filename for entry in entries if not is_csv(entry.filename)]
    if len(others) == len(entries):
        return ()
    if others:
        raise FileRefused(
            f"the zip holds {shown(others[0])}, which is no CSV file",
            "keep the CSV files of one return in it",
        )
    if any(entry.flag_bits & _LOCKED for entry in entries):
        raise FileRefused("the zip is locked by a password", "make it anew without one")
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return tuple(
                (PurePosixPath(entry.filename).name, archive.read(entry)) for entry in entries
            )
    except MemoryError:
        raise
    except Exception as error:  # a damaged zip makes its reader raise almost anything
        raise FileRefused("the zip is damaged", "make it anew from the CSV files") from error


def _unseen(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry is a folder, or one of those that some systems add unasked."""
    parts = PurePosixPath(entry.filename).parts
    return entry.is_dir() or "__MACOSX" in parts or bool(parts and parts[-1].startswith("."))


def open_csv(parts: Iterable[tuple[str, bytes]]) -> tuple[Sheet, ...]:
    """The sheets that CSV files hold, each after its file's name. Raises FileRefused."""
    parts = tuple(parts)
    names = {name_and_sheet(file)[0] for file, _ in parts}
    if len(names) > 1:
        raise FileRefused(
            f"the files are of {len(names)} returns ({', '.join(map(shown, sorted(names)))})",
            "send the files of each return by themselves",
        )
    return tuple(_sheet(file, data) for file, data in parts)


def _sheet(file: str, data: bytes) -> Sheet:
    sheet = shown(name_and_sheet(file)[1])
    text = _decoded(data, sheet)
    reader = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    rows: dict[int, dict[int, Cell]] = {}
    number = 0
    try:
        for number, row in enumerate(reader, start=1):
            check_size(sheet, 0, len(row))
            if cells := {n: _cell(t) for n, t in enumerate(row, 1) if holds_something(t)}:
                check_size(sheet, number, 0)
                rows[number] = cells
    except csv.Error as error:
        raise FileRefused(
            f"its quotation marks can't be made sense of after row {number}",
            f"open it in a spreadsheet and {_SAVE_UTF8}",
            sheet,
        ) from error
    return Sheet(sheet, rows)


def _decoded(data: bytes, sheet: str) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if data.startswith(_OTHER_UNICODE):
            raise FileRefused("it is Unicode text but not UTF-8", _SAVE_UTF8, sheet) from error
        line = data.count(b"\n", 0, error.start) + 1
        problem = f"it is not in UTF-8, as line {line} shows"
        raise FileRefused(problem, _SAVE_UTF8, sheet) from error
    if "\0" in text:
        raise FileRefused("it is no text", _SAVE_UTF8, sheet)
    return text


def _delimiter(text: str) -> str:
    """The first comma or semicolon that stands outside quotation marks."""
    quoted = False
    for character in text:
        if character == '"':
            quoted = not quoted
        elif not quoted and character in ",;":
            return character
    return ","


def _cell(text: str) -> Cell:
    """A text; what a spreadsheet would compute, such as ``="0420"``, is no value of its own."""
    return Cell(Odd.FORMULA if text.lstrip().startswith("=") else text)

"""A file that somebody sent: what is opened, and what is refused before it is unpacked."""

import zipfile
from io import BytesIO
from pathlib import Path
from random import Random

import pytest
from openpyxl import Workbook

from scheduler.returns import Reading, read_workbook
from scheduler.returns_file import MOST_BYTES, MOST_ROWS
from tests.workbooks import TODAY, a_book, a_return, saved


def refusal(data: bytes) -> str:
    reading = read_workbook(BytesIO(data), "sent.xlsx", TODAY)
    assert reading.statement is None
    (fault,) = reading.faults
    assert (fault.sheet, fault.row, fault.column) == ("", 0, "")
    return str(fault)


def with_parts(parts: dict[str, bytes], *, instead: bool = False) -> bytes:
    """A workbook's file with more parts, or with other ones in their stead."""
    data = BytesIO()
    with (
        zipfile.ZipFile(a_return()) as original,
        zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as copy,
    ):
        for name in original.namelist():
            if not (instead and name in parts):
                copy.writestr(name, original.read(name))
        for name, content in parts.items():
            copy.writestr(name, content)
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "The file is empty"),
        (b"Days;Opens;Closes\n", "The file is no Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old workbook (.xls) or locked"),
        (a_return().getvalue()[:900], "The file is no Excel workbook"),
    ],
)
def test_what_is_no_workbook_is_refused_in_a_sentence(data: bytes, problem: str) -> None:
    assert problem in refusal(data)


def test_another_kind_of_archive_is_no_workbook() -> None:
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("content.xml", "<office/>")
    assert "no Excel workbook" in refusal(data.getvalue())


def test_a_file_that_is_not_there_is_a_fault_of_the_file(tmp_path: Path) -> None:
    reading = read_workbook(tmp_path / "gone.xlsx", "gone.xlsx", TODAY)
    assert str(reading.faults[0]).startswith("The file can't be read (no such file or directory)")


def test_a_file_over_two_megabytes_is_not_opened() -> None:
    assert "larger than 2 MB" in refusal(b"PK" + b"\0" * MOST_BYTES)


def test_a_file_of_too_many_parts_is_not_unpacked() -> None:
    parts = {f"xl/media/{number}.bin": b"x" for number in range(200)}
    assert "more than 200 parts" in refusal(with_parts(parts))


@pytest.mark.parametrize(("mixed", "size"), [(0, 5_000_000), (600_000, 20_000_000)])
def test_a_file_that_unpacks_to_far_more_is_not_unpacked(mixed: int, size: int) -> None:
    part = Random(1).randbytes(mixed) + b"\0" * size
    assert "unpacks to far more" in refusal(with_parts({"xl/media/1.bin": part}))


@pytest.mark.parametrize("part", ["xl/vbaProject.bin", "xl/macrosheets/sheet1.xml"])
def test_a_file_with_macros_is_refused(part: str) -> None:
    assert "holds macros" in refusal(with_parts({part: b"x"}))


def test_entities_that_multiply_are_refused() -> None:
    bomb = (
        b'<?xml version="1.0"?><!DOCTYPE worksheet [<!ENTITY a "aaaaaaaaaa">'
        b'<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>'
    )
    assert "damaged" in refusal(with_parts({"xl/worksheets/sheet1.xml": bomb}, instead=True))


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet3.xml", "xl/styles.xml"])
@pytest.mark.parametrize("content", [b"", b"<broken", b"\xff\xfe\x00", b"<a/>"])
def test_a_damaged_part_ends_in_faults(part: str, content: bytes) -> None:
    data = with_parts({part: content}, instead=True)
    reading = read_workbook(BytesIO(data), "sent.xlsx", TODAY)
    assert (reading.statement is None) == bool(reading.faults)
    assert reading.faults or part == "xl/styles.xml"


def sheet_fault(book: Workbook) -> tuple[str, str]:
    reading: Reading = read_workbook(saved(book), "sent.xlsx", TODAY)
    assert reading.statement is None
    (fault,) = reading.faults
    return fault.sheet, fault.problem


def test_a_sheet_of_five_thousand_rows_is_read() -> None:
    sheet, problem = sheet_fault(a_book({f"Closures!B{MOST_ROWS}": "2026-12-24"}))
    assert (sheet, problem) == ("Closures", "this is empty")


@pytest.mark.parametrize("row", [MOST_ROWS + 1, 900_000])
def test_a_sheet_of_more_rows_is_refused_however_far_below_they_stand(row: int) -> None:
    assert sheet_fault(a_book({f"Hours!A{row}": "Sun"})) == ("Hours", "it has more than 5,000 rows")


def test_a_hundred_thousand_rows_are_refused_before_they_are_read() -> None:
    words = Random(1)
    rows = "".join(
        f'<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>{words.randbytes(6).hex()}</t></is>'
        "</c></row>"
        for row in range(1, 100_001)
    )
    content = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{rows}</sheetData></worksheet>"
    )
    data = with_parts({"xl/worksheets/sheet4.xml": content.encode()}, instead=True)
    assert len(data) < MOST_BYTES
    reading = read_workbook(BytesIO(data), "sent.xlsx", TODAY)
    (fault,) = reading.faults
    assert str(fault) == ("Hours: it has more than 5,000 rows; keep the rows that are asked for")


def test_a_sheet_of_more_than_a_hundred_columns_is_refused() -> None:
    assert sheet_fault(a_book({"Hours!XFD2": "x"})) == ("Hours", "it has more than 100 columns")


def test_a_sheet_that_understates_its_size_is_read_whole() -> None:
    with zipfile.ZipFile(a_return()) as original:
        name = "xl/worksheets/sheet2.xml"
        content = original.read(name)
    assert b'ref="A1:E3"' in content
    data = with_parts({name: content.replace(b'ref="A1:E3"', b'ref="A1:A1"')}, instead=True)
    statement = read_workbook(BytesIO(data), "sent.xlsx", TODAY).statement
    assert statement is not None
    assert len(statement.numbers) == 2

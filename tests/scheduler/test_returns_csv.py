"""A return that came as CSV: read as its workbook would be, or refused in a sentence."""

import csv
import zipfile
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.returns import Reading, read_sent, read_workbook
from scheduler.returns_csv import name_and_sheet, open_csv
from scheduler.returns_file import MOST_BYTES, MOST_ROWS, FileRefused
from scheduler.returns_sent import Part, Sent, sent_files, sent_parts
from tests.scheduler.csv_returns import csv_files, zipped
from tests.workbooks import TODAY, a_return

HOURS = "acme.Hours.csv"


def read(files: dict[str, bytes]) -> Reading:
    return read_sent(sent_parts(files.items()), TODAY)


def read_zip(files: dict[str, bytes]) -> Reading:
    return read_sent(sent_parts([("acme.zip", zipped(files))]), TODAY)


def fault(reading: Reading) -> str:
    assert reading.statement is None
    (found,) = reading.faults
    return str(found)


@pytest.mark.parametrize("bom", [False, True])
@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("how", [read, read_zip])
def test_csv_says_what_its_workbook_says(how: object, delimiter: str, bom: bool) -> None:
    assert callable(how)
    reading = how(csv_files(delimiter, bom=bom))
    workbook = read_workbook(a_return(), "acme.xlsx", TODAY)
    assert reading.faults == ()
    assert reading.statement == workbook.statement
    assert reading.notes == workbook.notes == ()


def test_leading_zeros_stay(tmp_path: Path) -> None:
    statement = read(csv_files()).statement
    assert statement is not None
    assert statement.identities[0].code.text == "0420"
    assert statement.numbers[0].e164 == "+442079460101"


@pytest.mark.parametrize(
    ("sheet", "digits", "place"),
    [
        ("Identities", b"0420", "Identities, row 2, column C (Security code): this was a number"),
        ("Numbers", b"020 7946 0101", "Numbers, row 2, column B (Number): 0420.0 was a number"),
    ],
)
def test_digits_that_a_spreadsheet_saved_with_a_decimal_point_are_named(
    sheet: str, digits: bytes, place: str
) -> None:
    files = csv_files()
    name = f"acme.{sheet}.csv"
    files[name] = files[name].replace(digits, b"0420.0", 1)
    said = fault(read(files))
    assert said.startswith(place)
    assert "leading zeros may be lost; format the cell as text" in said


@pytest.mark.parametrize("given", ["acme.Hours.csv", "acme.Service level.csv"])
def test_any_one_file_stands_for_all_that_are_named_alike(tmp_path: Path, given: str) -> None:
    for name, data in {**csv_files(), "other.Hours.csv": b"Days\n"}.items():
        (tmp_path / name).write_bytes(data)
    (sent,) = sent_files([tmp_path / given])
    assert sent.name == "acme.*.csv"
    assert {part.name for part in sent.parts} == set(csv_files())
    assert read_sent(sent, TODAY).statement is not None


def test_files_that_are_named_alike_are_one_return(tmp_path: Path) -> None:
    for name, data in (csv_files() | csv_files(name="b.north")).items():
        (tmp_path / name).write_bytes(data)
    workbook = tmp_path / "c.xlsx"
    workbook.write_bytes(a_return().getvalue())
    found = sent_files([workbook, *sorted(tmp_path.glob("*.csv"))])
    assert [sent.name for sent in found] == ["c.xlsx", "acme.*.csv", "b.north.*.csv"]


def test_a_file_that_went_away_is_a_fault(tmp_path: Path) -> None:
    for sent in sent_files([tmp_path / "gone.zip", tmp_path / "gone.Hours.csv"]):
        assert "can't be read" in fault(read_sent(sent, TODAY))


def test_a_sheet_that_is_missing_is_named(tmp_path: Path) -> None:
    files = csv_files()
    del files[HOURS]
    assert fault(read(files)) == "Hours: this sheet is missing; add a sheet called Hours"


def test_sheets_are_found_whatever_their_case_and_signs() -> None:
    files = {f"x.{name[5:-4].upper().replace(' ', '_')}.CSV": d for name, d in csv_files().items()}
    reading = read(files)
    assert reading.statement is not None
    assert str(reading.notes[0]) == "CENTRE: read as Centre"


def test_faults_name_sheet_row_and_column() -> None:
    files = csv_files() | {HOURS: b"Days,Opens,Closes\r\n\r\nFunday,09:00,17:00\r\n"}
    assert fault(read(files)).startswith("Hours, row 3, column A (Days): Funday")


@pytest.mark.parametrize("cell", ['="0420"', "=0420", " =A1"])
def test_a_formula_is_no_value(cell: str) -> None:
    quoted = cell.replace('"', '""')
    rows = f'Days,Opens,Closes\nMon,"{quoted}",10:00\n'.encode()
    assert "Hours, row 2, column B: this cell holds a formula" in fault(
        read(csv_files() | {HOURS: rows})
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("Days,Opens\nSaturday é,1".encode("cp1252"), "Hours: it is not in UTF-8, as line 2"),
        ("Days,Opens".encode("utf-16"), "Hours: it is Unicode text but not UTF-8; save it as CSV"),
        (b"Days,Opens\0", "Hours: it is no text"),
        (b'Days,"Opens\n', "Hours: its quotation marks can't be made sense of after row 0"),
        (b"Days," + b"x," * 100, "Hours: it has more than 100 columns"),
        (b"Mon,1,2\n" * (MOST_ROWS + 1), "Hours: it has more than 5,000 rows"),
        (b"Mon,09:00,10:00\n" * 100_000, "Hours: it has more than 5,000 rows"),
        (b"x" * MOST_BYTES, "larger than 2 MB together"),
        (b"x" * (MOST_BYTES + 1), "larger than 2 MB"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(data: bytes, said: str) -> None:
    assert said in fault(read(csv_files() | {HOURS: data}))


def test_an_empty_file_is_a_sheet_without_headings() -> None:
    said = [str(each) for each in read(csv_files() | {HOURS: b""}).faults]
    assert said[0].startswith("Hours, row 1: the column Days is missing")


def test_a_zip_of_two_returns_is_refused() -> None:
    said = fault(read_zip(csv_files() | csv_files(name="b")))
    assert said.startswith("The files are of 2 returns (acme, b)")


def test_folders_and_what_some_systems_add_are_passed_over() -> None:
    files = {f"acme/{name}": data for name, data in csv_files().items()}
    more = {"acme/": b"", "__MACOSX/acme/._acme.Hours.csv": b"\0", "acme/.DS_Store": b"\0"}
    assert read_zip(files | more).statement is not None


def test_a_zip_that_holds_something_else_is_refused() -> None:
    assert "holds notes.txt, which is no CSV file" in fault(
        read_zip(csv_files() | {"notes.txt": b"x"})
    )


def test_a_zip_without_csv_is_no_workbook() -> None:
    assert "no Excel workbook" in fault(read_zip({"notes.txt": b"x"}))


def test_a_zip_that_unpacks_to_far_more_is_not_unpacked() -> None:
    assert "unpacks to far more" in fault(read_zip({HOURS: b"x," * 9_000_000}))


def test_a_zip_that_lies_about_its_sizes_is_damaged() -> None:
    data = bytearray(zipped(csv_files()))
    for entry in zipfile.ZipFile(BytesIO(data)).infolist():
        at = data.index(entry.filename.encode(), entry.header_offset + 31)  # the central entry
        data[at - 22 : at - 18] = (3).to_bytes(4, "little")  # its size when unpacked
    assert (
        "the zip is damaged"
        in fault(read_sent(sent_parts([("a.zip", bytes(data))]), TODAY)).lower()
    )


def test_a_zip_under_a_password_is_refused() -> None:
    data = bytearray(zipped(csv_files()))
    for entry in zipfile.ZipFile(BytesIO(data)).infolist():
        at = data.index(entry.filename.encode(), entry.header_offset + 31)
        data[at - 38] |= 1
    assert "locked by a password" in fault(read_sent(sent_parts([("a.zip", bytes(data))]), TODAY))


def test_two_workbooks_are_not_one_return() -> None:
    with pytest.raises(FileRefused, match="more than one file was sent"):
        sent_parts([("a.xlsx", b""), ("b.xlsx", b"")])


def test_too_many_files_are_refused() -> None:
    sent = Sent("a.*.csv", tuple(Part(f"a.{n}.csv", b"") for n in range(201)))
    assert "More than 200 files" in fault(read_sent(sent, TODAY))


def test_a_name_may_hold_dots_and_a_sheet_may_stand_alone() -> None:
    assert name_and_sheet("acme.north.Hours.csv") == ("acme.north", "Hours")
    assert name_and_sheet("Hours.CSV") == ("", "Hours")


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=30)


@given(st.lists(TEXTS, min_size=1, max_size=5), st.sampled_from(",;"))
def test_every_text_that_is_no_formula_is_read_back_to_the_letter(
    row: list[str], delimiter: str
) -> None:
    text = StringIO()
    csv.writer(text, delimiter=delimiter).writerows([["Days", "Opens"], row])
    (sheet,) = open_csv([("a.Hours.csv", text.getvalue().encode())])
    wanted = {n: each for n, each in enumerate(row, 1) if each.strip()}
    found = {n: cell.value for n, cell in sheet.rows.get(2, {}).items()}
    assert {n: v for n, v in found.items() if isinstance(v, str)} == {
        n: each for n, each in wanted.items() if not each.lstrip().startswith("=")
    }
    assert set(found) == set(wanted)

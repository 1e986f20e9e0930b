"""Builds the workbook of a return: sane as it stands, and changed cell by cell."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

from openpyxl import Workbook

TODAY = date(2026, 11, 25)
"""A day on which the workbook as it stands has neither faults nor notes."""

BEGUN, LAPSES = datetime(2026, 9, 1), datetime(2027, 8, 28)

SHEETS: Mapping[str, tuple[tuple[object, ...], ...]] = {
    "Centre": (
        ("Provider", "Penzance Software Ltd"),
        ("Centre", "Penzance service desk"),
        ("Kind", "external"),
        ("Time zone", "Europe/London"),
        ("Country", "GB"),
        ("Contact e-mail", "liaison@penzance.example"),
        ("Accredited from", datetime(2026, 1, 1)),
        ("Accredited until", datetime(2028, 12, 31)),
        ("Staff notice given on", BEGUN),
        ("Calls may be recorded", "yes"),
    ),
    "Numbers": (
        ("Label", "Number", "Menu keys", "Valid from", "Valid until"),
        ("Main line", "020 7946 0101", "ww2w1", BEGUN, None),
        ("Out of hours", "01632 960101", None, None, None),
    ),
    "Identities": (
        ("Name", "Account", "Security code", "Kind of code", "Valid from", "Valid until"),
        ("Ash Trelawney", "400101", "0420", "PIN", BEGUN, LAPSES),
        ("Ash Trelawney", "400102", "Harbour Wall7", "password", None, None),
        ("Bryn Nance", "400103", "TX/00417/A", "contract number", BEGUN, LAPSES),
    ),
    "Hours": (
        ("Days", "Opens", "Closes"),
        ("Mon-Fri", "08:00", "18:00"),
        ("Sat", "09:00", "13:00"),
    ),
    "Closures": (
        ("From", "Until", "Reason"),
        (datetime(2026, 12, 24), datetime(2026, 12, 27), "Christmas"),
        (datetime(2027, 1, 1), None, None),
    ),
    "Service level": (
        ("Item", "Declared"),
        ("Products and services", "Ledger suite v3"),
        ("Level", "First and second line"),
        ("Answer within (seconds)", 30),
        ("Answered within that time (%)", 80),
        ("Escalation within (minutes)", 60),
        ("Calibre of staff", "Twelve months on the product"),
        ("Audience", "All licensed users"),
        ("Exclusions", "None"),
    ),
}


@dataclass(frozen=True, slots=True)
class Formatted:
    """A value with the number format of its cell."""

    value: object
    number_format: str


def a_book(
    changes: Mapping[str, object] | None = None, *, without: Collection[str] = ()
) -> Workbook:
    """A return as an open workbook.

    ``changes`` are values by places such as "Hours!B2", None to empty a cell; a sheet that isn't
    there is made. ``without`` names sheets to leave out.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in SHEETS.items():
        if name not in without:
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
    for place, value in (changes or {}).items():
        name, _, coordinate = place.partition("!")
        cell = (book[name] if name in book.sheetnames else book.create_sheet(name))[coordinate]
        cell.value = value.value if isinstance(value, Formatted) else value
        if isinstance(value, Formatted):
            cell.number_format = value.number_format
        elif isinstance(value, datetime):
            cell.number_format = "yyyy-mm-dd"
    return book


def a_return(
    changes: Mapping[str, object] | None = None, *, without: Collection[str] = ()
) -> BytesIO:
    """A return as the bytes of its file."""
    return saved(a_book(changes, without=without))


def saved(book: Workbook) -> BytesIO:
    """The bytes of a workbook's file, to be read from the start."""
    data = BytesIO()
    book.save(data)
    data.seek(0)
    return data


def write_return(
    path: Path, changes: Mapping[str, object] | None = None, *, without: Collection[str] = ()
) -> Path:
    """Write a return to a file."""
    path.write_bytes(a_return(changes, without=without).getvalue())
    return path

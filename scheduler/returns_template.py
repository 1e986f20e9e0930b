"""Writes workbooks that a return is made in: an empty one, an example, and what is on file.

What may have leading zeros is formatted as text, and no cell acts as a formula.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import xlsxwriter

from scheduler import returns_further as more
from scheduler import returns_sheets as sheets
from scheduler.centre import DAYS, ON_FILE, CodeKind, Kind, Reach
from scheduler.changes import Registered
from scheduler.codes import StatedIdentity
from scheduler.further import What
from scheduler.returns_on_file import HEADERS, ITEMS, Rows, filled

CHOICES: Mapping[str, tuple[str, ...]] = {
    sheets.KIND: tuple(Kind),
    sheets.RECORDED: ("yes", "no"),
    sheets.CODE_KIND: tuple(CodeKind),
    sheets.REACH: tuple(Reach),
    more.KEEPS: ("yes", "no"),
    more.OPEN_OR_SHUT: ("open", "shut"),
    more.PERMITTED: tuple(What),
}
HINTS: Mapping[str, str] = {
    sheets.ZONE: "As in Europe/London.",
    sheets.COUNTRY: "Two letters, as in GB.",
    sheets.NOTICE: "The day on which staff were told that unannounced calls may be made.",
    sheets.NUMBER: "With its country code, or in national form.",
    sheets.MENU_KEYS: "The keys that lead to a person. w waits half a second, W a second.",
    sheets.NAME: f"Whom the caller claims to be. {ON_FILE} leaves it as it is.",
    sheets.CODE: f"What the caller has to say. {ON_FILE} leaves it as it is.",
    sheets.OPEN_DAYS: "The days on which the span opens, as in Mon-Fri.",
    sheets.CLOSES: "Earlier than it opens: the next day. 24:00 is midnight.",
    sheets.UNTIL: "The last day. Empty: a single day.",
    sheets.VALID_FROM: "Empty: from now on.",
    sheets.VALID_UNTIL: "The last day. Empty: no end.",
    sheets.REACH: "From where the number can be reached. Empty: as it stands.",
    more.REGION: "As in ENG or SCT. Empty: the whole country.",
    more.WEEKS: "Of the telephone log behind the sheet Volume. Empty: no log.",
    more.CUSTODIAN: "Who set the identities up, outside the support team.",
    more.FIX: "Where the fix is published, or what it says.",
    more.BASIS: "On which legal basis, such as consent by contract.",
}
DATES = {
    *(sheets.ACCREDITED_FROM, sheets.ACCREDITED_UNTIL, sheets.NOTICE),
    *(sheets.VALID_FROM, sheets.VALID_UNTIL, sheets.FROM, sheets.UNTIL),
    *(more.DAY, *more.DECLARATIONS),
}
ROOM = 200  # rows below the heading that are formatted
NARROW, WIDE = 22, 60  # characters
_EXAMPLE_DAY = (*(0,) * 8, *(6, 11, 14, 12, 8, 9, 12, 11, 9, 5), *(0,) * 6)  # calls an hour
NO_TIME = datetime(2000, 1, 1)  # a file's own date is nobody's business


def template() -> bytes:
    """A workbook with every heading and no value."""
    return _workbook({name: [(item, None) for item in items] for name, items in ITEMS.items()})


def example(today: date) -> bytes:
    """A workbook filled for a centre that doesn't exist, without a fault on a day."""
    begun, ends = date(today.year, 1, 1), date(today.year + 2, 12, 31)
    winter = date(today.year, 12, 24)
    centre = (
        *("Example Software Ltd", "Example service desk", Kind.EXTERNAL, "Europe/London", "GB"),
        *("liaison@provider.example", begun, ends, today, "no"),
    )
    level = (
        *("Ledger suite, version 3 and later", "First and second line", 30, 80, 60),
        *("Twelve months on the product", "All licensed users", "Hardware of other makers"),
    )
    tables: Mapping[str, Rows] = {
        sheets.NUMBERS: (
            ("Main line", "020 7946 0123", "ww2w1", begun, None, Reach.PUBLIC),
            ("Out of hours", "01632 960123", None, None, None, None),
        ),
        sheets.IDENTITIES: (
            ("Robin Example", "400101", "0420", CodeKind.PIN, begun, ends),
            ("Sam Example", "400102", "Harbour Wall7", CodeKind.PASSWORD, None, None),
            ("Lee Example", "400103", "TX/00417/A", CodeKind.CONTRACT_NUMBER, None, ends),
        ),
        sheets.HOURS: (("Mon-Fri", "08:00", "18:00"), ("Sat", "22:00", "02:00")),
        sheets.CLOSURES: ((winter, winter + timedelta(days=3), "Christmas"),),
        more.HOLIDAYS: ((date(today.year, 12, 27), "open"),),
        more.VOLUME: [(day, *_EXAMPLE_DAY) for day in DAYS],
        more.PRODUCTS: (
            ("Ledger suite", "3.2", "A report prints no totals", "Article 1204 of the guide"),
        ),
        more.PERMISSIONS: ((What.RECORDING, "GB", "Consent in the contract of service"),),
    }
    custodian = ("Kim Example", "records@provider.example", today, today, today)
    further = ("yes", "ENG", 24, 12, "Our telephone system", *custodian)
    return _workbook(
        {
            sheets.CENTRE: list(zip(sheets.CENTRE_ITEMS, centre, strict=True)),
            sheets.SERVICE_LEVEL: list(zip(sheets.LEVEL_ITEMS, level, strict=True)),
            more.FURTHER: list(zip(more.FURTHER_ITEMS, further, strict=True)),
            **tables,
        }
    )


def on_file(
    provider: str, centre: str, registered: Registered, identities: Sequence[StatedIdentity]
) -> bytes:
    """What is on file of a centre, as a return; names and codes of identities aren't told."""
    return _workbook(filled(provider, centre, registered, identities))


def _workbook(values: Mapping[str, Rows]) -> bytes:
    """A workbook of every sheet; a table that ``values`` doesn't hold is empty."""
    data = BytesIO()
    book = xlsxwriter.Workbook(
        data, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"created": NO_TIME})
    for name in sheets.EVERY_SHEET:
        if name in HEADERS:
            _table(book, name, HEADERS[name], values.get(name, ()))
        else:
            headers = sheets.LEVEL_HEADING if name == sheets.SERVICE_LEVEL else ()
            _items(book, name, headers, values[name])
    book.close()
    return data.getvalue()


def _items(book: Any, name: str, headers: Sequence[str], rows: Rows) -> None:
    """A sheet of one thing a row, its name in column A."""
    page = book.add_worksheet(name)
    page.set_column(0, 0, NARROW + 8)
    page.set_column(1, 1, WIDE)
    head = book.add_format({"bold": True})
    for column, header in enumerate(headers):
        page.write_string(0, column, header, head)
    for row, (item, value) in enumerate(rows, start=1 if headers else 0):
        page.write_string(row, 0, item, head)
        _write(page, row, 1, value, _format(book, item))
        _guide(page, item, row, row, 1)


def _table(book: Any, name: str, headers: Sequence[str], rows: Rows) -> None:
    """A sheet of a heading and rows below it."""
    page = book.add_worksheet(name)
    page.freeze_panes(1, 0)
    head = book.add_format({"bold": True})
    formats = [_format(book, header) for header in headers]
    for column, header in enumerate(headers):
        page.set_column(column, column, NARROW)
        page.write_string(0, column, header, head)
        _guide(page, header, 1, max(ROOM, len(rows)), column)
    for row in range(1, max(ROOM, len(rows)) + 1):
        values = rows[row - 1] if row <= len(rows) else (None,) * len(headers)
        for column, value in enumerate(values):
            _write(page, row, column, value, formats[column])


def _format(book: Any, header: str) -> Any:
    form = "yyyy-mm-dd" if header in DATES else "@"
    return book.add_format({"num_format": form, "text_wrap": True, "valign": "top"})


def _write(page: Any, row: int, column: int, value: object, form: Any) -> None:
    if value is None or value == "":
        page.write_blank(row, column, None, form)
    elif isinstance(value, date):
        page.write_datetime(row, column, value, form)
    else:
        page.write_string(row, column, str(value), form)


def _guide(page: Any, header: str, first: int, last: int, column: int) -> None:
    """Say beside a cell what it asks for, and offer the words that it takes."""
    rule: dict[str, Any] = {"validate": "any"}
    if header in CHOICES:
        rule = {"validate": "list", "source": list(CHOICES[header]), "error_type": "warning"}
    if header in HINTS:
        rule |= {"input_title": header[:32], "input_message": HINTS[header]}
    if len(rule) > 1:
        page.data_validation(first, column, last, column, rule)

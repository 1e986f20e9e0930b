"""Writes workbooks that a return is made in: an empty one, an example, and what is on file.

What may have leading zeros is formatted as text, and no cell acts as a formula.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import xlsxwriter

from scheduler import returns_sheets as sheets
from scheduler.centre import MINUTES_A_DAY, ON_FILE, CodeKind, Kind, OpenSpan
from scheduler.changes import Registered
from scheduler.codes import StatedIdentity
from scheduler.returns_times import DAYS, clock

Rows = Sequence[Sequence[Any]]

HEADERS: Mapping[str, tuple[str, ...]] = {
    sheets.NUMBERS: (
        *(sheets.LABEL, sheets.NUMBER, sheets.MENU_KEYS),
        *(sheets.VALID_FROM, sheets.VALID_UNTIL),
    ),
    sheets.IDENTITIES: (
        *(sheets.NAME, sheets.ACCOUNT, sheets.CODE, sheets.CODE_KIND),
        *(sheets.VALID_FROM, sheets.VALID_UNTIL),
    ),
    sheets.HOURS: (sheets.OPEN_DAYS, sheets.OPENS, sheets.CLOSES),
    sheets.CLOSURES: (sheets.FROM, sheets.UNTIL, sheets.REASON),
}
CHOICES: Mapping[str, tuple[str, ...]] = {
    sheets.KIND: tuple(Kind),
    sheets.RECORDED: ("yes", "no"),
    sheets.CODE_KIND: tuple(CodeKind),
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
}
DATES = {
    *(sheets.ACCREDITED_FROM, sheets.ACCREDITED_UNTIL, sheets.NOTICE),
    *(sheets.VALID_FROM, sheets.VALID_UNTIL, sheets.FROM, sheets.UNTIL),
}
ROOM = 200  # rows below the heading that are formatted
NARROW, WIDE = 22, 60  # characters
NO_TIME = datetime(2000, 1, 1)  # a file's own date is nobody's business


def template() -> bytes:
    """A workbook with every heading and no value."""
    return _workbook(
        [(item, None) for item in sheets.CENTRE_ITEMS],
        dict.fromkeys(HEADERS, ()),
        [(item, None) for item in sheets.LEVEL_ITEMS],
    )


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
            ("Main line", "020 7946 0123", "ww2w1", begun, None),
            ("Out of hours", "01632 960123", None, None, None),
        ),
        sheets.IDENTITIES: (
            ("Robin Example", "400101", "0420", CodeKind.PIN, begun, ends),
            ("Sam Example", "400102", "Harbour Wall7", CodeKind.PASSWORD, None, None),
            ("Lee Example", "400103", "TX/00417/A", CodeKind.CONTRACT_NUMBER, None, ends),
        ),
        sheets.HOURS: (("Mon-Fri", "08:00", "18:00"), ("Sat", "22:00", "02:00")),
        sheets.CLOSURES: ((winter, winter + timedelta(days=3), "Christmas"),),
    }
    return _workbook(
        list(zip(sheets.CENTRE_ITEMS, centre, strict=True)),
        tables,
        list(zip(sheets.LEVEL_ITEMS, level, strict=True)),
    )


def on_file(
    provider: str, centre: str, registered: Registered, identities: Sequence[StatedIdentity]
) -> bytes:
    """What is on file of a centre, as a return; names and codes of identities aren't told."""
    single = registered.centre
    values = (
        *(provider, centre, single["kind"], single["zone"], single["country"]),
        *(single["contact_email"], single["accredited_from"], single["accredited_until"]),
        max(registered.notices, default=None),
        "yes" if single["recording_permitted"] else "no",
    )
    level = registered.level
    declared: Sequence[object] = [None] * len(sheets.LEVEL_ITEMS)
    if level is not None:
        declared = (
            *(level.products, level.level, level.answer_within, level.answered_percent),
            *(level.escalation_within, level.calibre, level.audience, level.exclusions),
        )
    tables: Mapping[str, Rows] = {
        sheets.NUMBERS: [
            (each.label, each.e164, each.menu_keys, each.valid_from, each.valid_until)
            for each in registered.numbers
        ],
        sheets.IDENTITIES: [
            (ON_FILE, each.account, ON_FILE, each.kind, each.valid_from, each.valid_until)
            for each in identities
        ],
        sheets.HOURS: _hours(registered.hours),
        sheets.CLOSURES: [
            (each.first, each.last, each.reason) for each in sorted(registered.closures)
        ],
    }
    return _workbook(
        list(zip(sheets.CENTRE_ITEMS, values, strict=True)),
        tables,
        list(zip(sheets.LEVEL_ITEMS, declared, strict=True)),
    )


def _hours(spans: Sequence[OpenSpan]) -> Rows:
    """The spans by their times, each with the days on which it opens."""
    days: dict[tuple[int, int], list[str]] = {}
    for span in sorted(spans):
        days.setdefault((span.opens, span.closes), []).append(DAYS[span.weekday])
    return [
        (", ".join(names), clock(opens), clock(closes - (closes > MINUTES_A_DAY) * MINUTES_A_DAY))
        for (opens, closes), names in days.items()
    ]


def _workbook(centre: Rows, tables: Mapping[str, Rows], level: Rows) -> bytes:
    data = BytesIO()
    book = xlsxwriter.Workbook(
        data, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"created": NO_TIME})
    _items(book, sheets.CENTRE, (), centre)
    for name, headers in HEADERS.items():
        _table(book, name, headers, tables[name])
    _items(book, sheets.SERVICE_LEVEL, ("Item", "Declared"), level)
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

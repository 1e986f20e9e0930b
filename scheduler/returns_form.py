"""Reads one form of the portal as a return: what it asks for as typed, the rest as it is on file.

A form's cells go through the readers of the sheets, so that a form and a workbook are understood
alike; a fault names the form's row (0 for an item) and the column or item.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Any

from scheduler import returns_further as more
from scheduler import returns_sheets as sheets
from scheduler.centre import DAYS, ON_FILE, CoverIdentity, Return, SecurityCode, ServiceLevel
from scheduler.changes import Registered
from scheduler.codes import StatedIdentity
from scheduler.returns import Reading
from scheduler.returns_cells import Cell
from scheduler.returns_file import Sheet
from scheduler.returns_findings import Findings, Place
from scheduler.returns_on_file import HEADERS, Rows
from scheduler.returns_tables import Row

MOST_ROWS = 300
_UNDECLARED = ServiceLevel("", "", 1, 1, 1, "", "", "")


@dataclass(frozen=True, slots=True)
class Part:
    """What one form asks for: some items of a sheet, a table, or both."""

    name: str
    sheet: str = ""
    items: tuple[str, ...] = ()
    table: str = ""

    @property
    def headers(self) -> tuple[str, ...]:
        """The columns of its table."""
        return HEADERS[self.table] if self.table else ()


PARTS = {
    part.name: part
    for part in (
        Part("contacts", sheets.CENTRE, sheets.CONTACT_ITEMS),
        Part("numbers", table=sheets.NUMBERS),
        Part("identities", table=sheets.IDENTITIES),
        Part("custodian", more.FURTHER, more.CUSTODY_ITEMS),
        Part("hours", table=sheets.HOURS),
        Part("closures", table=sheets.CLOSURES),
        Part("holidays", more.FURTHER, more.HOLIDAY_ITEMS, more.HOLIDAYS),
        Part("service-level", sheets.SERVICE_LEVEL, sheets.LEVEL_ITEMS),
        Part("volume", more.FURTHER, more.WORK_ITEMS, more.VOLUME),
        Part("products", table=more.PRODUCTS),
        Part("permissions", sheets.CENTRE, (sheets.RECORDED,), more.PERMISSIONS),
    )
}


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in a form: the value of each item, and the cells of each row of its table."""

    items: Mapping[str, str]
    rows: tuple[tuple[str, ...], ...]

    def as_bytes(self) -> bytes:
        """It as it is kept between preview and entry."""
        return json.dumps([dict(self.items), self.rows]).encode()

    def mark(self) -> str:
        """A short mark: other values have another."""
        return sha256(self.as_bytes()).hexdigest()[:16]


def typed_of(data: bytes) -> Typed:
    """What was kept."""
    items, rows = json.loads(data)
    return Typed(items, tuple(tuple(row) for row in rows))


def standing(part: Part, filled: Mapping[str, Rows]) -> Typed:
    """The form as its centre stands on the register; ``filled`` holds the rows of every sheet."""
    values: dict[str, Any] = {row[0]: row[1] for row in filled.get(part.sheet, ())}
    rows = filled[part.table] if part.table else ()
    return Typed(
        {item: _text(values[item]) for item in part.items},
        tuple(tuple(_text(value) for value in row) for row in rows),
    )


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def week_typed(text: str) -> tuple[tuple[str, ...], ...]:
    """The rows of the sheet Volume from lines of numbers, Monday first where no day is named."""
    rows: list[tuple[str, ...]] = []
    for line in text.splitlines():
        cells = [cell for cell in re.split(r"[,;\s]+", line.strip()) if cell]
        if cells and not cells[0][0].isalpha():
            cells.insert(0, DAYS[len(rows) % len(DAYS)])
        if cells:
            rows.append(tuple(cells))
    return tuple(rows)


def on_file(
    provider: str, centre: str, stands: Registered, identities: Sequence[StatedIdentity]
) -> Return:
    """A return that changes nothing."""
    return Return(
        provider=provider,
        centre=centre,
        notice_given_on=None,
        numbers=stands.numbers,
        identities=tuple(
            CoverIdentity(
                ON_FILE,
                each.account,
                SecurityCode(each.kind, ON_FILE),
                each.valid_from,
                each.valid_until,
            )
            for each in identities
        ),
        hours=stands.hours,
        closures=stands.closures,
        service_level=stands.level or _UNDECLARED,
        **stands.centre,  # type: ignore[arg-type]  # what holds one value, by its field
    )


def read_form(part: Part, typed: Typed, stands: Return, today: date) -> Reading:
    """The return that a form makes of a centre that stands so, or every fault of the form.

    A name or a code that is left empty stays as it is, where its account is on file.
    """
    findings = Findings()
    row = Row(
        findings,
        {item: Place(part.sheet, 0, "", item) for item in part.items},
        {item: Cell(text) for item, text in typed.items.items() if text and item in part.items},
    )
    sheet = None
    if part.table:
        accounts = {each.account for each in stands.identities}
        rows = typed.rows if part.table != sheets.IDENTITIES else _kept(typed.rows, accounts)
        sheet = _sheet(part, rows[:MOST_ROWS])
        if len(rows) > MOST_ROWS:
            findings.fault(Place(part.table), f"it has {len(rows)} rows", "send a workbook instead")
    if stands.service_level == _UNDECLARED and part.name != "service-level":
        findings.fault(Place(), "no service level is declared", "declare it first")
    statement = _stated(part, row, sheet, stands, today)
    if findings.faults:
        return Reading(part.name, None, tuple(findings.faults), tuple(findings.notes))
    return Reading(part.name, statement, (), tuple(findings.notes))


def _stated(part: Part, row: Row, sheet: Sheet | None, stands: Return, today: date) -> Return:
    found = row.findings
    match part.name:
        case "contacts":
            said = sheets.read_contacts(row)
            return replace(
                stands,
                kind=said.kind,
                zone=said.zone,
                country=said.country,
                contact_email=said.email,
            )
        case "numbers":
            numbers = sheets.read_numbers(sheet, found, today, stands.country)
            return replace(stands, numbers=numbers)
        case "identities":
            return replace(stands, identities=sheets.read_identities(sheet, found, today))
        case "hours":
            return replace(stands, hours=sheets.read_hours(sheet, found))
        case "closures":
            return replace(stands, closures=sheets.read_closures(sheet, found))
        case "service-level":
            return replace(stands, service_level=sheets.read_declared(row))
        case "permissions":
            return replace(
                stands,
                recording_permitted=sheets.read_recording(row),
                further=replace(stands.further, permissions=more.read_permissions(sheet, found)),
            )
        case "custodian":
            custodian = more.read_custodian(row, today, stands.contact_email)
            further = replace(stands.further, custodian=custodian)
        case "holidays":
            kept = more.read_holidays(row, sheet, found, stands.country)
            further = replace(stands.further, holidays=kept)
        case "volume":
            further = replace(stands.further, work=more.read_work(row, sheet, found))
        case _:
            further = replace(stands.further, products=more.read_products(sheet, found))
    return replace(stands, further=further)


def _kept(rows: Rows, accounts: set[str]) -> tuple[tuple[str, ...], ...]:
    """The rows of identities, with what is left empty of an account on file said to stay."""
    kept = []
    for name, account, code, *rest in rows:
        if account in accounts:
            name, code = name or ON_FILE, code or ON_FILE
        kept.append((name, account, code, *rest))
    return tuple(kept)


def _sheet(part: Part, rows: Rows) -> Sheet:
    cells = {
        number: {column: Cell(text) for column, text in enumerate(row, 1) if text}
        for number, row in enumerate((part.headers, *rows))
    }
    return Sheet(part.table, {number: row for number, row in cells.items() if row})

"""Reads a provider's return: a workbook becomes a statement, or every fault in it is named."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import BinaryIO

from scheduler.centre import (
    MINUTES_A_DAY,
    Closure,
    CodeKind,
    ContactNumber,
    CoverIdentity,
    Kind,
    OpenSpan,
    Return,
    SecurityCode,
    ServiceLevel,
)
from scheduler.contact_number import read_menu_keys, read_number
from scheduler.returns_cells import (
    GENERAL,
    Cell,
    read_count,
    read_country,
    read_digits,
    read_email,
    read_line,
    read_lines,
    read_password,
    read_word,
    read_yes_no,
    read_zone,
    shown,
)
from scheduler.returns_file import FileRefused, Sheet, open_workbook
from scheduler.returns_findings import Fault, Findings, Note, Place
from scheduler.returns_tables import Row, find_sheets, items, table
from scheduler.returns_times import DAYS, clock, read_date, read_days, read_time, told

CENTRE, NUMBERS, IDENTITIES = "Centre", "Numbers", "Identities"
HOURS, CLOSURES, SERVICE_LEVEL = "Hours", "Closures", "Service level"
SHEETS = (CENTRE, NUMBERS, IDENTITIES, HOURS, CLOSURES, SERVICE_LEVEL)

PROVIDER, KIND, ZONE, COUNTRY = "Provider", "Kind", "Time zone", "Country"
EMAIL = "Contact e-mail"
ACCREDITED_FROM, ACCREDITED_UNTIL = "Accredited from", "Accredited until"
NOTICE, RECORDED = "Staff notice given on", "Calls may be recorded"
CENTRE_ITEMS = (
    *(PROVIDER, CENTRE, KIND, ZONE, COUNTRY, EMAIL),
    *(ACCREDITED_FROM, ACCREDITED_UNTIL, NOTICE, RECORDED),
)

VALID_FROM, VALID_UNTIL = "Valid from", "Valid until"
LABEL, NUMBER, MENU_KEYS = "Label", "Number", "Menu keys"
NAME, ACCOUNT, CODE, CODE_KIND = "Name", "Account", "Security code", "Kind of code"
OPEN_DAYS, OPENS, CLOSES = "Days", "Opens", "Closes"
FROM, UNTIL, REASON = "From", "Until", "Reason"

PRODUCTS, LEVEL, CALIBRE = "Products and services", "Level", "Calibre of staff"
AUDIENCE, EXCLUSIONS = "Audience", "Exclusions"
ANSWER_WITHIN, ANSWERED = "Answer within (seconds)", "Answered within that time (%)"
ESCALATION = "Escalation within (minutes)"
COUNTS = {
    ANSWER_WITHIN: partial(read_count, unit="seconds", least=1, most=86_400),
    ANSWERED: partial(read_count, unit="%", least=1, most=100),
    ESCALATION: partial(read_count, unit="minutes", least=0, most=43_200),
}
LEVEL_ITEMS = (
    *(PRODUCTS, LEVEL, ANSWER_WITHIN, ANSWERED, ESCALATION),
    *(CALIBRE, AUDIENCE, EXCLUSIONS),
)

LONGEST_CLOSURE = 364  # days; a centre that is closed for a year is no centre
_DATED = "write it as 2026-09-01, or leave it empty"


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in one file; ``statement`` is None exactly when there are faults."""

    name: str
    statement: Return | None
    faults: tuple[Fault, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class _CentreSheet:
    """What the sheet Centre states."""

    provider: str
    centre: str
    kind: Kind
    zone: str
    country: str
    contact_email: str
    accredited_from: date
    accredited_until: date
    notice_given_on: date | None
    recording_permitted: bool


def read_workbook(source: Path | BinaryIO, name: str, today: date) -> Reading:
    """Read a return as of a day: its statement, or every fault of the file in one pass.

    ``name`` is what the file is called; the text of a fault or note repeats nothing of the sheet
    Identities. A file that can't be opened is a reading with one fault.
    """
    try:
        sheets = open_workbook(source)
    except FileRefused as refused:
        fault = Fault(refused.sheet, 0, "", refused.problem, refused.remedy)
        return Reading(name, None, (fault,), ())
    return read_sheets(sheets, name, today)


def read_sheets(sheets: Sequence[Sheet], name: str, today: date) -> Reading:
    """Read the sheets of a return, whatever kind of file held them."""
    findings = Findings()
    found = find_sheets(sheets, SHEETS, findings)
    blank = {sheet: found.get(sheet) for sheet in SHEETS}
    centre = _centre(blank[CENTRE], findings, today)
    statement = Return(
        provider=centre.provider,
        centre=centre.centre,
        kind=centre.kind,
        zone=centre.zone,
        country=centre.country,
        contact_email=centre.contact_email,
        accredited_from=centre.accredited_from,
        accredited_until=centre.accredited_until,
        notice_given_on=centre.notice_given_on,
        recording_permitted=centre.recording_permitted,
        numbers=_numbers(blank[NUMBERS], findings, today, centre.country),
        identities=_identities(blank[IDENTITIES], findings, today),
        hours=_hours(blank[HOURS], findings),
        closures=_closures(blank[CLOSURES], findings),
        service_level=_service_level(blank[SERVICE_LEVEL], findings),
    )
    return Reading(
        name,
        None if findings.faults else statement,
        tuple(sorted(findings.faults, key=_order)),
        tuple(sorted(findings.notes, key=_order)),
    )

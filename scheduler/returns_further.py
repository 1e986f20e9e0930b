"""The sheets that a return may have besides the six: what each states, and the rules between cells.

A return that has no such sheet, or an empty one, leaves what it is about as it stands.
"""

from collections.abc import Mapping
from datetime import date
from functools import partial

from scheduler.centre import DAYS
from scheduler.further import (
    Custodian,
    Declared,
    Further,
    HolidaysKept,
    Permission,
    Product,
    What,
    Work,
)
from scheduler.public_holidays import UnknownRegion, check_region
from scheduler.returns_cells import (
    read_count,
    read_country,
    read_email,
    read_line,
    read_lines,
    read_word,
    read_yes_no,
)
from scheduler.returns_file import Sheet
from scheduler.returns_findings import Findings, Place
from scheduler.returns_tables import Row, items, table
from scheduler.returns_times import read_date, read_days, told
from scheduler.volume import MOST_CALLS

FURTHER, HOLIDAYS, VOLUME = "Further", "Holidays", "Volume"
PRODUCTS, PERMISSIONS = "Products", "Permissions"
FURTHER_SHEETS = (FURTHER, HOLIDAYS, VOLUME, PRODUCTS, PERMISSIONS)

REGION, KEEPS = "Region", "Closed on public holidays"
ANALYSTS, WEEKS, SOURCE = "Number of analysts", "Log of calls (weeks)", "Log kept by"
CUSTODIAN, CUSTODIAN_EMAIL = "Custodian's name", "Custodian's e-mail"
UNMARKED, CONSENTED = "Declared: no mark or alert", "Declared: fictitious or consented"
UNCOUNTED = "Declared: not billed or counted"
DECLARATIONS = (UNMARKED, CONSENTED, UNCOUNTED)
HOLIDAY_ITEMS = (KEEPS, REGION)
WORK_ITEMS = (ANALYSTS, WEEKS, SOURCE)
CUSTODY_ITEMS = (CUSTODIAN, CUSTODIAN_EMAIL, *DECLARATIONS)
FURTHER_ITEMS = (*HOLIDAY_ITEMS, *WORK_ITEMS, *CUSTODY_ITEMS)

DAY, OPEN_OR_SHUT = "Day", "Open or shut"
WEEKDAY = "Weekday"
HOURS_OF_DAY = tuple(f"{hour:02}" for hour in range(24))
PRODUCT, VERSION, ENQUIRY, FIX = "Product", "Version", "Usual enquiry", "Published fix"
PERMITTED, IN_COUNTRY, BASIS = "Permitted", "Country", "Legal basis"

FURTHER_HEADERS: Mapping[str, tuple[str, ...]] = {
    HOLIDAYS: (DAY, OPEN_OR_SHUT),
    VOLUME: (WEEKDAY, *HOURS_OF_DAY),
    PRODUCTS: (PRODUCT, VERSION, ENQUIRY, FIX),
    PERMISSIONS: (PERMITTED, IN_COUNTRY, BASIS),
}


def read_further(
    sheets: Mapping[str, Sheet], findings: Findings, today: date, country: str, liaison: str
) -> Further:
    """What the sheets state beside the six; ``liaison`` is the support team's own address."""
    for name in (HOLIDAYS, VOLUME):
        if name in sheets and FURTHER not in sheets:
            findings.fault(Place(FURTHER), "this sheet is missing", f"add it, as {name} needs it")
    row = Row(findings, {}, {})
    if sheet := sheets.get(FURTHER):
        row, _ = items(sheet, FURTHER_ITEMS, findings)
    holidays = read_holidays(row, sheets.get(HOLIDAYS), findings, country)
    work = read_work(row, sheets.get(VOLUME), findings)
    return Further(
        read_products(sheets.get(PRODUCTS), findings) or None,
        read_permissions(sheets.get(PERMISSIONS), findings) or None,
        holidays if holidays.exceptions or row.states(HOLIDAY_ITEMS) else None,
        read_custodian(row, today, liaison),
        work if work.declared or row.states(WORK_ITEMS) else None,
    )


def read_holidays(row: Row, sheet: Sheet | None, findings: Findings, country: str) -> HolidaysKept:
    """Whether the centre keeps public holidays, where, and on which days it differs."""
    keeps = row.optional(KEEPS, read_yes_no) or False
    region = row.optional(REGION, partial(read_line, most=16)) or ""
    if country and (keeps or region):
        try:
            check_region(country, region)
        except UnknownRegion as error:
            problem, _, remedy = str(error).partition("; ")
            row.fault(REGION if region else KEEPS, problem, remedy.rstrip("."))
    exceptions: dict[date, bool] = {}
    days: dict[str, int] = {}
    for each in table(sheet, FURTHER_HEADERS[HOLIDAYS], findings) if sheet else ():
        day = each.needed(DAY, read_date, date.min)
        reader = partial(read_word, words=("open", "shut"), what="answer")
        is_open = each.needed(OPEN_OR_SHUT, reader, "open") == "open"
        each.unrepeated(DAY, "" if day == date.min else str(day), days, "the same day stands")
        exceptions[day] = is_open
    return HolidaysKept(region, keeps, tuple(sorted(exceptions.items())))


def read_custodian(row: Row, today: date, liaison: str) -> Custodian | None:
    """Who set up the identities, with the days of their declarations; None where nobody is named.

    The custodian stands outside the support team, so the address isn't its own.
    """
    if not row.states(CUSTODY_ITEMS):
        return None
    name = row.needed(CUSTODIAN, read_line, "")
    email = row.needed(CUSTODIAN_EMAIL, read_email, "")
    if email and email.casefold() == liaison.casefold():
        row.fault(
            CUSTODIAN_EMAIL,
            "that is the support team's own address",
            "write the address of somebody outside it",
        )
    declared = []
    for item in DECLARATIONS:
        day = row.optional(item, read_date)
        if day is not None and day > today:
            row.fault(item, f"{told(day)} is in the future", "write the day of the declaration")
        declared.append(day)
    return Custodian(name, email, *declared)


def read_work(row: Row, sheet: Sheet | None, findings: Findings) -> Work:
    """The ordinary calls, the log behind them, and the number of analysts."""
    analysts = row.optional(ANALYSTS, partial(read_count, unit="analysts", least=1, most=100_000))
    weeks = row.optional(WEEKS, partial(read_count, unit="weeks", least=1, most=520))
    source = row.optional(SOURCE, read_line) or ""
    calls: dict[int, tuple[int, ...]] = {}
    days: dict[str, int] = {}
    for each in table(sheet, FURTHER_HEADERS[VOLUME], findings) if sheet else ():
        named = each.needed(WEEKDAY, read_days, tuple[int, ...]())
        reader = partial(read_count, unit="calls", least=0, most=MOST_CALLS)
        counts = tuple(each.needed(hour, reader, 0) for hour in HOURS_OF_DAY)
        for day in named:
            each.unrepeated(WEEKDAY, DAYS[day], days, f"{DAYS[day]} stands")
            calls[day] = counts
    if not calls:
        return Work(None, analysts)
    assert sheet is not None
    missing = [DAYS[day] for day in range(7) if day not in calls]
    if missing:
        findings.fault(
            Place(VOLUME), f"{', '.join(missing)} is missing", "write all seven days, 0 for no call"
        )
    elif not any(map(any, calls.values())):
        findings.fault(Place(VOLUME), "no hour has a call", "leave the rows out instead")
    week = tuple(calls.get(day, (0,) * 24) for day in range(7))
    return Work(Declared(week, weeks, source), analysts)


def read_products(sheet: Sheet | None, findings: Findings) -> tuple[Product, ...]:
    """The products, each with its version once."""
    seen: dict[str, int] = {}
    products = []
    for row in table(sheet, FURTHER_HEADERS[PRODUCTS], findings) if sheet else ():
        name = row.needed(PRODUCT, read_line, "")
        version = row.optional(VERSION, partial(read_line, most=100)) or ""
        row.unrepeated(PRODUCT, f"{name} {version}".strip().casefold(), seen, "the same stands")
        enquiry, fix = row.optional(ENQUIRY, read_lines), row.optional(FIX, read_lines)
        products.append(Product(name, version, enquiry or "", fix or ""))
    return tuple(sorted(products))


def read_permissions(sheet: Sheet | None, findings: Findings) -> tuple[Permission, ...]:
    """What is permitted in which country, each once, on its legal basis."""
    seen: dict[str, int] = {}
    permissions = []
    for row in table(sheet, FURTHER_HEADERS[PERMISSIONS], findings) if sheet else ():
        reader = partial(read_word, words=tuple(What), what="permission")
        what = What(row.needed(PERMITTED, reader, "recording"))
        country = row.needed(IN_COUNTRY, read_country, "")
        basis = row.needed(BASIS, partial(read_line, most=500), "")
        same = f"{what} {country}" if country else ""
        row.unrepeated(IN_COUNTRY, same, seen, "the same permission stands")
        permissions.append(Permission(what, country, basis))
    return tuple(sorted(permissions))

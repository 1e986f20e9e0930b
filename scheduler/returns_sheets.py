"""The six sheets of every return: what each must state, and the rules between its cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from scheduler.centre import (
    DAYS,
    MINUTES_A_DAY,
    ON_FILE,
    Closure,
    CodeKind,
    ContactNumber,
    CoverIdentity,
    Kind,
    OpenSpan,
    Reach,
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
)
from scheduler.returns_file import Sheet
from scheduler.returns_findings import Findings
from scheduler.returns_further import FURTHER_SHEETS, read_further
from scheduler.returns_tables import Row, items, table
from scheduler.returns_times import clock, read_date, read_days, read_time, told

CENTRE, NUMBERS, IDENTITIES = "Centre", "Numbers", "Identities"
HOURS, CLOSURES, SERVICE_LEVEL = "Hours", "Closures", "Service level"
SHEETS = (CENTRE, NUMBERS, IDENTITIES, HOURS, CLOSURES, SERVICE_LEVEL)
EVERY_SHEET = (*SHEETS, *FURTHER_SHEETS)

PROVIDER, KIND, ZONE, COUNTRY = "Provider", "Kind", "Time zone", "Country"
EMAIL, NOTICE, RECORDED = "Contact e-mail", "Staff notice given on", "Calls may be recorded"
ACCREDITED_FROM, ACCREDITED_UNTIL = "Accredited from", "Accredited until"
CONTACT_ITEMS = (KIND, ZONE, COUNTRY, EMAIL)
CENTRE_ITEMS = (
    *(PROVIDER, CENTRE, KIND, ZONE, COUNTRY, EMAIL),
    *(ACCREDITED_FROM, ACCREDITED_UNTIL, NOTICE, RECORDED),
)

LABEL, NUMBER, MENU_KEYS, REACH = "Label", "Number", "Menu keys", "Reach"
NAME, ACCOUNT, CODE, CODE_KIND = "Name", "Account", "Security code", "Kind of code"
VALID_FROM, VALID_UNTIL = "Valid from", "Valid until"
OPEN_DAYS, OPENS, CLOSES = "Days", "Opens", "Closes"
FROM, UNTIL, REASON = "From", "Until", "Reason"

PRODUCTS, LEVEL, CALIBRE = "Products and services", "Level", "Calibre of staff"
AUDIENCE, EXCLUSIONS = "Audience", "Exclusions"
ANSWER_WITHIN, ANSWERED = "Answer within (seconds)", "Answered within that time (%)"
ESCALATION = "Escalation within (minutes)"
LEVEL_ITEMS = (
    *(PRODUCTS, LEVEL, ANSWER_WITHIN, ANSWERED, ESCALATION),
    *(CALIBRE, AUDIENCE, EXCLUSIONS),
)
LEVEL_HEADING = ("Item", "Declared")
_COUNTS = {
    ANSWER_WITHIN: partial(read_count, unit="seconds", least=1, most=86_400),
    ANSWERED: partial(read_count, unit="%", least=1, most=100),
    ESCALATION: partial(read_count, unit="minutes", least=0, most=43_200),
}

LONGEST_CLOSURE = 364  # days
_LABEL = partial(read_line, most=100)
_A_WEEK = 7 * MINUTES_A_DAY


def read_statement(sheets: Mapping[str, Sheet], findings: Findings, today: date) -> Return:
    """What the sheets state as of a day; worth nothing when faults were found."""
    row = Row(findings, {}, {})
    if sheet := sheets.get(CENTRE):
        row, _ = items(sheet, CENTRE_ITEMS, findings)
    contacts = read_contacts(row)
    begins = row.needed(ACCREDITED_FROM, read_date, date.min)
    ends = row.needed(ACCREDITED_UNTIL, read_date, date.max)
    _check_validity(row, ACCREDITED_UNTIL, begins, ends, today)
    return Return(
        provider=row.needed(PROVIDER, read_line, ""),
        centre=row.needed(CENTRE, read_line, ""),
        kind=contacts.kind,
        zone=contacts.zone,
        country=contacts.country,
        contact_email=contacts.email,
        accredited_from=begins,
        accredited_until=ends,
        notice_given_on=_notice(row, today),
        recording_permitted=read_recording(row),
        numbers=read_numbers(sheets.get(NUMBERS), findings, today, contacts.country),
        identities=read_identities(sheets.get(IDENTITIES), findings, today),
        hours=read_hours(sheets.get(HOURS), findings),
        closures=read_closures(sheets.get(CLOSURES), findings),
        service_level=read_service_level(sheets.get(SERVICE_LEVEL), findings),
        further=read_further(sheets, findings, today, contacts.country, contacts.email),
    )


@dataclass(frozen=True, slots=True)
class Contacts:
    """What sort of centre it is, where, and at which address its support team is written to."""

    kind: Kind
    zone: str
    country: str
    email: str


def read_contacts(row: Row) -> Contacts:
    """What the items of the sheet Centre say; "" after a fault."""
    kind = partial(read_word, words=tuple(Kind), what="kind")
    return Contacts(
        Kind(row.needed(KIND, kind, "internal")),
        row.needed(ZONE, read_zone, ""),
        row.needed(COUNTRY, read_country, ""),
        row.needed(EMAIL, read_email, ""),
    )


def _check_validity(
    row: Row, header: str, begins: date | None, ends: date | None, today: date
) -> None:
    """Find fault with a validity that ends before it begins, or that has ended already."""
    if ends is None:
        return
    if begins is not None and ends < begins:
        row.fault(
            header,
            f"{told(ends)} is before it begins, on {told(begins)}",
            "write a later date, or correct the first",
        )
    elif ends < today:
        row.fault(
            header,
            f"it ended on {told(ends)}",
            "write the date until which it is valid now, or leave the row out",
        )


def _validity(row: Row, today: date) -> tuple[date | None, date | None]:
    begins = row.optional(VALID_FROM, read_date)
    ends = row.optional(VALID_UNTIL, read_date)
    _check_validity(row, VALID_UNTIL, begins, ends, today)
    return begins, ends


def _notice(row: Row, today: date) -> date | None:
    given_on = row.optional(NOTICE, read_date)
    if NOTICE in row.places and NOTICE not in row.cells:
        row.note(NOTICE, "no notice has been given, so no call is made until there is one")
    if given_on is not None and given_on > today:
        row.fault(
            NOTICE,
            f"{told(given_on)} is in the future",
            "leave it empty until the notice has been given",
        )
    return given_on


def read_recording(row: Row) -> bool:
    if RECORDED in row.places and RECORDED not in row.cells:
        row.note(RECORDED, "read as no")
    return row.optional(RECORDED, read_yes_no) or False


def read_numbers(
    sheet: Sheet | None, findings: Findings, today: date, country: str
) -> tuple[ContactNumber, ...]:
    headers = (LABEL, NUMBER, MENU_KEYS, VALID_FROM, VALID_UNTIL)
    seen: dict[str, int] = {}
    numbers = []
    for row in table(sheet, headers, findings, optional=[REACH]) if sheet else ():
        label = row.needed(LABEL, _LABEL, "")
        e164 = row.needed(NUMBER, partial(_read_number, country=country), "")
        row.unrepeated(NUMBER, e164, seen, "the same number stands")
        keys = row.optional(MENU_KEYS, _read_menu_keys) or ""
        reach = row.optional(REACH, partial(read_word, words=tuple(Reach), what="reach"))
        known = None if reach is None else Reach(reach)
        numbers.append(ContactNumber(label, e164, keys, *_validity(row, today), known))
    return tuple(numbers)


def _read_number(cell: Cell, country: str) -> tuple[str, str]:
    """A number in E.164; "" for one in national form while the country isn't known."""
    text, note = read_digits(cell, "number")
    if not country and not text.startswith("+"):
        return "", ""
    number = read_number(text, country)
    return number.e164, "" if number.plain and not note else f"read as {number.e164}"


def _read_menu_keys(cell: Cell) -> tuple[str, str]:
    """The keys; a single digit may have been turned into a number, more may have lost zeros."""
    single = isinstance(cell.value, int) and cell.number_format == GENERAL and cell.value < 10
    text, _ = read_line(cell) if single else read_digits(cell, "keys")
    keys = read_menu_keys(text)
    return keys, "" if keys == cell.value else f"read as {keys}"


def read_identities(
    sheet: Sheet | None, findings: Findings, today: date
) -> tuple[CoverIdentity, ...]:
    headers = (NAME, ACCOUNT, CODE, CODE_KIND, VALID_FROM, VALID_UNTIL)
    accounts: dict[str, int] = {}
    codes: dict[str, int] = {}
    identities = []
    for row in table(sheet, headers, findings, quiet=True) if sheet else ():
        name = _or_on_file(row.needed(NAME, read_line, ""))
        account = row.needed(ACCOUNT, partial(read_digits, what="account"), "")
        row.unrepeated(ACCOUNT, account, accounts, "the same account stands")
        reader = partial(read_word, words=tuple(CodeKind), what="kind of code")
        kind = CodeKind(row.needed(CODE_KIND, reader, "password"))
        secret = partial(read_digits, what=kind) if kind != CodeKind.PASSWORD else read_password
        code = _or_on_file(row.needed(CODE, secret, ""))
        if code != ON_FILE:
            row.unrepeated(CODE, code, codes, "the same security code stands")
        identities.append(
            CoverIdentity(name, account, SecurityCode(kind, code), *_validity(row, today))
        )
    return tuple(identities)


def _or_on_file(text: str) -> str:
    return ON_FILE if text.casefold() == ON_FILE else text


def read_hours(sheet: Sheet | None, findings: Findings) -> tuple[OpenSpan, ...]:
    spans: list[OpenSpan] = []
    taken: dict[int, int] = {}  # the row of each minute of the week
    for row in table(sheet, (OPEN_DAYS, OPENS, CLOSES), findings) if sheet else ():
        days = row.needed(OPEN_DAYS, read_days, tuple[int, ...]())
        if _says_closed(row):
            row.note(OPENS, "read as not open on these days")
            continue
        opens = row.needed(OPENS, partial(read_time, closes=False), -1)
        closes = row.needed(CLOSES, partial(read_time, closes=True), -1)
        if opens < 0 or closes < 0:
            continue
        if opens == closes:
            row.fault(
                CLOSES,
                f"it closes when it opens, at {clock(opens)}",
                "write 00:00 and 24:00 for a whole day",
            )
            continue
        length = (closes - opens) % MINUTES_A_DAY or MINUTES_A_DAY
        for span in (OpenSpan(day, opens, opens + length) for day in days):
            minutes = _minutes_of_the_week(span)
            if other := next((taken[minute] for minute in minutes if minute in taken), 0):
                row.fault(
                    OPEN_DAYS,
                    f"the hours of {DAYS[span.weekday]} overlap those of row {other}",
                    "leave out what is stated twice",
                )
                break
            taken |= dict.fromkeys(minutes, row.places[OPEN_DAYS].row)
            spans.append(span)
    return tuple(sorted(spans))


def _says_closed(row: Row) -> bool:
    """Whether a row states that its days are closed, in one of its cells or in both."""
    said = [row.cells[header].value for header in (OPENS, CLOSES) if header in row.cells]
    return bool(said) and all(
        isinstance(value, str) and value.strip().casefold() == "closed" for value in said
    )


def _minutes_of_the_week(span: OpenSpan) -> list[int]:
    """The minutes of a span, where the week runs on from Sunday to Monday."""
    begins = span.weekday * MINUTES_A_DAY
    return [(begins + minute) % _A_WEEK for minute in range(span.opens, span.closes)]


def read_closures(sheet: Sheet | None, findings: Findings) -> tuple[Closure, ...]:
    closures = []
    rows = []
    for row in table(sheet, (FROM, UNTIL, REASON), findings) if sheet else ():
        first = row.needed(FROM, read_date, date.min)
        last = row.optional(UNTIL, read_date) or first
        reason = row.optional(REASON, read_line) or ""
        if last < first:
            row.fault(
                UNTIL,
                f"{told(last)} is before it begins, on {told(first)}",
                "write a later date, or leave it empty for a single day",
            )
        closures.append(Closure(first, last, reason))
        rows.append(row)
    _refuse_a_year(closures, rows)
    return tuple(closures)


def _refuse_a_year(closures: Sequence[Closure], rows: Sequence[Row]) -> None:
    """Name the closure with which a centre would be shut for a year, by itself or with others."""
    begins = until = date.min
    for closure, row in sorted(zip(closures, rows, strict=True), key=lambda each: each[0]):
        if closure.first == date.min:
            continue  # its fault is named already
        if closure.first.toordinal() > until.toordinal() + 1:
            begins = until = closure.first
        until = max(until, closure.last)
        if (until - begins).days >= LONGEST_CLOSURE:
            row.fault(
                UNTIL,
                "it lasts a year or longer"
                if closure.first == begins
                else f"with those before it the centre is shut from {told(begins)} for a year",
                "write the day on which it ends; a centre that has closed for good sends no return",
            )
            begins = until = closure.last


def read_service_level(sheet: Sheet | None, findings: Findings) -> ServiceLevel:
    row, again = Row(findings, {}, {}), tuple[Row, ...]()
    if sheet:
        row, again = items(sheet, LEVEL_ITEMS, findings, heading=LEVEL_HEADING)
    for repeated in again:
        for item in repeated.places:
            if item in _COUNTS:
                repeated.optional(item, _COUNTS[item])
    return read_declared(row)


def read_declared(row: Row) -> ServiceLevel:
    """What the items of the sheet Service level say; worth nothing after a fault."""
    return ServiceLevel(
        products=row.needed(PRODUCTS, read_lines, ""),
        level=row.needed(LEVEL, read_lines, ""),
        answer_within=row.needed(ANSWER_WITHIN, _COUNTS[ANSWER_WITHIN], 1),
        answered_percent=row.needed(ANSWERED, _COUNTS[ANSWERED], 1),
        escalation_within=row.needed(ESCALATION, _COUNTS[ESCALATION], 1),
        calibre=row.needed(CALIBRE, read_lines, ""),
        audience=row.needed(AUDIENCE, read_lines, ""),
        exclusions=row.needed(EXCLUSIONS, read_lines, ""),
    )

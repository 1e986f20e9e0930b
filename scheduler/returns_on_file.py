"""What stands on the register of a centre, laid out on the sheets of a return."""

from collections.abc import Mapping, Sequence
from typing import Any

from scheduler import returns_further as more
from scheduler import returns_sheets as sheets
from scheduler.centre import DAYS, MINUTES_A_DAY, ON_FILE, OpenSpan
from scheduler.changes import Registered
from scheduler.codes import StatedIdentity
from scheduler.further import Further, Work
from scheduler.returns_times import clock

Rows = Sequence[Sequence[Any]]

ITEMS: Mapping[str, tuple[str, ...]] = {
    sheets.CENTRE: sheets.CENTRE_ITEMS,
    sheets.SERVICE_LEVEL: sheets.LEVEL_ITEMS,
    more.FURTHER: more.FURTHER_ITEMS,
}
"""The sheets that state one thing a row, by its name."""
HEADERS: Mapping[str, tuple[str, ...]] = {
    sheets.NUMBERS: (
        *(sheets.LABEL, sheets.NUMBER, sheets.MENU_KEYS),
        *(sheets.VALID_FROM, sheets.VALID_UNTIL, sheets.REACH),
    ),
    sheets.IDENTITIES: (
        *(sheets.NAME, sheets.ACCOUNT, sheets.CODE, sheets.CODE_KIND),
        *(sheets.VALID_FROM, sheets.VALID_UNTIL),
    ),
    sheets.HOURS: (sheets.OPEN_DAYS, sheets.OPENS, sheets.CLOSES),
    sheets.CLOSURES: (sheets.FROM, sheets.UNTIL, sheets.REASON),
    **more.FURTHER_HEADERS,
}
"""The sheets that are tables, by their columns."""


def filled(
    provider: str, centre: str, registered: Registered, identities: Sequence[StatedIdentity]
) -> dict[str, Rows]:
    """The rows of every sheet, without headings; names and codes of identities aren't told.

    Of a sheet that states one thing a row, a row is its name and its value.
    """
    single = registered.centre
    about = (
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
    return {
        sheets.CENTRE: list(zip(sheets.CENTRE_ITEMS, about, strict=True)),
        sheets.NUMBERS: [
            (each.label, each.e164, each.menu_keys, each.valid_from, each.valid_until, each.reach)
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
        sheets.SERVICE_LEVEL: list(zip(sheets.LEVEL_ITEMS, declared, strict=True)),
        **_further(registered.further),
    }


def _hours(spans: Sequence[OpenSpan]) -> Rows:
    """The spans by their times, each with the days on which it opens."""
    days: dict[tuple[int, int], list[str]] = {}
    for span in sorted(spans):
        days.setdefault((span.opens, span.closes), []).append(DAYS[span.weekday])
    return [
        (", ".join(names), clock(opens), clock(closes - (closes > MINUTES_A_DAY) * MINUTES_A_DAY))
        for (opens, closes), names in days.items()
    ]


def _further(stands: Further) -> dict[str, Rows]:
    holidays, custodian, work = stands.holidays, stands.custodian, stands.work or Work()
    declared = work.declared
    values: list[object] = [None] * len(more.HOLIDAY_ITEMS)
    if holidays is not None:
        values = ["yes" if holidays.keeps else "no", holidays.region]
    values += [work.analysts, *((declared.weeks, declared.source) if declared else (None, None))]
    if custodian is None:
        values += [None] * len(more.CUSTODY_ITEMS)
    else:
        values += [custodian.name, custodian.email, custodian.unmarked_on]
        values += [custodian.consented_on, custodian.uncounted_on]
    return {
        more.FURTHER: list(zip(more.FURTHER_ITEMS, values, strict=True)),
        more.HOLIDAYS: [
            (day, "open" if is_open else "shut")
            for day, is_open in (holidays.exceptions if holidays else ())
        ],
        more.VOLUME: [
            (day, *calls)
            for day, calls in zip(DAYS, declared.volume if declared else (), strict=False)
        ],
        more.PRODUCTS: [
            (each.name, each.version, each.enquiry, each.fix) for each in stands.products or ()
        ],
        more.PERMISSIONS: [
            (each.what, each.country, each.basis) for each in stands.permissions or ()
        ],
    }

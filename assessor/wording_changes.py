"""How the changes that a return would make are written on a page."""

from datetime import date

from assessor.wording import day
from assessor.wording_supplies import (
    closure_in_words,
    further_in_words,
    hours_in_words,
    span_of_days,
)
from scheduler.centre import Closure, ContactNumber, Reach
from scheduler.changes import About, Became, Change, Value
from scheduler.contact_number import in_groups
from scheduler.further import Custodian, HolidaysKept, Permission, Product, Work

NAMES = {
    "kind": "Kind",
    "zone": "Time zone",
    "country": "Country",
    "contact_email": "Contact e-mail",
    "accredited_from": "Accredited from",
    "accredited_until": "Accredited until",
    "recording_permitted": "Calls may be recorded",
    "notice_given_on": "Notice to staff given on",
    "products": "Products and services",
    "level": "Level",
    "answer_within": "Answer within (seconds)",
    "answered_percent": "Answered within that time (%)",
    "escalation_within": "Escalation within (minutes)",
    "calibre": "Calibre of staff",
    "audience": "Audience",
    "exclusions": "Exclusions",
}
"""The fields of a return and of a service level, as their sheets call them."""

NOTHING = "nothing"
ENDS = "ends today"


def change_in_words(change: Change) -> tuple[str, str, str]:
    """What changes, how it stands now, and how it will."""
    match change.about:
        case About.IDENTITY:
            return f"Cover identity, account {change.item}", *_identity(change)
        case About.NUMBER:
            what = f"Contact number {in_groups(change.item)}"
        case About.HOURS:
            what = "Hours"
        case About.CLOSURE:
            what = "Closure"
        case About.PRODUCT | About.PERMISSION:
            what = f"{change.about.capitalize()}: {change.item}"
        case About.HOLIDAYS | About.CUSTODIAN | About.WORK:
            what = change.about.capitalize()
        case _:
            what = NAMES[change.item]
    after = ENDS if change.became is Became.ENDED else value_in_words(change.after)
    return what, value_in_words(change.before), after


def _identity(change: Change) -> tuple[str, str]:
    match change.became:
        case Became.BEGUN:
            return NOTHING, "begins, with its security code"
        case Became.ENDED:
            return "on file", ENDS
        case Became.CHANGED:
            return "on file", f"changes: {change.after}"


def value_in_words(value: Value) -> str:
    """One value as a person reads it."""
    match value:
        case None | "" | ():
            return NOTHING
        case bool():
            return "yes" if value else "no"
        case date():
            return day(value)
        case Closure():
            return closure_in_words(value)
        case ContactNumber():
            keys = f", menu {value.menu_keys}" if value.menu_keys else ""
            begins = value.valid_from or date.min
            reach = f", {value.reach}" if value.reach not in (None, Reach.PUBLIC) else ""
            days = span_of_days((begins, value.valid_until))
            return f"{value.label}{keys}{reach}, {days}"
        case Product() | Permission() | HolidaysKept() | Custodian() | Work():
            return further_in_words(value)
        case tuple():
            return hours_in_words(value)
        case _:
            return str(value)

"""How moments, months and numbers are written on pages."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from flask import Flask

from config.clock import Month
from scheduler.contact_number import in_groups

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
NONE = "\N{EN DASH}"
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def day(value: date) -> str:
    """A day as 13 January 2027."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def weekday(value: date) -> str:
    """A day as Wednesday 13 January."""
    return f"{DAYS[value.weekday()]} {value.day} {MONTHS[value.month - 1]}"


def month(value: Month | str) -> str:
    """A month as January 2027."""
    value = Month.parse(value) if isinstance(value, str) else value
    return f"{MONTHS[value.month - 1]} {value.year}"


def clock(value: datetime, zone: str) -> str:
    """A moment as 14:37 in a zone."""
    return value.astimezone(ZoneInfo(zone)).strftime("%H:%M")


def moment(value: datetime, zone: str) -> str:
    """A moment as 13 January 2027, 14:37 in a zone."""
    local = value.astimezone(ZoneInfo(zone))
    return f"{day(local.date())}, {local:%H:%M}"


def local_day(value: datetime, zone: str) -> str:
    """The day of a moment as Wednesday 13 January in a zone."""
    return weekday(value.astimezone(ZoneInfo(zone)).date())


def place(zone: str) -> str:
    """The town of a zone: Europe/London is London."""
    return zone.rpartition("/")[2].replace("_", " ")


def score(value: Decimal | None) -> str:
    """A score as it is shown; a dash where there is none."""
    return NONE if value is None else str(value)


def register(app: Flask) -> None:
    """Offer these as filters to the templates."""
    for filter_ in (day, weekday, month, clock, moment, local_day, place, score, in_groups):
        app.jinja_env.filters[filter_.__name__] = filter_

"""How it is said what a centre lacks and what lapses next, on pages and in letters."""

from calendar import month_name
from datetime import date

from scheduler.readiness import Need, Standing

NEEDS = {
    Need.STATUS: ("Provider's status", "its provider isn't accredited"),
    Need.ACCREDITATION: ("Accreditation", "not accredited"),
    Need.NOTICE: ("Notice to staff", "no notice to staff is in force"),
    Need.NUMBER: ("Contact numbers", "no contact number is valid"),
    Need.PROOF: ("Proving check", "no number is proved by a check"),
    Need.IDENTITY: ("Cover identities", "no cover identity with a security code is valid"),
    Need.HOURS: ("Hours", "no hours are stated"),
    Need.SERVICE_LEVEL: ("Service level", "no service level is declared"),
}
"""The name of each need, and what is said where it isn't met."""


def day(value: date) -> str:
    """A day as 13 January 2027.

    >>> day(date(2027, 1, 13))
    '13 January 2027'
    """
    return f"{value.day} {month_name[value.month]} {value.year}"


def why_missing(standing: Standing) -> str:
    """Why a need isn't met, with the days that are known."""
    why = standing.why or NEEDS[standing.need][1]
    if standing.begins is not None:
        return f"{why} (one begins on {day(standing.begins)})"
    if standing.last is not None:
        return f"{why} (lapsed on {day(standing.last)})"
    return why


def standing_in_words(standing: Standing) -> str:
    """How a need stands."""
    if not standing.met:
        return why_missing(standing)
    if standing.need is Need.STATUS:
        return "accredited"
    if standing.last is None:
        return "in force, no end"
    if standing.lapsing:
        return f"{days_left(standing.days_left or 0)}, until {day(standing.last)}"
    return f"in force until {day(standing.last)}"


def lapse_in_words(standing: Standing) -> str:
    """A need that ends soon, with its name."""
    return f"{NEEDS[standing.need][0].lower()}: {standing_in_words(standing)}"


def days_left(days: int) -> str:
    """How many days something is still in force; 0 is its last day."""
    if days == 0:
        return "last day today"
    return "1 day left" if days == 1 else f"{days} days left"

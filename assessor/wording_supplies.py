"""How what a provider supplies is written on pages: hours, closures, validity, what is missing."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby

from assessor.wording import DAYS, day
from scheduler.centre import MINUTES_A_DAY, Closure, OpenSpan
from scheduler.readiness import Need, Span, Standing, Validity, validity

NEEDS = {
    Need.ACCREDITATION: ("Accreditation", "not accredited"),
    Need.NOTICE: ("Notice to staff", "no notice to staff is in force"),
    Need.NUMBER: ("Contact numbers", "no contact number is valid"),
    Need.IDENTITY: ("Cover identities", "no cover identity with a security code is valid"),
    Need.HOURS: ("Hours", "no hours are stated"),
    Need.SERVICE_LEVEL: ("Service level", "no service level is declared"),
}
"""The name of each need, and what is said where it isn't met."""

CLOSED = "closed"


def span_in_words(span: OpenSpan) -> str:
    """A span as ``08:00 to 18:00``, ``22:00 to 06:00 the next day`` or ``all day``."""
    if (span.opens, span.closes) == (0, MINUTES_A_DAY):
        return "all day"
    if span.closes > MINUTES_A_DAY:
        return f"{_clock(span.opens)} to {_clock(span.closes - MINUTES_A_DAY)} the next day"
    return f"{_clock(span.opens)} to {_clock(span.closes)}"


def week_in_words(spans: Iterable[OpenSpan]) -> list[tuple[str, str]]:
    """The week from Monday, with the spans of its days or ``closed``.

    Days with equal hours that follow each other stand in one row.
    """
    in_order = sorted(spans)
    of_day = [
        (name, " and ".join(span_in_words(s) for s in in_order if s.weekday == number) or CLOSED)
        for number, name in enumerate(DAYS)
    ]
    rows = []
    for words, days in groupby(of_day, key=lambda row: row[1]):
        names = [name for name, _ in days]
        run = names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"
        rows.append(("Every day" if len(names) == len(DAYS) else run, words))
    return rows


def hours_in_words(spans: Iterable[OpenSpan]) -> str:
    """Weekly hours as one phrase, without the closed days; empty where nothing is open."""
    return "; ".join(f"{days} {hours}" for days, hours in week_in_words(spans) if hours != CLOSED)


def span_of_days(span: Span) -> str:
    """From when to when something is in force."""
    first, last = span
    if last is None:
        return f"from {day(first)}, no end"
    return day(first) if first == last else f"{day(first)} to {day(last)}"


def closure_in_words(closure: Closure) -> str:
    """A closure with its days and its reason."""
    days = span_of_days((closure.first, closure.last))
    return f"{days}: {closure.reason}" if closure.reason else days


def validity_in_words(span: Span, today: date) -> str:
    """How one dated thing stands, such as ``12 days left``."""
    match validity(span, today):
        case Validity.LATER:
            return "not yet in force"
        case Validity.LAPSED:
            return "lapsed"
        case Validity.LAPSING:
            assert span[1] is not None
            return _left((span[1] - today).days)
        case Validity.IN_FORCE:
            return "in force"


def why_missing(standing: Standing) -> str:
    """Why a need isn't met, with the days that are known."""
    why = NEEDS[standing.need][1]
    if standing.begins is not None:
        return f"{why} (one begins on {day(standing.begins)})"
    if standing.last is not None:
        return f"{why} (lapsed on {day(standing.last)})"
    return why


def standing_in_words(standing: Standing) -> str:
    """How a need stands."""
    if not standing.met:
        return why_missing(standing)
    if standing.last is None:
        return "in force, no end"
    if standing.lapsing:
        return f"{_left(standing.days_left or 0)}, until {day(standing.last)}"
    return f"in force until {day(standing.last)}"


def lapse_in_words(standing: Standing) -> str:
    """A need that ends soon, with its name."""
    return f"{NEEDS[standing.need][0].lower()}: {standing_in_words(standing)}"


def _left(days: int) -> str:
    if days == 0:
        return "last day today"
    return "1 day left" if days == 1 else f"{days} days left"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"

"""How what a provider supplies is written on pages: hours, closures, validity."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby

from assessor.wording import DAYS, day
from scheduler.centre import MINUTES_A_DAY, Closure, OpenSpan
from scheduler.readiness import Span, Validity, validity
from scheduler.readiness_words import days_left

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
            return days_left((span[1] - today).days)
        case Validity.IN_FORCE:
            return "in force"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"

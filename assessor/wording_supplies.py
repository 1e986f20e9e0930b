"""How what a provider supplies is written on pages: hours, closures, validity."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby

from assessor.wording import DAYS, day
from scheduler.centre import MINUTES_A_DAY, Closure, OpenSpan
from scheduler.further import Custodian, HolidaysKept, Permission, Product, Work
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


def further_in_words(value: Product | Permission | HolidaysKept | Custodian | Work) -> str:
    """What a provider supplies besides, as one phrase."""
    match value:
        case Product():
            about = f"{value.name} {value.version}".strip()
            asked = f": {value.enquiry}" if value.enquiry else ""
            return f"{about}{asked}" + (f" (fix: {value.fix})" if value.fix else "")
        case Permission():
            return value.basis
        case HolidaysKept():
            where = value.region or "the whole country"
            differs = "; ".join(f"{day(d)} {'open' if o else 'shut'}" for d, o in value.exceptions)
            kept = f"closed on those of {where}" if value.keeps else "not kept"
            return f"{kept}, but {differs}" if differs else kept
        case Custodian():
            days = (value.unmarked_on, value.consented_on, value.uncounted_on)
            declared = sum(each is not None for each in days)
            newest = max((each for each in days if each), default=None)
            since = f", the newest on {day(newest)}" if newest else ""
            return f"{value.name}, {value.email}; {declared} of 3 declarations{since}"
        case Work():
            return f"{_calls(value)}, {value.analysts or 'no number of'} analysts"


def _calls(value: Work) -> str:
    if value.declared is None:
        return "none declared"
    week = f"{sum(map(sum, value.declared.volume))} a week"
    if value.declared.weeks is None:
        return f"{week}, no log"
    kept = f" kept by {value.declared.source}" if value.declared.source else ""
    return f"{week} by a log of {value.declared.weeks} weeks{kept}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"

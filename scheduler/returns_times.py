"""Reads one cell of a return that tells a date, a time of day or days of the week.

Readers answer and refuse as those of returns_cells do.
"""

import re
from calendar import monthrange
from datetime import date, datetime, time, timedelta

from scheduler.centre import DAYS, MINUTES_A_DAY
from scheduler.contact_number import NotUnderstood
from scheduler.returns_cells import Cell, shown

_WHOLE_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
FIRST_YEAR, LAST_YEAR = 1990, 2100

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?")
_NUMERIC = re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})")
_ORDINAL = r"(\d{1,2})(?:st|nd|rd|th)?"
_DAY_FIRST = re.compile(
    rf"(?:[a-z]+,?\s+)?{_ORDINAL}(?:\s+of)?[\s-]+([a-z]+)\.?,?[\s-]+(\d{{4}})", re.IGNORECASE
)
_MONTH_FIRST = re.compile(rf"([a-z]+)\.?\s+{_ORDINAL},?\s+(\d{{4}})", re.IGNORECASE)

_TIME = re.compile(
    r"(\d{1,2})(?:\s*[:.h]\s*(\d{2})(?::00)?)?\s*(?:h|hrs|hours|o'clock)?\s*"
    r"(am|pm|a\.m\.|p\.m\.|noon|midnight)?",
    re.IGNORECASE,
)
_FOUR_DIGITS = re.compile(r"(\d{2})(\d{2})(?:\s*(?:h|hrs|hours))?", re.IGNORECASE)
_PLAIN_TIME = re.compile(r"\d{1,2}:\d{2}")
_NOON, _MIDNIGHT = {"noon", "midday", "12 noon"}, {"midnight", "12 midnight"}
_NO_TIME = "is no time of day"
_WRITE_TIME = "write it as 09:00"

_PLAIN_DAYS = re.compile(r"[A-Z][a-z]{2}(-[A-Z][a-z]{2})?(, ?[A-Z][a-z]{2}(-[A-Z][a-z]{2})?)*")
_TOGETHER = {
    "daily": range(7),
    "every day": range(7),
    "everyday": range(7),
    "weekdays": range(5),
    "weekday": range(5),
    "weekend": range(5, 7),
    "weekends": range(5, 7),
}


def told(day: date) -> str:
    """A date in words that nobody reads two ways."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def read_date(cell: Cell) -> tuple[date, str]:
    """A date: a date cell, ``2026-09-01``, ``01/09/2026`` (the day first) or in words."""
    value = cell.value
    if isinstance(value, datetime):
        day, note = value.date(), f"read as {told(value)}, its time left out"
        return _within(day, shown(value)), note if value.time() != time() else ""
    if not isinstance(value, str):
        raise NotUnderstood(shown(value), "is no date", "write it as 2026-09-01")
    text = " ".join(value.split())
    if found := _ISO.fullmatch(text):
        day = _date(text, int(found[1]), int(found[2]), int(found[3]))
        return day, "" if value == day.isoformat() else f"read as {told(day)}"
    if found := _NUMERIC.fullmatch(text):
        day = _date(text, int(found[3]), int(found[2]), int(found[1]))
        return day, f"read as {told(day)}, the day first"
    if found := _DAY_FIRST.fullmatch(text):
        day = _date(text, int(found[3]), _month(text, found[2]), int(found[1]))
        return day, f"read as {told(day)}"
    if found := _MONTH_FIRST.fullmatch(text):
        day = _date(text, int(found[3]), _month(text, found[1]), int(found[2]))
        return day, f"read as {told(day)}"
    raise NotUnderstood(shown(value), "is no date", "write it as 2026-09-01")


def _month(text: str, name: str) -> int:
    folded = name.lower().replace("sept", "sep")
    for number, month in enumerate(MONTHS, start=1):
        if len(folded) >= 3 and month.lower().replace("sept", "sep").startswith(folded):
            return number
    raise NotUnderstood(shown(text), "names no month", "write it as 2026-09-01")


def _date(text: str, year: int, month: int, day: int) -> date:
    if not 1 <= month <= 12:
        raise NotUnderstood(shown(text), "has no such month", "write it as 2026-09-01")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotUnderstood(shown(text), "is in no likely year", "check the year")
    last = monthrange(year, month)[1]
    if not 1 <= day <= last:
        raise NotUnderstood(
            shown(text),
            f"is no date, as {MONTHS[month - 1]} {year} has {last} days",
            "write a day of the calendar, as in 2026-09-01",
        )
    return date(year, month, day)


def _within(day: date, subject: str) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise NotUnderstood(subject, "is in no likely year", "check the year")
    return day


def read_time(cell: Cell, *, closes: bool) -> tuple[int, str]:
    """A time of day as minutes after midnight: 0 to 1439, and 1440 only where something closes."""
    value = cell.value
    if isinstance(value, time | timedelta | datetime):
        return _of_clock(value, closes), ""
    if isinstance(value, int) and not isinstance(value, bool):
        hour, minute = divmod(value, 100) if value >= 100 else (value, 0)
        minutes = _minutes(shown(value), hour, minute, "")
        return _closing(minutes, shown(value), closes), f"read as {clock(minutes)}"
    if not isinstance(value, str):
        raise NotUnderstood(shown(value), _NO_TIME, _WRITE_TIME)
    text = " ".join(value.split())
    folded = text.lower().removeprefix("at ")
    if folded in _NOON:
        minutes = 12 * 60
    elif folded in _MIDNIGHT:
        minutes = MINUTES_A_DAY if closes else 0
    elif found := _FOUR_DIGITS.fullmatch(folded):
        minutes = _minutes(text, int(found[1]), int(found[2]), "")
    elif found := _TIME.fullmatch(folded):
        half = (found[3] or "").replace(".", "")
        minutes = _minutes(text, int(found[1]), int(found[2] or 0), half)
    else:
        raise NotUnderstood(shown(value), _NO_TIME, _WRITE_TIME)
    note = "" if _PLAIN_TIME.fullmatch(value) else f"read as {clock(minutes)}"
    return _closing(minutes, shown(text), closes), note


def clock(minutes: int) -> str:
    """Minutes after midnight as the clock shows them, such as ``09:00`` or ``24:00``."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _minutes(text: str, hour: int, minute: int, half: str) -> int:
    """The minutes of an hour on the dial of 24, or of 12 with its half of the day."""
    if half in ("noon", "midnight"):
        right = hour == 12 and minute == 0
        hour = 12 if half == "noon" else 0
    elif half:
        right = 1 <= hour <= 12
        hour = hour % 12 + (12 if half == "pm" else 0)
    else:
        right = 0 <= hour < 24 or (hour, minute) == (24, 0)
    if not right or not 0 <= minute < 60:
        raise NotUnderstood(shown(text), _NO_TIME, _WRITE_TIME)
    return hour * 60 + minute


def _of_clock(value: time | timedelta | datetime, closes: bool) -> int:
    """The minutes of a cell that the spreadsheet holds as a time.

    24:00 is a whole day there, which a format of hours shows as the midnight of its first date.
    """
    if isinstance(value, datetime):
        if value.year > 1900 or value.time() != time():
            raise NotUnderstood(shown(value), "is a date, no time of day", _WRITE_TIME)
        length = _DAY
    elif isinstance(value, timedelta):
        length = value
    else:
        length = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second)
    minutes, rest = divmod(length + timedelta(milliseconds=500), _MINUTE)
    if not 0 <= minutes <= MINUTES_A_DAY or rest >= timedelta(seconds=1):
        raise NotUnderstood(shown(value), f"{_NO_TIME} in whole minutes", _WRITE_TIME)
    return _closing(minutes, shown(value), closes)


def _closing(minutes: int, subject: str, closes: bool) -> int:
    if minutes == MINUTES_A_DAY and not closes:
        raise NotUnderstood(subject, "ends a day and can't open one", "write 00:00")
    return minutes


def read_days(cell: Cell) -> tuple[tuple[int, ...], str]:
    """Days of the week, 0 (Monday) to 6: one, a range, or a list of both."""
    value = cell.value
    if not isinstance(value, str):
        raise NotUnderstood(shown(value), "names no day", "write it as Mon-Fri")
    folded = " ".join(value.lower().split())
    days: set[int] = set()
    for part in re.split(r"\s*(?:[,;&/+]|\band\b)\s*", folded):
        ends = re.split(r"\s*(?:[-\u2010-\u2015]|\bto\b)\s*", part)
        if part in _TOGETHER:
            days |= set(_TOGETHER[part])
        elif len(ends) == 1 and part:
            days.add(_weekday(value, part))
        elif len(ends) == 2:
            first, last = _weekday(value, ends[0]), _weekday(value, ends[1])
            days |= {(first + number) % 7 for number in range((last - first) % 7 + 1)}
        elif part:
            raise NotUnderstood(shown(value), "names no days", "write them as Mon-Fri or Sat, Sun")
    if not days:
        raise NotUnderstood(shown(value), "names no day", "write it as Mon-Fri")
    named = ", ".join(DAYS[day] for day in sorted(days))
    return tuple(sorted(days)), "" if _PLAIN_DAYS.fullmatch(value) else f"read as {named}"


def _weekday(value: str, name: str) -> int:
    word = name.strip(" .")
    for number, day in enumerate(_WHOLE_DAYS):
        if len(word) >= 2 and (day.startswith(word) or word in (f"{day}s", f"{day[:3]}s")):
            return number
    part = f" with “{shown(name)}”" if name != value.lower() else ""
    raise NotUnderstood(shown(value), f"names no day of the week{part}", "write it as Mon-Fri")

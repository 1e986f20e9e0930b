"""A rule as people write it: lines for hours and days, and the file that the commands read."""

import json
import re
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any

from scheduler.centre import DAYS
from scheduler.rule import MOST_CALLS, Rule, number, refusals
from scheduler.shape import Band, Shape, WeekHours

NAMES = ("months", "mean", "floor", "ceiling", "bands", "flat", "never", "shut", "capped")

_WEEK = {name.lower(): place for place, name in enumerate(DAYS)}
_LINE = re.compile(
    r"(?P<days>[a-z, -]+?)(?:\s+(?P<first>\d{1,2})(?::00)?\s*-\s*(?P<after>\d{1,2})(?::00)?)?"
)
_FACTOR = re.compile(r"(?P<hours>.+?)\s*[x\u00d7*]\s*(?P<factor>[\d.,/]{1,12})")
_DASHES = str.maketrans("\u2013\u2014", "--")


class NoRule(ValueError):
    """Words that say no rule; the text names them and what to write."""


def read_hours(line: str) -> WeekHours:
    """Read ``Mon-Fri 17-20``, ``Sat, Sun`` or ``daily 0-6``. Raises NoRule.

    >>> read_hours("Mon-Fri 17:00-20:00")
    WeekHours(weekdays=(0, 1, 2, 3, 4), first=17, after=20)
    """
    found = _LINE.fullmatch(line.strip().lower().translate(_DASHES))
    days = _weekdays(found["days"]) if found else None
    first, after = (int(found["first"] or 0), int(found["after"] or 24)) if found else (0, 0)
    if days is None or not 0 <= first < after <= 24:
        raise NoRule(f"“{line.strip()}” says no hours; write such as Mon-Fri 17-20, or Sat, Sun.")
    return WeekHours(days, first, after)


def read_band(line: str) -> Band:
    """Read ``Mon-Fri 17-20 x 2``. Raises NoRule.

    >>> read_band("Sat, Sun x 1.5").factor
    Fraction(3, 2)
    """
    found = _FACTOR.fullmatch(line.strip())
    try:
        factor = Fraction(found["factor"].replace(",", ".")) if found else None
    except (ValueError, ZeroDivisionError):
        factor = None
    if found is None or factor is None:
        raise NoRule(f"“{line.strip()}” says no band; write such as Mon-Fri 17-20 x 2.")
    return Band(read_hours(found["hours"]), factor)


def read_days(line: str) -> tuple[date, date]:
    """Read ``2027-12-24 to 2028-01-01``, or one day. Raises NoRule."""
    parts = line.strip().split(" to ")
    try:
        first, last = date.fromisoformat(parts[0].strip()), date.fromisoformat(parts[-1].strip())
    except ValueError:
        first, last = date.max, date.min
    if len(parts) > 2 or last < first:
        raise NoRule(f"“{line.strip()}” says no days; write such as 2027-12-24 to 2028-01-01.")
    return first, last


def hours_in_words(hours: WeekHours) -> str:
    """The line that ``read_hours`` reads.

    >>> hours_in_words(WeekHours((0, 1, 2, 6), 0, 24))
    'Mon-Wed, Sun'
    """
    runs: list[list[int]] = []
    for day in sorted(hours.weekdays):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    days = ", ".join(
        DAYS[run[0]] if len(run) == 1 else f"{DAYS[run[0]]}-{DAYS[run[-1]]}" for run in runs
    )
    return days if (hours.first, hours.after) == (0, 24) else f"{days} {hours.first}-{hours.after}"


def band_in_words(band: Band) -> str:
    """The line that ``read_band`` reads."""
    return f"{hours_in_words(band.hours)} x {_exact(band.factor)}"


def days_in_words(days: tuple[date, date]) -> str:
    """The line that ``read_days`` reads."""
    return days[0].isoformat() if days[0] == days[1] else f"{days[0]} to {days[1]}"


def rule_to_file(rule: Rule) -> dict[str, object]:
    """The object that ``rule_from_file`` reads; fractions that no decimal says are text."""
    shape = rule.shape
    return {
        "months": rule.months,
        "mean": _written(rule.mean),
        "floor": rule.floor,
        "ceiling": rule.ceiling,
        "bands": [band_in_words(band) for band in shape.bands],
        "flat": _written(shape.flat),
        "never": [hours_in_words(hours) for hours in shape.never],
        "shut": [days_in_words(days) for days in shape.shut],
        "capped": rule.capped,
    }


def rule_from_file(text: str) -> Rule:
    """Read a rule from JSON. Raises NoRule, also for a rule that nothing can be drawn by.

    >>> rule_from_file('{"months": 3, "mean": 21, "floor": 12}').mean
    Fraction(21, 1)
    """
    try:
        raw = json.loads(text, parse_float=Fraction)
    except (ValueError, RecursionError) as error:
        raise NoRule(f"it can't be read as JSON: {error}") from None
    if not isinstance(raw, dict) or not {"months", "mean"} <= set(raw) <= set(NAMES):
        raise NoRule(
            "it must hold an object of months and mean, and as needed of "
            f"{', '.join(NAMES[2:-1])} and {NAMES[-1]}, and no other name"
        )
    rule = Rule(
        months=_whole(raw, "months"),
        mean=_fraction(raw, "mean"),
        floor=_whole(raw, "floor") if "floor" in raw else 0,
        ceiling=None if raw.get("ceiling") is None else _whole(raw, "ceiling"),
        shape=Shape(
            bands=tuple(map(read_band, _lines(raw, "bands"))),
            flat=_fraction(raw, "flat") if "flat" in raw else Fraction(0),
            never=tuple(map(read_hours, _lines(raw, "never"))),
            shut=tuple(map(read_days, _lines(raw, "shut"))),
        ),
        capped=_told(raw, "capped"),
    )
    if reasons := refusals(rule):
        raise NoRule(" ".join(reasons))
    if rule.mean > MOST_CALLS:
        raise NoRule(f"The mean can't be over {MOST_CALLS} calls a period.")
    return rule


def _weekdays(text: str) -> tuple[int, ...] | None:
    if text.strip() in ("daily", "every day"):
        return tuple(range(7))
    days: set[int] = set()
    for part in text.split(","):
        names = [name.strip()[:3] for name in part.split("-")]
        if len(names) > 2 or not all(name in _WEEK for name in names):
            return None
        first, last = _WEEK[names[0]], _WEEK[names[-1]]
        days.update((first + n) % 7 for n in range((last - first) % 7 + 1))
    return tuple(sorted(days))


def _whole(raw: dict[str, Any], name: str) -> int:
    value = raw[name]
    if not isinstance(value, int) or isinstance(value, bool):
        raise NoRule(f"{name} must be a whole number")
    return value


def _fraction(raw: dict[str, Any], name: str) -> Fraction:
    try:
        if isinstance(raw[name], bool):
            raise TypeError
        return Fraction(raw[name])
    except (TypeError, ValueError, OverflowError, ZeroDivisionError):
        raise NoRule(f"{name} must be a number") from None


def _lines(raw: dict[str, Any], name: str) -> Iterable[str]:
    value = raw.get(name, [])
    if not isinstance(value, list) or not all(isinstance(line, str) for line in value):
        raise NoRule(f"{name} must be a list of lines")
    return value


def _told(raw: dict[str, Any], name: str) -> bool:
    value = raw.get(name, False)
    if not isinstance(value, bool):
        raise NoRule(f"{name} must be true or false")
    return value


def _exact(value: Fraction) -> str:
    """A number that reads back as the same."""
    return number(value) if Fraction(number(value)) == value else str(value)


def _written(value: Fraction) -> int | float | str:
    if value.denominator == 1:
        return int(value)
    return float(value) if Fraction(repr(float(value))) == value else str(value)

"""Reads one cell of a return: texts, codes, counts, and words out of a list.

Every reader takes a cell that isn't empty and answers its value with what has to be said about how
it was understood ("" when it was written plainly). It raises NotUnderstood otherwise.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from difflib import get_close_matches
from enum import Enum
from functools import lru_cache
from zoneinfo import available_timezones

from phonenumbers import SUPPORTED_REGIONS

from scheduler.contact_number import NotUnderstood


class Odd(Enum):
    """What a cell may hold instead of a value."""

    FORMULA = "a formula"
    ERROR = "an error of the spreadsheet"


Value = str | int | float | bool | datetime | time | timedelta | Odd

STRAY = "stray spaces are left out"
GENERAL = "General"

_EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_COUNT = re.compile(r"(-?\d{1,9})(?:\.0)?\s*([a-z%]*)\.?", re.IGNORECASE)
_KEEPS_ZEROS = re.compile(r"0{2,}(?:[ /()-]+0+)*")
_DAMAGED = re.compile(r"\d+\.0+|\d(?:[.,]\d+)?E\+\d+", re.IGNORECASE)
_UNSEEN = ("Cc", "Cf", "Cs")
_ALLOWED = "\t\r\n\u200c\u200d"  # line ends, and what joins letters in some scripts
_SAFE_DIGITS = 15  # a spreadsheet forgets the digits after these
_UNITS = {
    "seconds": {"s": 1, "sec": 1, "secs": 1, "second": 1, "seconds": 1}
    | {"m": 60, "min": 60, "mins": 60, "minute": 60, "minutes": 60},
    "minutes": {"m": 1, "min": 1, "mins": 1, "minute": 1, "minutes": 1}
    | {"h": 60, "hour": 60, "hours": 60},
    "%": {"%": 1, "percent": 1},
    "weeks": {"week": 1, "weeks": 1},
    "calls": {"call": 1, "calls": 1},
    "analysts": {"analyst": 1, "analysts": 1},
}
_COUNTRIES = {
    "uk": "GB",
    "united kingdom": "GB",
    "great britain": "GB",
    "usa": "US",
    "united states": "US",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A value and the number format that its cell shows it in."""

    value: Value
    number_format: str = GENERAL


def shown(value: Value) -> str:
    """A value as a fault quotes it: one short line, nothing that a terminal would act on."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, time):
        return value.isoformat("minutes")
    text = " ".join(str(value.value if isinstance(value, Odd) else value).split())
    text = "".join(character if character.isprintable() else "\ufffd" for character in text)
    return text if len(text) <= 60 else f"{text[:59]}…"


def nearest(text: str, known: Iterable[str]) -> str:
    """The known word that a misspelt one is near to, or ""."""
    by_folded = {word.casefold(): word for word in known}
    near = get_close_matches(text.casefold(), by_folded, n=1, cutoff=0.7)
    return by_folded[near[0]] if near else ""


def read_line(cell: Cell, most: int = 200) -> tuple[str, str]:
    """A text of one line with single spaces, at most so many characters."""
    text, note = _text(cell)
    line = " ".join(text.split())
    return _short(line, most), note or (STRAY if line != text else "")


def read_lines(cell: Cell, most: int = 2000) -> tuple[str, str]:
    """A text of any number of lines, at most so many characters."""
    text, note = _text(cell)
    return _short(text, most), note


def _text(cell: Cell) -> tuple[str, str]:
    value = cell.value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(int(value) if value == int(value) else value), "the number is read as text"
    if not isinstance(value, str):
        raise NotUnderstood(shown(value), "is no text", "format the cell as text and write it anew")
    text = unicodedata.normalize("NFC", value).replace("\xa0", " ")
    if any(unicodedata.category(mark) in _UNSEEN and mark not in _ALLOWED for mark in text):
        raise NotUnderstood(
            shown(value), "holds a character that can't be seen", "write it anew without it"
        )
    return text.strip(), STRAY if text != text.strip() else ""


def _short(text: str, most: int) -> str:
    if len(text) > most:
        raise NotUnderstood(
            shown(text), f"has {len(text)} characters", f"write at most {most} characters"
        )
    return text


def read_digits(cell: Cell, what: str) -> tuple[str, str]:
    """A text that a spreadsheet may have turned into a number: a PIN, an account, a telephone.

    A number is read when its cell's format keeps leading zeros, as "0000" does. Otherwise they may
    be lost, and nobody can tell: NotUnderstood, with ``what`` to be written anew.
    """
    value = cell.value
    remedy = f"format the cell as text and write the {what} anew with all its digits"
    if isinstance(value, int | float) and not isinstance(value, bool):
        if not (digits := _as_displayed(value, cell.number_format)):
            raise NotUnderstood(
                shown(value), "was turned into a number, so leading zeros may be lost", remedy
            )
        return digits, "the number is read as its cell shows it, with leading zeros"
    if not isinstance(value, str):
        raise NotUnderstood(shown(value), f"is no {what}", remedy)
    text, note = _text(cell)
    if any(character in "\t\r\n" for character in text):
        raise NotUnderstood(shown(value), "has more than one line", f"write the {what} on one")
    if _DAMAGED.fullmatch(text):
        raise NotUnderstood(shown(value), "was a number once, so leading zeros may be lost", remedy)
    return _short(text, 100), note


def _as_displayed(value: int | float, number_format: str) -> str:
    """The digits as a format of zeros and separators shows them; "" when it keeps no zeros."""
    form = re.sub(r'\\(.)|"([^"]*)"', r"\1\2", number_format.removesuffix(";@"))
    if not _KEEPS_ZEROS.fullmatch(form) or value < 0 or value != int(value):
        return ""
    digits = str(int(value)).zfill(form.count("0"))
    if len(digits) > _SAFE_DIGITS:
        return ""
    spare = len(digits) - form.count("0")
    left = iter(digits[spare:])
    return digits[:spare] + "".join(next(left) if mark == "0" else mark for mark in form)


def read_password(cell: Cell) -> tuple[str, str]:
    """A password, kept to the letter; unlike a PIN it may look like a decimal number."""
    if isinstance(cell.value, str) and _DAMAGED.fullmatch(cell.value.strip()):
        return _text(cell)
    return read_digits(cell, "password")


def read_count(cell: Cell, unit: str, least: int, most: int) -> tuple[int, str]:
    """A whole number of seconds, minutes or per cent, from ``least`` to ``most``."""
    value = cell.value
    remedy = f"write a whole number from {least} to {most}"
    count, note = None, ""
    if isinstance(value, str):
        found = _COUNT.fullmatch(value.strip())
        factor = _UNITS[unit].get(found[2].lower()) if found and found[2] else 1
        if found and factor:
            count = int(found[1]) * factor
            note = f"read as {count} {unit}" if value != found[1] else ""
    elif isinstance(value, int | float) and not isinstance(value, bool):
        if unit == "%" and "%" in cell.number_format:
            count, note = round(value * 100), f"read as {round(value * 100)} %"
        elif value == int(value):
            count = int(value)
    if count is None:
        raise NotUnderstood(shown(value), f"is no whole number of {unit}", remedy)
    if not least <= count <= most:
        problem = "is negative" if count < 0 else f"is not between {least} and {most}"
        raise NotUnderstood(shown(value), problem, remedy)
    return count, note


def read_word(cell: Cell, words: Iterable[str], what: str) -> tuple[str, str]:
    """One out of a list of words, its case and spaces aside."""
    words = tuple(words)
    text, _ = read_line(cell)
    for word in words:
        if word.casefold() == text.casefold():
            return word, "" if word == cell.value else f"read as {word}"
    near = nearest(text, words)
    remedy = (
        f"write {near}, if that is meant"
        if near
        else f"write {', '.join(words[:-1])} or {words[-1]}"
    )
    raise NotUnderstood(shown(text), f"is no {what}", remedy)


def read_yes_no(cell: Cell) -> tuple[bool, str]:
    """Yes or no."""
    if isinstance(cell.value, bool):
        return cell.value, f"read as {'yes' if cell.value else 'no'}"
    word, note = read_word(cell, ("yes", "no"), "answer")
    return word == "yes", note


def read_country(cell: Cell) -> tuple[str, str]:
    """A country as its two letters."""
    text, _ = read_line(cell)
    code = _COUNTRIES.get(text.casefold(), text.upper())
    if code not in SUPPORTED_REGIONS:
        raise NotUnderstood(shown(text), "is no country", "write its two letters, such as GB")
    return code, "" if code == cell.value else f"read as {code}"


def read_zone(cell: Cell) -> tuple[str, str]:
    """A time zone as its IANA name."""
    text, _ = read_line(cell)
    if text in (zones := _zones()):
        return text, "" if text == cell.value else f"read as {text}"
    folded = text.casefold().replace(" ", "_")
    for zone in zones:
        if zone.casefold() == folded:
            return zone, f"read as {zone}"
    near = nearest(folded, zones) or next(
        (zone for zone in zones if zone.casefold().endswith(f"/{folded}")), ""
    )
    remedy = f"write {near}, if that is meant" if near else "write it as Europe/London"
    raise NotUnderstood(shown(text), "is no time zone", remedy)


@lru_cache(maxsize=1)
def _zones() -> tuple[str, ...]:
    """Every zone that names a place, in order."""
    return ("UTC", *sorted(name for name in available_timezones() if "/" in name))


def read_email(cell: Cell) -> tuple[str, str]:
    """An e-mail address."""
    text, note = read_line(cell, 254)
    address = text.removeprefix("mailto:")
    if not _EMAIL.fullmatch(address):
        raise NotUnderstood(shown(text), "is no e-mail address", "write it as liaison@example.org")
    return address, note or (f"read as {address}" if address != text else "")

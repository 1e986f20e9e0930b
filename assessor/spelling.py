"""How a security code is said aloud, sign by sign, so that it can be heard only one way."""

import unicodedata
from itertools import groupby

LETTERS = (
    *("alfa", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliett"),
    *("kilo", "lima", "mike", "november", "oscar", "papa", "quebec", "romeo", "sierra", "tango"),
    *("uniform", "victor", "whiskey", "x-ray", "yankee", "zulu"),
)
DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
SIGNS = {
    "/": "slash",
    "\\": "backslash",
    "-": "dash",
    "_": "underscore",
    ".": "dot",
    ",": "comma",
    ":": "colon",
    ";": "semicolon",
    "!": "exclamation mark",
    "?": "question mark",
    " ": "space",
    "#": "hash",
    "*": "star",
    "+": "plus",
    "=": "equals",
    "&": "and sign",
    "@": "at sign",
    "'": "apostrophe",
    '"': "quotation mark",
    "%": "per cent",
    "$": "dollar",
    "£": "pound",
}
NAMES = {name[0]: name for name in LETTERS} | dict(zip("0123456789", DIGITS, strict=True)) | SIGNS


def aloud(code: str) -> str:
    """A code as it is read out: letters, digits and signs in groups, parted by commas.

    Capitals are called so only where the code has small letters too: in "SC/4" nobody can mean
    another "s".

    >>> aloud("SC/40B")
    'sierra charlie, slash, four zero, bravo'
    >>> aloud("Rk7")
    'capital romeo kilo, seven'
    """
    mixed = code != code.upper()
    groups = groupby(code, key=_group)
    return ", ".join(" ".join(_name(sign, mixed=mixed) for sign in signs) for _, signs in groups)


def _group(sign: str) -> str:
    if sign.isdigit():
        return "digit"
    return "letter" if sign.isalpha() else sign


def _name(sign: str, *, mixed: bool) -> str:
    small = sign.lower()
    name = NAMES.get(small) or unicodedata.name(small, "another sign").lower()
    return f"capital {name}" if mixed and sign != small else name

"""Languages by their ISO 639-1 codes: read from what somebody typed, and named in English."""

import re
from collections.abc import Iterable

_NAMES = """
ar Arabic, bg Bulgarian, ca Catalan, cs Czech, cy Welsh, da Danish, de German, el Greek,
en English, es Spanish, et Estonian, eu Basque, fa Persian, fi Finnish, fr French, ga Irish,
gd Scottish Gaelic, gl Galician, he Hebrew, hi Hindi, hr Croatian, hu Hungarian, is Icelandic,
it Italian, ja Japanese, ko Korean, lb Luxembourgish, lt Lithuanian, lv Latvian, mt Maltese,
nb Norwegian, nl Dutch, nn Nynorsk, no Norwegian, pl Polish, pt Portuguese, ro Romanian,
ru Russian, se Sami, sk Slovak, sl Slovene, sq Albanian, sr Serbian, sv Swedish, tr Turkish,
uk Ukrainian, ur Urdu, zh Chinese
"""
_NAME = dict(each.strip().split(" ", 1) for each in _NAMES.split(","))


class NoLanguage(ValueError):
    """Something that is no code of a language; the text says what to write."""


def read_languages(text: str) -> tuple[str, ...]:
    """Codes parted by commas or spaces, each once and in the order of the alphabet.

    >>> read_languages("no, EN")
    ('en', 'no')
    """
    codes = {code.lower() for code in re.split(r"[,;\s]+", text) if code}
    for code in sorted(codes):
        if not re.fullmatch("[a-z]{2}", code):
            raise NoLanguage(f"“{code}” is no code of a language. Write two letters, as en or no.")
    return tuple(sorted(codes))


def languages_in_words(codes: Iterable[str]) -> str:
    """The names of languages, joined by "or"; an unknown code stands for itself.

    >>> languages_in_words(("de", "fr", "xx"))
    'German or French or xx'
    """
    return " or ".join(_NAME.get(code, code) for code in codes)

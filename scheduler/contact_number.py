"""Reads what people write as a telephone number or as the keys through a menu."""

import re
from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberType, ValidationResult
from phonenumbers.shortnumberinfo import is_emergency_number

MOST_KEYS = 32
PAUSE = "ww"
"""The pause put between two steps that are told in words: a second."""

DRAMA = re.compile(
    r"\+441632960\d{3}"
    r"|\+442079460\d{3}"
    r"|\+441134960\d{3}"
    r"|\+448081570\d{3}"
    r"|\+447700900\d{3}"
    r"|\+449098790\d{3}"  # premium rate: nobody answers it, and no return may state it
    r"|\+1[2-9]\d{2}55501\d{2}"
)
"""The ranges reserved for drama by Ofcom and by the North American Numbering Plan, in E.164."""

_PLAIN = re.compile(r"\+?[0-9]+( [0-9]+)*")
_EXTENSION = re.compile(r"\d\s*[,;]?\s*(ext\w*|x|#)[\s.:]*\d+$", re.IGNORECASE)
_WRITTEN = "write it with its country's code, such as +44 20 7946 0123"

_KEYS = re.compile(r"[0-9A-D#*wW]*")
_STEP = re.compile(r"[0-9#*]+|[a-z]+|[,;>→]+|[^\s.]", re.IGNORECASE)
_NAMED_KEYS = {"star": "*", "asterisk": "*", "hash": "#", "pound": "#"} | {
    word: str(digit)
    for digit, word in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    )
}
_WAITS = {"wait", "pause"}
_FILLERS = {"press", "dial", "enter", "choose", "select", "key", "option", "for", "the"}
_JOINTS = {"then", "and"}


class NotUnderstood(ValueError):
    """What was written can't be accepted.

    ``subject`` is what was written, so that a caller may leave it out where it must stay quiet;
    ``problem`` goes on from it as a sentence does, and ``remedy`` says what to write instead.
    """

    def __init__(self, subject: str, problem: str, remedy: str) -> None:
        super().__init__(f"{subject} {problem}; {remedy}")
        self.subject = subject
        self.problem = problem
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Number:
    """A telephone number in E.164; ``plain`` when it was written as digits and single spaces."""

    e164: str
    plain: bool


def is_drama(e164: str) -> bool:
    """Whether a number is reserved for drama, so that dialling it for real is a mistake."""
    return DRAMA.fullmatch(e164) is not None


def in_groups(e164: str) -> str:
    """A number of E.164 as people read it out, with its country code.

    >>> in_groups("+441632960500")
    '+44 1632 960500'
    """
    shown = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(phonenumbers.parse(e164), shown)


def read_number(text: str, country: str) -> Number:
    """Read a number, one in national form by the country (ISO 3166-1 alpha-2).

    Accepts what is valid or reserved for drama. Raises NotUnderstood for premium rate, emergency
    numbers, a number of the wrong length, one with an extension, and what is no number.
    """
    shown = " ".join(text.split())
    if _EXTENSION.search(shown):
        raise NotUnderstood(shown, "ends in an extension", "write the extension as menu keys")
    if any(character.isalpha() for character in shown):
        raise NotUnderstood(shown, "is no telephone number", _WRITTEN)
    try:
        number = phonenumbers.parse(shown, country or None)
    except NumberParseException as error:
        raise NotUnderstood(shown, _unparsed(error), _WRITTEN) from error
    if is_emergency_number(phonenumbers.national_significant_number(number), _region(number)):
        raise NotUnderstood(
            shown, "is an emergency number, which is never called", "give the centre's own number"
        )
    if phonenumbers.number_type(number) == PhoneNumberType.PREMIUM_RATE:
        raise NotUnderstood(
            shown,
            "is a premium-rate number, which is never called",
            "give a number at an ordinary rate",
        )
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if not (is_drama(e164) or phonenumbers.is_valid_number(number)):
        raise NotUnderstood(shown, _invalid(number), _WRITTEN)
    return Number(e164, plain=_PLAIN.fullmatch(text) is not None)


def _unparsed(error: NumberParseException) -> str:
    if error.error_type == NumberParseException.INVALID_COUNTRY_CODE:
        return "begins with the code of no country"
    if error.error_type == NumberParseException.TOO_LONG:
        return "is too long for a telephone number"
    if error.error_type in (
        NumberParseException.TOO_SHORT_NSN,
        NumberParseException.TOO_SHORT_AFTER_IDD,
    ):
        return "is too short for a telephone number"
    return "is no telephone number"


def _invalid(number: PhoneNumber) -> str:
    length = phonenumbers.is_possible_number_for_type_with_reason(
        number, PhoneNumberType.FIXED_LINE_OR_MOBILE
    )
    if length in (ValidationResult.TOO_SHORT, ValidationResult.IS_POSSIBLE_LOCAL_ONLY):
        return "is too short for a telephone number"
    if length == ValidationResult.TOO_LONG:
        return "is too long for a telephone number"
    return f"is in no range that {_region(number)} has given out"


def _region(number: PhoneNumber) -> str:
    """The main country of the number's code; "001" for a code that belongs to none."""
    return phonenumbers.region_code_for_country_code(number.country_code or 0)


def read_menu_keys(text: str) -> str:
    """Read the keys that lead through a menu: ``0-9 A-D # * w W``, at most 32.

    ``w`` waits half a second, ``W`` a second. Words are understood too: "press 2, then 1" is
    ``2ww1``, with a second between two steps, and so is "wait". Raises NotUnderstood.
    """
    shown = " ".join(text.split())
    together = shown.replace(" ", "")
    keys = together if _KEYS.fullmatch(together) else _told_in_words(shown)
    if len(keys) > MOST_KEYS:
        raise NotUnderstood(
            shown, f"is {len(keys)} keys long", f"give at most {MOST_KEYS} keys, pauses included"
        )
    return keys


def _told_in_words(shown: str) -> str:
    keys = ""
    joined = True  # whether the next key stands directly after the last
    odd = []
    for written in _STEP.findall(shown):
        step = written.lower()
        if step in _WAITS:
            keys, joined = keys + PAUSE, True
        elif step in _JOINTS or step[0] in ",;>→":
            joined = False
        elif step in _NAMED_KEYS or step[0] in "0123456789#*":
            before = "" if joined or not keys else PAUSE
            keys, joined = keys + before + _NAMED_KEYS.get(step, step), False
        elif step not in _FILLERS:
            odd.append(f"“{written}”")
    if odd:
        raise NotUnderstood(
            shown,
            f"can't be keyed because of {' and '.join(dict.fromkeys(odd))}",
            "write the keys with w for each half second of waiting, such as 2ww1",
        )
    if not keys:
        raise NotUnderstood(
            shown, "names no key", "write the keys, such as 2ww1, or leave it empty"
        )
    return keys

"""Passwords: what is accepted, and that what is kept tells nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler import password
from scheduler.password import COMMON, LONGEST, SHORTEST, hashed, matches, why_not

EMAIL = "rowan.birch.of.leeds@institute.example"


@pytest.mark.parametrize(
    "chosen",
    [
        "quiet lamp by the harbour",
        "Tr4m-to-Holbeck",
        "Zwölf Boxkämpfer",
        "\N{KEY}\N{LOCK}" * 3 + "abcdef",
    ],
)
def test_what_nobody_guesses_is_accepted(chosen: str) -> None:
    assert why_not(chosen, EMAIL) == ""


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ("", "at least 12"),
        ("eleven sign", "at least 12"),
        ("ab " * 80, "at most 200"),
        (EMAIL, "no password"),
        (EMAIL.upper(), "no password"),
        (f"my {EMAIL} 1", "no password"),
        ("Rowan.Birch.Of.Leeds", "no password"),
        ("password1234", "Too many people"),
        ("Pass-Word 1234", "Too many people"),
        ("\N{FULLWIDTH LATIN SMALL LETTER P}assword1234", "Too many people"),
        ("aaaaaaaaaaaaaaaa", "Too many people"),
        ("abababababababab", "Too many people"),
    ],
)
def test_what_is_guessed_first_is_refused_with_the_remedy(chosen: str, said: str) -> None:
    assert said in why_not(chosen, EMAIL)


def test_everything_on_the_list_of_common_ones_is_long_enough_to_need_it() -> None:
    assert all(len(each) >= SHORTEST and each == each.casefold() for each in COMMON)


@given(st.text(max_size=LONGEST + 5))
def test_a_refusal_never_repeats_what_was_typed(chosen: str) -> None:
    reason = why_not(chosen, EMAIL)
    assert len(chosen) < SHORTEST or chosen not in reason


def test_a_kept_password_matches_itself_alone_however_its_letters_are_composed() -> None:
    kept = hashed("Zwo\u0308lf Boxka\u0308mpfer")
    assert matches(kept, "Zwölf Boxkämpfer")
    assert not matches(kept, "Zwolf Boxkampfer")
    assert "mpfer" not in kept
    assert kept.startswith("$argon2id$")


def test_where_no_password_is_kept_none_matches() -> None:
    assert not matches(None, "nobody has this password")
    assert not matches("no hash", "no hash")
    assert password.matches(password.NOBODY, "nobody has this password")

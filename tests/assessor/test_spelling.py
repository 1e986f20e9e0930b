"""A code is said so that it can be heard only one way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.spelling import aloud


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("0188", "zero one eight eight"),
        ("SC/40718/B", "sierra charlie, slash, four zero seven one eight, slash, bravo"),
        ("sun", "sierra uniform november"),
        ("Rk7-a", "capital romeo kilo, seven, dash, alfa"),
        ("a b", "alfa, space, bravo"),
        ("7ä", "seven, latin small letter a with diaeresis"),
    ],
)
def test_letters_digits_and_signs_are_named_in_groups(code: str, said: str) -> None:
    assert aloud(code) == said


SIGNS = st.sampled_from("abyzABYZ0179/-_.# ")


@given(st.text(SIGNS, max_size=8), st.text(SIGNS, max_size=8))
def test_two_codes_sound_alike_only_where_they_differ_in_case_alone(one: str, other: str) -> None:
    if aloud(one) == aloud(other):
        assert one.lower() == other.lower()

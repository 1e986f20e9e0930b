"""Telephone numbers as people write them, and the keys through a menu."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.contact_number import (
    MOST_KEYS,
    NotUnderstood,
    Number,
    is_drama,
    read_menu_keys,
    read_number,
)

DRAMA_RANGES = {  # the first number of each, and how many digits vary
    "+441632960000": 3,
    "+442079460000": 3,
    "+441134960000": 3,
    "+448081570000": 3,
    "+447700900000": 3,
    "+13125550100": 2,
}


@pytest.mark.parametrize(
    ("text", "country", "e164"),
    [
        ("020 7946 0123", "GB", "+442079460123"),
        ("0113 496 0672", "GB", "+441134960672"),
        ("0808 157 0850", "GB", "+448081570850"),
        ("312 555 0156", "US", "+13125550156"),
        ("+1 312 555 0156", "GB", "+13125550156"),
        ("+44 20 7946 0123", "US", "+442079460123"),
        ("+44 20 7946 0123", "", "+442079460123"),
    ],
)
def test_a_number_in_national_form_is_read_by_the_country(
    text: str, country: str, e164: str
) -> None:
    assert read_number(text, country) == Number(e164, plain=True)


def test_the_same_digits_are_another_number_in_another_country() -> None:
    assert read_number("0808 157 0850", "IN").e164 == "+918081570850"


@pytest.mark.parametrize("text", ["01632 960123", "07700 900123"])
def test_a_number_reserved_for_drama_is_accepted_though_it_is_not_valid(text: str) -> None:
    assert is_drama(read_number(text, "GB").e164)


@pytest.mark.parametrize(
    "text", [" (020) 7946-0 123 ", "+44 (0)20 7946 0123", "020-7946-0123", "020  7946 0123"]
)
def test_a_number_with_brackets_hyphens_or_stray_spaces_is_not_plain(text: str) -> None:
    assert read_number(text, "GB") == Number("+442079460123", plain=False)


@pytest.mark.parametrize(
    ("text", "country", "problem"),
    [
        ("0909 879 0123", "GB", "premium-rate"),
        ("900 555 0123", "US", "premium-rate"),
        ("999", "GB", "emergency"),
        ("112", "GB", "emergency"),
        ("+44 999", "US", "emergency"),
        ("911", "US", "emergency"),
        ("000", "AU", "emergency"),
        ("020 7946", "GB", "too short"),
        ("101", "GB", "too short"),
        ("5", "GB", "no telephone number"),
        ("555 0123", "US", "too short"),
        ("0113 496 0672 00000", "GB", "too long"),
        ("0113 496 0672 / 0113 496 0673", "GB", "too long"),
        ("0999 999 9999", "GB", "no range that GB has given out"),
        ("+999 123 4567", "GB", "code of no country"),
        ("020 7946 0123", "", "code of no country"),
        ("ask at the desk", "GB", "no telephone number"),
        ("1-800-FLOWERS", "US", "no telephone number"),
        ("+", "GB", "no telephone number"),
        ("", "GB", "no telephone number"),
        ("020 7946 0123 ext. 5", "GB", "extension"),
        ("020 7946 0123 x5", "GB", "extension"),
    ],
)
def test_a_number_that_can_not_be_called_is_refused_in_a_sentence(
    text: str, country: str, problem: str
) -> None:
    with pytest.raises(NotUnderstood, match=re.escape(problem)) as refused:
        read_number(text, country)
    assert refused.value.subject == text
    assert str(refused.value).startswith(text)
    assert refused.value.remedy


@given(st.sampled_from(sorted(DRAMA_RANGES)), st.data())
def test_every_number_reserved_for_drama_is_known_as_such(first: str, data: st.DataObject) -> None:
    digits = DRAMA_RANGES[first]
    number = f"+{int(first) + data.draw(st.integers(0, 10**digits - 1))}"
    assert is_drama(number)
    assert read_number(number, "GB").e164 == number


@pytest.mark.parametrize(
    "e164", ["+441632959999", "+442079461000", "+441134970000", "+13125550200", "+15550100"]
)
def test_a_number_beside_the_ranges_for_drama_is_not_one(e164: str) -> None:
    assert not is_drama(e164)


def test_the_premium_rate_numbers_of_drama_are_known_as_such() -> None:
    assert is_drama("+449098790123")


@given(st.text(alphabet="0123456789ABCD#*wW", max_size=MOST_KEYS))
def test_keys_are_read_as_they_stand(keys: str) -> None:
    assert read_menu_keys(keys) == keys


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("press 2, then 1", "2ww1"),
        ("Press 2 then # wait 3", "2ww#ww3"),
        ("one, two and star", "1ww2ww*"),
        ("option 12 > hash", "12ww#"),
        ("2 w 1", "2w1"),
        (" 2 ", "2"),
    ],
)
def test_words_are_understood_as_keys_with_a_second_between_two_steps(text: str, keys: str) -> None:
    assert read_menu_keys(text) == keys


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("2x#Q", "“x” and “Q”"),
        ("hold the line", "“hold” and “line”"),
        ("2;DROP", "“DROP”"),
        ("press", "names no key"),
        ("0" * 33, "33 keys long"),
    ],
)
def test_what_can_not_be_keyed_is_refused_in_a_sentence(text: str, problem: str) -> None:
    with pytest.raises(NotUnderstood, match=re.escape(problem)):
        read_menu_keys(text)


@given(st.text(max_size=60))
def test_any_text_is_keys_that_can_be_sent_or_refused(text: str) -> None:
    try:
        keys = read_menu_keys(text)
    except NotUnderstood:
        return
    assert re.fullmatch(r"[0-9A-D#*wW]{0,32}", keys)


@given(st.text(max_size=40), st.sampled_from(["GB", "US", "IN", ""]))
def test_any_text_is_a_number_in_e164_or_refused(text: str, country: str) -> None:
    try:
        number = read_number(text, country)
    except NotUnderstood:
        return
    assert re.fullmatch(r"\+[0-9]{5,15}", number.e164)

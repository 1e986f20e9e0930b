"""Prices: read exactly, and a wrong one is named."""

from fractions import Fraction

import pytest

from config.prices import Prices, read_prices
from config.settings import SettingsRefused, read_settings


def test_what_is_not_set_has_its_default() -> None:
    assert read_prices({}) == Prices()
    found = read_prices({"PRICE_A_MINUTE": "0.012", "CURRENCY": "€", "CALL_MINUTES": ""})
    assert found.a_minute == Fraction(3, 250)
    assert found.currency == "€"
    assert found.minutes_a_call == 8


@pytest.mark.parametrize("text", ["dear", "-1", "1/0", "99999", "0.0000000000000001"])
def test_a_price_that_is_none_is_named(text: str) -> None:
    with pytest.raises(SettingsRefused, match=r"PRICE_AN_HOUR is .*; write a number from 0 on"):
        read_settings({"PRICE_AN_HOUR": text})

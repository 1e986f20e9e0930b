"""The network's two limits, as the settings say them."""

import pytest

from config.limits import Limits, read_limits
from config.refused import SettingsRefused


def test_one_call_a_second_and_an_unknown_number_at_once_stand_by_default() -> None:
    assert read_limits({}) == Limits(1, None)
    told = {"TWILIO_CALLS_A_SECOND": "5", "TWILIO_CALLS_AT_ONCE": "20"}
    assert read_limits(told) == Limits(5, 20)


@pytest.mark.parametrize("name", ["TWILIO_CALLS_A_SECOND", "TWILIO_CALLS_AT_ONCE"])
@pytest.mark.parametrize("text", ["0", "1001", "-1", "1.5", "many"])
def test_a_limit_is_a_whole_number(name: str, text: str) -> None:
    with pytest.raises(SettingsRefused, match=f"{name} is"):
        read_limits({name: text})

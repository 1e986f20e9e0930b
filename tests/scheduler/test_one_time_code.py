"""One-time codes as the standard's own examples have them, and recovery codes."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.one_time_code import (
    RECOVERY_BYTES,
    SECONDS,
    address,
    recovery_code,
    recovery_key,
    secret,
    step,
)

STANDARD = secret(b"12345678901234567890")  # RFC 6238, appendix B, its last six digits
HALF_MINUTE = timedelta(seconds=SECONDS)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    now = datetime.fromtimestamp(seconds, UTC)
    assert step(STANDARD, code, now) == seconds // SECONDS
    assert step(STANDARD, f" {code[:3]} {code[3:]} ", now) == seconds // SECONDS


def test_a_clock_may_be_wrong_by_one_step_and_no_more() -> None:
    now = datetime.fromtimestamp(1111111109, UTC)
    for steps, found in ((-2, False), (-1, True), (0, True), (1, True), (2, False)):
        assert (step(STANDARD, "081804", now + steps * HALF_MINUTE) is not None) == found, steps


@pytest.mark.parametrize("typed", ["", "81804", "0081804", "08180x", "٠٨١٨٠٤", "081805"])
def test_what_is_no_code_of_now_is_none(typed: str) -> None:
    assert step(STANDARD, typed, datetime.fromtimestamp(1111111109, UTC)) is None


def test_the_address_for_the_app_names_secret_person_and_institute() -> None:
    found = urlsplit(address(STANDARD, "rowan@institute.example", "Test institute"))
    assert (found.scheme, found.netloc) == ("otpauth", "totp")
    assert parse_qs(found.query) == {"secret": [STANDARD], "issuer": ["Test institute"]}


@given(st.binary(min_size=RECOVERY_BYTES, max_size=RECOVERY_BYTES))
def test_a_recovery_code_may_be_typed_as_people_type(chance: bytes) -> None:
    code = recovery_code(chance)
    assert len(code.replace("-", "")) == 26
    for typed in (code.upper(), code.replace("-", " "), f"  {code} "):
        assert recovery_key(typed) == recovery_key(code)
    assert code not in recovery_key(code)


@given(*[st.binary(min_size=RECOVERY_BYTES, max_size=RECOVERY_BYTES)] * 2)
def test_two_recovery_codes_have_two_keys(one: bytes, other: bytes) -> None:
    same = recovery_key(recovery_code(one)) == recovery_key(recovery_code(other))
    assert same == (one == other)


def test_less_chance_makes_no_secret_and_no_code() -> None:
    with pytest.raises(ValueError, match="20 bytes"):
        secret(bytes(16))
    with pytest.raises(ValueError, match="16 bytes"):
        recovery_code(bytes(8))

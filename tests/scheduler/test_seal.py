"""The seal: one way to write the inputs, hashes that anyone can make again, no silent change."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.clock import Month, Period
from scheduler.centre import CodeKind, OpenSpan
from scheduler.rule import default_rule
from scheduler.seal import canonical, inputs_hash, seed_hash

SEED = bytes(range(32))
INPUTS = {
    "period": Period(Month(2027, 1), 3),
    "rule": default_rule(),
    "centres": [{"key": UUID(int=7), "spans": (OpenSpan(0, 540, 1050),)}],
}
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": [True, None]}, '{"a":[true,null],"b":1}'),
        ((1, 2), "[1,2]"),
        ("Zürich", '"Zürich"'),
        (Fraction(42, 4), '"21/2"'),
        (Fraction(21), '"21/1"'),
        (Month(2027, 1), '"2027-01"'),
        (Period(Month(2027, 1), 3), '{"first":"2027-01","months":3}'),
        (date(2027, 1, 4), '"2027-01-04"'),
        (datetime(2027, 1, 4, 9, 30, tzinfo=UTC), '"2027-01-04T09:30:00Z"'),
        (
            datetime(2027, 1, 4, 9, 30, tzinfo=timezone(timedelta(hours=5, minutes=30))),
            '"2027-01-04T04:00:00Z"',
        ),
        (UUID(int=7), '"00000000-0000-0000-0000-000000000007"'),
        (CodeKind.PIN, '"PIN"'),
        (OpenSpan(0, 540, 1050), '{"closes":1050,"opens":540,"weekday":0}'),
    ],
)
def test_a_value_is_written_in_one_way(value: object, text: str) -> None:
    assert canonical(value) == text.encode()


@pytest.mark.parametrize("value", [1.0, b"raw", {1: "key"}, {1, 2}, OpenSpan])
def test_what_two_machines_could_write_differently_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical([value])


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        canonical(datetime(2027, 1, 4))


@given(value=plain)
def test_what_is_written_can_be_read_and_is_written_the_same_again(value: object) -> None:
    written = canonical(value)
    assert json.loads(written) == value
    assert canonical(json.loads(written)) == written


@given(st.dictionaries(st.text(), st.integers()))
def test_the_order_of_keys_makes_no_difference(value: dict[str, int]) -> None:
    assert canonical(dict(reversed(value.items()))) == canonical(value)


def test_the_hashes_are_those_of_the_documented_bytes() -> None:
    assert seed_hash(SEED) == hashlib.sha256(b"unannounced seed 1\x00" + SEED).hexdigest()
    assert inputs_hash(b"[1]") == hashlib.sha256(b"unannounced inputs 1\x00[1]").hexdigest()


def test_the_hashes_never_change() -> None:
    assert seed_hash(SEED) == "9e869f32c0e25a21072ec4781406a833063c81a22be833778d6202f48c241b01"
    assert (
        inputs_hash(canonical(INPUTS))
        == "69776f2dfed8a6c11fbd96280ca7f84a035c398ceb6b24829a16b5b668d8b574"
    )


def test_a_seed_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes, not 31"):
        seed_hash(bytes(31))


@dataclass(frozen=True)
class Measured:
    """Something with a field that is no exact number."""

    value: float


def test_a_float_inside_a_dataclass_is_refused() -> None:
    with pytest.raises(TypeError, match="float has no canonical form"):
        canonical(Measured(0.5))

"""The hashes that are published before a draw, and the one way to write what is hashed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from fractions import Fraction
from uuid import UUID

from config.clock import Month
from scheduler.keystream import SEED_BYTES

_SEED_LABEL = b"unannounced seed 1\0"
_INPUTS_LABEL = b"unannounced inputs 1\0"


def canonical(value: object) -> bytes:
    """The one way to write a value: JSON in UTF-8, keys sorted by code point, no spaces.

    A dataclass is written as an object of its fields, a tuple as a list, a fraction as ``"a/b"``,
    a moment in UTC as ``"2027-01-04T09:30:00Z"``, a day as ``"2027-01-04"``, a month as
    ``"2027-01"``, a uuid as its text. A float, a naive moment, a key that is no text and any other
    type raise TypeError or ValueError, since two machines could write them differently.
    """
    text = json.dumps(
        _plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode()


def seed_hash(seed: bytes) -> str:
    """SHA-256 of ``unannounced seed 1``, a zero byte and the 32 bytes of the seed."""
    if len(seed) != SEED_BYTES:
        raise ValueError(f"a seed has {SEED_BYTES} bytes, not {len(seed)}")
    return hashlib.sha256(_SEED_LABEL + seed).hexdigest()


def inputs_hash(inputs: bytes) -> str:
    """SHA-256 of ``unannounced inputs 1``, a zero byte and the canonical inputs."""
    return hashlib.sha256(_INPUTS_LABEL + inputs).hexdigest()


def _plain(value: object) -> object:
    match value:
        case None | bool() | int() | str():
            return value
        case Month():
            return str(value)
        case Fraction():
            return f"{value.numerator}/{value.denominator}"
        case datetime():
            if value.tzinfo is None:
                raise ValueError("a moment needs its zone; hand in an aware datetime")
            return value.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case Mapping():
            return {_key(key): _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"{type(value).__name__} has no canonical form")


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"a key is text, not {type(key).__name__}")
    return key

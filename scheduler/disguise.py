"""Pseudonyms of what a plan's inputs name: an auditor sees that two are the same, not which.

A key becomes the first 16 bytes of HMAC-SHA256 under the plan's salt over its kind, a zero byte and
the key. Centres and providers keep their keys: whom a plan calls is no secret once it has ended.
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, is_dataclass, replace
from hashlib import sha256
from typing import Any, TypeVar
from uuid import UUID

from scheduler.centre import Closure

SALT_BYTES = 32
PERSON, NUMBER, IDENTITY, LEVEL, SCENARIO, CALLER_NUMBER = (
    "person",
    "number",
    "identity",
    "level",
    "scenario",
    "caller number",
)
OPEN = ""  # the kind of a key that stays as it is

KINDS: dict[str, str | tuple[str, ...]] = {
    "centre": OPEN,
    "provider": OPEN,
    "person": PERSON,
    "numbers": NUMBER,
    "number": NUMBER,
    "identities": IDENTITY,
    "identity": IDENTITY,
    "levels": LEVEL,
    "level": LEVEL,
    "scenarios": SCENARIO,
    "scenario": SCENARIO,
    "last_scenario": SCENARIO,
    "met_identities": IDENTITY,
    "met_caller_numbers": CALLER_NUMBER,
    "caller_numbers": CALLER_NUMBER,
    "caller_number": CALLER_NUMBER,
    "assessor": PERSON,
    "stand_in": PERSON,
    "ties": (PERSON, OPEN),
    "heard": (PERSON, OPEN),
    "made": (PERSON, OPEN),
    "held": (PERSON, OPEN, OPEN),
    "spoken": (SCENARIO,),
}
"""The kind of the keys in a field; a tuple says those of each row's first places."""

Value = TypeVar("Value")


class KindMissing(TypeError):
    """A field holds a key of which nobody said whether it may be seen."""


@dataclass(frozen=True, slots=True)
class Disguise:
    """The pseudonyms of one plan; ``salt`` is secret as long as what it hides is."""

    salt: bytes = field(repr=False)

    def hide(self, kind: str, key: UUID) -> UUID:
        """The pseudonym of a key."""
        if kind == OPEN:
            return key
        message = kind.encode() + b"\0" + key.bytes
        return UUID(bytes=hmac.digest(self.salt, message, sha256)[:16])

    def of(self, value: Value) -> Value:
        """A dataclass with every key in it hidden, and no reason of a closure.

        Raises KindMissing where a field that ``KINDS`` doesn't name holds a key.
        """
        hidden: Value = self._walk(value, None)
        return hidden

    def _walk(self, value: Any, kind: str | tuple[str, ...] | None) -> Any:
        match value:
            case UUID():
                if not isinstance(kind, str):
                    raise KindMissing("a key without a kind; name its field in KINDS")
                return self.hide(kind, value)
            case Closure():
                return replace(value, reason="")
            case tuple() if isinstance(kind, tuple):
                return tuple(self._row(row, kind) for row in value)
            case tuple():
                return tuple(self._walk(each, kind) for each in value)
        if is_dataclass(value) and not isinstance(value, type):
            changes = {
                each.name: self._walk(getattr(value, each.name), KINDS.get(each.name, kind))
                for each in fields(value)
                if each.init
            }
            return replace(value, **changes)
        return value

    def _row(self, row: tuple[Any, ...], kinds: tuple[str, ...]) -> tuple[Any, ...]:
        rest = row[len(kinds) :]
        hidden = (self._walk(each, kind) for each, kind in zip(row, kinds, strict=False))
        return (*hidden, *(self._walk(each, None) for each in rest))


def known(disguise: Disguise, keys: Iterable[tuple[str, UUID]]) -> dict[UUID, UUID]:
    """The real key of every pseudonym."""
    return {disguise.hide(kind, key): key for kind, key in keys}


def revealed(value: Value, real: dict[UUID, UUID]) -> Value:
    """A dataclass of keys with its pseudonyms turned back; keys that hide nothing stay."""
    assert is_dataclass(value)
    assert not isinstance(value, type)
    back = {
        each.name: real.get(held, held)
        for each in fields(value)
        if isinstance(held := getattr(value, each.name), UUID)
    }
    shown: Value = replace(value, **back)
    return shown

"""What a plan is drawn from: frozen, written canonically, hashed and sealed before the draw."""

import json
from collections.abc import Callable
from dataclasses import dataclass, is_dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import cache
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints
from uuid import UUID

from config.clock import Month, Period
from scheduler.centre import Closure, OpenSpan, ProviderStatus
from scheduler.hours import Volume
from scheduler.rule import Rule
from scheduler.shape import BY_VOLUME, Shape

Days = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Valid:
    """Something of a centre's that may be used from a day to a day, both included."""

    id: UUID
    first: date
    last: date | None

    def on(self, day: date) -> bool:
        """Whether it may be used on a day."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Met:
    """Something that a centre has met in the last six months: how often, and when last."""

    id: UUID
    times: int
    last: date


@dataclass(frozen=True, slots=True)
class CentreInputs:
    """What the draw of one centre stands on."""

    centre: UUID
    provider: UUID
    zone: str
    spans: tuple[OpenSpan, ...]
    closures: tuple[Closure, ...]
    volume: Volume
    since: date  # no call before this day
    accredited: Days
    notices: tuple[Days, ...]
    numbers: tuple[Valid, ...]
    identities: tuple[Valid, ...]
    levels: tuple[Valid, ...]
    scenarios: tuple[UUID, ...]
    status: ProviderStatus = ProviderStatus.ACCREDITED
    last_scenario: UUID | None = None
    met_identities: tuple[Met, ...] = ()
    met_caller_numbers: tuple[Met, ...] = ()
    extra: Fraction = Fraction(1)  # what reasons for more sampling multiply its mean by
    languages: tuple[str, ...] = ()  # that it serves in; none where nobody asked


@dataclass(frozen=True, slots=True)
class PersonInputs:
    """What an assessor offered, in their own zone, and the most that they take."""

    person: UUID
    zone: str
    spans: tuple[OpenSpan, ...]
    per_day: int
    per_week: int
    scenarios: tuple[Valid, ...] | None = None  # that they are certified for; None for every one
    languages: tuple[str, ...] | None = None  # that they play in; None for every one

    @property
    def restricted(self) -> bool:
        """Whether they declared what they may play."""
        return self.languages is not None or self.scenarios is not None


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything frozen before the draw."""

    first: Month
    months: int
    mean: Fraction
    floor: int
    ceiling: int | None
    zone: str  # the institute's
    centres: tuple[CentreInputs, ...]
    people: tuple[PersonInputs, ...]
    ties: tuple[tuple[UUID, UUID], ...]  # person, and the provider or centre that they don't call
    heard: tuple[tuple[UUID, UUID, date], ...]  # person, centre, when last before the period
    held: tuple[tuple[UUID, UUID, UUID, datetime], ...]  # person, centre, provider, other calls
    caller_numbers: tuple[UUID, ...]
    proved_everything: bool = True  # no proving check was asked of a number
    # Person, centre, and the calls there in the twelve months before those held.
    made: tuple[tuple[UUID, UUID, int], ...] = ()
    shape: Shape = BY_VOLUME
    capped: bool = False
    spoken: tuple[tuple[UUID, tuple[str, ...]], ...] = ()  # scenario, the languages of its text

    @property
    def period(self) -> Period:
        """The months drawn."""
        return Period(self.first, self.months)

    @property
    def rule(self) -> Rule:
        """The rule of a whole period."""
        return Rule(self.months, self.mean, self.floor, self.ceiling, self.shape, self.capped)

    @property
    def proving(self) -> str:
        """What is asked of a number beyond its validity, in words."""
        return "" if self.proved_everything else " and proved by a check"


def inputs_from_json(text: str) -> Inputs:
    """Read what ``seal.canonical`` wrote; what an older plan didn't know has its default."""
    read: Inputs = _read(Inputs, json.loads(text))
    return read


def rule_from_json(text: str) -> Rule:
    """Read a rule that ``seal.canonical`` wrote."""
    read: Rule = _read(Rule, json.loads(text))
    return read


def _read(kind: Any, raw: Any) -> Any:
    """What ``seal.canonical`` wrote of a value, by the type of the value."""
    if is_dataclass(kind) and kind is not Month:
        assert isinstance(kind, type)
        known = _types(kind)
        return kind(**{name: _read(known[name], each) for name, each in raw.items()})
    parts = get_args(kind)
    if get_origin(kind) is tuple:
        if len(parts) == 2 and parts[1] is ...:
            return tuple(_read(parts[0], each) for each in raw)
        return tuple(_read(part, each) for part, each in zip(parts, raw, strict=True))
    if NoneType in parts:
        return None if raw is None else _read(parts[0], raw)
    return _READ[kind](raw)


@cache
def _types(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


_READ: dict[Any, Callable[[Any], Any]] = {
    int: int,
    bool: bool,
    str: str,
    UUID: UUID,
    Fraction: Fraction,
    Month: Month.parse,
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
    ProviderStatus: ProviderStatus,
}

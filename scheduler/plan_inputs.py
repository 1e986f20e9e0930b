"""What a plan is drawn from: frozen, written canonically, hashed and sealed before the draw."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from config.clock import Month, Period
from scheduler.centre import Closure, OpenSpan, ProviderStatus
from scheduler.draw import Rule
from scheduler.hours import Volume

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


@dataclass(frozen=True, slots=True)
class PersonInputs:
    """What an assessor offered, in their own zone, and the most that they take."""

    person: UUID
    zone: str
    spans: tuple[OpenSpan, ...]
    per_day: int
    per_week: int


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

    @property
    def period(self) -> Period:
        """The months drawn."""
        return Period(self.first, self.months)

    @property
    def rule(self) -> Rule:
        """The rule of a whole period."""
        return Rule(self.months, self.mean, self.floor, self.ceiling)

    @property
    def proving(self) -> str:
        """What is asked of a number beyond its validity, in words."""
        return "" if self.proved_everything else " and proved by a check"


def inputs_from_json(text: str) -> Inputs:
    """Read what ``seal.canonical`` wrote."""
    raw = json.loads(text)
    return Inputs(
        first=Month.parse(raw["first"]),
        months=raw["months"],
        mean=Fraction(raw["mean"]),
        floor=raw["floor"],
        ceiling=raw["ceiling"],
        zone=raw["zone"],
        centres=tuple(_centre(each) for each in raw["centres"]),
        people=tuple(
            PersonInputs(
                UUID(each["person"]),
                each["zone"],
                _spans(each["spans"]),
                each["per_day"],
                each["per_week"],
            )
            for each in raw["people"]
        ),
        ties=tuple((UUID(person), UUID(provider)) for person, provider in raw["ties"]),
        heard=tuple(
            (UUID(person), UUID(centre), date.fromisoformat(day))
            for person, centre, day in raw["heard"]
        ),
        held=tuple(
            (UUID(person), UUID(centre), UUID(provider), datetime.fromisoformat(moment))
            for person, centre, provider, moment in raw["held"]
        ),
        caller_numbers=tuple(UUID(each) for each in raw["caller_numbers"]),
        proved_everything=raw.get("proved_everything", True),
    )


def rule_from_json(text: str) -> Rule:
    """Read a rule that ``seal.canonical`` wrote."""
    raw = json.loads(text)
    return Rule(raw["months"], Fraction(raw["mean"]), raw["floor"], raw["ceiling"])


def _centre(raw: dict[str, Any]) -> CentreInputs:
    return CentreInputs(
        centre=UUID(raw["centre"]),
        provider=UUID(raw["provider"]),
        zone=raw["zone"],
        spans=_spans(raw["spans"]),
        closures=tuple(
            Closure(date.fromisoformat(c["first"]), date.fromisoformat(c["last"]), c["reason"])
            for c in raw["closures"]
        ),
        volume=tuple(tuple(hours) for hours in raw["volume"]),
        since=date.fromisoformat(raw["since"]),
        accredited=_days(raw["accredited"]),
        notices=tuple(_days(each) for each in raw["notices"]),
        numbers=_valid(raw["numbers"]),
        identities=_valid(raw["identities"]),
        levels=_valid(raw["levels"]),
        scenarios=tuple(UUID(each) for each in raw["scenarios"]),
        status=ProviderStatus(raw.get("status", ProviderStatus.ACCREDITED)),
    )


def _days(raw: list[str]) -> Days:
    return date.fromisoformat(raw[0]), date.fromisoformat(raw[1])


def _spans(raw: list[dict[str, int]]) -> tuple[OpenSpan, ...]:
    return tuple(OpenSpan(s["weekday"], s["opens"], s["closes"]) for s in raw)


def _valid(raw: list[dict[str, str | None]]) -> tuple[Valid, ...]:
    return tuple(
        Valid(
            UUID(each["id"]),
            date.fromisoformat(each["first"] or ""),
            date.fromisoformat(each["last"]) if each["last"] else None,
        )
        for each in raw
    )

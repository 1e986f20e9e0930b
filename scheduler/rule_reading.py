"""A rule on the hours of a centre, as the meter takes it: its figures, and what each part costs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from scheduler.hazards import Design, Hours
from scheduler.hours import Slot, Volume
from scheduler.meter import GOAL, Reading, guard_lift
from scheduler.metered_hours import metered_hours
from scheduler.reference_profile import REFERENCE_VOLUME, plain_hours, plain_slots
from scheduler.rule import Rule, mean_kept, most, number
from scheduler.rule_text import band_in_words, days_in_words, hours_in_words
from scheduler.shape import BY_VOLUME, shaped

PLAIN = "plain months of 21 days and nine hours"


@dataclass(frozen=True, slots=True)
class Ground:
    """The open hours that a rule is measured on, with the ordinary calls of each.

    ``offered`` says which of them somebody offered who may call; None asks for no offers.
    """

    name: str
    slots: tuple[Slot, ...]
    ordinary: tuple[int, ...]
    hours: Hours
    offered: tuple[bool, ...] | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """What a rule gives away: the 20 % guard, the guess of the day, that of the hour."""

    guard: float
    day: float
    hour: float
    on: str  # what it was measured on

    @property
    def leaks(self) -> bool:
        """Whether one of them is over the goal, to three decimals."""
        return round(max(self.guard, self.day, self.hour), 3) > GOAL


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a rule, what it adds to the 20 % guard, and why it gives calls away."""

    words: str
    adds: float
    why: str


def plain_ground(months: int) -> Ground:
    """The reference profile, on which designs are compared."""
    ordinary = REFERENCE_VOLUME * months
    return Ground(PLAIN, plain_slots(months), ordinary, plain_hours(months))


def ground_of(
    name: str, slots: tuple[Slot, ...], volume: Volume, offered: Sequence[bool] | None = None
) -> Ground:
    """The hours of a centre's own calendar."""
    ordinary = tuple([volume[slot.weekday][slot.hour] * slot.minutes for slot in slots])
    there = None if offered is None else tuple(offered)
    return Ground(name, slots, ordinary, metered_hours(slots, ordinary), there)


def design_of(
    rule: Rule, ground: Ground, centres: int, free_days: int = 0, *, covered: bool = False
) -> Design:
    """The rule as the meter takes it, for one of so many centres that are drawn by it.

    ``covered``: only hours that somebody offered are drawn. The days never drawn are left out on
    the plain months, which have no dates.
    """
    shape = replace(rule.shape, shut=()) if ground.name == PLAIN else rule.shape
    offered = ground.offered if covered else None
    weights = None
    if shape != BY_VOLUME or offered is not None:
        heavy = shaped(ground.ordinary, ground.slots, shape)
        there = offered or (True,) * len(heavy)
        whole = max(heavy) or 1
        weights = tuple(w / whole if keep else 0.0 for w, keep in zip(heavy, there, strict=True))
    kept = mean_kept(rule)
    return Design(
        mean=float(rule.mean),
        floor=rule.floor,
        ceiling=rule.ceiling,
        free_days=free_days,
        weights=weights,
        cap=most([kept] * centres) if rule.capped else None,
        others=float(kept * (centres - 1)) if rule.capped else 0.0,
    )


def figures_of(reading: Reading, on: str) -> Figures:
    """The three figures of a reading that have a goal."""
    return Figures(reading.guard[1], reading.day, reading.hour, on)


def worst(found: Iterable[Figures]) -> Figures:
    """The figures with the greatest of the three."""
    return max(found, key=lambda each: max(each.guard, each.day, each.hour))


def parts(
    rule: Rule, ground: Ground, centres: int, whole: float, free_days: int = 0
) -> tuple[Part, ...]:
    """What each part of a rule adds to the 20 % guard, ``whole`` of the rule, the dearest first.

    It is that figure less the figure of the rule without the part.
    """
    found = [
        Part(
            words, whole - guard_lift(design_of(without, ground, centres, days), ground.hours), why
        )
        for words, without, days, why in _without_each(rule, free_days)
    ]
    return tuple(sorted(found, key=lambda part: -part.adds))


def _without_each(rule: Rule, free_days: int) -> Iterator[tuple[str, Rule, int, str]]:
    shape = rule.shape
    if rule.floor and rule.floor == rule.ceiling:
        yield (
            f"exactly {rule.floor}",
            replace(rule, floor=0, ceiling=None),
            free_days,
            "who has counted knows how many are still to come, and after the last that none is",
        )
    elif rule.floor:
        yield (
            f"never fewer than {rule.floor}",
            replace(rule, floor=0),
            free_days,
            "a centre that had few calls knows that more must come before the period ends",
        )
    if rule.ceiling is not None and rule.ceiling != rule.floor:
        yield (
            f"never more than {rule.ceiling}",
            replace(rule, ceiling=None),
            free_days,
            f"after call {rule.ceiling} it is safe until the period ends",
        )
    if free_days:
        yield (
            f"{free_days} free {'day' if free_days == 1 else 'days'} after a call",
            rule,
            0,
            "after each call it is safe for a while",
        )
    if rule.capped:
        yield (
            "the cap on the institute's total",
            replace(rule, capped=False),
            free_days,
            "a centre that had many calls knows that fewer are left for it",
        )
    for band in shape.bands:
        rest = tuple(each for each in shape.bands if each is not band)
        yield (
            f"the band {band_in_words(band)}",
            replace(rule, shape=replace(shape, bands=rest)),
            free_days,
            "whoever guards the hours that are drawn more catches more",
        )
    if shape.flat:
        yield (
            f"a flat share of {number(shape.flat * 100)} %",
            replace(rule, shape=replace(shape, flat=shape.flat * 0)),
            free_days,
            "quiet hours hold more of the calls than of the ordinary work, and are cheap to guard",
        )
    if shape.never or shape.shut:
        lines = [*map(hours_in_words, shape.never), *map(days_in_words, shape.shut)]
        yield (
            f"nothing drawn on {'; '.join(lines)}",
            replace(rule, shape=replace(shape, never=(), shut=())),
            free_days,
            "the hours that are never drawn are safe",
        )

"""Where the weight of a rule departs from the ordinary calls: bands, a flat share, a blackout."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from scheduler.hours import Slot


@dataclass(frozen=True, slots=True, order=True)
class WeekHours:
    """Clock hours of some weekdays (0 is Monday), from ``first`` up to and without ``after``."""

    weekdays: tuple[int, ...]
    first: int
    after: int

    def hold(self, weekday: int, hour: int) -> bool:
        """Whether an hour of the week is one of them."""
        return weekday in self.weekdays and self.first <= hour < self.after


@dataclass(frozen=True, slots=True)
class Band:
    """Hours of the week whose weight is multiplied."""

    hours: WeekHours
    factor: Fraction


@dataclass(frozen=True, slots=True)
class Shape:
    """How the weight of an open hour comes from its ordinary calls.

    A share ``flat`` of the whole weight is spread evenly over the open minutes; then each band that
    holds an hour multiplies its weight; then the hours ``never`` and the days ``shut``, each from a
    day to a day and both included, weigh nothing. What the draw loses there the rest carries.
    """

    bands: tuple[Band, ...] = ()
    flat: Fraction = Fraction(0)
    never: tuple[WeekHours, ...] = ()
    shut: tuple[tuple[date, date], ...] = ()


BY_VOLUME = Shape()
"""The weight is the ordinary calls and nothing else."""


def shaped(weights: Sequence[int], slots: Sequence[Slot], shape: Shape) -> tuple[int, ...]:
    """The weights of a rule, from those by the ordinary calls; whole numbers again.

    Only their proportions mean anything: the answer may have another sum.
    """
    if shape == BY_VOLUME:
        return tuple(weights)
    flat = shape.flat
    by_volume, by_minute = 1, 0
    if flat:
        by_volume = (flat.denominator - flat.numerator) * sum([slot.minutes for slot in slots])
        by_minute = flat.numerator * sum(weights)
    scale = math.lcm(*(band.factor.denominator for band in shape.bands))
    factors = [[_factor(shape, day, hour, scale) for hour in range(24)] for day in range(7)]
    found = [
        (by_volume * weight + by_minute * slot.minutes) * factors[slot.weekday][slot.hour]
        for weight, slot in zip(weights, slots, strict=True)
    ]
    for first, last in shape.shut:
        found = [
            0 if first <= slot.local_date <= last else weight
            for weight, slot in zip(found, slots, strict=True)
        ]
    return tuple(found)


def _factor(shape: Shape, weekday: int, hour: int, scale: int) -> int:
    """What the bands and the blackout make of an hour of the week, times ``scale``ⁿ for n bands."""
    if any(hours.hold(weekday, hour) for hours in shape.never):
        return 0
    whole = 1
    for band in shape.bands:
        factor = band.factor if band.hours.hold(weekday, hour) else Fraction(1)
        whole *= int(factor * scale)
    return whole

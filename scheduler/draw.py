"""The draw: which open hours of a centre get a call, and at which second.

Each slot is drawn on its own, with a chance in proportion to the ordinary calls that fall into it,
so the past says nothing about the next call. A whole draw is repeated while its count breaks the
rule. Every decision is one of integers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

import numpy as np

from scheduler.hours import Slot, Volume
from scheduler.keystream import WORD_BITS, Keystream

MOST_REDRAWS = 10_000

_CERTAIN = 1 << WORD_BITS
_HIGHEST = 95 * _CERTAIN // 100  # no hour is ever certain


class DrawRefused(ValueError):
    """A draw that cannot be made; the text says why and what would mend it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How many calls a centre gets in a period.

    ``mean`` is that of the free draw, before redrawing; a draw with fewer calls than ``floor`` or
    more than ``ceiling`` is made again. ``None`` is no ceiling.
    """

    months: int
    mean: Fraction
    floor: int
    ceiling: int | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """One drawn call: the place of its slot in the sequence handed in, and its moment in UTC."""

    slot: int
    moment: datetime


def default_rule() -> Rule:
    """A quarter with a mean of 21, drawn again below 12, and no ceiling."""
    return Rule(months=3, mean=Fraction(21), floor=12)


def refusals(rule: Rule) -> tuple[str, ...]:
    """Why nothing can be drawn by a rule, as sentences; none when it is possible."""
    reasons = []
    if rule.months < 1 or 12 % rule.months:
        reasons.append(
            f"A period of {rule.months} months does not divide the year: use 1, 2, 3, 4, 6 or 12."
        )
    if rule.mean <= 0:
        reasons.append("The mean must be more than 0 calls a period.")
    if rule.floor < 0:
        reasons.append("The floor must be 0 or more.")
    if rule.mean < rule.floor:
        reasons.append(
            f"The mean of {rule.mean} lies under the floor of {rule.floor}: "
            "raise the mean or lower the floor."
        )
    if rule.ceiling is not None and rule.ceiling < rule.mean:
        reasons.append(
            f"The mean of {rule.mean} lies over the ceiling of {rule.ceiling}: "
            "lower the mean or raise the ceiling."
        )
    return tuple(reasons)


def floor_for(mean: Fraction) -> int:
    """The largest floor that at least 98.5 % of free draws of a mean meet.

    The count of a free draw is taken as Poisson, which spreads a little wider than it does. The
    terms m^k / k! are integers scaled by 10⁶⁰, and those past 4 m + 80 are left out: together they
    are less than 10⁻²⁰ of the sum, so no floor hangs on them.

    >>> [floor_for(Fraction(mean)) for mean in (1, 8, 12, 16, 21)]
    [0, 3, 5, 8, 12]
    """
    terms = [10**60]
    for k in range(1, int(4 * mean) + 80):
        terms.append(terms[-1] * mean.numerator // (mean.denominator * k))
    total = sum(terms)
    floor, below = 0, terms[0]
    while 1000 * below <= 15 * total:
        floor += 1
        below += terms[floor]
    return floor


def for_share(rule: Rule, share: Fraction) -> Rule:
    """The rule for a centre of which only a share of the period's volume can be drawn.

    The mean shrinks by the share, over 0 and up to 1; the floor falls with it and never rises; the
    ceiling stays.
    """
    if not 0 < share <= 1:
        raise ValueError(f"a share lies over 0 and at most at 1, not {share}")
    if share == 1:
        return rule
    mean = rule.mean * share
    return Rule(rule.months, mean, min(rule.floor, floor_for(mean)), rule.ceiling)


def weights(slots: Sequence[Slot], volume: Volume) -> tuple[int, ...]:
    """The weight of each slot: the volume of its weekday and hour times its open minutes.

    The division by 60 is left out, since it is common to all. Give a slot that must not be drawn
    the weight 0: its word is read all the same, so the other slots keep theirs.
    """
    return tuple(volume[slot.weekday][slot.hour] * slot.minutes for slot in slots)


def thresholds(weights: Sequence[int], mean: Fraction) -> tuple[int, ...]:
    """The number that a slot's word must stay under: ⌊m·w·2⁶⁴ / Σw⌋, at most ⌊.95·2⁶⁴⌋."""
    total = sum(weights)
    if total <= 0:
        raise DrawRefused("No open hour has any volume: give the centre hours and a volume.")
    divisor = mean.denominator * total
    of = {
        weight: min(mean.numerator * weight * _CERTAIN // divisor, _HIGHEST)
        for weight in set(weights)  # few, since the weeks of a period are alike
    }
    return tuple([of[weight] for weight in weights])


def draw(
    slots: Sequence[Slot], weights: Sequence[int], rule: Rule, keystream: Keystream
) -> tuple[Drawn, ...]:
    """The calls of one centre in one period, in the order of its slots, at most one in each.

    One word is read for each slot in order, and all again while the count breaks the rule. Then
    for each call drawn a minute of the slot's open minutes and a second of that minute are read.
    Raises DrawRefused when the rule is impossible, also on these hours alone, or when
    ``MOST_REDRAWS`` draws have broken it.
    """
    for reason in refusals(rule):
        raise DrawRefused(reason)
    limits = thresholds(weights, rule.mean)
    expected = sum(limits)
    # Each threshold is rounded down by less than one, hence the number of slots on top.
    if expected + len(limits) < rule.floor * _CERTAIN:
        raise DrawRefused(
            f"These open hours give {expected // _CERTAIN} calls on average, under the floor "
            f"of {rule.floor}: lower the mean and the floor, or open more hours to the draw."
        )
    under = np.array(limits, dtype=np.uint64)
    for _ in range(MOST_REDRAWS):
        chosen = np.flatnonzero(keystream.words(len(under)) < under).tolist()
        if rule.floor <= len(chosen) and (rule.ceiling is None or len(chosen) <= rule.ceiling):
            return tuple(Drawn(place, _moment(slots[place], keystream)) for place in chosen)
    raise DrawRefused(
        f"{MOST_REDRAWS} draws in a row broke the floor of {rule.floor} or the ceiling of "
        f"{rule.ceiling}: widen them around the mean of {rule.mean}."
    )


def redraw_one(
    slots: Sequence[Slot], weights: Sequence[int], keystream: Keystream, after: datetime
) -> Drawn | None:
    """One moment in the rest of a period, its slot drawn in proportion to the weights.

    Only slots that begin at ``after`` or later take part; give a slot that holds a call already the
    weight 0. The answer is None when no weight is left. One integer below the sum of the weights
    is read, then minute and second as in the draw.
    """
    rest = [place for place, slot in enumerate(slots) if slot.start >= after]
    total = sum(weights[place] for place in rest)
    if total == 0:
        return None
    left = keystream.below(total)
    for place in rest:
        left -= weights[place]
        if left < 0:
            return Drawn(place, _moment(slots[place], keystream))
    raise ValueError("a weight is negative")


def _moment(slot: Slot, keystream: Keystream) -> datetime:
    """A uniform open minute of the slot, and a uniform second of that minute."""
    minute = keystream.below(slot.minutes)
    left = timedelta(minutes=minute, seconds=keystream.below(60))
    for start, end in slot.pieces:
        if left < end - start:
            return start + left
        left -= end - start
    raise ValueError("the slot's pieces are shorter than its minutes")

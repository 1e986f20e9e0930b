"""The draw: which open hours of a centre get a call, and at which second.

Each slot is drawn on its own, with a chance in proportion to the ordinary calls that fall into it,
so the past says nothing about the next call. A whole draw is repeated while its count breaks the
rule. Every decision is one of integers.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from scheduler.hours import Slot, Volume
from scheduler.keystream import WORD_BITS, Keystream
from scheduler.rule import Rule, refusals

MOST_REDRAWS = 10_000

_CERTAIN = 1 << WORD_BITS
_HIGHEST = 95 * _CERTAIN // 100  # no hour is ever certain


class DrawRefused(ValueError):
    """A draw that cannot be made; the text says why and what would mend it."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One drawn call: the place of its slot in the sequence handed in, and its moment in UTC."""

    slot: int
    moment: datetime


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
    under = limits(weights, rule)
    for _ in range(MOST_REDRAWS):
        chosen = np.flatnonzero(keystream.words(len(under)) < under).tolist()
        if rule.floor <= len(chosen) and (rule.ceiling is None or len(chosen) <= rule.ceiling):
            return tuple(Drawn(place, _moment(slots[place], keystream)) for place in chosen)
    raise DrawRefused(_broke(rule))


def limits(weights: Sequence[int], rule: Rule) -> npt.NDArray[np.uint64]:
    """The thresholds of a rule; raises DrawRefused where it is impossible, also on these hours."""
    for reason in refusals(rule):
        raise DrawRefused(reason)
    under, expected = _thresholds(tuple(weights), rule.mean)
    # Each threshold is rounded down by less than one, hence the number of slots on top.
    if expected + len(under) < rule.floor * _CERTAIN:
        raise DrawRefused(
            f"These open hours give {expected // _CERTAIN} calls on average, under the floor "
            f"of {rule.floor}: lower the mean and the floor, or open more hours to the draw."
        )
    return under


def draw_often(
    under: npt.NDArray[np.uint64], rule: Rule, keystream: Keystream, times: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The slots of so many draws of one centre by its ``limits``: each call's draw, and its slot.

    Calls stand in the order of draw and slot. The words are read draw by draw, and those of the
    draws that broke the rule once more behind them; moments are not drawn.
    """
    draws, slots = [], []
    left = np.arange(times)
    for _ in range(MOST_REDRAWS):
        chosen = keystream.words(left.size * under.size).reshape(left.size, -1) < under
        counts = chosen.sum(axis=1)
        kept = counts >= rule.floor
        if rule.ceiling is not None:
            kept &= counts <= rule.ceiling
        row, slot = np.nonzero(chosen[kept])
        draws.append(left[kept][row])
        slots.append(slot)
        left = left[~kept]
        if not left.size:
            found = np.concatenate(draws)
            order = np.argsort(found, kind="stable")
            return found[order], np.concatenate(slots)[order]
    raise DrawRefused(_broke(rule))


def _broke(rule: Rule) -> str:
    return (
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
    first = bisect_left(slots, after, key=_start)
    reached = list(accumulate(weights[first:]))
    if not reached or not reached[-1]:
        return None
    place = first + bisect_right(reached, keystream.below(reached[-1]))
    return Drawn(place, _moment(slots[place], keystream))


@lru_cache(maxsize=64)  # centres of one calendar share their weights
def _thresholds(weights: tuple[int, ...], mean: Fraction) -> tuple[npt.NDArray[np.uint64], int]:
    """The thresholds of the slots, and their sum."""
    under = thresholds(weights, mean)
    return np.array(under, dtype=np.uint64), sum(under)


def _start(slot: Slot) -> datetime:
    return slot.start


def _moment(slot: Slot, keystream: Keystream) -> datetime:
    """A uniform open minute of the slot, and a uniform second of that minute."""
    minute = keystream.below(slot.minutes)
    left = timedelta(seconds=60 * minute + keystream.below(60))
    pieces = iter(slot.pieces)  # which hold all of the slot's minutes
    start, end = next(pieces)
    while left >= end - start:
        left -= end - start
        start, end = next(pieces)
    return start + left

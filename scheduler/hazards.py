"""A design, and what one knows who lacks only its seed: the chance of a call in the next hour.

A design draws each open hour on its own and draws the whole period again when its count breaks the
rule. The adversary knows the design, the hours and the ordinary calls, and sees each call as it
comes. Nothing here is shared with the draw, so that one can be held against the other.
"""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from scheduler.free_draw import Floats, FreeDraw, Ints, KeptDraws, Short

HIGHEST = 0.95
"""No hour is ever certain."""

UNLIKELY = 1e-9
_MANY = 2_000  # calls, of which a Poisson count is as good as normal


class MeterRefused(ValueError):
    """A design that cannot be measured; the text says why and what would mend it."""


@dataclass(frozen=True, slots=True)
class Hours:
    """The open hours of a period, one slot each, in the order of time.

    ``volume`` is the ordinary calls of each slot in any unit; ``days`` and ``months`` number the
    day and the month of the period in which each slot lies, from 0 and never falling.
    """

    volume: tuple[float, ...]
    days: tuple[int, ...]
    months: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Design:
    """A way to draw the calls of one period.

    ``mean`` is that of the free draw, before redrawing; ``floor`` and ``ceiling`` bound the count,
    ``None`` is no ceiling. After a call ``dead_slots`` slots and ``free_days`` whole days are
    skipped. ``weights`` are those of the draw, one a slot, where they are not the volume: 0 for an
    hour that nobody could take. With a ``cap`` the whole institute is drawn again while it has more
    calls; ``others`` is the mean of all that are not this centre's. With ``blocks`` the period is
    cut into so many runs of slots of equal number, each gets exactly one call, and mean, floor,
    ceiling, gaps and cap say nothing.
    """

    mean: float
    floor: int = 0
    ceiling: int | None = None
    dead_slots: int = 0
    free_days: int = 0
    weights: tuple[float, ...] | None = None
    blocks: int = 0
    cap: int | None = None
    others: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Hazards:
    """The chance of a call in each slot, by the number of calls before it.

    ``of[s, k]`` holds for one who may be called in slot s and has had k calls, which is so with the
    chance ``reached[s, k]``; a row more of that is for the end of the period. After a call in slot
    s nothing can come before slot ``following[s]``. The last column stands for k or more calls
    where the design has no ceiling that a draw reaches. ``draws`` are those that the design keeps.
    """

    of: Short
    reached: Short
    following: Ints
    draws: KeptDraws


def hazards_of(design: Design, hours: Hours) -> Hazards:
    """The adversary's whole knowledge: the hazard of each slot by the calls before it.

    Raises MeterRefused when there is no volume or when no free draw keeps the rule.
    """
    weights = shares_of(design.weights or hours.volume)
    if len(weights) != len(hours.volume):
        raise ValueError(f"{len(weights)} weights for {len(hours.volume)} slots")
    if design.blocks:
        chances, following = _of_blocks(weights, design.blocks)
        design = Design(design.blocks, design.blocks, design.blocks)
    else:
        chances = np.minimum(design.mean * weights, HIGHEST)
        following = _following(design, hours.days)
    draw = FreeDraw.of(chances, following, np.array(hours.days), np.array(hours.months))
    most = _most(chances, design.floor)  # hardly a draw has more, so such a ceiling is none
    last = most if design.ceiling is None else min(design.ceiling, most)
    end = _within(design, last + 1)
    end[: design.floor] = 0
    draws = KeptDraws(draw, end, open_ended=last == most)
    if draws.share < UNLIKELY:
        raise MeterRefused(
            f"Hardly a draw has {design.floor} calls or more"
            + ("" if design.ceiling is None else f" and at most {design.ceiling}")
            + ": bring the floor and the ceiling around the mean, or open more hours to the draw."
        )
    return Hazards(*draws.hazards(), following, draws)


def shares_of(volume: tuple[float, ...]) -> Floats:
    array = np.array(volume, dtype=np.float64)
    if array.size == 0 or array.min() < 0 or array.sum() <= 0:
        raise MeterRefused("No open hour has any volume: give the centre hours and a volume.")
    shares: Floats = array / array.sum()
    return shares


def _following(design: Design, days: tuple[int, ...]) -> Ints:
    """The first slot in which a call may come after one in each slot."""
    after = np.minimum(np.arange(len(days)) + 1 + design.dead_slots, len(days))
    if design.free_days:
        after = np.maximum(after, np.searchsorted(days, np.array(days) + design.free_days + 1))
    return after


def _most(chances: Floats, floor: int) -> int:
    """A count above which a free draw falls less often than once in 10⁹, by Bernstein's bound."""
    mean, rarity = float(chances.sum()), -math.log(UNLIKELY)
    over = rarity / 3 + math.sqrt(rarity**2 / 9 + 2 * rarity * mean)
    return min(max(math.ceil(mean + over), floor), len(chances))


def _within(design: Design, counts: int) -> Floats:
    """The chance that the cap is kept by a centre with 0, 1, 2 … calls; the others are Poisson."""
    if design.cap is None:
        return np.ones(counts)
    left = design.cap - np.arange(counts)
    if design.others > _MANY:
        spread = math.sqrt(2 * design.others)
        return np.array([math.erfc((design.others - each - 0.5) / spread) / 2 for each in left])
    mean = max(design.others, 1e-300)
    terms = [k * math.log(mean) - mean - math.lgamma(k + 1) for k in range(design.cap + 1)]
    up_to = np.exp(terms).cumsum()
    return np.where(left < 0, 0.0, up_to[np.maximum(left, 0)])


def _of_blocks(weights: Floats, blocks: int) -> tuple[Floats, Ints]:
    """The chance of each slot where its block has had no call, and the slot after its block."""
    slots = len(weights)
    chances, following = np.zeros(slots), np.zeros(slots, dtype=np.int64)
    edges = [slots * number // blocks for number in range(blocks + 1)]
    for block, (first, after) in enumerate(pairwise(edges), 1):
        part = weights[first:after]
        left = part[::-1].cumsum()[::-1]
        if not part.sum():
            raise MeterRefused(f"Block {block} of {blocks} has no volume: use fewer blocks.")
        np.divide(part, left, out=chances[first:after], where=left > 0)
        following[first:after] = after
    return chances, following

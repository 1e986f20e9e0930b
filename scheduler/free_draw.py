"""The free draw of one period, and the draws of it that a rule keeps, by the exact program.

The hours are cut into runs: days where a call skips nothing, else hours after which a call leads to
the same later hour. Hours within a run are taken one after the other, but in all runs at once; the
runs then follow each other whole. So a year around the clock is some hundred steps, not thousands.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Short: TypeAlias = NDArray[np.float32]
Ints: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class FreeDraw:
    """What may come in each slot, and in each run of slots, by chance alone.

    After a call in slot s nothing can come before slot ``following[s]``. Run r begins with slot
    ``starts[r]``, a row more being for the end; ``counts[r, j]`` is the chance of j calls in it.
    After none the next run comes, after any the run ``landing[r]``: where the draw is ``steady``
    that is the next too, and else a run holds no second call. ``months`` are the runs with which
    the months begin, and the end.
    """

    chances: Floats
    following: Ints
    starts: Ints
    counts: Floats
    landing: Ints
    steady: bool
    months: Ints

    @classmethod
    def of(cls, chances: Floats, following: Ints, days: Ints, months: Ints) -> "FreeDraw":
        """The draw of slots with their chances, days and months."""
        slots = len(chances)
        steady = bool((following == np.arange(slots) + 1).all())
        turns = _turns(days) if steady else np.append(_turns(following), following)
        starts = np.unique(np.concatenate((turns, _turns(months), [slots])))
        counts = np.zeros((len(starts) - 1, (int(np.diff(starts).max()) if steady else 1) + 1))
        counts[:, 0] = 1
        for runs, at in _hour_by_hour(starts):
            call = chances[at, None] * counts[runs, :-1]
            counts[runs, :-1] -= call
            counts[runs, 1:] += call
        landing = np.searchsorted(starts, starts[1:] if steady else following[starts[:-1]])
        first_runs = np.searchsorted(starts, np.append(_turns(months), slots))
        return cls(chances, following, starts, counts, landing, steady, first_runs)


class KeptDraws:
    """The draws that a rule keeps.

    ``end[k]`` is the chance that one with k calls is kept; the last of it stands for k or more
    calls when ``open_ended``, and else nothing with more is kept.
    """

    def __init__(self, draw: FreeDraw, end: Floats, *, open_ended: bool) -> None:
        self._draw, self._width, self._open_ended = draw, len(end), open_ended
        self._ahead = self._looked_ahead(end)
        self._arriving, self._entering = self._followed()

    @property
    def share(self) -> float:
        """The share of the free draws that is kept."""
        return float(self._ahead[0, 0])

    def hazards(self) -> tuple[Short, Short]:
        """The chance of a call in each slot by the calls before it, and that to come to it so.

        The second has a row more, for the end of the period. Both have seven digits: each run of
        hours begins with what is known to sixteen, and the figures of a rule are read to three.
        """
        draw, width = self._draw, self._width
        hours = list(_hour_by_hour(draw.starts))
        hazards = np.empty((len(draw.chances), width), np.float32)
        reached = np.empty((len(draw.chances) + 1, width), np.float32)
        of_slot = draw.chances[:, None].astype(np.float32)
        # The chance to be kept, with a count more than the last for what a call leads to.
        ahead = self._ahead[1:, : width + 1].astype(np.float32)
        landed = self._ahead[draw.landing, 1 : width + 1].astype(np.float32)
        for runs, at in reversed(hours):
            kept, chances = ahead[runs], of_slot[at]
            called = chances * (kept[:, 1:] if draw.steady else landed[runs])
            kept[:, :-1] *= 1 - chances
            kept[:, :-1] += called
            kept[:, -1] = kept[:, -2] if self._open_ended else 0
            hazards[at] = np.divide(called, kept[:, :-1], out=called, where=called > 0)
            ahead[runs] = kept
        coming = (self._arriving * self._ahead[:, :width] / self.share).astype(np.float32)
        for runs, at in hours:
            here = coming[runs]
            reached[at] = here
            called = hazards[at] * here
            here -= called
            if draw.steady:
                here[:, 1:] += called[:, :-1]
                if self._open_ended:
                    here[:, -1] += called[:, -1]
            coming[runs] = here
        reached[-1] = coming[-1]
        return hazards, reached

    def month_counts(self) -> tuple[Floats, ...]:
        """The chances of 0, 1, 2 … calls in each month.

        What a free draw does in a month doesn't hang on the calls before it. So it is followed once
        from each run in which the month may be entered, and joined with what comes before it and
        after it.
        """
        width, found = self._width, []
        for (first, after), entering in zip(
            pairwise(self._draw.months.tolist()), self._entering, strict=True
        ):
            chances = np.zeros(width)
            for entry, before in enumerate(entering, first):
                ways = np.zeros((len(self._ahead), width))
                ways[entry, 0] = 1
                for run in range(first, after):
                    self._pass_on(ways, run)
                for left in np.flatnonzero(ways[after:].any(axis=1)) + after:
                    ahead = np.correlate(self._ahead[left, : 2 * width - 1], before, "valid")
                    chances += ways[left] * ahead
            found.append(chances / self.share)
        return tuple(found)

    def _looked_ahead(self, end: Floats) -> Floats:
        """The chance to be kept of one who comes to a run with k calls, also past the last k."""
        draw, width = self._draw, self._width
        most = draw.counts.shape[1] - 1  # calls of a run
        ahead = np.zeros((len(draw.starts), width + max(width, most)))
        for run in reversed(range(len(ahead))):
            row = end
            if run < len(draw.counts):
                landed = ahead[draw.landing[run], 1 : width + most]
                row = np.correlate(landed, draw.counts[run, 1:], "valid")
                row += draw.counts[run, 0] * ahead[run + 1, :width]
            ahead[run, :width] = row
            if self._open_ended:
                ahead[run, width:] = row[-1]
        return ahead

    def _followed(self) -> tuple[Floats, list[Floats]]:
        """The chance of a free draw to come to a run with k calls; and where a month begins, the
        chances to come with k calls to its first run next, to the second, and so on.
        """
        arriving = np.zeros((len(self._ahead), self._width))
        arriving[0, 0] = 1
        months, entering, furthest = set(self._draw.months.tolist()), [], 0
        for run, landing in enumerate(self._draw.landing.tolist()):
            if run in months:
                entering.append(arriving[run : furthest + 1].copy())
            self._pass_on(arriving, run)
            furthest = landing
        return arriving, entering

    def _pass_on(self, at: Floats, run: int) -> None:
        """Add what is at a run to the later runs to which it leads, by the calls it has then."""
        counts, here = self._draw.counts[run], at[run]
        at[run + 1] += counts[0] * here
        call = np.convolve(here, counts[1:])
        landed = at[self._draw.landing[run]]
        landed[1:] += call[: self._width - 1]
        if self._open_ended:
            landed[-1] += call[self._width - 1 :].sum()


def _turns(numbers: Ints) -> Ints:
    """The slots with which numbers that never fall become greater, the first among them."""
    return np.flatnonzero(np.diff(numbers, prepend=-1))


def _hour_by_hour(starts: Ints) -> Iterator[tuple[Ints, Ints]]:
    """The runs that have a first slot and those slots, then the same of a second, and so on."""
    lengths = np.diff(starts)
    for hour in range(lengths.max()):
        runs = np.flatnonzero(lengths > hour)
        yield runs, starts[runs] + hour

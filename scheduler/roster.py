"""When people could take calls: who offered an hour, and which time somebody offered."""

from bisect import bisect_right
from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt

Seconds = npt.NDArray[np.int64]
"""Moments in whole seconds since 1970 in UTC."""

_HOUR = 3600
_EVER = 1 << 60


class Roster:
    """The stretches that people offered, each person a number from 0.

    ``stretches`` holds for each person the half-open stretches, apart and in order, in seconds
    since 1970. Everything is answered from whole numbers, so it is the same on any machine.
    """

    def __init__(self, stretches: Sequence[Sequence[tuple[int, int]]]) -> None:
        self.stretches = stretches
        self.seconds = [sum(end - start for start, end in own) for own in stretches]
        edges = {edge for own in stretches for stretch in own for edge in stretch}
        self._edges = np.array(sorted({-_EVER, *edges, _EVER}), dtype=np.int64)
        flat = [(*stretch, person) for person, own in enumerate(stretches) for stretch in own]
        starts, ends, self._owner = np.array(flat, dtype=np.int64).reshape(-1, 3).T
        self._first = np.searchsorted(self._edges, starts)
        self._after = np.searchsorted(self._edges, ends)
        self._offers = self._counted(np.full(len(flat), True))
        self._starts, self._ends = starts, ends
        self._by_start = np.argsort(starts, kind="stable")
        self._longest = int((ends - starts).max()) if len(flat) else 0

    def at(self, hour: int) -> tuple[list[int], frozenset[int]]:
        """Who offered any of an hour that begins at a second, and who of them not all of it."""
        order = self._by_start
        low = np.searchsorted(self._starts, hour - self._longest, sorter=order)
        high = np.searchsorted(self._starts, hour + _HOUR, sorter=order)
        near = order[low:high]
        near = near[self._ends[near] > hour]
        whole = (self._starts[near] <= hour) & (self._ends[near] >= hour + _HOUR)
        people = np.unique(self._owner[near])
        return people.tolist(), frozenset(self._owner[near[~whole]].tolist())

    def holds(self, person: int, second: int) -> bool:
        """Whether a person offered a moment."""
        own = self.stretches[person]
        place = bisect_right(own, (second, _EVER)) - 1
        return place >= 0 and second < own[place][1]

    def at_moment(self, second: int) -> list[int]:
        """Who offered a moment."""
        people, partly = self.at(second // _HOUR * _HOUR)
        return [one for one in people if one not in partly or self.holds(one, second)]

    def covered(
        self, starts: Seconds, ends: Seconds, barred: Collection[int]
    ) -> npt.NDArray[np.bool]:
        """Whether at every moment of each stretch somebody not barred could take a call.

        A slot that is not covered is no part of the draw: give it the weight 0 there.
        """
        offers = self._offers
        if barred:
            offers = offers - self._counted(np.isin(self._owner, list(barred)))
        empty_before = np.concatenate(([0], (offers == 0).cumsum()))
        first = np.searchsorted(self._edges, starts, side="right") - 1
        after = np.searchsorted(self._edges, ends)
        covered: npt.NDArray[np.bool] = empty_before[after] == empty_before[first]
        return covered

    def _counted(self, chosen: npt.NDArray[np.bool]) -> npt.NDArray[np.int64]:
        """How many of the chosen stretches hold each run between two edges."""
        changes = np.bincount(self._first[chosen], minlength=len(self._edges))
        changes = changes - np.bincount(self._after[chosen], minlength=len(self._edges))
        return changes.cumsum()[:-1]

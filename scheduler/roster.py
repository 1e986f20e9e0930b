"""When people could take calls: who offered a moment, and which time somebody offered."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from scheduler.crowd import Crowd

Seconds = npt.NDArray[np.int64]
"""Moments in whole seconds since 1970 in UTC."""


class Roster:
    """The stretches that people offered, each person a number from 0.

    ``stretches`` holds for each person the half-open stretches, apart and in order, in seconds
    since 1970. Between two of their edges the same people are there.
    """

    def __init__(self, stretches: Sequence[Sequence[tuple[int, int]]]) -> None:
        self.seconds = [sum(end - start for start, end in own) for own in stretches]
        turns: defaultdict[int, Crowd] = defaultdict(int)  # who comes or goes
        for person, own in enumerate(stretches):
            one = 1 << person
            for start, end in own:
                turns[start] ^= one
                turns[end] ^= one
        self._edges = sorted(turns)
        self._there = [0]  # before the first edge, and from each on
        for edge in self._edges:
            self._there.append(self._there[-1] ^ turns[edge])

    def there(self, second: int) -> Crowd:
        """Who offered a moment."""
        return self._there[bisect_right(self._edges, second)]

    def covered(self, starts: Seconds, ends: Seconds, barred: Crowd) -> npt.NDArray[np.bool]:
        """Whether at every moment of each stretch somebody not barred could take a call.

        A slot that is not covered is no part of the draw: give it the weight 0 there.
        """
        empty = [not there & ~barred for there in self._there]
        empty_before = np.concatenate(([0], np.cumsum(empty)))
        first = np.searchsorted(self._edges, starts, side="right")
        after = np.searchsorted(self._edges, ends) + 1
        covered: npt.NDArray[np.bool] = empty_before[after] == empty_before[first]
        return covered

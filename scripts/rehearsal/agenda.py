"""A clock that jumps, and an agenda of what simulated people do when it gets there."""

import heapq
from collections.abc import Callable
from datetime import datetime


class JumpingClock:
    """Stands still until it is told where to go; never goes back."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def __call__(self) -> datetime:
        """The simulated moment."""
        return self._now

    def jump(self, moment: datetime) -> None:
        """Go to a later moment; an earlier one changes nothing."""
        self._now = max(self._now, moment)


class Agenda:
    """What is still to be done, by time, then in the order of entry."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int, Callable[[], None]]] = []
        self._entered = 0

    def enter(self, at: datetime, act: Callable[[], None]) -> None:
        """Do something at a moment."""
        heapq.heappush(self._heap, (at, self._entered, act))
        self._entered += 1

    def next_at(self) -> datetime | None:
        """When the next thing is to be done."""
        return self._heap[0][0] if self._heap else None

    def act(self, now: datetime) -> None:
        """Do everything that is due."""
        while self._heap and self._heap[0][0] <= now:
            heapq.heappop(self._heap)[2]()

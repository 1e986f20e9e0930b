"""What is due on the exchange, in the order of its moments."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heappop, heappush
from itertools import count

from scheduler.practice.webhooks import Delivery

Happening = Callable[[datetime], object]


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One thing that is due: a happening on a leg, or a webhook to deliver."""

    due: datetime
    order: int
    what: Happening | Delivery = field(compare=False)
    alive: Callable[[], bool] = field(compare=False)


class Agenda:
    """A queue in time; entries of one moment keep the order in which they were added."""

    def __init__(self) -> None:
        """Begin with nothing due."""
        self._heap: list[Entry] = []
        self._order = count()

    def add(
        self, due: datetime, what: Happening | Delivery, alive: Callable[[], bool] = lambda: True
    ) -> None:
        """Note what is due; it lapses without a trace once ``alive`` says no."""
        heappush(self._heap, Entry(due, next(self._order), what, alive))

    def next_due(self) -> datetime | None:
        """Return the moment of the next entry that has not lapsed."""
        while self._heap and not self._heap[0].alive():
            heappop(self._heap)
        return self._heap[0].due if self._heap else None

    def take(self, now: datetime) -> Entry | None:
        """Remove and return the next entry due at ``now``, or ``None``."""
        due = self.next_due()
        return heappop(self._heap) if due is not None and due <= now else None

    def deliveries_due(self, now: datetime) -> int:
        """Count the webhooks that are due and not yet taken."""
        return sum(isinstance(e.what, Delivery) and e.due <= now for e in self._heap)

"""The exact program by runs of hours, held against a plain walk hour by hour."""

from collections import defaultdict
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.hazards import Design, Hours, MeterRefused, hazards_of

State = tuple[int, int]
"""The calls before a slot, and those of them in its month."""


class Walk:
    """The draws that a rule keeps, one slot after the other."""

    def __init__(self, design: Design, hours: Hours) -> None:
        self.slots, self.hours, self.design = len(hours.volume), hours, design
        total = sum(hours.volume)
        self.chances = [min(design.mean * each / total, 0.95) for each in hours.volume]
        self.kept = cache(self._kept)
        self.reached = defaultdict[State, float](float)  # slot, calls before it
        self.months: list[dict[int, float]] = []
        self._walk()

    def after(self, slot: int) -> int:
        """The first slot that may hold a call after one in a slot."""
        for later in range(slot + 1 + self.design.dead_slots, self.slots):
            apart = self.hours.days[later] - self.hours.days[slot]
            if not self.design.free_days or apart > self.design.free_days:
                return later
        return self.slots

    def hazard(self, slot: int, calls: int) -> float:
        """The chance of a call to one who comes to a slot after some calls."""
        called = self.chances[slot] * self.kept(self.after(slot), calls + 1)
        return called / self.kept(slot, calls) if called else 0.0

    def _kept(self, slot: int, calls: int) -> float:
        if slot == self.slots:
            ceiling = self.design.ceiling
            return float(self.design.floor <= calls and (ceiling is None or calls <= ceiling))
        chance = self.chances[slot]
        missed, called = self.kept(slot + 1, calls), self.kept(self.after(slot), calls + 1)
        return (1 - chance) * missed + chance * called

    def _walk(self) -> None:
        at = [defaultdict[State, float](float) for _ in range(self.slots + 1)]
        at[0][0, 0] = 1.0
        for slot in range(self.slots):
            for (calls, of_month), chance in at[slot].items():
                self.reached[slot, calls] += chance
                called = chance * self.hazard(slot, calls)
                at[slot + 1][calls, of_month] += chance - called
                at[self.after(slot)][calls + 1, of_month + 1] += called
            if self.hours.months[slot : slot + 2] != (self.hours.months[slot],) * 2:
                self.months.append(defaultdict(float))
                for later in range(slot + 1, self.slots + 1):
                    anew = defaultdict[State, float](float)
                    for (calls, of_month), chance in at[later].items():
                        self.months[-1][of_month] += chance
                        anew[calls, 0] += chance
                    at[later] = anew
        for (calls, _), chance in at[-1].items():
            self.reached[self.slots, calls] += chance


@settings(deadline=None, max_examples=150)
@given(
    slots=st.lists(
        st.tuples(st.integers(0, 9), st.sampled_from((0, 0, 0, 1, 2)), st.sampled_from((0, 0, 1))),
        min_size=3,
        max_size=14,
    ).filter(lambda slots: any(volume for volume, _, _ in slots)),
    mean=st.floats(0.3, 5),
    floor=st.integers(0, 2),
    width=st.none() | st.integers(0, 3),
    dead_slots=st.sampled_from((0, 0, 1, 4)),
    free_days=st.sampled_from((0, 0, 1, 2)),
)
def test_runs_of_hours_say_what_a_walk_hour_by_hour_says(
    slots: list[tuple[int, int, int]],
    mean: float,
    floor: int,
    width: int | None,
    dead_slots: int,
    free_days: int,
) -> None:
    later = [days for _, days, _ in slots]
    months = np.cumsum([bool(days and month) for _, days, month in slots])
    hours = Hours(
        tuple(float(volume) for volume, _, _ in slots),
        tuple(np.cumsum(later).tolist()),
        tuple((months - months[0]).tolist()),
    )
    ceiling = None if width is None else floor + width
    design = Design(mean, floor, ceiling, dead_slots, free_days)
    try:
        hazards = hazards_of(design, hours)
    except MeterRefused:
        return
    walk = Walk(design, hours)
    assert hazards.draws.share == pytest.approx(walk.kept(0, 0))
    for slot, row in enumerate(hazards.reached):
        expected = [walk.reached[slot, calls] for calls in range(len(row))]
        assert row == pytest.approx(expected, abs=1e-6)
        for calls in np.flatnonzero(row > 1e-9).tolist() if slot < len(slots) else ():
            found = hazards.of[slot, calls]
            assert found == pytest.approx(walk.hazard(slot, calls), abs=1e-6)
    for chances, counts in zip(hazards.draws.month_counts(), walk.months, strict=True):
        assert chances == pytest.approx([counts[n] for n in range(len(chances))], abs=1e-12)

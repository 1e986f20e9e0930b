"""How long the rule's page takes to measure a rule, by calendar; the best of five after the first.

Run ``.venv/bin/python -m tests.benchmarks.metering``. The promise: under 300 ms for each of these
cases, on a core of its own; the processor's time is printed beside the clock's.
"""

import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from config.clock import Month, Period
from scheduler.centre import OpenSpan
from scheduler.cover import cover_of
from scheduler.hazard_picture import picture
from scheduler.hazards import hazards_of
from scheduler.hours import SECTOR_VOLUME, Calendar, open_slots
from scheduler.meter import read
from scheduler.rule import Rule, default_rule
from scheduler.rule_reading import Ground, design_of, ground_of, parts, plain_ground
from scheduler.shape import Band, Shape, WeekHours

PROMISE = 0.3  # seconds
ALWAYS = Calendar("Europe/London", tuple(OpenSpan(day, 0, 1440) for day in range(7)))


def around_the_clock(months: int) -> Ground:
    """A centre that never closes, with everything offered."""
    slots = open_slots(ALWAYS, Period(Month(2027, 1), months))
    return ground_of("", slots, SECTOR_VOLUME, (True,) * len(slots))


def shown(rule: Rule, ground: Ground) -> None:
    """All that the page reads of a rule."""
    hazards = hazards_of(design_of(rule, ground, 10), ground.hours)
    reading = read(hazards, ground.hours)
    picture(hazards, ground.hours, reading.calls)
    parts(rule, ground, 10, reading.guard[1])
    if ground.offered is not None:
        cover_of(ground.slots, ground.ordinary, ground.offered)


def cases() -> Iterator[tuple[str, Rule, bool]]:
    """Name, rule, and whether the calendar is around the clock."""
    half, year = Rule(6, Fraction(8), 3, capped=True), Rule(12, Fraction(12), 5, capped=True)
    yield "plain quarter", default_rule(), False
    yield "quarter around the clock", default_rule(), True
    yield "half-year around the clock, capped", half, True
    yield "year around the clock, capped", year, True
    shape = Shape(
        bands=(Band(WeekHours((0, 1, 2, 3, 4), 15, 18), Fraction(2)),),
        flat=Fraction(1, 10),
        never=(WeekHours((6,), 0, 6),),
    )
    yield "the same, with a band, a flat share and a blackout", replace(year, shape=shape), True
    every_part = Rule(12, Fraction(84), 65, 110, shape, capped=True)
    yield "the same, with a mean of 84 and a ceiling: every part of a rule", every_part, True


def main() -> int:
    """Measure each case; 1 when the promise isn't kept."""
    kept = True
    for name, rule, always in cases():
        times = []
        for _ in range(6):
            began, used = time.perf_counter(), time.process_time()
            ground = around_the_clock(rule.months) if always else plain_ground(rule.months)
            shown(rule, ground)
            times.append((time.perf_counter() - began, time.process_time() - used))
        clock, processor = min(times[1:])
        print(f"{name}: {1000 * clock:.0f} ms, of the processor {1000 * processor:.0f} ms")
        kept = kept and processor < PROMISE
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())

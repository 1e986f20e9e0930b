"""Several plans audited together: a year finds what a quarter of a few centres can't."""

from fractions import Fraction

import numpy as np

from config.clock import Month
from scheduler.audit import Finding, Kind, audit
from scheduler.audit_calls import Calls, Simulation, calls_of, chance_of, designs_of
from scheduler.audit_design import Design, Drawing, Place
from scheduler.draw import draw
from scheduler.keystream import Keystream
from scheduler.rule import Rule
from tests.scheduler.audited import NOTHING, finding, six_centres

QUARTERS = [Month(2027, month) for month in (1, 4, 7, 10)]
EXACTLY_SIX = Rule(1, Fraction(6), 6, 6)


def drawings(quarters: int) -> list[Drawing]:
    """So many quarters of two centres, by the default rule."""
    centres = six_centres().centres[:2]
    return [
        Drawing.of(six_centres(first=first, centres=centres), number)
        for number, first in enumerate(QUARTERS[:quarters])
    ]


def drawn(design: Design, slots: range, rule: Rule, keystream: Keystream) -> list[Place]:
    """What the planner's own draw gives in a run of a design's slots."""
    weights = [round(design.share[slot] * 10**12) for slot in slots]
    calls = draw([design.slots[slot] for slot in slots], weights, rule, keystream)
    places = [design.place(call.moment) for call in calls]
    return [each for each in places if each is not None]


def history(of: list[Drawing], *, six: bool) -> Calls:
    """The calls of plans: drawn by their own rule, or exactly six in each month."""
    found = []
    for number, design in enumerate(designs_of(of)):
        keystream = Keystream((71 + number).to_bytes(32, "little"))
        runs = [range(len(design.slots))]
        if six:
            months = [np.flatnonzero(design.month == month) for month in range(design.months)]
            runs = [range(int(each[0]), int(each[-1]) + 1) for each in months]
        rule = EXACTLY_SIX if six else design.rule
        for run in runs:
            found += [(number, each) for each in drawn(design, run, rule, keystream)]
    return calls_of(found)


def findings(quarters: int, *, six: bool) -> tuple[Finding, ...]:
    of = drawings(quarters)
    calls = history(of, six=six)
    seal = chance_of(*(f"quarter {number}" for number in range(quarters)))
    question = audit(of, calls, calls, NOTHING, seal, 399).drawn
    assert finding(question, Kind.MONTHS).of == 2 * 3 * quarters
    return question.findings


def test_exactly_six_a_month_is_found_in_a_year_though_a_quarter_hides_it() -> None:
    quarter, year = (
        next(each for each in findings(quarters, six=True) if each.kind is Kind.MONTHS)
        for quarters in (1, 4)
    )
    assert quarter.holm > 0.05
    assert year.holm <= 0.05
    assert year.value < year.low  # steadier than chance


def test_a_fair_history_of_a_year_passes() -> None:
    assert all(each.holm > 0.05 for each in findings(4, six=False))


def test_a_centre_has_chances_of_its_own_in_each_plan() -> None:
    first, again = (Drawing.of(six_centres(), number) for number in (0, 1))
    plan = next(Simulation([first, again], bytes(32)).portions(1))
    alone = next(Simulation([first], bytes(32)).portions(1))
    own = plan.where(plan.centre < len(first.designs))
    assert np.array_equal(own.slot, alone.slot)
    other = plan.where(plan.centre >= len(first.designs))
    assert not np.array_equal(other.slot, alone.slot)

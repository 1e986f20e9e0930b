"""Plans for audits: six centres of a quarter, and calls that are planted in them."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction

import numpy as np

from config.clock import Month
from scheduler.audit import Audit, Finding, Kind, Question, audit
from scheduler.audit_calls import Calls, Simulation, calls_of, chance_of
from scheduler.audit_design import Design, Drawing, Place
from scheduler.hours import SECTOR_VOLUME
from scheduler.plan_inputs import Inputs
from tests.scheduler.inputs import LONG_AGO, OFFICE, a_centre, inputs

NOTHING = calls_of([])


def six_centres(**changes: object) -> Inputs:
    """Six centres in office hours, drawn by the default rule for the first quarter of 2027."""
    centres = [a_centre(n, spans=OFFICE, volume=SECTOR_VOLUME, since=LONG_AGO) for n in range(1, 7)]
    whole = inputs(centres, first=Month(2027, 1), months=3, mean=Fraction(21), floor=12)
    return replace(whole, **changes)  # type: ignore[arg-type]


DRAWING = Drawing.of(six_centres())
DESIGNS = DRAWING.designs


def a_plan(number: int = 0) -> Calls:
    """The calls of a fair plan."""
    return next(Simulation([DRAWING], number.to_bytes(32, "big")).portions(1))


def planted(times: Callable[[Design], Iterable[float]]) -> Calls:
    """Calls at times of each centre, a time being the share of the period's weight before it."""
    return calls_of([(n, at(d, time)) for n, d in enumerate(DESIGNS) for time in times(d)])


def at(design: Design, time: float) -> Place:
    """The place at which a share of the weight has passed."""
    slot = int(np.searchsorted(design.before, time, "right")) - 1
    return Place(slot, float((time - design.before[slot]) / design.share[slot]))


def moved_to(calls: Calls, there: Callable[[Design], Iterable[int]]) -> Calls:
    """The calls of a plan, each moved to the nearest of some slots of its centre."""
    slots = [np.array(list(there(design))) for design in DESIGNS]
    places = []
    for centre, slot, part in zip(calls.centre, calls.slot, calls.part, strict=True):
        near = slots[centre][np.abs(slots[centre] - slot).argmin()]
        places.append((int(centre), Place(int(near), float(part))))
    return calls_of(places)


def audited(drawn: Calls, simulations: int = 999, seal: str = "a seal") -> Audit:
    """The audit of a plan of which every call was made."""
    return audit([DRAWING], drawn, drawn, NOTHING, chance_of(seal), simulations)


def finding(question: Question | None, kind: Kind) -> Finding:
    """The finding of a kind."""
    assert question is not None
    (found,) = (each for each in question.findings if each.kind is kind)
    return found

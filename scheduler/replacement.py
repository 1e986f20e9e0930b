"""Who takes one call in another's place, at the moment that chance gave it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from uuid import UUID

from scheduler.assignment import Assigned, Candidate, Held, Shift, ToAssign, Unplaced, assign
from scheduler.keystream import Keystream


def replacement(
    call: ToAssign,
    candidates: Iterable[Candidate],
    shifts: Iterable[Shift],
    *,
    heard: Mapping[tuple[UUID, UUID], date],
    held: Iterable[Held] = (),
    made: Mapping[tuple[UUID, UUID], int] | None = None,
    zone: str,
    keystream: Keystream,
    excluded: Collection[UUID] = (),
) -> Assigned | Unplaced:
    """Draw who takes a call, by the rules and the odds of the assignment of a whole plan.

    ``held`` are the other calls that people have, those of the same centre among them, and not
    this one; ``made`` are those of the twelve months before, counted as in a plan. Those
    ``excluded`` are not drawn, as they declined or fell ill; they still count among the people
    allowed, by whose number the most at a centre is reckoned.
    """
    result = assign(
        [call],
        candidates,
        [shift for shift in shifts if shift.person not in excluded],
        heard=heard,
        held=held,
        made=made,
        zone=zone,
        keystream=keystream,
    )
    return result.assigned[0] if result.assigned else result.unplaced[0]

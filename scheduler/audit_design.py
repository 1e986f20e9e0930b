"""What the calls of a plan are held against: of each centre its rule and its hours with weights."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import numpy as np
import numpy.typing as npt

from scheduler.draw import limits
from scheduler.field import Field, fields_of, roster_of
from scheduler.hours import Slot
from scheduler.plan_inputs import Inputs
from scheduler.rule import Rule, for_share, mean_kept, most, raised

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

WEEKDAYS, HOURS = 7, 24


class Place(NamedTuple):
    """Where a moment lies in the hours of a centre: its slot, and the part of it that is over."""

    slot: int
    part: float


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """The law by which a centre's calls were drawn, slot by slot in the order of time.

    ``share`` is a slot's part of the whole weight and ``before`` the sum of the slots before it;
    ``under`` are the draw's own thresholds. ``month`` counts the period's months from 0, and
    ``mean`` the calls that its draws have on average once the rule has thrown some away.
    """

    centre: UUID
    rule: Rule
    under: npt.NDArray[np.uint64]
    share: Floats
    before: Floats
    weekday: Ints
    hour: Ints
    month: Ints
    months: int
    mean: float
    slots: tuple[Slot, ...]
    starts: tuple[datetime, ...]

    def place(self, moment: datetime) -> Place | None:
        """Where an aware moment lies; None outside every hour that could be drawn."""
        at = bisect_right(self.starts, moment) - 1
        if at < 0 or self.share[at] == 0 or moment >= self.slots[at].pieces[-1][1]:
            return None
        return Place(at, _over(self.slots[at], moment))


@dataclass(frozen=True, slots=True)
class Drawing:
    """The designs that were drawn together, and the most calls that they could have.

    ``number`` is their plan's among those that are audited together, from 0: a centre has a design,
    and a stream of chance, in each of them.
    """

    designs: tuple[Design, ...]
    cap: int | None
    number: int = 0

    @classmethod
    def of(cls, inputs: Inputs, number: int = 0) -> "Drawing":
        """The designs of sealed inputs; centres that could have no call are left out."""
        fields = fields_of(inputs, roster_of(inputs))
        designs = tuple(
            design_of(
                each.centre,
                field,
                for_share(raised(inputs.rule, each.extra), field.supplied),
                inputs,
            )
            for each in inputs.centres
            if not (field := fields[each.centre]).why_not
        )
        means = (mean_kept(each.rule) for each in designs)
        return cls(designs, most(means) if inputs.capped else None, number)


def design_of(centre: UUID, field: Field, rule: Rule, inputs: Inputs) -> Design:
    """The design of one centre, by its own rule."""
    weights = np.array(field.weights, dtype=np.float64)
    share = weights / weights.sum()
    first = inputs.first
    return Design(
        centre=centre,
        rule=rule,
        under=limits(field.weights, rule),
        share=share,
        before=np.concatenate(([0.0], np.cumsum(share)[:-1])),
        weekday=_of(slot.weekday for slot in field.slots),
        hour=_of(slot.hour for slot in field.slots),
        month=_of(
            12 * (slot.local_date.year - first.year) + slot.local_date.month - first.month
            for slot in field.slots
        ),
        months=inputs.months,
        mean=float(mean_kept(rule)),
        slots=field.slots,
        starts=tuple(slot.start for slot in field.slots),
    )


def _of(values: Iterable[int]) -> Ints:
    return np.fromiter(values, dtype=np.int64)


def _over(slot: Slot, moment: datetime) -> float:
    """The part of a slot's open minutes that lies before a moment."""
    over = sum(
        (min(moment, end) - start for start, end in slot.pieces if start < moment), timedelta()
    )
    return over / (slot.minutes * timedelta(minutes=1))

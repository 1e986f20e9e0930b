"""Calls as flat arrays: those of a plan, and those of many plans drawn by the same design."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scheduler.audit_design import Design, Drawing, Floats, Ints, Place
from scheduler.draw import draw_often
from scheduler.keystream import Keystream, stream_key

AT_ONCE = 20  # plans; the keystreams are read in these portions, so it is part of what is drawn
MOST_PORTIONS = 10_000  # a capped institute is over its cap once in forty draws
_WHOLE = float(2**64)


@dataclass(frozen=True, slots=True, eq=False)
class Calls:
    """The calls of ``plans`` plans, in the order of plan, centre and time.

    Each has its plan's number, its centre's place among the designs, its slot there, and the part
    of the slot that was over.
    """

    plans: int
    plan: Ints
    centre: Ints
    slot: Ints
    part: Floats

    def where(self, kept: npt.NDArray[np.bool]) -> "Calls":
        """Some of the calls, of as many plans."""
        return Calls(
            self.plans, self.plan[kept], self.centre[kept], self.slot[kept], self.part[kept]
        )


def calls_of(places: Sequence[tuple[int, Place]]) -> Calls:
    """The calls of one plan, from each one's centre, by its place among the designs, and place."""
    rows = sorted((centre, at.slot, at.part) for centre, at in places)
    centre, slot, part = zip(*rows, strict=True) if rows else ((), (), ())
    whole = np.int64
    return Calls(
        1,
        np.zeros(len(rows), whole),
        np.array(centre, whole),
        np.array(slot, whole),
        np.array(part, np.float64),
    )


def chance_of(*seals: str) -> bytes:
    """The seed of an audit's simulations: it follows from the plans' seals, so nobody chose it.

    ``seals`` are the hashes of the sealed inputs in the plans' order; the seed is SHA-256 of
    ``audit`` and each, with spaces between them.
    """
    return hashlib.sha256(" ".join(("audit", *seals)).encode()).digest()


class Simulation:
    """Plans drawn by the planner's own draw under the same designs, in portions.

    The keystream of a centre is that of its stream n under the seed, n the number of the plan that
    is audited, without a public value.
    """

    def __init__(self, drawings: Sequence[Drawing], seed: bytes) -> None:
        self._drawings = drawings
        self._seed = seed
        self._streams = [
            (each, Keystream(stream_key(seed, b"", each.centre.bytes, drawing.number)))
            for drawing in drawings
            for each in drawing.designs
        ]
        self._misses = Keystream(stream_key(seed, b"", b"misses", 0))

    def portions(self, plans: int) -> Iterator[Calls]:
        """So many plans, some at a time, so that memory holds those of a thousand centres."""
        left = plans
        for _ in range(MOST_PORTIONS):
            drawn = self._within_caps(self._draw())
            if drawn.plans > left:
                drawn = _first(drawn, left)
            if drawn.plans:
                yield drawn
            left -= drawn.plans
            if not left:
                return
        raise ValueError("the designs hardly ever keep their cap")

    def missed(self, calls: Calls, missed: Ints) -> npt.NDArray[np.bool]:
        """Which calls are missed, when chance takes so many of each centre in every plan."""
        if not missed.any():
            return np.zeros(calls.plan.size, np.bool)
        key = calls.plan * missed.size + calls.centre
        order = np.argsort(key + self._misses.words(key.size) / _WHOLE, kind="stable")
        taken = np.empty(key.size, np.bool)
        taken[order] = _rank(key) < missed[calls.centre]  # the keys are in order already
        return taken

    def _draw(self) -> Calls:
        plans, centres, slots, parts = [], [], [], []
        for number, (design, stream) in enumerate(self._streams):
            plan, slot = draw_often(design.under, design.rule, stream, AT_ONCE)
            plans.append(plan)
            centres.append(np.full(plan.size, number, np.int64))
            slots.append(slot)
            parts.append(stream.words(plan.size) / _WHOLE)
        plan = np.concatenate(plans)
        order = np.argsort(plan, kind="stable")
        return Calls(
            AT_ONCE,
            plan[order],
            np.concatenate(centres)[order],
            np.concatenate(slots)[order],
            np.concatenate(parts)[order],
        )

    def _within_caps(self, calls: Calls) -> Calls:
        kept = np.ones(calls.plans, np.bool)
        first = 0
        for drawing in self._drawings:
            after = first + len(drawing.designs)
            if drawing.cap is not None:
                own = (first <= calls.centre) & (calls.centre < after)
                kept &= np.bincount(calls.plan[own], minlength=calls.plans) <= drawing.cap
            first = after
        if kept.all():
            return calls
        left = calls.where(kept[calls.plan])
        number = np.cumsum(kept) - 1
        return Calls(int(kept.sum()), number[left.plan], left.centre, left.slot, left.part)


def _first(calls: Calls, plans: int) -> Calls:
    left = calls.where(calls.plan < plans)
    return Calls(plans, left.plan, left.centre, left.slot, left.part)


def _rank(key: Ints) -> Ints:
    """The place of each among those of its key, from 0; the keys are in order."""
    return np.arange(key.size) - np.searchsorted(key, key)


def designs_of(drawings: Sequence[Drawing]) -> tuple[Design, ...]:
    """Every design, in the order in which calls count their centres."""
    return tuple(design for drawing in drawings for design in drawing.designs)

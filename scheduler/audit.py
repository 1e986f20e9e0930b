"""The audit of plans: whether their calls, as drawn and as made, look like draws by their design.

Each statistic of the calls is compared with the same of plans that the planner's own draw makes
under the same design. Its p-value is the share of all, this one included, that lie at least as far
out (Phipson and Smyth 2010), so it is never 0 and never too small; within a question the values are
raised by Holm's step-down procedure (1979). A value that isn't small proves nothing: ``power`` says
how large a departure would have been seen.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from scheduler.audit_calls import AT_ONCE, Calls, Simulation, designs_of
from scheduler.audit_design import HOURS, WEEKDAYS, Drawing, Floats, Ints
from scheduler.audit_statistics import Measured, Ruler, fit, table, together

SIMULATIONS = 999
LEVEL = 0.05  # of a question
FOUND = 0.8  # the chance with which the stated departure would be found
_NORMAL = 0.8416  # below which a normal variable lies with that chance


class Kind(StrEnum):
    """What is compared."""

    WEEKDAY = "weekday"
    HOUR = "hour"
    GAPS = "gaps"
    ECHO = "echo"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Finding:
    """One statistic of the calls, of how many things, and what plans by the design give.

    ``low`` and ``high`` hold 95 % of the simulated plans; ``p`` is the Monte-Carlo value and
    ``holm`` the same raised for the statistics of its question. ``power`` is the departure that
    would be found in four of five plans, for some kinds on both sides (a ratio for the fits and the
    spread, a share of the gaps, a correlation); infinite where none would be.
    """

    kind: Kind
    of: int
    value: float
    low: float
    high: float
    p: float
    holm: float
    power: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """A count beside the mean of the simulated plans, and the band that holds 95 % of them."""

    at: int
    count: float
    expected: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Question:
    """The calls in one view: the findings and the pictures' figures."""

    calls: int
    findings: tuple[Finding, ...]
    weekdays: tuple[Bar, ...]
    hours: tuple[Bar, ...]
    gaps: tuple[Bar, ...] = ()  # shares up to each twentieth, ``at`` in twentieths
    months: tuple[Bar, ...] = ()  # how often a centre had ``at`` calls in a month


@dataclass(frozen=True, slots=True)
class Audit:
    """The calls as drawn, as made, and those missed among the drawn.

    ``made`` is None where no call was made, and where all were at their drawn moments; ``missed``
    where none was missed, and where all were.
    """

    simulations: int
    drawn: Question
    made: Question | None
    missed: Question | None


def audit(
    drawings: Sequence[Drawing],
    drawn: Calls,
    made: Calls,
    missed: Calls,
    seed: bytes,
    simulations: int = SIMULATIONS,
    tell: Callable[[int], None] = lambda done: None,
) -> Audit:
    """Hold the calls of plans against their designs; ``tell`` hears how many are simulated.

    Of several plans audited together each is simulated as often.

    ``missed`` are those of the drawn that weren't made. Chance misses as many of each centre's
    calls in the simulated plans, so that the made ones can be compared.
    """
    designs = designs_of(drawings)
    ruler = Ruler(designs)
    simulation = Simulation(drawings, seed)
    of_centre = np.bincount(missed.centre, minlength=len(designs))
    as_planned = np.array_equal(made.slot, drawn.slot) and np.array_equal(made.part, drawn.part)
    moved = made.plan.size > 0 and not as_planned
    as_drawn, as_made = [], []
    done = 0
    for portion in simulation.portions(simulations):
        as_drawn.append(ruler.measure(portion))
        if moved:
            left = portion.where(~simulation.missed(portion, of_centre))
            as_made.append(ruler.measure(left))
        done += portion.plans
        tell(done)
    return Audit(
        simulations,
        _question(ruler.measure(drawn), together(as_drawn)),
        _question(ruler.measure(made), together(as_made)) if moved else None,
        _misses(ruler, drawn, missed, of_centre, simulation, simulations)
        if 0 < missed.plan.size < drawn.plan.size
        else None,
    )


def holm(values: Sequence[float]) -> tuple[float, ...]:
    """Holm's step-down: each value times how many are no smaller, never below a smaller one's.

    >>> holm([0.01, 0.04, 0.03])
    (0.03, 0.06, 0.06)
    """
    raised = [0.0] * len(values)
    least = 0.0
    for rank, place in enumerate(sorted(range(len(values)), key=values.__getitem__)):
        least = max(least, min(1.0, (len(values) - rank) * values[place]))
        raised[place] = least
    return tuple(raised)


def p_value(value: float, simulated: Floats, *, two_sided: bool = False) -> float:
    """The share of all plans that lie at least as far out as this one, itself among them.

    One side is the far end; of two sides the distance from the median of all counts.
    """
    every = np.append(simulated, value)
    if two_sided:
        every = np.abs(every - np.median(every))
    # Sums of the same numbers in another order may differ in the last digits.
    return float(np.mean(every >= every[-1] - 1e-9 * abs(every[-1])))


def _question(observed: Measured, simulated: Measured) -> Question:
    calls, gaps = int(observed.calls[0]), int(observed.gaps[0])
    own = (
        (Kind.WEEKDAY, calls, observed.weekday_fit, simulated.weekday_fit),
        (Kind.HOUR, calls, observed.hour_fit, simulated.hour_fit),
        (Kind.GAPS, gaps, observed.gap_distance, simulated.gap_distance),
        (Kind.ECHO, gaps, observed.gap_echo, simulated.gap_echo),
        (Kind.MONTHS, int(observed.month_counts.sum()), observed.spread, simulated.spread),
    )
    shares = {
        Kind.WEEKDAY: simulated.weekdays.sum(axis=0) / simulated.calls.sum(),
        Kind.HOUR: simulated.hours.sum(axis=0) / simulated.calls.sum(),
    }
    return Question(
        calls,
        _findings(own, shares),
        _bars(observed.weekdays, simulated.weekdays),
        _bars(observed.hours, simulated.hours),
        _bars(observed.gaps_below, simulated.gaps_below, first=1) if gaps else (),
        _bars(observed.month_counts, simulated.month_counts),
    )


def _misses(
    ruler: Ruler,
    drawn: Calls,
    missed: Calls,
    of_centre: Ints,
    simulation: Simulation,
    simulations: int,
) -> Question:
    """The missed calls against chance's choice of as many among the drawn calls of each centre."""
    kinds = (
        (Kind.WEEKDAY, ruler.weekday_of, WEEKDAYS),
        (Kind.HOUR, ruler.hour_of, HOURS),
    )
    taken = [
        (each.plans, each.where(simulation.missed(each, of_centre)))
        for each in _again(drawn, simulations)
    ]
    of_drawn = np.bincount(drawn.centre, minlength=of_centre.size)
    part = of_centre / np.maximum(of_drawn, 1)
    own, shares, bars = [], {}, {}
    for kind, of, width in kinds:
        weights = part[drawn.centre]
        expected = np.bincount(of(drawn), weights=weights, minlength=width).astype(np.float64)
        counts = table(missed.plan, of(missed), 1, width)
        chance = np.concatenate([table(c.plan, of(c), plans, width) for plans, c in taken])
        own.append(
            (kind, missed.plan.size, fit(counts, expected[None]), fit(chance, expected[None]))
        )
        shares[kind] = expected / expected.sum()
        bars[kind] = _bars(counts, chance)
    findings = _findings(own, shares)
    return Question(missed.plan.size, findings, bars[Kind.WEEKDAY], bars[Kind.HOUR])


def _again(calls: Calls, plans: int) -> Iterator[Calls]:
    """The calls of a plan so many times over, in portions."""
    for first in range(0, plans, AT_ONCE):
        times = min(AT_ONCE, plans - first)
        yield Calls(
            times,
            np.arange(times).repeat(calls.plan.size),
            np.tile(calls.centre, times),
            np.tile(calls.slot, times),
            np.tile(calls.part, times),
        )


def _findings(
    own: Sequence[tuple[Kind, int, Floats, Floats]], shares: dict[Kind, Floats]
) -> tuple[Finding, ...]:
    """The findings of a question; a statistic that can't be had for want of calls is left out."""
    there = [
        (kind, of, float(value[0]), simulated[np.isfinite(simulated)])
        for kind, of, value, simulated in own
        if np.isfinite(value[0])
    ]
    values = [_chance(kind, value, simulated) for kind, _, value, simulated in there]
    level = LEVEL / max(1, len(there))
    return tuple(
        Finding(
            kind,
            of,
            value,
            float(np.percentile(simulated, 2.5)),
            float(np.percentile(simulated, 97.5)),
            p,
            adjusted,
            _power(kind, of, simulated, level, shares.get(kind)),
        )
        for (kind, of, value, simulated), p, adjusted in zip(
            there, values, holm(values), strict=True
        )
    )


def _chance(kind: Kind, value: float, simulated: Floats) -> float:
    if kind is Kind.MONTHS:  # a half is as far from the design as twice it
        logs = np.log(np.maximum(np.append(simulated, value), 1e-9))
        return p_value(float(logs[-1]), logs[:-1], two_sided=True)
    return p_value(value, simulated, two_sided=kind is Kind.ECHO)


def _power(
    kind: Kind, of: int, simulated: Floats, level: float, shares: Floats | None
) -> tuple[float, ...]:
    """What would be found in four of five plans, from the spread of the simulated ones."""
    far = float(np.quantile(simulated, 1 - level))
    if shares is not None:
        share = float(shares.max())
        needed = _shift(simulated, far)
        factor = 1 + (needed * (1 - share) / (of * share)) ** 0.5
        return (factor if factor * share <= 1 else float("inf"),)
    if kind is Kind.GAPS:
        return ((far + _NORMAL / 2) / of**0.5,)  # a share varies by half the root at most
    low, high = (float(np.quantile(simulated, q)) for q in (level / 2, 1 - level / 2))
    if kind is Kind.ECHO:
        wide = _NORMAL * float(simulated.std())
        return low - wide, high + wide
    often, seldom = (float(np.quantile(simulated, q)) for q in (FOUND, 1 - FOUND))
    return low / often, high / seldom


def _shift(simulated: Floats, far: float) -> float:
    """The non-centrality that brings χ² over ``far`` with the stated chance, by its moments."""
    mean, variance = float(simulated.mean()), float(simulated.var())
    low, high = 0.0, 1.0

    def found(shift: float) -> bool:
        return bool(mean + shift - _NORMAL * (variance + 4 * shift) ** 0.5 >= far)

    while not found(high):
        high *= 2
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (low, middle) if found(middle) else (middle, high)
    return high


def _bars(observed: Ints | Floats, simulated: Ints | Floats, first: int = 0) -> tuple[Bar, ...]:
    low, high = np.nanpercentile(simulated, [2.5, 97.5], axis=0)
    mean = np.nanmean(simulated, axis=0)
    return tuple(
        Bar(number, *map(float, each))
        for number, each in enumerate(zip(observed[0], mean, low, high, strict=True), first)
    )

"""What is measured of the calls of a plan: five statistics, and the counts behind their pictures.

Everything is pooled over the centres and computed for many plans at once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

import numpy as np

from scheduler.audit_calls import Calls
from scheduler.audit_design import HOURS, WEEKDAYS, Design, Floats, Ints

STEPS = 20  # of the gaps' distribution
MOST_COUNTED = 30  # calls of a centre in a month; more are counted there


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """One row a plan.

    ``weekday_fit`` and ``hour_fit`` are Pearson's χ² of the calls against what the design expects
    of as many calls of each centre. A gap is the weight that passes between two successive calls of
    a centre; of n calls at random each gap g makes 1 - (1 - g)ⁿ uniform. ``gap_distance`` is
    Kolmogorov's, the root of their number times the greatest distance of their distribution from
    the uniform one; ``gap_echo`` the correlation of successive gaps. ``spread`` is the mean of
    (n - e)² ÷ e over centres and months, with n calls where the design expects e: the variance over
    the mean. Where something can't be had for want of calls it is not a number.
    """

    weekday_fit: Floats
    hour_fit: Floats
    gap_distance: Floats
    gap_echo: Floats
    spread: Floats
    weekdays: Ints  # calls of each
    hours: Ints
    gaps_below: Floats  # the share of the gaps up to each step
    month_counts: Ints  # how often a centre had 0, 1, 2 … calls in a month
    calls: Ints
    gaps: Ints


class Ruler:
    """Measures calls against designs."""

    def __init__(self, designs: Sequence[Design]) -> None:
        self._months = max(each.months for each in designs)
        sizes = [each.share.size for each in designs]
        self._offset = np.concatenate(([0], np.cumsum(sizes)[:-1])).astype(np.int64)
        self._weekday = np.concatenate([each.weekday for each in designs])
        self._hour = np.concatenate([each.hour for each in designs])
        self._month = np.concatenate([each.month for each in designs])
        self._share = np.concatenate([each.share for each in designs])
        self._before = np.concatenate([each.before for each in designs])
        self.weekday_share = _shares((d.weekday for d in designs), designs, WEEKDAYS)
        self.hour_share = _shares((d.hour for d in designs), designs, HOURS)
        month_share = _shares((d.month for d in designs), designs, self._months)
        self._expected = (month_share * np.array([[each.mean] for each in designs])).ravel()
        self._cells = np.flatnonzero(self._expected)
        top = float(self._expected.max())
        self._most = min(int(top + 4 * top**0.5) + 1, MOST_COUNTED)

    def weekday_of(self, calls: Calls) -> Ints:
        """The weekday of each call on its centre's wall, 0 for Monday."""
        return self._weekday[self._at(calls)]

    def hour_of(self, calls: Calls) -> Ints:
        """The hour of each call on its centre's wall."""
        return self._hour[self._at(calls)]

    def measure(self, calls: Calls) -> Measured:
        """Every plan's figures."""
        plans, centres = calls.plans, self._offset.size
        at = self._at(calls)
        of_centre = table(calls.plan, calls.centre, plans, centres)
        weekdays = table(calls.plan, self._weekday[at], plans, WEEKDAYS)
        hours = table(calls.plan, self._hour[at], plans, HOURS)
        months = table(
            calls.plan,
            calls.centre * self._months + self._month[at],
            plans,
            centres * self._months,
        )[:, self._cells]
        expected = self._expected[self._cells]
        plan, gap, follows = self._gaps(calls, at, of_centre)
        step = np.minimum((gap * STEPS).astype(np.int64), STEPS - 1)
        below = np.cumsum(table(plan, step, plans, STEPS), axis=1)
        any_call = of_centre.any(axis=1)
        number = np.arange(plans).repeat(months.shape[1])
        with np.errstate(invalid="ignore", divide="ignore"):
            return Measured(
                weekday_fit=np.where(
                    any_call, fit(weekdays, of_centre @ self.weekday_share), np.nan
                ),
                hour_fit=np.where(any_call, fit(hours, of_centre @ self.hour_share), np.nan),
                gap_distance=_distance(plan, gap, plans),
                gap_echo=_echo(plan, gap, follows, plans),
                spread=((months - expected) ** 2 / expected).mean(axis=1),
                weekdays=weekdays,
                hours=hours,
                gaps_below=below / below[:, -1:],
                month_counts=table(
                    number, np.minimum(months.ravel(), self._most), plans, self._most + 1
                ),
                calls=of_centre.sum(axis=1),
                gaps=np.bincount(plan, minlength=plans),
            )

    def _at(self, calls: Calls) -> Ints:
        return self._offset[calls.centre] + calls.slot

    def _gaps(self, calls: Calls, at: Ints, of_centre: Ints) -> tuple[Ints, Floats, Ints]:
        """Plan and value of each gap, and the places of those that follow one of their centre."""
        time = self._before[at] + calls.part * self._share[at]
        key = calls.plan * self._offset.size + calls.centre
        inside = key[1:] == key[:-1]
        count = of_centre.ravel()[key[1:][inside]]
        gap: Floats = 1 - (1 - np.diff(time)[inside]) ** count
        own = key[1:][inside]
        return calls.plan[1:][inside], gap, np.flatnonzero(own[1:] == own[:-1]) + 1


def together(portions: Iterable[Measured]) -> Measured:
    """The figures of several portions of plans as those of all of them."""
    found = list(portions)
    return Measured(
        *(np.concatenate([getattr(each, f.name) for each in found]) for f in fields(Measured))
    )


def table(rows: Ints, columns: Ints, height: int, width: int) -> Ints:
    """How often each pair of row and column stands in two sequences."""
    counts = np.bincount(rows * width + columns, minlength=height * width)
    return counts.reshape(height, width)


def fit(counts: Ints, expected: Floats) -> Floats:
    """Pearson's χ² of each row, over the cells where something is expected."""
    safe = np.where(expected > 0, expected, 1)
    terms: Floats = np.where(expected > 0, (counts - expected) ** 2 / safe, 0.0)
    found: Floats = terms.sum(axis=1)
    return found


def _shares(kinds: Iterable[Ints], designs: Sequence[Design], width: int) -> Floats:
    return np.array(
        [
            np.bincount(kind, weights=each.share, minlength=width)
            for kind, each in zip(kinds, designs, strict=True)
        ]
    )


def _distance(plan: Ints, gap: Floats, plans: int) -> Floats:
    found = np.full(plans, np.nan)
    if not gap.size:
        return found
    # Sorted by plan and then by gap: a plan's number is the whole part.
    value = np.sort(plan + np.minimum(gap, np.nextafter(1, 0)))
    count = np.bincount(plan, minlength=plans)
    there = np.flatnonzero(count)
    starts = (np.cumsum(count) - count)[there]
    rank = np.arange(value.size) - starts.repeat(count[there])
    of = count[plan]  # the plans stand in order, as the sorted values do
    part = value - plan
    off = np.maximum((rank + 1) / of - part, part - rank / of)
    found[there] = np.maximum.reduceat(off, starts) * np.sqrt(count[there])
    return found


def _echo(plan: Ints, gap: Floats, follows: Ints, plans: int) -> Floats:
    """Pearson's correlation of each gap with the one before it at the same centre."""
    own, x, y = plan[follows], gap[follows - 1], gap[follows]

    def total(values: Floats) -> Floats:
        return np.bincount(own, weights=values, minlength=plans).astype(np.float64)

    n = np.bincount(own, minlength=plans)
    x = x - (total(x) / n)[own]
    y = y - (total(y) / n)[own]
    found: Floats = np.where(n > 2, total(x * y) / np.sqrt(total(x * x) * total(y * y)), np.nan)
    return found

"""What a few calls can say: means and rates with the ranges that are consistent with them."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import NormalDist, fmean, variance

ASSUMED_CALL_VARIANCE = 12.5**2
"""Of one centre's calls, in points squared, where too few centres were called to measure it: the
scheme's definition, a standard deviation of 12.5 points."""

ASSUMED_SEVERITY_VARIANCE = 4.0**2
"""Between assessors, in points squared, until calls scored by two people measure it: the scheme's
definition, a standard deviation of 4 points."""

PRIOR_FREEDOM = 8  # the degrees of freedom that the pooled variance stands for beside n - 1
LEAST_CENTRES, LEAST_CALLS = 5, 40  # below either, the pooled variance isn't measured
COVER = 0.95
LEAST_FOR_EVERYTHING = 12  # below, "x of n" and no percentage, no median and no standing

Score = float | Decimal


@dataclass(frozen=True, slots=True)
class Interval:
    """The values that are consistent with what was seen, at 95 %; both ends belong to it."""

    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


def wilson(x: int, n: int) -> Interval:
    """Wilson's interval for the rate of which x successes in n are a sample, from 0 to 1.

    Written out here, because the library that has it takes seconds to load. Raises ValueError
    unless 0 <= x <= n and n >= 1. Source: Newcombe (1998), Statistics in Medicine 17, 857-872,
    method 3, whose table I has:

    >>> rate = wilson(15, 148)
    >>> round(rate.low, 4), round(rate.high, 4)
    (0.0624, 0.1605)
    >>> round(wilson(0, 20).high, 4)
    0.1611
    """
    if not 0 <= x <= n or n < 1:
        raise ValueError(f"{x} of {n} is no rate; count from 0 to n, of at least one")
    z = NormalDist().inv_cdf((1 + COVER) / 2)
    centre = x + z * z / 2
    reach = z * math.sqrt(x * (n - x) / n + z * z / 4)
    low = 0.0 if x == 0 else (centre - reach) / (n + z * z)
    high = 1.0 if x == n else (centre + reach) / (n + z * z)
    return Interval(low, high)


@dataclass(frozen=True, slots=True)
class Tally:
    """x of n; ``rate`` is Wilson's range, from 0 to 1, from twelve on."""

    x: int
    n: int

    @property
    def rate(self) -> Interval | None:
        """The rates that are consistent with the tally, None where it is too small."""
        return wilson(self.x, self.n) if self.n >= LEAST_FOR_EVERYTHING else None


def median_with_range(values: Iterable[float]) -> tuple[float, Interval]:
    """The median of at least six values, and the medians that are consistent with them.

    The range runs between two of the values, whatever their distribution, by the sign test; values
    may be infinite. Of an even number the higher middle one is the median. Raises ValueError below
    six values.

    Of sixteen, by hand: at most three lie below the true median in 697 of 65,536 cases (1.1 %), at
    most four in 3.8 %, so the range begins at the fourth.

    >>> median_with_range(range(1, 17))
    (9, Interval(low=4, high=13))
    """
    ordered = sorted(values)
    n = len(ordered)
    below, rank = 1, 0  # how many of the 2 ** n equally likely orders have at most ``rank`` below
    while below <= (1 - COVER) / 2 * 2**n:
        rank += 1
        below += math.comb(n, rank)
    if rank == 0:
        raise ValueError(f"{n} values give no range of the median; give at least six")
    return ordered[n // 2], Interval(ordered[rank - 1], ordered[n - rank])


def moderated_t(
    scores: Sequence[Score],
    calls_by_assessor: Iterable[int],
    pooled_variance: float = ASSUMED_CALL_VARIANCE,
    severity_variance: float = ASSUMED_SEVERITY_VARIANCE,
) -> Interval:
    """The interval for a centre's mean score, clipped to 0..100.

    The calls' own variance is moderated by the pooled one as by eight degrees of freedom more;
    ``calls_by_assessor`` says how many of the calls each assessor made, because calls of one
    assessor share that assessor's severity. Variances are in points squared. Raises ValueError
    without a score, and when the assessors' calls are not as many as the scores.

    Four calls of one assessor, by hand: v = (8 * 156.25 + 400) / 11 = 150 and t(.975, 11) =
    2.201, so the mean of 80 is uncertain by 2.201 * sqrt(150 / 4 + 16) = 16.1.

    >>> mean = moderated_t([70, 90, 70, 90], [4], severity_variance=0)
    >>> round(mean.low, 1), round(mean.high, 1)
    (66.5, 93.5)
    >>> round(moderated_t([70, 90, 70, 90], [4]).low, 1)
    63.9
    """
    n = len(scores)
    counts = list(calls_by_assessor)
    if n == 0:
        raise ValueError("no score, no mean; leave out what has no scored call")
    if sum(counts) != n:
        raise ValueError(f"{sum(counts)} calls by assessor for {n} scores; count each call once")
    from scipy.special import stdtrit  # takes a second to load; only a report needs it

    values = [float(score) for score in scores]
    own = variance(values) if n > 1 else 0.0
    moderated = (PRIOR_FREEDOM * pooled_variance + (n - 1) * own) / (PRIOR_FREEDOM + n - 1)
    severity = severity_variance * sum((count / n) ** 2 for count in counts)
    t = float(stdtrit(PRIOR_FREEDOM + n - 1, (1 + COVER) / 2))
    reach = t * math.sqrt(moderated / n + severity)
    mean = fmean(values)
    return Interval(max(0.0, mean - reach), min(100.0, mean + reach))


def upper_rate_without_failure(n: int) -> float:
    """The highest rate of failures that n calls without one still allow, at 95 %.

    Raises ValueError for n below 1. Source: the exact binomial bound (Hanley and Lippman-Hand,
    1983, JAMA 249, 1743-1745), near 3 / n.

    >>> round(upper_rate_without_failure(6), 2)
    0.39
    """
    if n < 1:
        raise ValueError(f"{n} calls say nothing about a rate; give at least one")
    return float(1 - (1 - COVER) ** (1 / n))


def pooled_variance(groups: Iterable[Sequence[Score]]) -> float | None:
    """The variance within centres, in points squared, from each centre's scores.

    None unless at least five centres and forty calls measure it. A centre with a single call says
    nothing about the spread within a centre and isn't counted.

    >>> pooled_variance([[70, 90]] * 19) is None
    True
    >>> pooled_variance([[70, 90]] * 20)
    200.0
    """
    centres = [[float(score) for score in group] for group in groups if len(group) > 1]
    calls = sum(len(group) for group in centres)
    if len(centres) < LEAST_CENTRES or calls < LEAST_CALLS:
        return None
    squares = math.fsum((len(group) - 1) * variance(group) for group in centres)
    return squares / (calls - len(centres))

"""A centre's monthly report: what its calls say, and no more than so few calls can.

Counts are of all the month's calls together. Whatever rests on scores stands by rubric version,
side by side, because scores of different rubrics are not one measure and nothing is recomputed
across versions; a version's series holds that version's calls alone.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from config.clock import Month, Period
from scoring.estimate import (
    ASSUMED_CALL_VARIANCE,
    ASSUMED_SEVERITY_VARIANCE,
    LEAST_FOR_EVERYTHING,
    Interval,
    Tally,
    moderated_t,
    upper_rate_without_failure,
)
from scoring.report_call import VOID, ReportAnswer, ReportCall, RubricVersion, Whose
from scoring.rubric import Tag
from scoring.score import Outcome
from scoring.waits import JUDGED, Waits, waits

LEAST_FOR_MEAN = 4  # below, calls are listed and no figure is formed
MONTHS_SHOWN = 12
ROLLING_MONTHS = (3, 6, 12)


class Standing(StrEnum):
    """Where a centre's mean stands against the standard, as far as its range lets one say."""

    ABOVE = "above"
    BELOW = "below"
    CANNOT_TELL = "cannot tell"
    TOO_FEW = "not enough calls yet"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean score with its range; ``by_assessor`` are the calls of each, most first, unnamed."""

    mean: Decimal
    range: Interval
    n: int
    by_assessor: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MonthPoint:
    """A month of the picture; no estimate below four calls with a score."""

    month: Month
    n: int
    estimate: Estimate | None


@dataclass(frozen=True, slots=True)
class AgainstStandard:
    """The standing on the shortest of 3, 6 and 12 rolling months with at least 12 calls.

    Without such a run it is *not enough calls yet*, and ``n`` are the calls of all twelve months.
    """

    standing: Standing
    months: int
    n: int
    estimate: Estimate | None


@dataclass(frozen=True, slots=True)
class Behaviour:
    """On how many of the calls where it was answered a criterion was met; N/A is left out."""

    criterion: str
    title: str
    tag: Tag | None
    met: Tally


@dataclass(frozen=True, slots=True)
class RubricFigures:
    """What the month's calls under one rubric version say.

    ``scored`` calls passed or failed. Below four of them nothing is summed: ``passed``,
    ``procedure``, ``coaching``, ``right_answer`` are None and ``behaviours`` empty. A critical
    failure without a valid score counts in ``passed`` and not in ``estimate``, which needs four
    calls with a score. ``right_answer`` counts calls: those on which every criterion tagged
    *answer* was met, of those on which one was answered. ``procedure`` and ``coaching`` count
    answers: those that were met, of those that were not N/A.
    """

    rubric: RubricVersion
    scored: int
    estimate: Estimate | None
    passed: Tally | None
    critical: int
    critical_rate_allowed: float | None  # what no critical failure still allows, from 0 to 1
    right_answer: Tally | None
    procedure: Tally | None
    coaching: Tally | None
    behaviours: tuple[Behaviour, ...]
    months: tuple[MonthPoint, ...]
    against: AgainstStandard
    call_variance: float
    call_variance_assumed: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the month's calls.

    planned = made + ours + open; made = completed + the centre's + detected; completed = scored +
    void + waiting for a score. ``verified``, ``second_scored`` and ``assessors`` are of the scored
    ones. ``served`` counts first tries.
    """

    planned: int
    made: int
    completed: int
    scored: int
    waiting: int
    void: tuple[tuple[Outcome, int], ...]
    centres: tuple[tuple[str, int], ...]
    detected: int
    ours: tuple[tuple[str, int], ...]
    open: int
    served: Tally
    verified: Tally
    second_scored: Tally
    assessors: int


@dataclass(frozen=True, slots=True)
class CentreReport:
    """One centre's month. ``calls`` are those made, by day; what was ours is only counted.

    ``waits`` and ``year_waits`` are of the month and of the twelve months that end with it.
    ``not_sampled`` is why no call was planned in it, empty where some was.
    """

    provider: str
    centre: str
    month: Month
    counts: Counts
    right_answer: Tally | None
    rubrics: tuple[RubricFigures, ...]
    calls: tuple[ReportCall, ...]
    severity_variance: float
    severity_assumed: bool
    waits: tuple[Waits, ...]
    year_waits: tuple[Waits, ...]
    not_sampled: str = ""


def centre_report(
    provider: str,
    centre: str,
    month: Month,
    calls: Iterable[ReportCall],
    *,
    call_variances: Mapping[RubricVersion, float | None] | None = None,
    severity_variance: float | None = None,
    not_sampled: str = "",
) -> CentreReport:
    """The report of a month from the centre's calls of the twelve months that end with it.

    Calls of other months are left out. ``call_variances`` is what ``pooled_variance`` makes of all
    centres' calls under a version, ``severity_variance`` what is known of the assessors, both in
    points squared; where either is None or missing it is assumed, and the report says so.
    """
    year = Period(month.next(1 - MONTHS_SHOWN), MONTHS_SHOWN)
    known = sorted((c for c in calls if year.contains(c.day)), key=lambda c: (c.day, c.id))
    this = [call for call in known if Month.of(call.day) == month]
    scored = [call for call in this if call.scored]
    severity = ASSUMED_SEVERITY_VARIANCE if severity_variance is None else severity_variance
    return CentreReport(
        provider=provider,
        centre=centre,
        month=month,
        counts=_counts(this),
        right_answer=_right_answer(scored) if len(scored) >= LEAST_FOR_MEAN else None,
        rubrics=tuple(
            _figures(
                [call for call in known if call.scored and call.rubric == rubric],
                rubric,
                month,
                (call_variances or {}).get(rubric),
                severity,
            )
            for rubric in _rubrics(known, month)
        ),
        calls=tuple(call for call in this if call.made),
        severity_variance=severity,
        severity_assumed=severity_variance is None,
        waits=tuple(waits(name, this) for name in JUDGED),
        year_waits=tuple(waits(name, known) for name in JUDGED),
        not_sampled=not_sampled,
    )


def _rubrics(known: Sequence[ReportCall], month: Month) -> list[RubricVersion]:
    """The versions used in the month, and the latest of each rubric used before it."""
    latest: dict[str, RubricVersion] = {}
    used = set()
    for call in known:
        if call.scored and call.rubric is not None:
            latest[call.rubric.name] = call.rubric
            if Month.of(call.day) == month:
                used.add(call.rubric)
    return sorted(used | set(latest.values()), key=lambda r: (r.name, r.version, r.fingerprint))


def _counts(calls: Sequence[ReportCall]) -> Counts:
    whose = Counter(call.whose for call in calls)
    scored = [call for call in calls if call.scored]
    first_tries = [call.served for call in calls if call.served is not None]
    void = Counter(call.outcome for call in calls if call.assessed)
    completed = whose[Whose.COMPLETED]
    return Counts(
        planned=len(calls),
        made=sum(call.made for call in calls),
        completed=completed,
        scored=len(scored),
        waiting=completed - sum(call.assessed for call in calls),
        void=tuple((reason, void[reason]) for reason in VOID if void[reason]),
        centres=_by_reason(calls, Whose.CENTRE),
        detected=whose[Whose.DETECTED],
        ours=_by_reason(calls, Whose.OURS),
        open=whose[Whose.OPEN],
        served=Tally(sum(first_tries), len(first_tries)),
        verified=Tally(sum(call.verified for call in scored), len(scored)),
        second_scored=Tally(sum(call.second_scored for call in scored), len(scored)),
        assessors=len({call.assessor for call in scored}),
    )


def _by_reason(calls: Sequence[ReportCall], whose: Whose) -> tuple[tuple[str, int], ...]:
    found = Counter(str(call.disposition) for call in calls if call.whose is whose)
    return tuple(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _figures(
    calls: Sequence[ReportCall],
    rubric: RubricVersion,
    month: Month,
    call_variance: float | None,
    severity: float,
) -> RubricFigures:
    """The figures of scored calls under one version, of up to twelve months."""
    variance = ASSUMED_CALL_VARIANCE if call_variance is None else call_variance
    this = _since(calls, month)
    n, critical = len(this), sum(call.outcome is Outcome.FAIL_CRITICAL for call in this)
    enough = n >= LEAST_FOR_MEAN
    return RubricFigures(
        rubric=rubric,
        scored=n,
        estimate=_estimate(this, variance, severity),
        passed=Tally(sum(c.outcome is Outcome.PASS for c in this), n) if enough else None,
        critical=critical,
        critical_rate_allowed=upper_rate_without_failure(n) if enough and not critical else None,
        right_answer=_right_answer(this) if enough else None,
        procedure=_met(this, Tag.PROCEDURE) if enough else None,
        coaching=_met(this, Tag.COACHING) if enough else None,
        behaviours=_behaviours(this) if enough else (),
        months=_months(calls, month, variance, severity),
        against=_against(calls, rubric, month, variance, severity),
        call_variance=variance,
        call_variance_assumed=call_variance is None,
    )


def _since(calls: Sequence[ReportCall], first: Month) -> list[ReportCall]:
    return [call for call in calls if call.day >= first.first]


def _estimate(calls: Iterable[ReportCall], variance: float, severity: float) -> Estimate | None:
    counted = [call for call in calls if call.in_mean]
    scores = [call.score for call in counted if call.score is not None]
    if len(scores) < LEAST_FOR_MEAN:
        return None
    by_assessor = Counter(call.assessor for call in counted)
    shares = tuple(sorted(by_assessor.values(), reverse=True))
    mean = sum(scores, Decimal(0)) / len(scores)
    return Estimate(mean, moderated_t(scores, shares, variance, severity), len(scores), shares)


def _months(
    calls: Sequence[ReportCall], month: Month, variance: float, severity: float
) -> tuple[MonthPoint, ...]:
    """Every month from the version's first call to the report's, those without a call included."""
    by_month: dict[Month, list[ReportCall]] = {}
    for call in calls:
        by_month.setdefault(Month.of(call.day), []).append(call)
    shown = Period(month.next(1 - MONTHS_SHOWN), MONTHS_SHOWN).month_list
    return tuple(
        MonthPoint(
            each,
            len(by_month.get(each, ())),
            _estimate(by_month.get(each, ()), variance, severity),
        )
        for each in shown
        if each >= min(by_month)
    )


def _against(
    calls: Sequence[ReportCall],
    rubric: RubricVersion,
    month: Month,
    variance: float,
    severity: float,
) -> AgainstStandard:
    for months in ROLLING_MONTHS:
        estimate = _estimate(_since(calls, month.next(1 - months)), variance, severity)
        if estimate is not None and estimate.n >= LEAST_FOR_EVERYTHING:
            standing = _standing(estimate.range, float(rubric.standard))
            return AgainstStandard(standing, months, estimate.n, estimate)
    n = sum(call.in_mean for call in calls)
    return AgainstStandard(Standing.TOO_FEW, ROLLING_MONTHS[-1], n, None)


def _standing(mean: Interval, standard: float) -> Standing:
    if standard in mean:
        return Standing.CANNOT_TELL
    return Standing.ABOVE if mean.low > standard else Standing.BELOW


def _right_answer(calls: Iterable[ReportCall]) -> Tally:
    x = n = 0
    for call in calls:
        met = [a.met for a in call.answers if a.tag is Tag.ANSWER and a.met is not None]
        n += bool(met)
        x += bool(met) and all(met)
    return Tally(x, n)


def _met(calls: Iterable[ReportCall], tag: Tag) -> Tally:
    answers = (answer for call in calls for answer in call.answers)
    met = [answer.met for answer in answers if answer.tag is tag and answer.met is not None]
    return Tally(sum(met), len(met))


def _behaviours(calls: Iterable[ReportCall]) -> tuple[Behaviour, ...]:
    """Every criterion of a version in the rubric's order, which every call's answers have."""
    answers: dict[str, list[bool]] = {}
    seen: dict[str, ReportAnswer] = {}
    for call in calls:
        for answer in call.answers:
            seen.setdefault(answer.criterion, answer)
            heard = answers.setdefault(answer.criterion, [])
            if answer.met is not None:
                heard.append(answer.met)
    return tuple(
        Behaviour(key, answer.title, answer.tag, Tally(sum(answers[key]), len(answers[key])))
        for key, answer in seen.items()
    )

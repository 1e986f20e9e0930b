"""How a report is said: every sentence, figure and note, by how much so few calls can say."""

from calendar import month_abbr, month_name
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from math import sqrt

from config.clock import Month
from scoring import wait_words
from scoring.estimate import LEAST_FOR_EVERYTHING
from scoring.figure_words import MISSING, TOO_FEW, count, of, share, tally, whole
from scoring.report import (
    AgainstStandard,
    CentreReport,
    Counts,
    Estimate,
    MonthPoint,
    RubricFigures,
)
from scoring.report_call import ReportCall, RubricVersion
from scoring.report_view import (
    AnswerView,
    BehaviourView,
    CallView,
    FigureView,
    MonthView,
    ReportView,
    RubricView,
)
from scoring.score import Outcome

RUNS = {3: "Three months", 6: "Six months", 12: "Twelve months"}
RESULTS = {
    Outcome.PASS: "passed",
    Outcome.FAIL_CRITICAL: "failed: critical",
    Outcome.FAIL_SCORE: "failed: score below the mark",
    Outcome.FAIL_SECTION: "failed: a section below its minimum",
    Outcome.VOID: "void: nothing could be assessed",
    Outcome.VOID_COVERAGE: "void: less than half could be assessed",
}
RANGE_NOTE = (
    "A range holds the averages, or the rates, that would be consistent with these calls: drawn "
    "again and again, such ranges hold the centre's true figure 95 times in 100. Fewer calls, "
    "wider range."
)
MET_NOTE = (
    "A behaviour is met at 3 of 4 or better, or at yes; what did not arise is left out. The right "
    "answer counts the calls on which every answer was right; procedure and coaching count "
    "behaviours."
)
SERVED_NOTE = (
    "“Was served” counts first tries: busy, no answer, closed in declared hours, a queue "
    "abandoned at the limit, a lost menu, a dead number and a refused valid code are the "
    "centre's. What went wrong on the institute's side is outside every figure. A detected call "
    "is counted and has no score."
)
STANDING_NOTE = (
    "Above, below and cannot tell inform; a finding of below is made once a year, on twelve months."
)
PROMISE_NOTE = (
    "A promise to ring back or write is kept, late or broken; it is no part of any score."
)


def view(report: CentreReport) -> ReportView:
    """Put a report into words."""
    seen = {each.rubric for each in report.rubrics}
    labels = _labels(seen | {call.rubric for call in report.calls if call.rubric is not None})
    rubrics = tuple(_rubric(each, labels[each.rubric]) for each in report.rubrics)
    return ReportView(
        provider=report.provider,
        centre=report.centre,
        month=str(report.month),
        month_words=_month_words(report.month),
        verdict=tuple(_verdict(report, rubrics)),
        figures=tuple(_figures(report)),
        rubrics=rubrics,
        severity=_spread(report.severity_variance),
        calls=tuple(_call(call, number, labels) for number, call in enumerate(report.calls, 1)),
        notes=tuple(_notes(report, labels)),
        service=tuple(wait_words.service(report)),
    )


def _month_words(month: Month) -> str:
    return f"{month_name[month.month]} {month.year}"


def _labels(rubrics: Iterable[RubricVersion]) -> dict[RubricVersion, str]:
    """A rubric's title, with the version where two versions occur."""
    known = list(rubrics)
    titles = Counter(rubric.title for rubric in known)
    return {
        r: r.title if titles[r.title] == 1 else f"{r.title}, version {r.version}" for r in known
    }


# --- sentences ----------------------------------------------------------------------------------


def _verdict(report: CentreReport, rubrics: Sequence[RubricView]) -> Iterator[str]:
    if report.not_sampled:
        yield report.not_sampled
    elif report.counts.scored == 0:
        yield "None of the month's calls could be scored."
    for rubric in rubrics:
        prefix = f"{rubric.label}: " if len(rubrics) > 1 else ""
        first, *others = rubric.sentences if rubric.scored else rubric.sentences[1:]
        yield prefix + (first[0].lower() + first[1:] if prefix else first)
        yield from others
    right = report.right_answer
    if right is not None and right.n:
        yield f"Advice was right on {of(right, 'every one of ')} calls."


def _average(figures: RubricFigures) -> str:
    estimate, scored = figures.estimate, figures.scored
    if estimate is not None:
        return (
            f"Average {whole(estimate.mean)} (between {whole(estimate.range.low)} and "
            f"{whole(estimate.range.high)} would be consistent with these {estimate.n} calls)."
        )
    if scored == 0:
        return "None could be scored this month."
    return f"{count(scored, 'call')} scored: not enough calls yet for an average."


def _against(against: AgainstStandard, standard: Decimal) -> str:
    if against.estimate is None:
        return (
            f"Standard {_plain(standard)}: {against.standing} "
            f"({against.n} of {LEAST_FOR_EVERYTHING} in twelve months)."
        )
    return (
        f"{RUNS[against.months]}: {_range(against.estimate)}, {against.n} calls; "
        f"standard {_plain(standard)}: {against.standing}."
    )


def _work_on(figures: RubricFigures) -> str:
    """The behaviour met least often, where it was missed at all and asked for often enough."""
    missed = [b for b in figures.behaviours if b.met.x < b.met.n and b.met.n >= 4]
    if not missed:
        return ""
    least = min(missed, key=lambda b: b.met.x / b.met.n)
    return f"Met least often: {least.title} ({of(least.met)})."


def _range(estimate: Estimate) -> str:
    low, high = whole(estimate.range.low), whole(estimate.range.high)
    return f"{whole(estimate.mean)} ({low} to {high})"


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")


# --- figures ------------------------------------------------------------------------------------


def _figures(report: CentreReport) -> Iterator[FigureView]:
    counts = report.counts
    made = [f"{counts.planned} planned", *_unmade(counts)]
    yield FigureView("Calls made", str(counts.made), "; ".join(made), counts.made, counts.planned)
    yield FigureView(
        "Scored",
        f"{counts.scored} of {counts.made}",
        "; ".join(_unscored(counts)),
        counts.scored,
        counts.made,
    )
    note = ", ".join(f"{n} {reason}" for reason, n in counts.centres)
    yield tally("Was served", counts.served, note)
    yield tally("Right answer", report.right_answer, "calls on which every answer was right")
    second = f"{counts.second_scored.x or 'none'} scored twice, the second time blind"
    yield share("Verified", counts.verified, second)
    yield FigureView("Assessors", str(counts.assessors), "", counts.assessors)


def _unmade(counts: Counts) -> Iterator[str]:
    if counts.ours:
        yield "ours, not counted: " + ", ".join(f"{n} {reason}" for reason, n in counts.ours)
    if counts.open:
        yield f"{counts.open} still open"


def _unscored(counts: Counts) -> Iterator[str]:
    yield from (f"{n} {RESULTS[reason]}" for reason, n in counts.void)
    if counts.centres:
        yield f"{sum(n for _, n in counts.centres)} not served"
    if counts.detected:
        yield f"{counts.detected} detected"
    if counts.waiting:
        yield f"{counts.waiting} waiting for a score"


# --- by rubric ----------------------------------------------------------------------------------


def _rubric(figures: RubricFigures, label: str) -> RubricView:
    rubric = figures.rubric
    months = tuple(_month(point) for point in figures.months)
    return RubricView(
        label=label,
        version=rubric.version,
        fingerprint=rubric.fingerprint,
        standard=_plain(rubric.standard),
        spread=_spread(figures.call_variance),
        scored=figures.scored,
        sentences=(_average(figures), _against(figures.against, rubric.standard)),
        work_on=_work_on(figures),
        figures=tuple(_rubric_figures(figures)),
        behaviours=tuple(
            BehaviourView(
                b.title,
                b.tag or "",
                of(b.met) if b.met.n else "did not arise",
                b.met.x,
                b.met.n,
            )
            for b in figures.behaviours
        ),
        months=months,
        picture_title=f"Average score by month: {label}",
        picture_text="; ".join(f"{m.label} {m.month[:4]}: {m.text}" for m in months),
        standing=figures.against.standing,
    )


def _rubric_figures(figures: RubricFigures) -> Iterator[FigureView]:
    estimate = figures.estimate
    if estimate is None:
        yield FigureView("Average", MISSING, TOO_FEW)
    else:
        yield FigureView(
            "Average",
            _range(estimate),
            f"{estimate.n} calls; by assessor {', '.join(map(str, estimate.by_assessor))}",
            whole(estimate.mean),
            estimate.n,
            whole(estimate.range.low),
            whole(estimate.range.high),
        )
    yield tally("Passed", figures.passed)
    yield tally("Right answer", figures.right_answer, "calls on which every answer was right")
    for title, met in (("Procedure", figures.procedure), ("Coaching", figures.coaching)):
        if met is not None and met.n:
            yield FigureView(title, of(met), "behaviours met", met.x, met.n)
    critical, scored, allowed = figures.critical, figures.scored, figures.critical_rate_allowed
    yield FigureView(
        "Critical failures",
        f"{critical or 'none'} in {count(scored, 'call')}",
        f"still allows a rate of up to {whole(100 * allowed)} %" if allowed is not None else "",
        critical,
        scored,
    )


def _month(point: MonthPoint) -> MonthView:
    estimate, label = point.estimate, month_abbr[point.month.month]
    if estimate is None:
        text = count(point.n, "call")
        return MonthView(str(point.month), label, text, point.n, None, None, None)
    low, high = whole(estimate.range.low), whole(estimate.range.high)
    text = f"{_range(estimate)}, {estimate.n} calls"
    return MonthView(str(point.month), label, text, point.n, whole(estimate.mean), low, high)


# --- calls and notes ----------------------------------------------------------------------------


def _call(call: ReportCall, number: int, labels: dict[RubricVersion, str]) -> CallView:
    coverage = Decimal(call.coverage.numerator) * 100 / call.coverage.denominator
    waiting = "waiting for a score" if call.disposition == "completed" else str(call.disposition)
    return CallView(
        key=str(call.id),
        number=number,
        date=call.day.isoformat(),
        day=f"{call.day.day} {month_name[call.day.month]}",
        rubric="" if call.rubric is None else labels[call.rubric],
        disposition=str(call.disposition),
        outcome=str(call.outcome or "") if call.assessed else "",
        result=RESULTS[call.outcome] if call.assessed and call.outcome else waiting,
        score=str(call.score) if call.assessed and call.score is not None else "",
        coverage=f"{_plain(coverage.quantize(Decimal('0.1'), ROUND_HALF_UP))} %"
        if call.assessed
        else "",
        in_pass_rate=call.scored,
        in_mean=call.in_mean,
        verified=call.verified,
        critical_failed=call.critical_failed,
        not_tested=call.not_tested,
        not_met=tuple(answer.title for answer in call.answers if answer.met is False),
        answers=tuple(
            AnswerView(
                answer.title,
                answer.tag or "",
                _answer(answer.value, answer.top),
                answer.value,
                answer.top,
            )
            for answer in call.answers
        ),
        promise=str(call.promise or ""),
        measured=tuple(wait_words.measured(figure) for figure in call.measured),
        by_hand=call.by_hand,
    )


def _answer(value: int | None, top: int) -> str:
    if value is None:
        return "N/A"
    return ("no", "yes")[value] if top == 1 else f"{value} of {top}"


def _notes(report: CentreReport, labels: dict[RubricVersion, str]) -> Iterator[str]:
    yield RANGE_NOTE
    yield MET_NOTE
    yield SERVED_NOTE
    yield STANDING_NOTE
    if any(call.promise for call in report.calls):
        yield PROMISE_NOTE
    if any(waits.timed for waits in report.year_waits):
        yield wait_words.NOTE
    for figures in report.rubrics:
        rubric, spread = figures.rubric, _spread(figures.call_variance)
        how = (
            "is assumed, as fewer than five centres or forty calls are there to measure it"
            if figures.call_variance_assumed
            else "is that of all centres' calls in twelve months"
        )
        yield (
            f"{labels[rubric]}: scored by version {rubric.version} ({rubric.fingerprint[:12]}). "
            f"The spread within a centre (standard deviation {spread} points) {how}."
        )
    how = "is assumed" if report.severity_assumed else "is measured on calls that two people scored"
    yield (
        "How much assessors differ in severity (standard deviation "
        f"{_spread(report.severity_variance)} points) {how}."
    )
    yield "Nothing is recomputed across rubric versions; no picture runs through a change of them."


def _spread(variance: float) -> str:
    return _plain(Decimal(sqrt(variance)).quantize(Decimal("0.01"), ROUND_HALF_UP))

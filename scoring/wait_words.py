"""How the measured service level is said in a report.

A centre reads it beside its own call log, and must not find there which call was the institute's:
waits are given in steps of five seconds, lengths in begun minutes, and no time of day.
"""

import math
from collections.abc import Iterator

from scheduler.measured import LENGTH, TO_A_PERSON, TO_ANSWER, Figure
from scoring.figure_words import MISSING, TOO_FEW, joined, tally, whole
from scoring.report import CentreReport
from scoring.report_view import FigureView, MeasuredView
from scoring.waits import Waits

STEP, MINUTE = 5, 60  # seconds
IN_TIME = {TO_ANSWER: "Line answered in time", TO_A_PERSON: "Person reached in time"}
MEDIAN = {TO_ANSWER: "Median time to answer", TO_A_PERSON: "Median time to a person"}
KEPT = {True: "in time", False: "not in time", None: "too close to tell"}
NOTE = (
    "Times are measured from the dialling on, and judged by the service level that was declared "
    "when the call was planned: the line by whatever picks up, a menu included, and a person "
    "apart. Each is as good as its source: the network tells whole seconds, an assessor's mark is "
    "good to 3 seconds, a recording to half a second; a call “timed by hand” has the assessor's "
    "keys alone. What lies closer to the declared time than that is too close to tell. A line that "
    "was busy or never answered at the first try was not answered in time. Waits are given in "
    "steps of 5 seconds and lengths in begun minutes."
)


def service(report: CentreReport) -> Iterator[FigureView]:
    """The waits of the month and of the year that ends with it; nothing where none was measured."""
    for month, year in zip(report.waits, report.year_waits, strict=True):
        if year.timed:
            yield tally(IN_TIME[month.name], month.in_time, _note(month))
            yield tally(f"{IN_TIME[year.name]}, twelve months", year.in_time, _note(year))
            yield _median(year)


def measured(figure: Figure) -> MeasuredView:
    """One figure of a call, as coarsely as a centre may read it."""
    if figure.name == LENGTH:
        seconds = max(1, math.ceil(figure.seconds / MINUTE)) * MINUTE
    else:
        seconds = STEP * whole(figure.seconds / STEP)
    judged = figure.limit is not None
    return MeasuredView(
        name=figure.name,
        text=_span(seconds),
        seconds=seconds,
        source=str(figure.source),
        precision=f"{figure.precision:g}",
        declared=_span(figure.limit) if figure.limit is not None else "",
        kept=KEPT[figure.kept] if judged else "",
    )


def _note(waits: Waits) -> str:
    declared = " or ".join(_span(each) for each in waits.declared)
    return joined(
        f"declared: within {declared}" if declared else "",
        f"{waits.close} too close to tell" if waits.close else "",
        f"{waits.untold} not told" if waits.untold else "",
        f"{waits.by_hand} timed by hand" if waits.by_hand else "",
    )


def _median(waits: Waits) -> FigureView:
    """The median; half of the calls never got so far where it is infinite."""
    label, median, spread = f"{MEDIAN[waits.name]}, twelve months", waits.median, waits.range
    if median is None or spread is None:
        return FigureView(label, MISSING, TOO_FEW)
    low, high = _coarse(spread.low), _coarse(spread.high)
    between = f"{_or_never(low)} to {_or_never(high)}"
    said = f"{between} would be consistent with these {waits.timed} calls"
    value = _coarse(median)
    return FigureView(label, _or_never(value), said, value, waits.timed, low, high)


def _coarse(seconds: float) -> int | None:
    """To the nearest step; None for never."""
    return None if math.isinf(seconds) else STEP * whole(seconds / STEP)


def _or_never(seconds: int | None) -> str:
    return "never" if seconds is None else _span(seconds)


def _span(seconds: int) -> str:
    """A span in words: figures with a colon could be read as a time of day."""
    minutes, rest = divmod(seconds, MINUTE)
    return " ".join([f"{minutes} min"] * (minutes > 0) + [f"{rest} s"] * (rest > 0 or not minutes))

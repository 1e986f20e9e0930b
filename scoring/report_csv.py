"""A report as one CSV, from which a reader can recompute it.

One table: ``kind`` says what a row is (report, verdict, figure, rubric, month, behaviour, call,
promise, measured, answer, note), and a column that doesn't belong to a kind is empty. Days have no
times.
UTF-8 with a byte order mark, by which spreadsheets know it; ``utf-8-sig`` reads it in Python.
"""

import csv
from collections.abc import Iterator, Mapping
from io import StringIO
from typing import BinaryIO

from scoring.report_view import CallView, FigureView, ReportView, RubricView

COLUMNS = (
    *("kind", "rubric", "call", "date", "item", "value", "n", "low", "high"),
    *("outcome", "coverage", "in_pass_rate", "in_mean", "verified", "note"),
)
PROMISED = "the promise to come back"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")

Cell = str | int | None
Row = Mapping[str, Cell]


def write_csv(view: ReportView, file: BinaryIO) -> None:
    """Write a report to an open binary file.

    A figure's ``value`` counts of ``n``, with the range of its rate in percent, or is a mean in
    points or a median in seconds of ``n`` calls; what was measured on a call is in seconds; an
    answer's ``n`` is its top value. A text that a spreadsheet would run as a formula gets an
    apostrophe before it.
    """
    text = StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, restval="")
    writer.writeheader()
    for row in _rows(view):
        writer.writerow({key: _safe(cell) for key, cell in row.items()})
    file.write(text.getvalue().encode("utf-8-sig"))


def _safe(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def _rows(view: ReportView) -> Iterator[Row]:
    for item, value in (
        ("provider", view.provider),
        ("centre", view.centre),
        ("month", view.month),
        ("standard deviation between assessors", view.severity),
    ):
        yield {"kind": "report", "item": item, "value": value}
    for sentence in view.verdict:
        yield {"kind": "verdict", "note": sentence}
    for figure in view.figures:
        yield _figure(figure, "")
    for rubric in view.rubrics:
        yield from _rubric(rubric)
    for call in view.calls:
        yield from _call(call)
    for figure in view.service:
        yield _figure(figure, "")
    for note in view.notes:
        yield {"kind": "note", "note": note}


def _figure(figure: FigureView, rubric: str) -> Row:
    return {
        "kind": "figure",
        "rubric": rubric,
        "item": figure.label,
        "value": figure.value,
        "n": figure.n,
        "low": figure.low,
        "high": figure.high,
        "note": figure.note,
    }


def _rubric(rubric: RubricView) -> Iterator[Row]:
    for item, value in (
        ("version", rubric.version),
        ("fingerprint", rubric.fingerprint),
        ("standard", rubric.standard),
        ("standard deviation within a centre", rubric.spread),
    ):
        yield {"kind": "rubric", "rubric": rubric.label, "item": item, "value": value}
    for figure in rubric.figures:
        yield _figure(figure, rubric.label)
    for month in rubric.months:
        yield {
            "kind": "month",
            "rubric": rubric.label,
            "item": month.month,
            "value": month.mean,
            "n": month.n,
            "low": month.low,
            "high": month.high,
        }
    for behaviour in rubric.behaviours:
        yield {
            "kind": "behaviour",
            "rubric": rubric.label,
            "item": behaviour.title,
            "value": behaviour.met,
            "n": behaviour.n,
            "note": behaviour.tag,
        }


def _call(call: CallView) -> Iterator[Row]:
    failed = [f"critical: {title}" for title in call.critical_failed]
    not_tested = [f"not tested: {title}" for title in call.not_tested]
    about: Row = {"rubric": call.rubric, "call": call.number, "date": call.date}
    yield {
        **about,
        "kind": "call",
        "item": call.disposition,
        "value": call.score,
        "outcome": call.outcome,
        "coverage": call.coverage,
        "in_pass_rate": _yes(call.in_pass_rate),
        "in_mean": _yes(call.in_mean),
        "verified": _yes(call.verified),
        "note": "; ".join([*failed, *not_tested]),
    }
    if call.promise:
        yield {**about, "kind": "promise", "item": PROMISED, "value": call.promise}
    for figure in call.measured:
        said = [f"{figure.source}, to {figure.precision} s"]
        if figure.kept:
            said.append(f"declared {figure.declared}: {figure.kept}")
        if call.by_hand:
            said.append("timed by hand")
        yield {
            **about,
            "kind": "measured",
            "item": figure.name,
            "value": figure.seconds,
            "note": "; ".join(said),
        }
    for answer in call.answers:
        value: Cell = "N/A" if answer.value is None else answer.value
        yield {
            **about,
            "kind": "answer",
            "item": answer.title,
            "value": value,
            "n": answer.top,
            "note": answer.tag,
        }


def _yes(truth: bool) -> str:
    return "yes" if truth else "no"

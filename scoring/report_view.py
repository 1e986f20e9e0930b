"""A report in words and numbers: the one view that page, CSV and PDF print.

Everything in it is text, a whole number, true or false, or a tuple of these, so that a published
issue can be stored as it was read. Means and rates are whole numbers, a half rounded upwards.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FigureView:
    """A figure with its note. ``value`` is a count of ``n``, or a mean of n calls' scores.

    ``low`` and ``high`` are its range: a mean's in points, a count's rate in percent (from twelve
    calls on). Of a wait ``value`` is the median of n calls, it and its range in seconds.
    """

    label: str
    text: str
    note: str = ""
    value: int | None = None
    n: int | None = None
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class MonthView:
    """A month of the picture: a dot and a bar, or the number of calls where there is no mean."""

    month: str  # 2027-01
    label: str  # Jan
    text: str
    n: int
    mean: int | None
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class BehaviourView:
    """A criterion, met on so many of the calls where it was answered."""

    title: str
    tag: str
    text: str
    met: int
    n: int


@dataclass(frozen=True, slots=True)
class AnswerView:
    """One criterion's answer on one call; the value is None where it was N/A."""

    title: str
    tag: str
    text: str
    value: int | None
    top: int


@dataclass(frozen=True, slots=True)
class MeasuredView:
    """A stretch of time on one call; ``seconds`` as coarse as ``text``, ``precision`` in seconds.

    ``kept`` tells whether it kept the ``declared`` time; both are empty where none was declared.
    """

    name: str
    text: str
    seconds: int
    source: str
    precision: str
    declared: str
    kept: str


@dataclass(frozen=True, slots=True)
class CallView:
    """One call that was made. ``key`` is its opaque key, ``number`` its place in the month."""

    key: str
    number: int
    date: str  # 2027-01-12
    day: str  # 12 January
    rubric: str
    disposition: str
    outcome: str  # as in scoring.score.Outcome, or empty
    result: str
    score: str
    coverage: str
    in_pass_rate: bool
    in_mean: bool
    verified: bool
    critical_failed: tuple[str, ...]
    not_tested: tuple[str, ...]
    not_met: tuple[str, ...]
    answers: tuple[AnswerView, ...]
    promise: str = ""  # kept, late or broken; issues from before promises were kept have none
    measured: tuple[MeasuredView, ...] = ()  # older issues have none either
    by_hand: bool = False

    def time(self, name: str) -> MeasuredView | None:
        """What was measured under a name, or None."""
        return next((each for each in self.measured if each.name == name), None)


@dataclass(frozen=True, slots=True)
class RubricView:
    """What is said by one rubric version. ``spread`` is the standard deviation within a centre."""

    label: str
    version: int
    fingerprint: str
    standard: str
    spread: str
    scored: int
    sentences: tuple[str, ...]
    work_on: str
    figures: tuple[FigureView, ...]
    behaviours: tuple[BehaviourView, ...]
    months: tuple[MonthView, ...]
    picture_title: str
    picture_text: str
    standing: str = ""  # against the standard, a report.Standing; older issues have none


@dataclass(frozen=True, slots=True)
class ReportView:
    """The report of one centre and month, in the order in which it is read.

    ``severity`` is the standard deviation between assessors, in points.
    """

    provider: str
    centre: str
    month: str  # 2027-01
    month_words: str  # January 2027
    verdict: tuple[str, ...]
    figures: tuple[FigureView, ...]
    rubrics: tuple[RubricView, ...]
    severity: str
    calls: tuple[CallView, ...]
    notes: tuple[str, ...]
    service: tuple[FigureView, ...] = ()  # the waits; older issues have none


def to_json(view: ReportView) -> str:
    """The view as text, to be stored; ``from_json`` reads it back."""
    return json.dumps(asdict(view), ensure_ascii=False)


def from_json(text: str) -> ReportView:
    """Read what ``to_json`` wrote."""
    content = json.loads(text)
    return ReportView(
        **{
            **content,
            "verdict": tuple(content["verdict"]),
            "figures": _each(FigureView, content["figures"]),
            "rubrics": tuple(_rubric(each) for each in content["rubrics"]),
            "calls": tuple(_call(each) for each in content["calls"]),
            "notes": tuple(content["notes"]),
            "service": _each(FigureView, content.get("service", [])),
        }
    )


def _rubric(content: Mapping[str, Any]) -> RubricView:
    return RubricView(
        **{
            **content,
            "sentences": tuple(content["sentences"]),
            "figures": _each(FigureView, content["figures"]),
            "behaviours": _each(BehaviourView, content["behaviours"]),
            "months": _each(MonthView, content["months"]),
        }
    )


def _call(content: Mapping[str, Any]) -> CallView:
    titles = {key: tuple(content[key]) for key in ("critical_failed", "not_tested", "not_met")}
    answers = _each(AnswerView, content["answers"])
    measured = _each(MeasuredView, content.get("measured", []))
    return CallView(**{**content, **titles, "answers": answers, "measured": measured})


def _each(kind: Callable[..., T], rows: list[Mapping[str, Any]]) -> tuple[T, ...]:
    return tuple(kind(**row) for row in rows)

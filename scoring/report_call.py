"""A call as a report sees it: how it ended, whose that was, and what was heard.

A centre reads its reports, so nothing here tells a time, a scenario, an identity or a number.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from scheduler.measured import Figure
from scheduler.outcome import Disposition
from scheduler.promise import Kept
from scoring.rubric import Criterion, Rubric, Tag, fingerprint
from scoring.score import LEAST_COVERAGE, NA, Answer, Outcome

LEAST_MET = Fraction(3, 4)  # of the top value: 3 of 4, or yes
VOID = (Outcome.VOID, Outcome.VOID_COVERAGE)


class Whose(StrEnum):
    """To whom a report counts the way in which a call ended."""

    COMPLETED = "completed"  # the caller was served: to be scored
    CENTRE = "the centre's"  # not served, and the centre answers for it
    DETECTED = "detected"  # outside the mean, counted
    OURS = "ours"  # outside every figure, counted and named
    OPEN = "open"  # something is still to come


WHOSE: Mapping[Disposition, Whose] = {
    Disposition.COMPLETED: Whose.COMPLETED,
    Disposition.BUSY: Whose.CENTRE,
    Disposition.NO_ANSWER: Whose.CENTRE,
    Disposition.CLOSED: Whose.CENTRE,
    Disposition.QUEUE_ABANDONED: Whose.CENTRE,
    Disposition.MENU_LOST: Whose.CENTRE,
    Disposition.NUMBER_DEAD: Whose.CENTRE,
    Disposition.CODE_REFUSED: Whose.CENTRE,
    Disposition.DETECTED: Whose.DETECTED,
    Disposition.ASSESSOR_ABSENT: Whose.OURS,
    Disposition.ABORTED: Whose.OURS,
    Disposition.MISSED: Whose.OURS,
    Disposition.UNKNOWN: Whose.OURS,  # should it be settled later, the next issue says so
    Disposition.OUT_OF_SCOPE: Whose.OURS,
    Disposition.WITHDRAWN: Whose.OURS,
    Disposition.PLANNED: Whose.OPEN,
    Disposition.RUNNING: Whose.OPEN,
    Disposition.AWAITING: Whose.OPEN,
}


def served_by(disposition: Disposition) -> bool | None:
    """Whether a call whose first try ended so was served; None leaves it out of that figure."""
    return {Whose.COMPLETED: True, Whose.CENTRE: False}.get(WHOSE[disposition])


@dataclass(frozen=True, slots=True)
class RubricVersion:
    """By what a call was scored; ``standard`` is what a centre's mean is held against."""

    name: str
    title: str
    version: int
    fingerprint: str
    standard: Decimal

    @classmethod
    def of(cls, rubric: Rubric) -> "RubricVersion":
        """The version that a rubric's text is."""
        title = rubric.title or rubric.name
        return cls(rubric.name, title, rubric.version, fingerprint(rubric), rubric.standard)


@dataclass(frozen=True, slots=True)
class ReportAnswer:
    """One criterion's official answer on a call; the value is None where it was N/A.

    A critical criterion fails at ``critical_at`` and below; None where it isn't critical.
    """

    criterion: str
    title: str
    tag: Tag | None
    value: int | None
    top: int
    critical_at: int | None = None

    @property
    def met(self) -> bool | None:
        """Whether the behaviour was met: 3 of 4 or better, or yes; None where it was N/A."""
        return None if self.value is None else self.value >= LEAST_MET * self.top

    @property
    def critical_failed(self) -> bool:
        """Whether it is critical and failed."""
        if self.critical_at is None or self.value is None:
            return False
        return self.value <= self.critical_at

    @property
    def not_tested(self) -> bool:
        """Whether it is critical and was N/A, which is no failure."""
        return self.critical_at is not None and self.value is None


def report_answers(rubric: Rubric, answers: Mapping[str, Answer]) -> tuple[ReportAnswer, ...]:
    """The answers of one assessment, in the rubric's order."""
    return tuple(_answer(each, answers[each.id]) for each in rubric.criteria)


def _answer(criterion: Criterion, given: Answer) -> ReportAnswer:
    return ReportAnswer(
        criterion.id,
        criterion.title or criterion.id,
        criterion.tag,
        None if given is NA else given,
        criterion.top,
        criterion.critical_at if criterion.critical else None,
    )


@dataclass(frozen=True, slots=True)
class ReportCall:
    """One planned call. ``day`` is the centre's civil date of the drawn moment.

    ``served`` tells of the first try alone, and is None where it is left out of that figure (see
    ``served_by``). What follows it is the official assessment: absent where there is none.
    ``second_scored`` means scored again by a person who had not seen the first score. ``measured``
    is of the last try, the first one where ``tried_again`` is false.
    """

    id: UUID
    day: date
    disposition: Disposition
    served: bool | None
    rubric: RubricVersion | None = None
    assessor: UUID | None = None
    score: Decimal | None = None
    coverage: Fraction = Fraction(0)
    outcome: Outcome | None = None
    answers: tuple[ReportAnswer, ...] = ()
    verified: bool = False
    second_scored: bool = False
    promise: Kept | None = None  # what came of the analyst's promise to come back
    measured: tuple[Figure, ...] = ()
    by_hand: bool = False
    tried_again: bool = False

    def __post_init__(self) -> None:
        """Refuse a score that nothing can be said to have led to."""
        if self.outcome is not None and (self.rubric is None or self.assessor is None):
            raise ValueError(f"call {self.id} has an outcome; give its rubric and its assessor")

    @property
    def whose(self) -> Whose:
        """To whom the call's ending is counted."""
        return WHOSE[self.disposition]

    @property
    def made(self) -> bool:
        """Whether the call counts as made: it reached the centre's line and was not cut by us."""
        return self.whose in (Whose.COMPLETED, Whose.CENTRE, Whose.DETECTED)

    @property
    def scored(self) -> bool:
        """Whether the call is one of those that passed or failed; a void one is not."""
        return self.assessed and self.outcome not in VOID

    @property
    def assessed(self) -> bool:
        """Whether a completed call has an assessment, void or not."""
        return self.whose is Whose.COMPLETED and self.outcome is not None

    @property
    def in_mean(self) -> bool:
        """Whether the score is part of the mean: a critical failure has not always one."""
        return self.scored and self.score is not None and self.coverage >= LEAST_COVERAGE

    @property
    def critical_failed(self) -> tuple[str, ...]:
        """The titles of the critical criteria that failed, in the rubric's order."""
        return tuple(answer.title for answer in self.answers if answer.critical_failed)

    @property
    def not_tested(self) -> tuple[str, ...]:
        """The titles of the critical criteria that were N/A, in the rubric's order."""
        return tuple(answer.title for answer in self.answers if answer.not_tested)

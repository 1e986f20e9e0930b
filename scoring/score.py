"""What the answers on one call come to: section scores, score, coverage and outcome.

The arithmetic is exact. The official score is rounded half up to one decimal, and it alone is
used afterwards, the pass decision included.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, StrEnum
from fractions import Fraction
from typing import Final

from scoring.rubric import Criterion, Rubric, Section

LEAST_COVERAGE = Fraction(1, 2)


class NotAssessed(Enum):
    """The one answer that is no number."""

    NA = "NA"


NA: Final = NotAssessed.NA
"""Not applicable on this call: left out of its own section, neither good nor bad."""

Answer = int | NotAssessed
"""A value from 0 to the criterion's top, or N/A."""


class Outcome(StrEnum):
    """What a call's answers lead to, in the order in which they are looked for."""

    FAIL_CRITICAL = "fail_critical"
    VOID = "void"
    VOID_COVERAGE = "void_coverage"
    FAIL_SCORE = "fail_score"
    FAIL_SECTION = "fail_section"
    PASS = "pass"


class AnswersRefused(ValueError):
    """Answers that can't be scored by the rubric; ``faults`` has a sentence for each."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        """Keep the faults; the message is all of them."""
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Scored:
    """The result for one call; None stands for "not assessed".

    ``score`` and ``sections`` are rounded half up to one decimal, out of 100; ``score_exact`` and
    ``coverage`` (0 to 1) are exact. ``critical_failed`` and ``critical_na`` are ids in the
    rubric's order.
    """

    score_exact: Fraction | None
    score: Decimal | None
    sections: dict[str, Decimal | None]
    coverage: Fraction
    outcome: Outcome
    critical_failed: tuple[str, ...]
    critical_na: tuple[str, ...]

    @property
    def counts_in_mean(self) -> bool:
        """Whether the score is part of a centre's mean."""
        return self.score is not None and self.coverage >= LEAST_COVERAGE

    @property
    def counts_in_pass_rate(self) -> bool:
        """Whether the call is one of those that passed or failed."""
        return self.outcome not in (Outcome.VOID, Outcome.VOID_COVERAGE)


def score(rubric: Rubric, answers: Mapping[str, Answer]) -> Scored:
    """Score one call by a workable rubric.

    Every criterion needs an answer. Raises AnswersRefused for one that is missing, unknown, out
    of range, or N/A where that isn't allowed.
    """
    faults = tuple(_faults(rubric, answers))
    if faults:
        raise AnswersRefused(faults)
    exact_sections = {s.id: _section_score(s, answers) for s in rubric.sections}
    shown = {name: None if s is None else half_up(s) for name, s in exact_sections.items()}
    exact = _call_score(rubric, exact_sections)
    official = None if exact is None else half_up(exact)
    coverage = _coverage(rubric, answers)
    critical = [criterion for criterion in rubric.criteria if criterion.critical]
    failed = tuple(c.id for c in critical if _fails(c, answers[c.id]))
    return Scored(
        score_exact=exact,
        score=official,
        sections=shown,
        coverage=coverage,
        outcome=_outcome(rubric, official, shown, coverage, failed),
        critical_failed=failed,
        critical_na=tuple(c.id for c in critical if answers[c.id] is NA),
    )


def half_up(number: Fraction) -> Decimal:
    """Round a number that isn't negative to one decimal, a half upwards.

    >>> half_up(Fraction("86.25"))
    Decimal('86.3')
    """
    tenths = (number * 10 + Fraction(1, 2)) // 1
    return Decimal(tenths).scaleb(-1)


def _faults(rubric: Rubric, answers: Mapping[str, Answer]) -> Iterator[str]:
    criteria = rubric.criteria
    for criterion in criteria:
        if criterion.id not in answers:
            yield f"{_name(criterion)} is not answered: give a value from 0 to {criterion.top}" + (
                ", or N/A" if criterion.na_allowed else ""
            )
            continue
        answer = answers[criterion.id]
        if answer is NA:
            if not criterion.na_allowed:
                yield (
                    f"{_name(criterion)} can't be N/A: give a value from 0 to {criterion.top}, "
                    "0 where nothing of it was heard"
                )
        elif type(answer) is not int or not 0 <= answer <= criterion.top:
            yield f"{_name(criterion)} can't be {answer}: give a value from 0 to {criterion.top}"
    known = {criterion.id for criterion in criteria}
    for name in answers:
        if name not in known:
            yield f"the rubric has no criterion {name}: take the answer out or correct its id"


def _name(criterion: Criterion) -> str:
    return f"{criterion.title} ({criterion.id})" if criterion.title else criterion.id


def _fails(criterion: Criterion, answer: Answer) -> bool:
    return answer is not NA and answer <= criterion.critical_at


def _section_score(section: Section, answers: Mapping[str, Answer]) -> Fraction | None:
    total = weights = Fraction(0)
    for criterion in section.criteria:
        answer = answers[criterion.id]
        if answer is not NA:
            total += Fraction(criterion.weight) * Fraction(answer, criterion.top)
            weights += Fraction(criterion.weight)
    return 100 * total / weights if weights else None


def _call_score(rubric: Rubric, sections: Mapping[str, Fraction | None]) -> Fraction | None:
    total = weights = Fraction(0)
    for section in rubric.sections:
        section_score = sections[section.id]
        if section_score is not None:
            total += Fraction(section.weight) * section_score
            weights += Fraction(section.weight)
    return total / weights if weights else None


def _coverage(rubric: Rubric, answers: Mapping[str, Answer]) -> Fraction:
    covered = weights = Fraction(0)
    for section in rubric.sections:
        weights += Fraction(section.weight)
        whole = sum((Fraction(c.weight) for c in section.criteria), Fraction(0))
        if whole:
            heard = (Fraction(c.weight) for c in section.criteria if answers[c.id] is not NA)
            covered += Fraction(section.weight) * sum(heard, Fraction(0)) / whole
    return covered / weights


def _outcome(
    rubric: Rubric,
    official: Decimal | None,
    shown: Mapping[str, Decimal | None],
    coverage: Fraction,
    failed: tuple[str, ...],
) -> Outcome:
    if failed:
        return Outcome.FAIL_CRITICAL
    if official is None:
        return Outcome.VOID
    if coverage < LEAST_COVERAGE:
        return Outcome.VOID_COVERAGE
    if official < rubric.pass_mark:
        return Outcome.FAIL_SCORE
    for section in rubric.sections:
        section_score = shown[section.id]
        if (
            section.minimum is not None
            and section_score is not None
            and section_score < section.minimum
        ):
            return Outcome.FAIL_SECTION
    return Outcome.PASS

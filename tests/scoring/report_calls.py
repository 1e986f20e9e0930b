"""Calls for the tests of reports: by hand, and by chance."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from hypothesis import strategies as st

from config.clock import Month
from scheduler.measured import Figure, Source
from scheduler.outcome import Disposition
from scoring.report_call import ReportAnswer, ReportCall, RubricVersion, served_by
from scoring.rubric import Tag
from scoring.score import Outcome

JANUARY = Month(2027, 1)
HANDLING = RubricVersion("handling", "Call handling", 1, "a1" * 32, Decimal("75.0"))
COACHING = RubricVersion("coaching", "Remote coaching", 3, "c3" * 32, Decimal(80))
ASSESSORS = tuple(UUID(int=n) for n in (1, 2, 3))


def answers(
    greets: int | None = 4, right: int | None = 1, checks: int | None = 4
) -> tuple[ReportAnswer, ...]:
    """Three criteria: procedure out of 4, a critical right answer yes/no, coaching out of 4."""
    return (
        ReportAnswer("G", "Says who is speaking", Tag.PROCEDURE, greets, 4),
        ReportAnswer("R", "The advice was right", Tag.ANSWER, right, 1, 0),
        ReportAnswer("C", "Checks that I can do it alone", Tag.COACHING, checks, 4),
    )


def scored_call(
    number: int,
    score: str | None = "80.0",
    *,
    month: Month = JANUARY,
    outcome: Outcome = Outcome.PASS,
    rubric: RubricVersion = HANDLING,
    given: tuple[ReportAnswer, ...] | None = None,
    coverage: Fraction = Fraction(1),
    verified: bool = False,
) -> ReportCall:
    """A completed call with its assessment; assessors take turns."""
    return ReportCall(
        UUID(int=100 + number),
        date(month.year, month.month, number % 28 + 1),
        Disposition.COMPLETED,
        True,
        rubric,
        ASSESSORS[number % 3],
        None if score is None else Decimal(score),
        coverage,
        outcome,
        answers() if given is None else given,
        verified,
    )


def unscored_call(number: int, disposition: Disposition, month: Month = JANUARY) -> ReportCall:
    """A call without an assessment."""
    day = date(month.year, month.month, number % 28 + 1)
    return ReportCall(UUID(int=100 + number), day, disposition, served_by(disposition))


scores = st.integers(0, 1000).map(lambda tenths: Decimal(tenths).scaleb(-1))
figures = st.builds(
    Figure,
    st.sampled_from(("time to answer", "time to a person", "queue", "length")),
    st.floats(0, 7200),
    st.sampled_from(Source),
    st.none() | st.integers(1, 600),
)
assessed_calls = st.builds(
    ReportCall,
    st.uuids(),
    st.dates(date(2026, 1, 1), date(2027, 2, 28)),
    st.just(Disposition.COMPLETED),
    st.booleans(),
    st.sampled_from((HANDLING, COACHING)),
    st.sampled_from(ASSESSORS),
    st.none() | scores,
    st.fractions(0, 1),
    st.sampled_from(Outcome),
    st.builds(
        answers,
        st.none() | st.integers(0, 4),
        st.none() | st.integers(0, 1),
        st.none() | st.integers(0, 4),
    ),
    st.booleans(),
    st.booleans(),
    st.none(),
    st.lists(figures, unique_by=lambda figure: figure.name).map(tuple),
    st.booleans(),
    st.booleans(),
)
unassessed_calls = st.builds(
    lambda key, day, disposition: ReportCall(key, day, disposition, served_by(disposition)),
    st.uuids(),
    st.dates(date(2027, 1, 1), date(2027, 1, 31)),
    st.sampled_from(Disposition),
)
months_of_calls = st.lists(assessed_calls | unassessed_calls, max_size=60, unique_by=lambda c: c.id)

"""Complaints about a centre and why it is sampled more, as its page shows them."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from uuid import UUID

from sqlalchemy.orm import Session

from assessor.wording import day
from assessor.wording_supplies import span_of_days
from config.clock import Month
from scheduler import complaints, extra_sampling, people, rules
from scheduler.complaints import Complaint, Matter
from scheduler.complaints import Standing as Stands
from scheduler.extra_sampling import USUAL, Reason, Why, last_day
from scheduler.register import Centre
from scheduler.rule import number
from scoring import ledger
from scoring.report import Standing
from scoring.report_view import from_json

FACTORS = (Fraction(5, 4), Fraction(3, 2), Fraction(2), Fraction(3))
MONTHS = (3, 6, 12)


@dataclass(frozen=True, slots=True)
class Line:
    """A reason as it is listed."""

    id: UUID
    why: Why
    factor: str
    words: str
    days: str
    added_by: str
    counts: bool
    ended: str  # "" while it wasn't


@dataclass(frozen=True, slots=True)
class Complaints:
    """The complaints about a centre, and what a form offers."""

    lines: tuple[Complaint, ...]
    matters: tuple[tuple[str, str], ...] = tuple((each, each) for each in Matter)
    standings: tuple[tuple[str, str], ...] = tuple((each, each) for each in Stands)


def complained(session: Session, centre: UUID) -> Complaints:
    """What the card shows."""
    return Complaints(complaints.complaints(session, centre))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A reason that speaks for itself; nobody has taken it yet."""

    why: Why
    words: str
    factor: str


@dataclass(frozen=True, slots=True)
class More:
    """The reasons of a centre, those suggested, and what a form offers."""

    lines: tuple[Line, ...]
    suggested: tuple[Suggestion, ...]
    kinds: tuple[tuple[str, str], ...]
    factors: tuple[tuple[str, str], ...]
    months: tuple[tuple[int, str], ...]
    usual_months: int
    refused: str


def more(
    session: Session, centre: Centre, sampled: Collection[Month], today: date, refused: str
) -> More:
    """What the card shows; ``sampled`` are the months in which the centre has calls."""
    reasons = extra_sampling.reasons(session, centre.id)
    names = {str(each.id): each.name for each in people.everybody(session)} if reasons else {}
    period = rules.in_force(session).months
    return More(
        lines=tuple(
            Line(
                id=each.id,
                why=each.why,
                factor=number(each.factor),
                words=each.words,
                days=span_of_days((each.first, each.last)),
                added_by=names.get(each.added_by, each.added_by),
                counts=each.counts(today),
                ended=each.ended_words,
            )
            for each in reasons
        ),
        suggested=tuple(
            Suggestion(why, words, number(USUAL[why]))
            for why, words in (
                *_new(centre, sampled, reasons, today, period),
                *_below(session, centre, reasons),
                *_complaint(session, centre, reasons, today),
            )
        ),
        kinds=tuple((why, f"{why} (usually {number(USUAL[why])} times)") for why in Why),
        factors=(
            ("", "as is usual for the reason"),
            *((str(each), f"{number(each)} times") for each in FACTORS),
        ),
        months=tuple((each, f"{each} months") for each in MONTHS),
        usual_months=next(each for each in MONTHS if each >= period),
        refused=refused,
    )


def _new(
    centre: Centre, sampled: Collection[Month], reasons: Iterable[Reason], today: date, period: int
) -> Iterator[tuple[Why, str]]:
    """A centre in its first period; who was sampled before has only been accredited again."""
    begun = centre.accredited_from
    if (
        begun <= today <= last_day(begun, period)
        and not any(month < Month.of(begun) for month in sampled)
        and not any(each.why is Why.NEW for each in reasons)
    ):
        yield Why.NEW, f"Accredited since {day(begun)}"


def _below(
    session: Session, centre: Centre, reasons: Iterable[Reason]
) -> Iterator[tuple[Why, str]]:
    """The newest report puts the centre below the standard, and nobody has answered it."""
    issue = next(iter(ledger.issues(session, centres=[centre.id])), None)
    if issue is None or any(
        each.why is Why.BELOW and each.added_at >= issue.published_at for each in reasons
    ):
        return
    seen = from_json(issue.content)
    if any(rubric.standing == Standing.BELOW for rubric in seen.rubrics):
        yield Why.BELOW, f"Below the standard in the report of {seen.month_words}"


def _complaint(
    session: Session, centre: Centre, reasons: Iterable[Reason], today: date
) -> Iterator[tuple[Why, str]]:
    """A complaint of the last twelve months that wasn't rejected, and nobody has answered it."""
    taken = max((each.added_at for each in reasons if each.why is Why.COMPLAINT), default=None)
    for each in complaints.complaints(session, centre.id):
        fresh = taken is None or each.added_at > taken
        if fresh and each.standing is not Stands.NOT_UPHELD and today <= last_day(each.arrived, 12):
            yield Why.COMPLAINT, f"A complaint arrived on {day(each.arrived)}: {each.reference}"
            return

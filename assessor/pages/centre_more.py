"""Why a centre is sampled more, as its page shows it."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from uuid import UUID

from sqlalchemy.orm import Session

from assessor.wording_supplies import span_of_days
from scheduler import extra_sampling, people, rules
from scheduler.extra_sampling import USUAL, Why
from scheduler.rule import number

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
class More:
    """The reasons of a centre, and what a form offers."""

    lines: tuple[Line, ...]
    kinds: tuple[tuple[str, str], ...]
    factors: tuple[tuple[str, str], ...]
    months: tuple[tuple[int, str], ...]
    usual_months: int
    refused: str


def more(session: Session, centre: UUID, today: date, refused: str) -> More:
    """What the card shows."""
    reasons = extra_sampling.reasons(session, centre)
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
        kinds=tuple((why, f"{why} (usually {number(USUAL[why])} times)") for why in Why),
        factors=(
            ("", "as is usual for the reason"),
            *((str(each), f"{number(each)} times") for each in FACTORS),
        ),
        months=tuple((each, f"{each} months") for each in MONTHS),
        usual_months=next(each for each in MONTHS if each >= period),
        refused=refused,
    )

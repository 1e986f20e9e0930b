"""Whether two people's scores of one call agree."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from scoring.score import Answer, Outcome

MOST_DIFFERENCE = Decimal(15)  # points; two raters who meet ICC .75 are seldom further apart


@dataclass(frozen=True, slots=True)
class JudgedCall:
    """What one person's assessment of a call came to; ``critical`` holds (criterion, answer)."""

    score: Decimal | None
    outcome: Outcome
    critical: tuple[tuple[str, Answer], ...] = ()


@dataclass(frozen=True, slots=True)
class VerifiedScore:
    """A call's score after verification: what verifying leaves to reporting.

    ``second`` is the verifier's own judgement, None where the first one was confirmed as it stands.
    """

    call: UUID
    assessor: UUID
    verifier: UUID
    first: JudgedCall
    second: JudgedCall | None = None

    def __post_init__(self) -> None:
        """Refuse a person who verifies an assessment of their own."""
        if self.assessor == self.verifier:
            raise ValueError("nobody verifies an assessment of their own; ask another verifier")

    @property
    def official(self) -> JudgedCall:
        """The judgement that counts in reports."""
        return self.first if self.second is None else self.second

    @property
    def discrepant(self) -> bool:
        """Whether the verifier came to something notably different."""
        return self.second is not None and discrepant(self.first, self.second)


def discrepant(first: JudgedCall, second: JudgedCall) -> bool:
    """Whether two judgements of a call by one rubric version are notably different.

    They are when the scores are more than 15 points apart (or only one has a score), the outcomes
    differ, or any critical criterion was answered differently, N/A included.
    """
    if first.outcome != second.outcome or dict(first.critical) != dict(second.critical):
        return True
    if first.score is None or second.score is None:
        return first.score is not second.score
    return abs(first.score - second.score) > MOST_DIFFERENCE

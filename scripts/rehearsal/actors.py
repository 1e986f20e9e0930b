"""Simulated assessors and verifiers of known severities, and centres of known quality.

An answer on the scale is the centre's quality plus the person's severity plus chance, in levels.
"""

import random
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from scoring.evidence import RANGE, Evidence
from scoring.ledger import GivenAnswer
from scoring.rubric import Criterion, Rubric
from scoring.score import NA

SEVERITIES = (-0.35, -0.2, -0.1, 0.0, 0.0, 0.1, 0.2, 0.35)  # levels; by the person's place
SPREAD = 0.8  # levels, from call to call and criterion to criterion
N_A = 0.05  # the chance that something doesn't come up on a call
DIFFERS = 0.2  # the chance that a verifier sees something otherwise


@dataclass(slots=True)
class Actors:
    """Chance of their own, so that a rehearsal can be played again."""

    chance: random.Random
    severities: dict[UUID, float]

    @classmethod
    def of(cls, people: list[UUID], seed: int) -> "Actors":
        """Give each person, in order, the next severity."""
        given = {p: SEVERITIES[n % len(SEVERITIES)] for n, p in enumerate(people)}
        return cls(random.Random(seed), given)

    def assess(
        self, rubric: Rubric, centre: str, person: UUID, length: int
    ) -> dict[str, GivenAnswer]:
        """The answers of a person on a call of so many seconds to a centre."""
        return {
            criterion.id: self._answer(criterion, centre, person, length)
            for section in rubric.sections
            for criterion in section.criteria
        }

    def verify(self, rubric: Rubric, first: dict[str, GivenAnswer]) -> dict[str, GivenAnswer]:
        """What a verifier sees otherwise: nothing mostly, else one criterion or two by a level."""
        if self.chance.random() > DIFFERS:
            return {}
        scales = [c for s in rubric.sections for c in s.criteria if c.top > 1]
        other: dict[str, GivenAnswer] = {}
        for criterion in self.chance.sample(scales, self.chance.choice((1, 2))):
            value = first[criterion.id].value
            if value is not NA:
                moved = value + (
                    1
                    if value == 0
                    else -1
                    if value == criterion.top
                    else self.chance.choice((-1, 1))
                )
                other[criterion.id] = GivenAnswer(criterion.id, moved, "heard otherwise")
        return other

    def _answer(self, criterion: Criterion, centre: str, person: UUID, length: int) -> GivenAnswer:
        if criterion.na_allowed and self.chance.random() < N_A:
            return GivenAnswer(criterion.id, NA, "it did not come up")
        level = quality(centre, criterion.id) - self.severities.get(person, 0.0)
        level += self.chance.gauss(0, SPREAD)
        value = round(min(4.0, max(0.0, level)))
        if criterion.top == 1:
            value = int(level > 1.2)
        begins = self.chance.randrange(max(1, length - 30))
        return GivenAnswer(criterion.id, value, "", Evidence(RANGE, begins, begins + 20))


def quality(centre: str, criterion: str) -> float:
    """The true level of a centre on a criterion: 2.4 to 3.6, and half a level up or down."""
    of_centre = sha256(centre.encode()).digest()[0] / 255
    of_both = sha256(f"{centre}\n{criterion}".encode()).digest()[0] / 255
    return 2.4 + 1.2 * of_centre + (of_both - 0.5)

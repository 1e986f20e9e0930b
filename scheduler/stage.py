"""How far a draw is: its steps, and of how many things of a step how many are done."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

T = TypeVar("T")


class Step(StrEnum):
    """The steps, in their order."""

    HOURS = "finding each centre's hours"
    DRAW = "drawing each centre's calls"
    PEOPLE = "placing people, hour by hour"
    NEEDS = "dealing what each centre's calls need"
    WRITE = "writing the calls down"


@dataclass(frozen=True, slots=True)
class Stage:
    """A step, and of how many things how many are done; ``of`` is 0 where nobody counts."""

    step: Step
    done: int = 0
    of: int = 0

    def __str__(self) -> str:
        """The stage in words.

        >>> str(Stage(Step.PEOPLE, 30, 80)), str(Stage(Step.WRITE))
        ('step 3 of 5, placing people, hour by hour: 37 %', 'step 5 of 5, writing the calls down')
        """
        number = list(Step).index(self.step) + 1
        said = f"step {number} of {len(Step)}, {self.step}"
        return f"{said}: {100 * self.done // self.of} %" if self.of else said


Tell = Callable[[Stage], None]


def unheard(stage: Stage) -> None:
    """Tell nobody."""


def told(step: Step, things: Sequence[T], tell: Tell) -> Iterator[T]:
    """The things of a step one after the other, with a word about each hundredth part."""
    part = max(1, len(things) // 100)
    for number, thing in enumerate(things):
        if number % part == 0:
            tell(Stage(step, number, len(things)))
        yield thing

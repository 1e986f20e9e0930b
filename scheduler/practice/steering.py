"""What a trainer may make of a centre's leg, and how far it has come in a word."""

from enum import StrEnum

from scheduler.practice.behaviour import AssessorAnswers
from scheduler.practice.leg import Leg, Status


class Act(StrEnum):
    """An act of a trainer on one leg of a centre."""

    ANSWER = "answer"
    PERSON = "person"
    QUEUE = "queue"
    HANG_UP = "hang up"


def part_of(leg: Leg) -> str:
    """What is heard on a leg now: queued, ringing, menu, queue, person, over."""
    if leg.over:
        return "over"
    if leg.status in (Status.QUEUED, Status.INITIATED):
        return "queued"
    return leg.sounds[-1][0].value if leg.sounds else "connected"


def goes_to_a_centre(leg: Leg) -> bool:
    """Whether a leg was dialled to a centre; an assessor's telephone is nobody's to steer."""
    return leg.parent_sid is not None and not isinstance(leg.outcome, AssessorAnswers)


def acts_on(leg: Leg) -> tuple[Act, ...]:
    """What can be done with a leg as it stands."""
    if not goes_to_a_centre(leg):
        return ()
    if leg.status is Status.RINGING:
        return (Act.ANSWER,)
    if leg.status is not Status.IN_PROGRESS:
        return ()
    other = Act.QUEUE if part_of(leg) == "person" else Act.PERSON
    return (other, Act.HANG_UP)

"""The people of a plan: what it gives away when they are too few at once is said."""

from dataclasses import replace
from fractions import Fraction
from uuid import UUID

from scheduler.plan import make_plan
from tests.scheduler.inputs import OFFICE, a_centre, a_person, inputs

CENTRES = [replace(a_centre(number), spans=OFFICE) for number in range(1, 11)]


def crowded(people: int) -> list[str]:
    """The sentences of calls that went elsewhere, of ten centres that so many people call."""
    whole = inputs(CENTRES, map(a_person, range(1, people + 1)), mean=Fraction(10), floor=4)
    drawn = make_plan(whole, bytes(32), b"")
    assert {draft.centre for draft in drawn.calls} == {UUID(int=1000 * n) for n in range(1, 11)}
    return [words for _, words in drawn.short if "of the plan's calls had nobody" in words]


def test_a_plan_many_of_whose_calls_went_where_somebody_was_left_says_so_of_every_centre() -> None:
    said = crowded(2)
    assert len(said) == len(CENTRES)
    assert len(set(said)) == 1
    assert "the rule's figures don't count it" in said[0]


def test_where_people_are_enough_nothing_is_said() -> None:
    assert crowded(12) == []

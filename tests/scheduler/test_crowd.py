"""Sets of people as whole numbers."""

from hypothesis import given
from hypothesis import strategies as st

from scheduler.crowd import crowd_of, member, members


@given(st.sets(st.integers(0, 400)))
def test_a_crowd_gives_back_its_people_in_order_all_at_once_or_by_their_place(
    people: set[int],
) -> None:
    crowd = crowd_of(people)
    assert members(crowd) == sorted(people)
    assert [member(crowd, place) for place in range(crowd.bit_count())] == sorted(people)

"""Who offered which time, and which time is covered."""

import numpy as np

from scheduler.roster import Roster

HOUR = 3600
# Somebody from 8 to 10, another from 9:30 to 11, a third from 11:30 to 13.
ROSTER = Roster(
    [
        [(8 * HOUR, 10 * HOUR)],
        [(19 * HOUR // 2, 11 * HOUR)],
        [(23 * HOUR // 2, 13 * HOUR)],
    ]
)


def covered(first: float, last: float, barred: frozenset[int] = frozenset()) -> bool:
    starts, ends = np.array([int(first * HOUR)]), np.array([int(last * HOUR)])
    return bool(ROSTER.covered(starts, ends, barred)[0])


def test_time_is_covered_when_those_allowed_offered_all_of_it() -> None:
    assert covered(8, 11)
    assert covered(12, 13)
    assert not covered(11, 12)
    assert not covered(7.5, 8.5)
    assert not covered(12, 14)
    assert not covered(9, 10, frozenset({0}))
    assert covered(9, 10, frozenset({2}))


def test_an_hour_tells_who_offered_any_of_it_and_who_not_all() -> None:
    assert ROSTER.at(9 * HOUR) == ([0, 1], frozenset({1}))
    assert ROSTER.at(10 * HOUR) == ([1], frozenset())
    assert ROSTER.at_moment(9 * HOUR) == [0]
    assert ROSTER.at_moment(14 * HOUR) == []


def test_a_shift_holds_its_first_second_and_not_its_last() -> None:
    assert ROSTER.holds(0, 8 * HOUR)
    assert not ROSTER.holds(0, 10 * HOUR)

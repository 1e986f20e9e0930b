"""Who offered which time, and which time is covered."""

from collections.abc import Iterable

import numpy as np

from scheduler.crowd import crowd_of, members
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


def covered(first: float, last: float, barred: Iterable[int] = ()) -> bool:
    starts, ends = np.array([int(first * HOUR)]), np.array([int(last * HOUR)])
    return bool(ROSTER.covered(starts, ends, crowd_of(barred))[0])


def test_time_is_covered_when_those_allowed_offered_all_of_it() -> None:
    assert covered(8, 11)
    assert covered(12, 13)
    assert not covered(11, 12)
    assert not covered(7.5, 8.5)
    assert not covered(12, 14)
    assert not covered(9, 10, [0])
    assert covered(9, 10, [2])


def test_a_moment_tells_who_offered_it() -> None:
    assert members(ROSTER.there(9 * HOUR)) == [0]
    assert members(ROSTER.there(19 * HOUR // 2)) == [0, 1]
    assert members(ROSTER.there(14 * HOUR)) == []
    assert members(ROSTER.there(0)) == []


def test_a_shift_holds_its_first_second_and_not_its_last() -> None:
    assert members(ROSTER.there(8 * HOUR)) == [0]
    assert members(ROSTER.there(10 * HOUR - 1)) == [0, 1]
    assert members(ROSTER.there(10 * HOUR)) == [1]

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.centre import OpenSpan
from scheduler.further import Declared
from scheduler.hours import SECTOR_VOLUME, Volume
from scheduler.volume import NoVolume, read_volume, trusted

OFFICE = tuple(OpenSpan(day, 540, 1020) for day in range(5))
OPEN = [(day, hour) for day in range(5) for hour in range(9, 17)]
tables = st.lists(
    st.lists(st.integers(0, 500), min_size=24, max_size=24).map(tuple), min_size=7, max_size=7
).map(tuple)


def share(volume: Volume, day: int, hour: int) -> Fraction:
    """An hour's part of the calls in the hours that the office is open."""
    return Fraction(volume[day][hour], sum(volume[d][h] for d, h in OPEN))


def peaked(calls: int) -> Volume:
    """One call in every hour, and many on Monday at nine."""
    return tuple(
        tuple(calls if (day, hour) == (0, 9) else 1 for hour in range(24)) for day in range(7)
    )


def test_nothing_declared_goes_by_the_sector() -> None:
    assert trusted(None, OFFICE) == SECTOR_VOLUME
    assert trusted(Declared(((0,) * 24,) * 7, 12), OFFICE) == SECTOR_VOLUME
    assert trusted(Declared(peaked(9), 12), ()) == SECTOR_VOLUME


def test_a_long_log_is_taken_as_it_is() -> None:
    declared = Declared(peaked(40), 8)
    found = trusted(declared, OFFICE)
    assert share(found, 0, 9) == share(declared.volume, 0, 9)


def test_a_short_log_or_none_is_held_near_the_sector() -> None:
    for weeks in (7, None):
        declared = Declared(peaked(4000), weeks)
        found = trusted(declared, OFFICE)
        assert found == trusted(replace(declared, weeks=None), OFFICE)
        assert found[0][9] * SECTOR_VOLUME[0][10] == 4 * found[0][10] * SECTOR_VOLUME[0][9]


@given(tables, st.none() | st.integers(1, 20))
def test_no_open_hour_is_ever_safe_and_without_a_log_none_leaves_the_sectors_reach(
    table: Volume, weeks: int | None
) -> None:
    found = trusted(Declared(table, weeks), OFFICE)
    assert all(found[day][hour] > 0 for day, hour in OPEN)
    own = sum(table[day][hour] for day, hour in OPEN)
    if own and (weeks is None or weeks < 8):
        ratios = [Fraction(found[d][h], SECTOR_VOLUME[d][h]) for d, h in OPEN]
        assert max(ratios) <= 4 * min(ratios)  # from half to twice


def test_a_span_over_midnight_and_over_the_weeks_end_counts_its_hours() -> None:
    nights = (OpenSpan(6, 22 * 60, 26 * 60),)
    table = [[0] * 24 for _ in range(7)]
    table[0][1], table[6][22] = 30, 10
    found = trusted(Declared(tuple(map(tuple, table)), 10), nights)
    assert found[0][1] == 3 * found[6][22]


def test_seven_lines_of_twenty_four_numbers_are_read_however_they_are_parted() -> None:
    row = list(range(24))
    parted = [
        *(" ".join(map(str, row)), ",".join(map(str, row)), "\t".join(map(str, row))),
        "Thursday;" + ";".join(map(str, row)),
        *("Fri " + ", ".join(map(str, row)),) * 3,
    ]
    assert read_volume("\n".join(parted) + "\n\n") == (tuple(row),) * 7


GOOD = "\n".join([" ".join(["1"] * 24)] * 7)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1 2 3", "1 lines stand there; write seven"),
        (GOOD.replace("1", "1.5", 1), "Line 1: “1.5” is no whole number"),
        (GOOD.replace("1", "-1", 1), "Line 1: “-1” is no whole number"),
        (GOOD + " 1", "Line 7: 25 numbers stand there"),
        (GOOD.replace("1", "999999", 1), "more than 100,000 calls"),
        (GOOD.replace("1", "0"), "No hour has a call"),
    ],
)
def test_what_is_no_table_is_said_by_line(text: str, said: str) -> None:
    with pytest.raises(NoVolume, match=said.replace(".", r"\.")):
        read_volume(text)

"""Rules as people write them: every rule reads back as it was, and faults say what to write."""

import json
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.rule import Rule, default_rule
from scheduler.rule_text import (
    NoRule,
    band_in_words,
    days_in_words,
    hours_in_words,
    read_band,
    read_days,
    read_hours,
    rule_from_file,
    rule_to_file,
)
from scheduler.shape import Band, Shape, WeekHours

hours = st.builds(
    lambda days, first, length: WeekHours(tuple(sorted(days)), first, min(first + length, 24)),
    st.sets(st.integers(0, 6), min_size=1),
    st.integers(0, 23),
    st.integers(1, 24),
)
days = st.builds(
    lambda first, length: (first, first + timedelta(days=length)),
    st.dates(date(2026, 1, 1), date(2030, 1, 1)),
    st.integers(0, 40),
)
bands = st.builds(Band, hours, st.fractions(Fraction(1, 10), 10, max_denominator=1000))
rules = st.builds(
    lambda months, mean, floor, more, shape, capped: Rule(
        months,
        mean + floor,
        floor,
        None if more is None else floor + int(mean) + 1 + more,
        shape,
        capped,
    ),
    st.sampled_from([1, 2, 3, 4, 6, 12]),
    st.fractions(Fraction(1, 7), 60, max_denominator=30),
    st.integers(0, 20),
    st.none() | st.integers(0, 20),
    st.builds(
        Shape,
        st.lists(bands, max_size=2).map(tuple),
        st.fractions(0, 1, max_denominator=12),
        st.lists(hours, max_size=2).map(tuple),
        st.lists(days, max_size=2).map(tuple),
    ),
    st.booleans(),
)


@given(hours)
def test_hours_read_back_as_they_were(own: WeekHours) -> None:
    assert read_hours(hours_in_words(own)) == own


@given(bands)
def test_a_band_reads_back_as_it_was(band: Band) -> None:
    assert read_band(band_in_words(band)) == band


@given(days)
def test_days_read_back_as_they_were(own: tuple[date, date]) -> None:
    assert read_days(days_in_words(own)) == own


@given(rules)
def test_a_rule_reads_back_as_it_was(rule: Rule) -> None:
    assert rule_from_file(json.dumps(rule_to_file(rule))) == rule


def test_the_shortest_file_is_a_mean_and_a_period() -> None:
    assert rule_from_file('{"months": 1, "mean": 6.5}') == Rule(1, Fraction(13, 2), 0)
    assert rule_from_file('{"months": 3, "mean": "21", "floor": 12}') == default_rule()


def test_hours_are_written_in_several_ways() -> None:
    assert read_hours("daily 0-6") == WeekHours(tuple(range(7)), 0, 6)
    assert read_hours("Friday 16:00 - 24:00") == WeekHours((4,), 16, 24)
    assert read_hours("sat, sun") == WeekHours((5, 6), 0, 24)
    assert read_hours("Sat-Mon 8-9") == WeekHours((0, 5, 6), 8, 9)
    assert read_band("Mon \u00d7 1,5").factor == Fraction(3, 2)
    assert read_days("2027-12-25") == (date(2027, 12, 25), date(2027, 12, 25))


@pytest.mark.parametrize("line", ["", "evenings", "Mon 9", "Mon 20-8", "Mon 9-25", "Mon-Tue-Wed"])
def test_a_line_that_says_no_hours_is_named(line: str) -> None:
    with pytest.raises(NoRule, match=f"“{line}” says no hours"):
        read_hours(line)


@pytest.mark.parametrize("line", ["Mon 9-12", "Mon 9-12 x", "x 2", "Mon x 1/0"])
def test_a_line_that_says_no_band_is_named(line: str) -> None:
    with pytest.raises(NoRule, match="says no"):
        read_band(line)


@pytest.mark.parametrize("line", ["Christmas", "2027-12-24 to", "2027-12-25 to 2027-12-24"])
def test_a_line_that_says_no_days_is_named(line: str) -> None:
    with pytest.raises(NoRule, match="says no days"):
        read_days(line)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"bands": "Mon x 2"}, "bands must be a list of lines"),
        ({"bands": ["Mon"]}, "says no band"),
        ({"bands": ["Mon x 20"]}, "at most 10"),
        ({"flat": 2}, "from 0 to 1"),
        ({"flat": "a tenth"}, "flat must be a number"),
        ({"never": [5]}, "never must be a list of lines"),
        ({"capped": 1}, "capped must be true or false"),
        ({"mean": 4}, "under the floor of 12"),
        ({"mean": 1e6, "ceiling": None}, "over 200 calls a period"),
    ],
)
def test_a_fault_of_a_file_is_a_sentence(change: dict[str, object], words: str) -> None:
    with pytest.raises(NoRule, match=words):
        rule_from_file(json.dumps({"months": 3, "mean": 21, "floor": 12, **change}))

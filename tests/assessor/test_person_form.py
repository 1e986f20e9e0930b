"""The form of a person: offered hours as people type them, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.person_form import hours_as_typed, read_hours, zones
from scheduler.centre import OpenSpan
from scheduler.contact_number import NotUnderstood

# A span in each half of a day, so that none overlap.
HALVES = st.tuples(st.integers(0, 6), st.booleans(), st.integers(0, 699), st.integers(1, 20)).map(
    lambda x: OpenSpan(x[0], x[2] + 720 * x[1], x[2] + 720 * x[1] + x[3])
)


@given(st.lists(HALVES, unique_by=lambda s: (s.weekday, s.opens // 720)))
def test_hours_that_are_written_are_read_as_they_were(spans: list[OpenSpan]) -> None:
    assert read_hours(hours_as_typed(tuple(sorted(spans)))) == tuple(sorted(spans))


@pytest.mark.parametrize(
    ("typed", "spans"),
    [
        ("", ()),
        ("\n  \n", ()),
        ("Sat 9am-12:30", ((5, 540, 750),)),
        ("weekend 10:00\N{EN DASH}24:00", ((5, 600, 1440), (6, 600, 1440))),
        ("Mon, Wed 09:00-10:00\nMon 10:00-11:00", ((0, 540, 600), (0, 600, 660), (2, 540, 600))),
    ],
)
def test_hours_are_read_as_people_type_them(
    typed: str, spans: tuple[tuple[int, int, int], ...]
) -> None:
    assert read_hours(typed) == tuple(OpenSpan(*span) for span in spans)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("always", "names no days and hours"),
        ("Mon 09:00", "names no days and hours"),
        ("Noday 09:00-10:00", "names no day of the week"),
        ("Mon 09:00-25:00", "25"),
        ("Mon 22:00-06:00", "ends before it begins"),
        ("Mon 09:00-10:00\ndaily 09:59-11:00", "overlaps another line"),
    ],
)
def test_what_is_no_span_is_said(typed: str, said: str) -> None:
    with pytest.raises(NotUnderstood, match=said):
        read_hours(typed)


def test_a_zone_in_use_can_be_chosen_again() -> None:
    assert ("UTC", "UTC") in zones("UTC")
    assert ("Europe/London", "Europe/London") in zones()
    assert not [zone for zone, _ in zones() if zone.startswith("Etc/")]

"""What a plan is drawn from: written in one way, and read back as it was."""

from dataclasses import fields
from datetime import UTC, date, datetime
from fractions import Fraction
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from config.clock import Month, Period
from scheduler.centre import Closure, OpenSpan
from scheduler.plan_inputs import CentreInputs, Inputs, PersonInputs, Valid, inputs_from_json
from scheduler.rule import Rule
from scheduler.seal import canonical
from tests.scheduler.inputs import inputs, valid

keys = st.uuids()
days = st.dates(date(2020, 1, 1), date(2040, 1, 1))
moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
spans = st.builds(
    lambda weekday, opens, length: OpenSpan(weekday, opens, opens + length),
    st.integers(0, 6),
    st.integers(0, 1439),
    st.integers(1, 1440),
)
closures = st.builds(Closure, days, days, st.text(max_size=5))
valids = st.builds(Valid, keys, days, st.none() | days)
zones = st.sampled_from(["Europe/London", "Asia/Kolkata", "America/St_Johns"])


def few(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(strategy, max_size=2).map(tuple)


centres = st.builds(
    CentreInputs,
    centre=keys,
    provider=keys,
    zone=zones,
    spans=few(spans),
    closures=few(closures),
    volume=st.lists(few(st.integers(0, 9)), min_size=7, max_size=7).map(tuple),
    since=days,
    accredited=st.tuples(days, days),
    notices=few(st.tuples(days, days)),
    numbers=few(valids),
    identities=few(valids),
    levels=few(valids),
    scenarios=few(keys),
)
people = st.builds(PersonInputs, keys, zones, few(spans), st.integers(0, 9), st.integers(0, 40))
everything = st.builds(
    Inputs,
    first=st.builds(Month, st.integers(2020, 2040), st.integers(1, 12)),
    months=st.integers(1, 12),
    mean=st.fractions(0, 40),
    floor=st.integers(0, 12),
    ceiling=st.none() | st.integers(12, 40),
    zone=zones,
    centres=few(centres),
    people=few(people),
    ties=few(st.tuples(keys, keys)),
    heard=few(st.tuples(keys, keys, days)),
    held=few(st.tuples(keys, keys, keys, moments)),
    caller_numbers=few(keys),
)


@given(everything)
def test_inputs_are_read_back_as_they_were_written(whole: Inputs) -> None:
    text = canonical(whole).decode()
    again = inputs_from_json(text)
    assert again == whole
    assert canonical(again).decode() == text


def test_everything_that_is_frozen_is_written() -> None:
    """A field that is left out could be changed after the seal."""
    whole = inputs(heard=((UUID(int=1), UUID(int=2), date(2027, 1, 1)),))
    text = canonical(whole).decode()
    for kind in (Inputs, CentreInputs, PersonInputs, Valid):
        assert all(f'"{field.name}":' in text for field in fields(kind))


def test_period_and_rule_are_those_of_the_whole() -> None:
    whole = inputs()
    assert whole.period == Period(Month(2027, 2), 1)
    assert whole.rule == Rule(1, Fraction(8), 3, None)


def test_a_validity_includes_both_its_days() -> None:
    one = valid(1, date(2027, 2, 2), date(2027, 2, 3))
    assert [one.on(date(2027, 2, day)) for day in range(1, 5)] == [False, True, True, False]
    assert valid(1, date(2027, 2, 2)).on(date(2099, 1, 1))

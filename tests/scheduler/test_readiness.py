from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from scheduler.centre import OpenSpan
from scheduler.readiness import (
    Need,
    Span,
    Standing,
    Supplied,
    Turn,
    Validity,
    readiness,
    validity,
)

TODAY = date(2027, 3, 1)
OPEN = (date(2026, 1, 1), None)
COMPLETE = Supplied(
    accredited=(date(2026, 1, 1), date(2029, 1, 1)),
    notices=((date(2026, 10, 1), date(2027, 9, 30)),),
    numbers=(OPEN,),
    identities=(OPEN,),
    hours=(OpenSpan(0, 540, 1020),),
    levels=(OPEN,),
    proved=(OPEN,),
)


def days(count: int) -> date:
    return TODAY + timedelta(days=count)


def of_numbers(*numbers: Span) -> Standing:
    found = readiness(replace(COMPLETE, numbers=numbers), TODAY)
    return next(each for each in found.standings if each.need is Need.NUMBER)


def test_a_centre_with_everything_in_force_is_ready() -> None:
    found = readiness(COMPLETE, TODAY)
    assert found.ready
    assert found.lapsing == ()
    assert [each.need for each in found.standings] == list(Need)


def test_each_thing_that_is_wanting_is_named() -> None:
    nothing = Supplied((days(1), days(9)), (), (), (), (), (), "its provider is suspended", ())
    missing = readiness(nothing, TODAY).missing
    assert [each.need for each in missing] == list(Need)
    assert [each.why for each in missing if each.why] == ["its provider is suspended"]


def test_status_term_and_proof_are_the_institutes_turn_and_the_rest_the_providers() -> None:
    institute = {Need.STATUS, Need.ACCREDITATION, Need.PROOF}
    assert {need for need in Need if need.turn is Turn.INSTITUTE} == institute


def test_no_proof_is_asked_for_where_none_is_needed() -> None:
    found = readiness(replace(COMPLETE, proved=None), TODAY)
    assert found.ready
    assert Need.PROOF not in {each.need for each in found.standings}


def test_a_lapsed_notice_makes_a_centre_not_ready_and_says_since_when() -> None:
    found = readiness(replace(COMPLETE, notices=((days(-365), days(-1)),)), TODAY)
    assert not found.ready
    assert found.missing == (Standing(Need.NOTICE, met=False, last=days(-1)),)


def test_both_ends_of_a_validity_count() -> None:
    assert of_numbers((days(0), days(0))).met
    assert not of_numbers((days(1), days(2))).met
    assert not of_numbers((days(-2), days(-1))).met


def test_what_begins_later_says_when() -> None:
    assert of_numbers((days(7), None)) == Standing(Need.NUMBER, met=False, begins=days(7))


def test_a_successor_from_the_next_day_carries_on_without_a_gap() -> None:
    assert of_numbers((days(-9), days(3)), (days(4), days(90))).last == days(90)
    assert of_numbers((days(-9), days(3)), (days(5), days(90))).last == days(3)
    assert of_numbers((days(-9), days(3)), (days(4), None)) == Standing(Need.NUMBER, met=True)


def test_thirty_days_are_soon_and_thirty_one_are_not() -> None:
    assert of_numbers((days(-9), days(30))).lapsing
    assert not of_numbers((days(-9), days(31))).lapsing
    assert of_numbers((days(-9), days(0))).days_left == 0


def test_what_lapses_first_is_named_first() -> None:
    supplied = replace(
        COMPLETE,
        accredited=(days(-9), days(20)),
        identities=((days(-9), days(3)),),
    )
    lapsing = readiness(supplied, TODAY).lapsing
    assert [each.need for each in lapsing] == [Need.IDENTITY, Need.ACCREDITATION]


def test_the_last_day_of_the_calendar_is_a_day_like_any_other() -> None:
    assert of_numbers((days(-9), date.max)).last == date.max


def test_one_dated_thing_is_later_in_force_lapsing_or_lapsed() -> None:
    assert validity((days(1), None), TODAY) is Validity.LATER
    assert validity((days(0), None), TODAY) is Validity.IN_FORCE
    assert validity((days(-9), days(31)), TODAY) is Validity.IN_FORCE
    assert validity((days(-9), days(30)), TODAY) is Validity.LAPSING
    assert validity((days(-9), days(0)), TODAY) is Validity.LAPSING
    assert validity((days(-9), days(-1)), TODAY) is Validity.LAPSED


SPANS = st.tuples(st.integers(-60, 60), st.none() | st.integers(0, 60)).map(
    lambda pair: (days(pair[0]), None if pair[1] is None else days(pair[0] + pair[1]))
)


@given(st.lists(SPANS, max_size=6))
def test_a_need_is_met_exactly_on_the_days_that_some_span_holds(spans: list[Span]) -> None:
    def held(day: date) -> bool:
        return any(first <= day and (last is None or day <= last) for first, last in spans)

    standing = of_numbers(*spans)
    assert standing.met == held(TODAY)
    if standing.met and standing.last is not None:
        assert standing.days_left is not None
        assert all(held(days(n)) for n in range(standing.days_left + 1))
        assert not held(days(standing.days_left + 1))
    if not standing.met and standing.last is not None:
        assert held(standing.last)
        assert not any(held(days(n)) for n in range((standing.last - TODAY).days + 1, 0))

"""Plans by a whole rule: bands, blackouts, a cap on the institute, hours that nobody offered."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.centre import OpenSpan
from scheduler.keystream import SEED_BYTES
from scheduler.plan import make_plan
from scheduler.plan_inputs import Inputs, inputs_from_json
from scheduler.rule import mean_kept, most
from scheduler.seal import canonical
from scheduler.shape import Band, Shape, WeekHours
from tests.scheduler.inputs import OFFICE, a_centre, a_person, inputs

NIGHTS = WeekHours(tuple(range(7)), 0, 6)
MORNINGS = WeekHours(tuple(range(7)), 6, 12)
CENTRES = [a_centre(number) for number in range(1, 9)]
CREW = [a_person(number) for number in range(1, 30)]

seeds = st.binary(min_size=SEED_BYTES, max_size=SEED_BYTES)


def institute(**changes: object) -> Inputs:
    return inputs(CENTRES, CREW, **changes)


@settings(deadline=None, max_examples=15)
@given(seeds)
def test_a_blackout_holds_no_call_also_none_that_was_drawn_anew(seed: bytes) -> None:
    shape = Shape(never=(NIGHTS,), shut=((date(2027, 2, 8), date(2027, 2, 14)),))
    own = inputs(CENTRES, CREW[:3], shape=shape)
    drawn = make_plan(own, seed, b"")
    assert drawn.calls
    for call in drawn.calls:
        at = call.moment  # London keeps UTC in February
        assert at.hour >= 6
        assert not date(2027, 2, 8) <= at.date() <= date(2027, 2, 14)


def test_a_band_draws_its_hours_as_many_times_as_often() -> None:
    shape = Shape((Band(MORNINGS, Fraction(4)),))
    seen = [
        call.moment.hour
        for number in range(12)
        for call in make_plan(
            institute(shape=shape, mean=Fraction(20)), bytes([number]) * 32, b""
        ).calls
    ]
    share = sum(6 <= hour < 12 for hour in seen) / len(seen)
    assert abs(share - 4 * 6 / (4 * 6 + 18)) < 0.04  # 4/7, three standard errors


@settings(deadline=None, max_examples=40)
@given(seeds)
def test_a_capped_institute_never_exceeds_its_cap(seed: bytes) -> None:
    rule = institute().rule
    cap = most([mean_kept(rule)] * len(CENTRES))
    free, capped = (make_plan(institute(capped=each), seed, b"") for each in (False, True))
    assert len(capped.calls) <= cap
    if len(free.calls) <= cap:
        assert [call.slot for call in capped.calls] == [call.slot for call in free.calls]


def test_over_the_cap_the_whole_institute_is_drawn_again() -> None:
    cap = most([mean_kept(institute().rule)] * len(CENTRES))
    seeds = (number.to_bytes(32, "big") for number in range(2_000))
    seed = next(each for each in seeds if len(make_plan(institute(), each, b"").calls) > cap)
    once = make_plan(institute(capped=True), seed, b"")
    assert len(once.calls) <= cap
    assert once == make_plan(institute(capped=True), seed, b"")


def test_hours_that_nobody_offered_are_named_with_what_would_mend_it() -> None:
    always, office = a_centre(1), a_centre(2, spans=OFFICE)
    crew = [a_person(number, spans=OFFICE) for number in range(1, 5)]
    drawn = make_plan(inputs([always, office], crew), bytes(32), b"")
    told = [words for centre, words in drawn.short if centre == always.centre]
    assert any("Saturday and Sunday 00:00 to 24:00" in words for words in told)
    assert any("would bring the cover to 96" in words for words in told)
    told = [words for centre, words in drawn.short if centre == office.centre]
    assert not any("Nobody offered" in words for words in told)


def test_a_centre_whose_hours_the_rule_never_draws_is_named() -> None:
    nightly = a_centre(1, spans=tuple(OpenSpan(day, 0, 300) for day in range(7)))
    drawn = make_plan(inputs([nightly], CREW, shape=Shape(never=(NIGHTS,))), bytes(32), b"")
    assert drawn.without == ((nightly.centre, "the rule draws none of its open hours"),)


def test_the_whole_rule_and_the_factors_are_frozen_with_the_inputs() -> None:
    shape = Shape((Band(MORNINGS, Fraction(3, 2)),), Fraction(1, 7), (NIGHTS,))
    more = replace(a_centre(1), extra=Fraction(3, 2))
    own = inputs([more], CREW, shape=shape, capped=True)
    assert inputs_from_json(canonical(own).decode()) == own
    assert own.rule.shape == shape
    assert own.rule.capped

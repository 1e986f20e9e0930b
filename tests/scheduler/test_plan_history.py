"""What a plan knows of the calls before it, and of a provider's lines."""

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from uuid import UUID

from scheduler.crewing import LINE_SECONDS
from scheduler.plan import make_plan
from scheduler.plan_inputs import Met, Valid
from tests.scheduler.inputs import POOL, SCENARIOS, a_centre, a_person, inputs

RECENT, AGES_AGO = date(2027, 1, 20), date(2026, 7, 1)
SEEDS = [number.to_bytes(32, "big") for number in range(12)]


def test_two_calls_never_overlap_on_the_lines_of_one_provider() -> None:
    centres = [a_centre(number, provider=UUID(int=7)) for number in (1, 2, 3)]
    people = [a_person(number) for number in range(1, 12)]
    drawn = make_plan(inputs(centres, people, mean=Fraction(40)), SEEDS[1], b"")
    moments = [call.moment for call in drawn.calls if call.assessor]
    assert all(two - one >= timedelta(seconds=LINE_SECONDS) for one, two in pairwise(moments))
    assert any(call.stream == 1 for call in drawn.calls)
    assert any("its provider's lines had another call" in said for _, said in drawn.short)


def test_the_scenario_before_the_period_is_not_the_first_one_in_it() -> None:
    centre = a_centre(last_scenario=SCENARIOS[0])
    firsts = {make_plan(inputs([centre]), seed, b"").calls[0].scenario for seed in SEEDS}
    assert firsts == set(SCENARIOS[1:])


def test_what_a_centre_met_within_six_months_waits_while_there_is_something_else() -> None:
    first, second, third = (each.id for each in a_centre().identities)
    met = (Met(first, 3, RECENT), Met(second, 1, RECENT), Met(third, 9, AGES_AGO))
    calls = [make_plan(inputs([a_centre(met_identities=met)]), seed, b"").calls for seed in SEEDS]
    assert {each[0].identity for each in calls} == {third}
    assert {frozenset(call.identity for call in each[1:3]) for each in calls} <= {
        frozenset({second, third}),
        frozenset({second}),
        frozenset({third}),
    }


def test_a_pool_too_small_for_six_months_is_named() -> None:
    drawn = make_plan(inputs(), SEEDS[1], b"")
    said = " ".join(sentence for _, sentence in drawn.short)
    assert "its cover identities come again within six months: 3 are too few" in said
    assert f"its caller numbers come again within six months: {len(POOL)} are too few" in said


def test_fewer_than_three_voices_are_named() -> None:
    drawn = make_plan(inputs(people=[a_person(1), a_person(2)]), SEEDS[1], b"")
    assert (a_centre().centre, "fewer than three voices: only 2 may make its calls") in drawn.short


def test_who_had_many_of_a_centres_calls_in_twelve_months_gets_fewer_now() -> None:
    made = ((UUID(int=1), a_centre().centre, 12), (UUID(int=2), a_centre().centre, 1))
    counts = Counter(
        call.assessor for seed in SEEDS for call in make_plan(inputs(made=made), seed, b"").calls
    )
    assert counts[UUID(int=1)] == 0
    assert counts[UUID(int=2)] > 0


def test_a_person_plays_only_the_scenarios_that_they_may() -> None:
    certified = tuple(Valid(key, date.min, None) for key in SCENARIOS[:2])
    people = [a_person(1, scenarios=certified), a_person(2), a_person(3, scenarios=())]
    for seed in SEEDS:
        for call in make_plan(inputs(people=people), seed, b"").calls:
            assert UUID(int=3) not in (call.assessor, call.stand_in)
            if UUID(int=1) in (call.assessor, call.stand_in):
                assert call.scenario in SCENARIOS[:2]

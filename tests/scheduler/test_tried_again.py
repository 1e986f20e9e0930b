"""What follows a try that reached nobody, who takes it, and what is dealt to it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from struct import pack
from uuid import UUID

import pytest

from scheduler.call import PlannedCall
from scheduler.centre import OpenSpan
from scheduler.keystream import Keystream, stream_key
from scheduler.outcome import Attempt, Disposition, Ending, State
from scheduler.plan_inputs import CentreInputs, Inputs, PersonInputs, Valid
from scheduler.repeat import (
    Dealt,
    FollowUp,
    SecondMoment,
    after_all,
    chance_for,
    deal,
    drawable,
    follow_up,
    playable,
    plays,
    second_moment,
    taker,
)
from tests.scheduler.inputs import LONG_AFTER, LONG_AGO, POOL, SCENARIOS, a_centre, a_person, inputs

MONDAY = date(2027, 2, 22)  # the last of the period
FIRST_TRY = datetime(2027, 2, 3, 10, tzinfo=UTC)
NINE, TEN = OpenSpan(0, 540, 600), OpenSpan(0, 600, 660)
ANN, BEN = UUID(int=1), UUID(int=2)
NUMBER, IDENTITY, LEVEL = UUID(int=1010), UUID(int=1021), UUID(int=1030)
ELSEWHERE = UUID(int=77)
CALL = PlannedCall(
    id=UUID(int=5),
    plan=UUID(int=6),
    centre=UUID(int=1000),
    provider=UUID(int=1001),
    stream=1,
    slot=58,
    slot_start=FIRST_TRY,
    drawn_moment=FIRST_TRY,
    zone="Europe/London",
    month="2027-02",
    number=NUMBER,
    identity=IDENTITY,
    service_level=UUID(int=7),
    scenario=SCENARIOS[1],
    caller_number=POOL[1],
    assessor=ANN,
    stand_in=None,
)


def chance(number: int = 0) -> Keystream:
    return Keystream(number.to_bytes(32, "big"))


def a_try(
    minutes: int = 0, ending: Ending | None = Ending.BUSY, *, ever_unknown: bool = False
) -> Attempt:
    moment = FIRST_TRY + timedelta(minutes=minutes)
    return Attempt(
        *(UUID(int=9), CALL.id, 1, moment, moment, "0" * 32, State.ENDED, ending, ever_unknown),
        *(None,) * 9,
    )


def on_monday(hour: float) -> datetime:
    midnight = datetime(MONDAY.year, MONDAY.month, MONDAY.day, tzinfo=UTC)
    return midnight + timedelta(hours=hour)


def open_at(*spans: OpenSpan, people: Iterable[PersonInputs] | None = None) -> Inputs:
    """The call's centre, open in a few hours of a Monday; another stands before it."""
    return inputs((a_centre(2), a_centre(spans=spans)), people)


def again(
    given: Inputs,
    *,
    taken: tuple[datetime, ...] = (),
    key: int = 0,
    excluded: tuple[UUID, ...] = (),
    after: float = 0,
    call: PlannedCall = CALL,
) -> SecondMoment | None:
    return second_moment(given, call, on_monday(after), taken, (), chance(key), excluded)


def hours_of(given: Inputs, **asked: object) -> set[int]:
    found = [again(given, key=key, **asked) for key in range(12)]  # type: ignore[arg-type]
    return {each.moment.hour for each in found if each}


# --- what follows -------------------------------------------------------------------------------

THREE = (a_try(0), a_try(60), a_try(120))


@pytest.mark.parametrize("disposition", [Disposition.BUSY, Disposition.NO_ANSWER])
@pytest.mark.parametrize(
    ("tries", "follows"),
    [
        (THREE[:1], FollowUp.TRY_AGAIN),
        (THREE[:2], FollowUp.TRY_AGAIN),
        ((a_try(0), a_try(0), a_try(60)), FollowUp.TRY_AGAIN),  # three tries at two moments
        (THREE, FollowUp.LEAVE),
        ((a_try(0, ever_unknown=True), a_try(60)), FollowUp.LEAVE),
        ((a_try(0, Ending.UNKNOWN), a_try(60)), FollowUp.LEAVE),
    ],
)
def test_who_reached_nobody_is_tried_at_three_moments_unless_one_was_unknown(
    disposition: Disposition, tries: tuple[Attempt, ...], follows: FollowUp
) -> None:
    assert follow_up(replace(CALL, disposition=disposition), tries) is follows


@pytest.mark.parametrize("disposition", [Disposition.MISSED, Disposition.ASSESSOR_ABSENT])
def test_what_we_missed_is_drawn_anew_once(disposition: Disposition) -> None:
    followed = [
        follow_up(replace(CALL, disposition=disposition, stream=stream), THREE[:1])
        for stream in range(4)
    ]
    assert followed == [FollowUp.REDRAW] * 2 + [FollowUp.LEAVE] * 2


def test_what_was_answered_stays_as_it_is() -> None:
    assert follow_up(replace(CALL, disposition=Disposition.COMPLETED), ()) is FollowUp.LEAVE


@pytest.mark.parametrize("missed", [Disposition.MISSED, Disposition.ASSESSOR_ABSENT])
def test_a_miss_takes_back_nothing_that_the_line_told_last(missed: Disposition) -> None:
    told = (a_try(0, Ending.NO_ANSWER), a_try(60, Ending.BUSY), a_try(120, Ending.REFUSED))
    assert after_all(told, missed) is Disposition.BUSY
    assert after_all(told[:1], missed) is Disposition.NO_ANSWER
    assert after_all(told[2:], missed) is missed
    assert after_all(told, Disposition.COMPLETED) is Disposition.COMPLETED


def test_the_chance_of_a_decision_is_named_by_what_the_plan_knows_of_the_call() -> None:
    seed, public = bytes(range(32)), b"7 December"
    name = b"redrawn" + CALL.centre.bytes + (1).to_bytes(8, "big") + (58).to_bytes(8, "big")
    assert name[-16:] == pack(">QQ", CALL.stream, CALL.slot)
    by_hand = Keystream(stream_key(seed, public, name, 3))
    assert chance_for(seed, public, FollowUp.REDRAW, CALL, 3).word() == by_hand.word()


# --- a second moment ----------------------------------------------------------------------------


def test_a_second_moment_is_an_open_one_of_the_rest_and_bears_its_slot() -> None:
    given = open_at(NINE)
    found = again(given)
    assert found is not None
    assert on_monday(9) <= found.moment < on_monday(10)
    assert found.slot_start == on_monday(9)
    field, shifts = drawable(given, given.centres[1])
    assert field.slots[found.slot].start == found.slot_start
    assert {shift.person for shift in shifts} == {each.person for each in given.people}
    assert again(given, after=10) is None


@pytest.mark.parametrize(
    ("taken", "left"),
    [((), {9, 10}), ((9,), {10}), ((9.99,), {10}), ((10,), {9}), ((9.5, 10.5), set())],
)
def test_hours_that_hold_a_try_already_are_left_out(
    taken: tuple[float, ...], left: set[int]
) -> None:
    assert hours_of(open_at(NINE, TEN), taken=tuple(map(on_monday, taken))) == left


def test_an_hours_open_part_alone_holds_a_try() -> None:
    half = open_at(OpenSpan(0, 540, 570))
    assert hours_of(half, taken=(on_monday(9.25),)) == set()
    assert hours_of(half, taken=(on_monday(9.5),)) == {9}


def held_at(given: Inputs, hour: float, centre: int, provider: int) -> Inputs:
    """With another call of Ben's."""
    return replace(given, held=((BEN, UUID(int=centre), UUID(int=provider), on_monday(hour)),))


def test_a_providers_lines_are_free_fifty_minutes_around_a_second_moment() -> None:
    given = open_at(NINE)
    same_provider = [again(held_at(given, 8.5, 1500, 1001), key=key) for key in range(12)]
    assert all(found and found.moment >= on_monday(9 + 20 / 60) for found in same_provider)
    another = [again(held_at(given, 8.5, 1500, 1501), key=key) for key in range(12)]
    assert any(found and found.moment < on_monday(9 + 20 / 60) for found in another)
    assert again(held_at(given, 9.5, 1500, 1001)) is None, "the whole hour is engaged"
    assert again(held_at(given, 9.5, 1000, 1001)) is None, "by a call to the same centre too"


def test_the_calls_own_moment_engages_no_line_and_takes_nobodys_time() -> None:
    given = replace(open_at(NINE, people=[a_person(1)]))
    own = replace(CALL, again_at=on_monday(9.5))
    held = replace(given, held=((ANN, CALL.centre, CALL.provider, own.moment),))
    assert second_moment(held, own, on_monday(0), (), (), chance()) is not None
    assert second_moment(held, CALL, on_monday(0), (), (), chance()) is None


def test_a_moment_that_nobody_can_take_is_drawn_anew() -> None:
    people = [a_person(1, spans=(NINE,)), a_person(2, spans=(TEN,))]
    given = open_at(NINE, TEN, people=people)
    assert hours_of(given) == {9, 10}
    assert hours_of(given, excluded=(ANN,)) == {10}
    assert hours_of(given, excluded=(ANN, BEN)) == set()


def test_who_has_a_tie_to_the_centre_does_not_take_it() -> None:
    given = replace(open_at(NINE, people=map(a_person, (1, 2))), ties=((ANN, CALL.provider),))
    found = [again(given, key=key) for key in range(6)]
    assert {each.person for each in found if each} == {BEN}


def test_who_is_certified_no_more_on_the_day_does_not_take_it() -> None:
    lapsed = tuple(Valid(each, LONG_AGO, date(2027, 2, 15)) for each in SCENARIOS)
    given = open_at(NINE, people=[a_person(1, scenarios=lapsed), a_person(2)])
    found = [again(given, key=key) for key in range(6)]
    assert {each.person for each in found if each} == {BEN}


def test_whoever_takes_it_plays_what_they_are_certified_for() -> None:
    certified = (Valid(SCENARIOS[0], LONG_AGO, None),)
    found = again(open_at(NINE, people=[a_person(1, scenarios=certified)]))
    assert found is not None
    assert found.dealt.scenario == SCENARIOS[0]


def test_days_are_the_centres_own() -> None:
    midnight = OpenSpan(0, 0, 60)  # in Auckland, where Monday begins on Sunday at 11:00 UTC
    monday = (Valid(IDENTITY, MONDAY, MONDAY),)
    far = a_centre(zone="Pacific/Auckland", spans=(midnight,), identities=monday)
    found = again(inputs([far]), after=-24, call=replace(CALL, zone="Pacific/Auckland"))
    assert found is not None
    assert found.moment.date() == date(2027, 2, 21)
    assert found.dealt.identity == IDENTITY


def test_whoever_stands_in_may_play_what_was_dealt() -> None:
    certified = (Valid(SCENARIOS[1], LONG_AGO, LONG_AFTER),)
    other = (Valid(SCENARIOS[2], LONG_AGO, LONG_AFTER),)
    for scenarios, stands_in in ((certified, True), (other, False)):
        people = [a_person(1, scenarios=certified), a_person(2, scenarios=scenarios)]
        found = [again(open_at(NINE, people=people), key=key) for key in range(8)]
        firsts = [each for each in found if each and each.person == ANN]
        assert firsts
        assert {each.stand_in for each in firsts} == {BEN if stands_in else None}


# --- who takes it -------------------------------------------------------------------------------


def takes(given: Inputs, allowed: tuple[UUID, ...] = (ANN,), hour: float = 9.5) -> UUID | None:
    _, shifts = drawable(given, given.centres[1])
    found = taker(given, CALL, on_monday(hour), allowed, shifts, chance())
    return found.person if found else None


def test_a_taker_is_allowed_free_and_under_the_caps() -> None:
    given = open_at(NINE, people=map(a_person, (1, 2)))
    assert takes(given) == ANN
    assert takes(given, (BEN,)) == BEN
    assert takes(given, ()) is None

    def with_ann(hours: float, **caps: int) -> UUID | None:
        held = ((ANN, UUID(int=3000), UUID(int=3001), on_monday(hours)),)
        people = (a_person(1, **caps), a_person(2))
        return takes(replace(given, held=held, people=people))

    assert with_ann(9.25) is None
    assert with_ann(15) == ANN
    assert with_ann(15, per_day=1) is None
    assert with_ann(15 + 24, per_day=1) == ANN
    assert with_ann(15 + 24, per_week=1) is None


def test_who_was_heard_there_lately_takes_it_less_often() -> None:
    given = open_at(NINE, people=map(a_person, (1, 2)))
    lately = replace(given, heard=((ANN, CALL.centre, date(2027, 1, 31)),))
    _, shifts = drawable(given, given.centres[1])
    taken = [
        [taker(known, CALL, on_monday(9.5), (ANN, BEN), shifts, chance(key)) for key in range(60)]
        for known in (given, lately)
    ]
    before, after = (sum(each is not None and each.person == ANN for each in x) for x in taken)
    assert after < before


# --- what it needs ------------------------------------------------------------------------------


def dealt(
    centre: CentreInputs, call: PlannedCall = CALL, key: int = 0, **changes: object
) -> Dealt | None:
    given = inputs([centre], **changes)  # type: ignore[arg-type]
    return deal(given, centre, call, on_monday(9), (), chance(key), ANN)


def test_what_was_dealt_stays_where_it_serves() -> None:
    same = Dealt(NUMBER, IDENTITY, LEVEL, SCENARIOS[1], POOL[1])
    assert [dealt(a_centre(), key=key) for key in range(6)] == [same] * 6


def test_what_serves_no_more_is_dealt_anew_by_chance_one_after_the_other() -> None:
    lost = replace(
        CALL, number=ELSEWHERE, identity=ELSEWHERE, scenario=ELSEWHERE, caller_number=ELSEWHERE
    )
    centre, words = a_centre(), chance()
    numbers = [each.id for each in centre.numbers]
    identities = [each.id for each in centre.identities]
    assert dealt(centre, lost) == Dealt(
        numbers[words.below(2)],
        identities[words.below(3)],
        LEVEL,
        SCENARIOS[words.below(3)],
        POOL[words.below(2)],
    )


def test_the_newest_service_level_of_the_day_counts_else_that_of_the_draw() -> None:
    levels = (Valid(LEVEL, LONG_AGO, None), Valid(ELSEWHERE, MONDAY, None))
    newest, none = dealt(a_centre(levels=levels)), dealt(a_centre(levels=()))
    assert newest
    assert newest.level == ELSEWHERE
    assert none
    assert none.level == CALL.service_level


def test_a_call_without_a_caller_number_is_dealt_one_and_without_a_pool_none() -> None:
    never = dealt(a_centre(), replace(CALL, caller_number=None))
    assert never
    assert never.caller_number in POOL
    empty = dealt(a_centre(), caller_numbers=())
    assert empty
    assert empty.caller_number is None


GONE = (Valid(NUMBER, LONG_AGO, date(2027, 2, 21)),)


@pytest.mark.parametrize("centre", [a_centre(numbers=GONE), a_centre(identities=GONE)])
def test_nothing_is_dealt_where_the_day_has_no_number_or_identity(centre: CentreInputs) -> None:
    assert dealt(centre) is None


def test_nothing_is_dealt_to_who_may_play_nothing_there() -> None:
    assert dealt(a_centre(), people=[a_person(1, scenarios=())]) is None


def test_a_scenario_stays_where_it_may_be_played_and_is_drawn_among_the_others_else() -> None:
    centre = a_centre()

    def of(*certified: UUID) -> UUID:
        scenarios = tuple(Valid(each, LONG_AGO, None) for each in certified)
        given = inputs([centre], [a_person(1, scenarios=scenarios)])
        return playable(given, centre, replace(CALL, again_at=on_monday(9)), (), chance(), ANN)

    others = SCENARIOS[0], SCENARIOS[2]
    assert of(*SCENARIOS) == SCENARIOS[1]
    assert of(*others) == others[chance().below(2)]
    assert of() == CALL.scenario


def test_somebody_plays_a_scenario_on_the_days_of_the_certificate() -> None:
    centre = a_centre()
    until = (Valid(SCENARIOS[1], LONG_AGO, MONDAY),)
    given = inputs([centre], [a_person(1, scenarios=until)])
    tuesday = MONDAY + timedelta(days=1)
    assert plays(given, centre, ANN, SCENARIOS[1], MONDAY) == ANN
    assert plays(given, centre, ANN, SCENARIOS[1], tuesday) is None
    assert plays(given, centre, ANN, SCENARIOS[0], MONDAY) is None
    assert plays(given, centre, None, SCENARIOS[0], MONDAY) is None

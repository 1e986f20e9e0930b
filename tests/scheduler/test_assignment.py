"""Who makes which call: every constraint holds, the work is shared, and chance decides the rest."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise, permutations
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.assignment import (
    BLOCKED,
    Assigned,
    Assignment,
    Candidate,
    Held,
    Reason,
    Shift,
    ToAssign,
    Unplaced,
    assign,
    most_at_a_centre,
)
from scheduler.keystream import Keystream

ZONE = "Europe/London"
MONDAY = datetime(2027, 1, 4, tzinfo=UTC)
ANN, BEN, CAT, DAN = (UUID(int=number) for number in range(1, 5))
HOUR = timedelta(hours=1)


def at(hour: float, day: int = 0) -> datetime:
    return MONDAY + timedelta(days=day) + hour * HOUR


def centre(number: int) -> UUID:
    return UUID(int=1000 + number)


def provider(number: int) -> UUID:
    return UUID(int=2000 + number)


def call(
    number: int,
    moment: datetime,
    allowed: Sequence[UUID] = (ANN, BEN, CAT),
    *,
    at_centre: int | None = None,
    of: int | None = None,
) -> ToAssign:
    """Each call is to a centre and provider of its own unless they are named."""
    place = number if at_centre is None else at_centre
    owner = place if of is None else of
    return ToAssign(UUID(int=9000 + number), moment, centre(place), provider(owner), tuple(allowed))


def all_day(*people: UUID, days: int = 5) -> list[Shift]:
    return [Shift(one, at(8, day), at(18, day)) for one in people for day in range(days)]


def place(
    calls: Sequence[ToAssign],
    shifts: Sequence[Shift],
    *,
    per_day: int = 9,
    per_week: int = 99,
    heard: Mapping[tuple[UUID, UUID], date] | None = None,
    held: Sequence[Held] = (),
    key: int = 1,
) -> Assignment:
    people = {shift.person for shift in shifts}
    return assign(
        calls,
        [Candidate(person, per_day, per_week) for person in people],
        shifts,
        heard=heard or {},
        held=held,
        zone=ZONE,
        keystream=Keystream(key.to_bytes(32, "big")),
    )


def takers(result: Assignment) -> dict[UUID, UUID]:
    return {each.call: each.person for each in result.assigned}


def test_a_call_goes_to_who_offered_the_hour_and_may_ring_the_centre() -> None:
    shifts = [*all_day(ANN, BEN), Shift(CAT, at(18), at(20))]
    result = place([call(1, at(9.5), (BEN, CAT))], shifts)
    assert result == Assignment((Assigned(UUID(int=9001), BEN, None),), ())


def test_a_shift_holds_its_first_moment_and_not_its_last() -> None:
    shifts = [Shift(ANN, at(9), at(10))]
    calls = [call(1, at(9)), call(2, at(10, 7)), call(3, at(10))]
    assert set(takers(place(calls, shifts))) == {UUID(int=9001)}


@pytest.mark.parametrize(
    ("allowed", "hour", "reason"),
    [
        ((ANN, BEN), 7, Reason.NOT_OFFERED),
        ((CAT,), 10, Reason.NOT_ALLOWED),
        ((), 10, Reason.NOT_ALLOWED),
        ((ANN,), 9, Reason.ALL_TAKEN),
    ],
)
def test_a_call_that_nobody_can_make_is_kept_with_its_reason(
    allowed: tuple[UUID, ...], hour: float, reason: Reason
) -> None:
    busy = [Held(ANN, at(9), centre(50), provider(50))]
    result = place([call(1, at(hour), allowed)], all_day(ANN, BEN), held=busy)
    assert result == Assignment((), (Unplaced(UUID(int=9001), reason),))


def short(calls: Sequence[ToAssign], per_day: int = 9, per_week: int = 99) -> int:
    """How many calls stay without a person when only Ann is there, all day for two weeks."""
    return len(place(calls, all_day(ANN, days=14), per_day=per_day, per_week=per_week).unplaced)


@pytest.mark.parametrize(("minutes", "unplaced"), [(30, 1), (74, 1), (75, 0)])
@pytest.mark.parametrize("first", [at(9), at(23.5)])
def test_a_call_blocks_75_minutes(first: datetime, minutes: int, unplaced: int) -> None:
    calls = [call(1, first, (ANN,)), call(2, first + timedelta(minutes=minutes), (ANN,))]
    result = place(calls, [Shift(ANN, at(8), at(34))])
    assert len(result.unplaced) == unplaced


def test_the_caps_of_a_day_and_of_a_week_from_monday_hold() -> None:
    week = [call(day, at(9, day), (ANN,)) for day in range(7)]
    assert short([*week, call(7, at(9, 7), (ANN,))], per_week=5) == 2
    assert short([call(n, at(9 + 2 * n), (ANN,)) for n in range(4)], per_day=3) == 1


def test_days_and_weeks_are_those_of_the_institutes_zone() -> None:
    # 23:30 in London on a Sunday in July is 22:30 in UTC; half an hour later a new week begins.
    sunday = datetime(2027, 7, 4, 22, 30, tzinfo=UTC)
    calls = [call(1, sunday, (ANN,)), call(2, sunday + 2 * HOUR, (ANN,))]
    shifts = [Shift(ANN, sunday, sunday + 3 * HOUR)]
    assert place(calls, shifts, per_day=1, per_week=1).unplaced == ()


def test_nobody_rings_two_centres_of_one_provider_on_one_day() -> None:
    two = [call(1, at(9), (ANN,), of=1), call(2, at(15), (ANN,), of=1)]
    same = [call(1, at(9), (ANN,), at_centre=1), call(2, at(15), (ANN,), at_centre=1)]
    apart = [call(1, at(9), (ANN,), of=1), call(2, at(9, 1), (ANN,), of=1)]
    assert [short(two), short(same), short(apart)] == [1, 0, 0]


@pytest.mark.parametrize(
    ("calls", "allowed", "most"),
    [(20, 10, 8), (20, 3, 8), (20, 2, 10), (20, 1, 20), (21, 2, 11), (4, 5, 2), (1, 3, 1)],
)
def test_one_person_makes_at_most_40_percent_or_an_equal_share(
    calls: int, allowed: int, most: int
) -> None:
    assert most_at_a_centre(calls, allowed) == most


def test_the_share_at_a_centre_counts_the_calls_held() -> None:
    calls = [call(n, at(9, n), at_centre=1) for n in range(4)]
    evenings = [Shift(one, at(20), at(21)) for one in (BEN, CAT)]
    by_ben = [Held(BEN, at(9, -day), centre(1), provider(1)) for day in (1, 2)]
    by_ann = [Held(ANN, at(9, -day), centre(1), provider(1)) for day in (1, 2)]
    by_dan = [replace(each, person=DAN) for each in by_ben]  # who has left since
    # Ann alone offers the hours of the four calls: 40 % of four are two, of six are three.
    placed = [
        len(place(calls, [*all_day(ANN), *evenings], held=held).assigned)
        for held in ((), by_ben, by_dan, by_ann)
    ]
    assert placed == [2, 3, 3, 1]


CHAIN = [call(1, at(9), (ANN, BEN)), call(2, at(9.2), (BEN, CAT)), call(3, at(9.4), (ANN,))]


@pytest.mark.parametrize("key", range(20))
def test_others_of_the_slot_are_moved_before_a_call_is_given_up(key: int) -> None:
    result = place(CHAIN, all_day(ANN, BEN, CAT), key=key)
    assert takers(result)[UUID(int=9003)] == ANN
    assert result.unplaced == ()


@pytest.mark.parametrize("key", range(20))
def test_who_has_handed_a_call_on_is_free_for_another(key: int) -> None:
    afternoon = call(4, at(14), (ANN,))
    result = place([*CHAIN, afternoon], all_day(ANN, BEN, CAT), per_day=2, key=key)
    assert result.unplaced == ()


@given(
    allowed=st.lists(st.sets(st.sampled_from((ANN, BEN, CAT, DAN))), min_size=1, max_size=5),
    key=st.integers(0, 99),
)
@settings(deadline=None)
def test_in_one_slot_as_many_are_placed_as_anyone_could_place(
    allowed: list[set[UUID]], key: int
) -> None:
    calls = [call(n, at(9 + n / 10), tuple(people)) for n, people in enumerate(allowed)]
    nobody = [UUID(int=99)] * len(allowed)
    most = max(
        sum(person in people for person, people in zip(order, allowed, strict=True))
        for order in permutations((ANN, BEN, CAT, DAN, *nobody), len(allowed))
    )
    result = place(calls, all_day(ANN, BEN, CAT, DAN), key=key)
    assert len(result.assigned) == most


def test_a_voice_not_heard_for_long_is_preferred_but_none_is_locked_out() -> None:
    heard = {(ANN, centre(1)): at(9, -9).date(), (BEN, centre(1)): at(9, -90).date()}
    seen = Counter(
        takers(place([call(1, at(9), (ANN, BEN))], all_day(ANN, BEN), heard=heard, key=key))[
            UUID(int=9001)
        ]
        for key in range(1100)
    )
    # The odds are 9 to 90, and with equal loads the first of the two draws counts.
    assert abs(seen[ANN] - 100) < 4 * 9.6
    never = place([call(1, at(9), (ANN,))], all_day(ANN), heard={(ANN, centre(1)): at(9).date()})
    assert takers(never) == {UUID(int=9001): ANN}


def test_a_stand_in_is_another_free_person_and_stands_in_for_one_call_at_a_time() -> None:
    calls = [call(1, at(9), (ANN, CAT)), call(2, at(9.5), (BEN, CAT))]
    result = place(calls, all_day(ANN, BEN, CAT))
    assert result.unplaced == ()
    stand_ins = [each.stand_in for each in result.assigned]
    assert stand_ins.count(None) == 1
    assert not {each.person for each in result.assigned} & set(stand_ins)


def test_where_nobody_is_free_there_is_no_stand_in() -> None:
    calls = [call(1, at(9), (ANN, BEN)), call(2, at(9.5), (ANN, BEN))]
    assert {each.stand_in for each in place(calls, all_day(ANN, BEN)).assigned} == {None}


def test_the_work_is_shared_in_proportion_to_the_hours_offered() -> None:
    # Dan offers half days; every other person the whole day.
    shifts = [
        Shift(one, at(8, day), at(18 if one != DAN else 13, day))
        for one in (ANN, BEN, CAT, DAN)
        for day in range(60)
    ]
    stream = Keystream(bytes(32))
    people = (ANN, BEN, CAT, DAN)
    calls = [
        call(n, at(8 + stream.below(600) / 60, stream.below(60)), people, at_centre=n % 20)
        for n in range(280)
    ]
    result = place(calls, shifts)
    load = Counter(takers(result).values())
    assert len(result.assigned) >= 276
    assert max(load[one] for one in (ANN, BEN, CAT)) - min(load[one] for one in (ANN, BEN, CAT)) < 8
    assert abs(load[DAN] - 40) < 6


@st.composite
def instances(draw: st.DrawFn) -> tuple[list[ToAssign], list[Shift], list[Held], int, int]:
    # Keys whose hashes collide, so that a set's order would show.
    people = [UUID(int=number << 64) for number in range(1, draw(st.integers(2, 7)))]
    moments = st.integers(0, 7 * 24 * 12 - 1).map(lambda five: MONDAY + timedelta(minutes=5 * five))
    calls: dict[tuple[int, datetime], ToAssign] = {}
    for number in range(draw(st.integers(1, 40))):
        place, moment = draw(st.integers(0, 5)), draw(moments)
        allowed = draw(st.lists(st.sampled_from(people), unique=True))
        calls[place, moment] = call(number, moment, allowed, at_centre=place, of=place // 2)
    shifts = [
        Shift(person, start, start + timedelta(hours=draw(st.integers(1, 30))))
        for person in people
        for start in draw(st.lists(moments, min_size=1, max_size=4))
    ]
    held = []
    for person in people:
        for moment in draw(st.lists(moments, max_size=1)):
            place = draw(st.integers(0, 5))
            held.append(Held(person, moment, centre(place), provider(place // 2)))
    return list(calls.values()), shifts, held, draw(st.integers(1, 4)), draw(st.integers(1, 9))


@given(instance=instances(), key=st.integers(0, 1 << 60))
@settings(deadline=None, max_examples=80)
def test_every_constraint_of_an_assignment_holds(
    instance: tuple[list[ToAssign], list[Shift], list[Held], int, int], key: int
) -> None:
    calls, shifts, held, per_day, per_week = instance
    result = place(calls, shifts, held=held, per_day=per_day, per_week=per_week, key=key)
    by_key = {each.call: each for each in calls}
    placed, unplaced = takers(result), [each.call for each in result.unplaced]
    assert sorted([*placed, *unplaced]) == sorted(by_key)

    def on_shift(person: UUID, moment: datetime) -> bool:
        return any(shift.person == person and shift.start <= moment < shift.end for shift in shifts)

    at_centre = Counter(each.centre for each in calls) + Counter(each.centre for each in held)
    book: dict[UUID, list[tuple[datetime, UUID, UUID]]] = defaultdict(list)
    for one in held:
        book[one.person].append((one.moment, one.centre, one.provider))
    for key_of_call, person in placed.items():
        made = by_key[key_of_call]
        assert person in made.allowed
        assert on_shift(person, made.moment)
        book[person].append((made.moment, made.centre, made.provider))
    # What was held may break a cap by itself; a call placed may not add to it.
    for key_of_call, person in placed.items():
        made = by_key[key_of_call]
        mine = book[person]
        day = made.moment.astimezone(ZoneInfo(ZONE)).date()
        dates = [moment.astimezone(ZoneInfo(ZONE)).date() for moment, _, _ in mine]
        assert dates.count(day) <= per_day
        assert sum(other.isocalendar()[:2] == day.isocalendar()[:2] for other in dates) <= per_week
        assert sum(abs(moment - made.moment) < BLOCKED for moment, _, _ in mine) == 1
        rung = {
            where
            for (_, where, whose), other in zip(mine, dates, strict=True)
            if other == day and whose == made.provider
        }
        assert rung == {made.centre}
        people = {one for each in calls if each.centre == made.centre for one in each.allowed}
        most = most_at_a_centre(at_centre[made.centre], len(people))
        assert sum(where == made.centre for _, where, _ in mine) <= most
    duties: dict[UUID, list[datetime]] = defaultdict(list)
    for each in result.assigned:
        if (stand_in := each.stand_in) is not None:
            made = by_key[each.call]
            assert stand_in != each.person
            assert stand_in in made.allowed
            assert on_shift(stand_in, made.moment)
            assert all(abs(moment - made.moment) >= BLOCKED for moment, _, _ in book[stand_in])
            duties[stand_in].append(made.moment)
    for moments in duties.values():
        assert all(later - sooner >= BLOCKED for sooner, later in pairwise(sorted(moments)))


@given(instance=instances(), key=st.integers(0, 1 << 60), shuffle=st.randoms())
@settings(deadline=None, max_examples=40)
def test_the_key_decides_and_the_order_in_which_rows_are_read_does_not(
    instance: tuple[list[ToAssign], list[Shift], list[Held], int, int], key: int, shuffle: Random
) -> None:
    calls, shifts, held, per_day, per_week = instance
    once = place(calls, shifts, held=held, per_day=per_day, per_week=per_week, key=key)
    shuffle.shuffle(calls)
    shuffle.shuffle(shifts)
    shuffle.shuffle(held)
    calls = [replace(each, allowed=each.allowed[::-1]) for each in calls]
    again = place(calls, shifts, held=held, per_day=per_day, per_week=per_week, key=key)
    assert once == again


def test_another_key_sends_other_people() -> None:
    calls = [call(n, at(9, n % 5), at_centre=n) for n in range(10)]
    results = {
        tuple(takers(place(calls, all_day(ANN, BEN, CAT), key=key)).values()) for key in range(6)
    }
    assert len(results) > 1

"""What a call is given after the draw: what it had where that serves, else the least known."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from scheduler.call import PlannedCall
from scheduler.keystream import Keystream
from scheduler.plan_inputs import Inputs
from scheduler.repeat import Dealt, deal, drawable, taker
from tests.scheduler.inputs import FEBRUARY, POOL, SCENARIOS, a_centre, a_person, inputs, valid

NOON = datetime(2027, 2, 15, 12, tzinfo=UTC)
DAY = timedelta(days=1)
CENTRE = a_centre()
IDENTITIES = [each.id for each in CENTRE.identities]
CALL = PlannedCall(
    id=UUID(int=1),
    plan=UUID(int=2),
    centre=CENTRE.centre,
    provider=CENTRE.provider,
    stream=0,
    slot=0,
    slot_start=NOON,
    drawn_moment=NOON,
    zone=CENTRE.zone,
    month=str(FEBRUARY),
    number=CENTRE.numbers[0].id,
    identity=IDENTITIES[0],
    service_level=CENTRE.levels[0].id,
    scenario=SCENARIOS[0],
    caller_number=POOL[0],
    assessor=UUID(int=1),
    stand_in=None,
)


def other(days: int, **changes: object) -> PlannedCall:
    """A call of the centre so many days after the one that something is dealt for."""
    return replace(CALL, drawn_moment=NOON + days * DAY, **changes)  # type: ignore[arg-type]


def dealt(whole: Inputs, *others: PlannedCall, chance: int = 0) -> Dealt:
    stream = Keystream(chance.to_bytes(32, "big"))
    found = deal(whole, whole.centres[0], CALL, NOON, others, stream, CALL.assessor)
    assert found is not None
    return found


def test_what_a_call_has_stays_while_it_serves() -> None:
    others = other(-1, scenario=SCENARIOS[1]), other(1, scenario=SCENARIOS[2])
    found = dealt(inputs(), *others)
    assert (found.number, found.identity) == (CALL.number, CALL.identity)
    assert (found.scenario, found.caller_number) == (CALL.scenario, CALL.caller_number)


def test_an_identity_or_a_number_in_the_place_of_one_is_what_no_call_nearby_has() -> None:
    left = replace(CENTRE, identities=(*map(valid, (21, 22, 23)),))
    whole = inputs([left], caller_numbers=tuple(UUID(int=n) for n in (31, 32, 33)))
    nearby = [
        other(-20, identity=UUID(int=21), caller_number=UUID(int=31)),
        other(150, identity=UUID(int=23), caller_number=UUID(int=33)),
        other(-200, identity=UUID(int=22), caller_number=UUID(int=32)),  # long forgotten
    ]
    for chance in range(8):
        found = dealt(whole, *nearby, chance=chance)
        assert (found.identity, found.caller_number) == (UUID(int=22), UUID(int=32))
    busier = *nearby, other(9, identity=UUID(int=22)), other(8, identity=UUID(int=22))
    assert {dealt(whole, *busier, chance=n).identity for n in range(8)} == {UUID(int=23)}


def test_a_scenario_is_that_of_neither_neighbour_where_there_is_another() -> None:
    before, after = other(-2, scenario=SCENARIOS[0]), other(3, scenario=SCENARIOS[1])
    further = other(-9, scenario=SCENARIOS[2])
    assert dealt(inputs(), after, further, before).scenario == SCENARIOS[2]
    alone = inputs([replace(CENTRE, scenarios=SCENARIOS[:1])])
    assert dealt(alone, before, after).scenario == SCENARIOS[0]


def test_whoever_takes_a_call_in_anothers_place_has_no_more_than_their_share_of_a_year() -> None:
    people = [a_person(number) for number in (1, 2, 3)]
    made = tuple((UUID(int=n), CENTRE.centre, calls) for n, calls in ((1, 4), (2, 4), (3, 1)))
    whole = inputs(people=people, made=made)
    field, shifts = drawable(whole, CENTRE)
    allowed = field.allowed(whole.people, NOON.date())
    for chance in range(8):
        stream = Keystream(chance.to_bytes(32, "big"))
        found = taker(whole, CALL, NOON, allowed, shifts, stream)
        assert found is not None
        assert found.person == UUID(int=3)

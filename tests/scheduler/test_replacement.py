"""One call finds another person, by the rules of the whole plan."""

from uuid import UUID

from scheduler.assignment import Assigned, Candidate, Held, Reason, Shift, Unplaced
from scheduler.keystream import Keystream
from scheduler.replacement import replacement
from tests.scheduler.test_assignment import ANN, BEN, CAT, ZONE, all_day, at, call, centre, provider

CALL = call(1, at(9))


def replaced(
    shifts: list[Shift], held: tuple[Held, ...] = (), excluded: tuple[UUID, ...] = ()
) -> Assigned | Unplaced:
    return replacement(
        CALL,
        [Candidate(one, 4, 15) for one in (ANN, BEN, CAT)],
        shifts,
        heard={},
        held=held,
        zone=ZONE,
        keystream=Keystream(bytes(32)),
        excluded=excluded,
    )


def test_who_declined_is_not_drawn_again() -> None:
    assert replaced(all_day(ANN, BEN), excluded=(ANN,)) == Assigned(CALL.call, BEN, None)


def test_where_nobody_is_left_the_reason_is_told() -> None:
    gone = replaced(all_day(ANN), excluded=(ANN,))
    assert gone == Unplaced(CALL.call, Reason.NOT_OFFERED)
    busy = Held(ANN, at(9.5), centre(50), provider(50))
    assert replaced(all_day(ANN), held=(busy,)) == Unplaced(CALL.call, Reason.ALL_TAKEN)


def test_the_most_at_a_centre_counts_those_who_declined_as_allowed() -> None:
    # One call held of two: with three allowed one call is Ann's most, with two excluded as well.
    held = (Held(ANN, at(9, -3), centre(1), provider(1)),)
    assert isinstance(replaced(all_day(ANN), held=held, excluded=(BEN, CAT)), Unplaced)

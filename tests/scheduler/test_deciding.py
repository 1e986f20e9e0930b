from uuid import UUID

import pytest

from config.database import Sessions
from scheduler import deciding, settling
from scheduler.deciding import DecidingRefused, decide
from scheduler.outcome import Disposition, Ending, State
from scheduler.telephone import PerhapsPlaced
from tests.scheduler.switchboard import Switchboard, a_switchboard


@pytest.fixture
def line(sessions: Sessions) -> Switchboard:
    return a_switchboard(sessions)


def unknown(line: Switchboard) -> UUID:
    """A call of which nobody knows whether it was placed."""
    call = line.call()
    line.telephone.fail_next(PerhapsPlaced("reset"), after_ringing=True)
    line.dial()
    return call


def one_of_two(line: Switchboard) -> UUID:
    """An unknown call that could be either of two of the network's."""
    call = unknown(line)
    line.telephone.ring(line.telephone.rings[0])
    line.clock.pass_by(minutes=3)
    settling.reconcile(line.desk)
    return call


def put(line: Switchboard, call: UUID, sid: str = "", reason: str = "the assessor knows") -> None:
    decide(line.sessions, line.attempt(call).id, sid, reason, line.clock(), "ada")


def test_what_was_never_placed_is_missed_and_frees_the_line_of_the_provider(
    line: Switchboard,
) -> None:
    call = one_of_two(line)
    put(line, call)
    assert line.stands(call) == (State.ENDED, Ending.NOT_PLACED, Disposition.MISSED)
    assert line.journalled("unknown settled") == 1
    with line.sessions.reading() as session:
        assert deciding.open_to_persons(session, line.clock()) == ()


def test_a_person_names_the_call_of_the_network_and_the_network_tells_its_ending(
    line: Switchboard,
) -> None:
    call = one_of_two(line)
    first, second = deciding.candidates(line.attempt(call))
    with pytest.raises(DecidingRefused, match="listed"):
        put(line, call, "CA" + "9" * 32)
    put(line, call, second)
    assert line.sid(call) == second
    line.telephone.becomes(second, "completed")
    line.clock.pass_by(minutes=3)
    settling.reconcile(line.desk)
    assert line.disposition(call) is Disposition.ASSESSOR_ABSENT
    assert first in line.telephone.legs


def test_while_the_network_is_being_asked_no_person_settles_it(line: Switchboard) -> None:
    call = unknown(line)
    with pytest.raises(DecidingRefused, match="being asked"):
        put(line, call)
    line.clock.now += deciding.HORIZON
    line.clock.pass_by(seconds=1)
    put(line, call)
    assert line.disposition(call) is Disposition.MISSED


def test_it_takes_a_reason_and_happens_once(line: Switchboard) -> None:
    call = one_of_two(line)
    for reason in (" ", "x" * 301):
        with pytest.raises(DecidingRefused, match=r"reason|how you know"):
            put(line, call, reason=reason)
    put(line, call)
    with pytest.raises(DecidingRefused, match="settled already"):
        put(line, call)

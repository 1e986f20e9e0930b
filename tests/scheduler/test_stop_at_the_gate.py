"""The stop switch stops the gate too: an assessor who is rung already is not put through."""

from dataclasses import replace

from config.database import Sessions
from scheduler import attempts
from scheduler.dialling import dial_due
from scheduler.hearing import to_the_centre
from scheduler.outcome import Disposition, Ending, State
from scheduler.stopping import stop_dialling
from tests.builders import NOW
from tests.scheduler.switchboard import a_switchboard


def test_a_key_pressed_after_the_stop_rings_no_centre(sessions: Sessions) -> None:
    board = a_switchboard(sessions)
    call = board.dialled()
    assert board.answer(call)
    stop_dialling(sessions, "an outage was announced", NOW, str(board.institute.verifier))
    assert board.confirm(call) is None
    assert board.stands(call) == (State.ENDED, Ending.NEVER_DIALLED, Disposition.MISSED)


def test_an_attempt_that_breaks_leaves_the_others_to_be_dialled(sessions: Sessions) -> None:
    board = a_switchboard(sessions)
    first, second = board.call(0), board.call(1)
    broken = board.attempt(first).id

    class Telephone:
        """Breaks at the first ring, as no telephone should."""

        def __init__(self) -> None:
            self.rings = 0

        def ring(self, _ring: object) -> str:
            self.rings += 1
            if self.rings == 1:
                raise LookupError("a fault of ours")
            return "CA" + "5" * 32

    telephone = Telephone()
    dial_due(replace(board.desk, telephone=telephone))  # type: ignore[arg-type]
    assert telephone.rings == 2
    with sessions.reading() as session:
        states = {a.id: a.state for c in (first, second) for a in attempts.of_call(session, c)}
    assert states.pop(broken) is State.SENDING
    assert list(states.values()) == [State.CREATED]


def test_of_two_keys_that_are_heard_at_once_one_opens_the_gate(sessions: Sessions) -> None:
    board = a_switchboard(sessions)
    call = board.dialled()
    seen, sid = board.attempt(call), board.sid(call)
    assert board.confirm(call) is not None
    with sessions.begin() as session:
        assert to_the_centre(session, seen, sid, NOW) is None
    assert board.journalled("gate passed") == 1

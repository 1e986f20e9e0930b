"""What is due is dialled exactly once, and what must not be dialled is not."""

from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier, Thread, current_thread

import pytest

from config.database import Sessions, connect
from scheduler import diary, line_state
from scheduler.dialling import Desk, dial_due, miss
from scheduler.diary_rows import SamplingPlanRow
from scheduler.outcome import Disposition, Ending, State
from scheduler.settling import expire, give_up_dead_owners, reconcile
from scheduler.telephone import NotPlaced, PerhapsPlaced
from tests.builders import NOW
from tests.scheduler.switchboard import Switchboard, a_switchboard

MISSED = (State.ENDED, Ending.REFUSED, Disposition.MISSED)
INTENDED = (State.INTENT, None, Disposition.PLANNED)
BUSY_NOW = NotPlaced("too many calls", permanent=False)


@pytest.fixture
def board(sessions: Sessions) -> Switchboard:
    return a_switchboard(sessions)


def test_the_assessor_is_rung_from_the_drawn_number_with_the_token_in_the_paths(
    board: Switchboard,
) -> None:
    call = board.call()
    token = board.attempt(call).token
    assert board.dial() == 1
    (ring,) = board.telephone.rings
    assert (ring.to, ring.caller) == ("+447700900000", "+441632960000")
    assert ring.answer_url == f"https://calls.example.org/hooks/calls/{token}/answer"
    assert ring.status_url == f"https://calls.example.org/hooks/calls/{token}/status"
    assert board.stands(call) == (State.CREATED, None, Disposition.RUNNING)
    assert board.sid(call) == next(iter(board.telephone.legs))


def test_nothing_is_dialled_before_its_moment_or_twice(board: Switchboard) -> None:
    call = board.call(due=1)
    assert board.dial() == 0
    board.clock.pass_by(seconds=1)
    assert [board.dial() for _ in range(3)] == [1, 0, 0]
    assert len(board.telephone.rings) == len(board.attempts(call)) == 1


def test_the_claim_is_written_before_anybody_is_asked(board: Switchboard) -> None:
    call = board.call()
    seen = []

    class Watching:
        def ring(self, ring: object) -> str:
            seen.append(board.stands(call))  # would wait for ever on an open transaction
            return "CA" + "1" * 32

    dial_due(replace(board.desk, telephone=Watching()))  # type: ignore[arg-type]
    assert seen == [(State.SENDING, None, Disposition.RUNNING)]


@pytest.mark.parametrize("late", [0, 119, 120])
def test_a_call_is_dialled_up_to_120_seconds_late(board: Switchboard, late: int) -> None:
    call = board.call(due=-late)
    board.dial()
    assert board.stands(call) == (State.CREATED, None, Disposition.RUNNING)


def test_a_call_that_is_later_is_missed_and_the_reason_journalled(board: Switchboard) -> None:
    call = board.call(due=-120.001)
    assert board.dial() == 0
    assert board.stands(call) == MISSED
    assert board.journalled("call missed") == 1


# --- refused, unknown ---------------------------------------------------------------------------


def test_a_request_refused_for_now_is_made_anew_with_another_token(board: Switchboard) -> None:
    call = board.call()
    board.telephone.fail_next(BUSY_NOW)
    board.dial()
    first, second = board.attempts(call)
    assert (first.state, first.ending) == (State.ENDED, Ending.REFUSED)
    assert (second.state, second.due) == (State.INTENT, NOW + timedelta(seconds=10))
    assert first.token != second.token
    assert board.disposition(call) is Disposition.PLANNED
    assert board.dial() == 0
    board.clock.pass_by(seconds=10)
    assert board.dial() == 1
    assert board.stands(call) == (State.CREATED, None, Disposition.RUNNING)


def test_a_request_refused_again_and_again_is_missed_at_120_seconds(board: Switchboard) -> None:
    call = board.call()
    while board.disposition(call).open:
        board.telephone.fail_next(BUSY_NOW)
        board.dial()
        board.clock.pass_by(seconds=1)
    assert board.stands(call) == MISSED
    assert len(board.attempts(call)) == 13
    assert board.attempts(call)[-1].due == NOW + timedelta(seconds=120)
    assert board.telephone.rings == []


def test_a_request_refused_for_good_is_missed_at_once(board: Switchboard) -> None:
    call = board.call()
    board.telephone.fail_next(NotPlaced("no such number", permanent=True))
    assert board.dial() == 1
    assert board.stands(call) == MISSED
    assert len(board.attempts(call)) == 1


def test_a_refused_account_stops_all_dialling_and_says_so(board: Switchboard) -> None:
    calls = [board.call(number) for number in range(3)]
    reason = "the telephone network refuses our account"
    board.telephone.fail_next(NotPlaced(reason, permanent=False, stop_dialling=True))
    assert board.dial() == 1  # the others were due too
    board.clock.pass_by(seconds=30)
    assert board.dial() == 0
    assert board.telephone.rings == []
    with board.sessions.reading() as session:
        assert line_state.stopped(session) == (NOW, reason)
    assert board.journalled("dialling stopped") == 1
    board.clock.pass_by(seconds=91)
    expire(board.desk)
    assert [board.disposition(call) for call in calls] == [Disposition.MISSED] * 3


def test_dialling_goes_on_when_it_is_resumed(board: Switchboard) -> None:
    with board.sessions.begin() as session:
        line_state.stop(session, "a reason", NOW)
    call = board.call()
    assert board.dial() == 0
    assert board.stands(call) == INTENDED
    with board.sessions.begin() as session:
        line_state.resume(session)
    assert board.dial() == 1


@pytest.mark.parametrize("rang", [False, True])
def test_a_request_of_which_nobody_knows_is_unknown_and_never_made_again(
    board: Switchboard, rang: bool
) -> None:
    call = board.call()
    board.telephone.fail_next(PerhapsPlaced("status 500"), after_ringing=rang)
    board.dial()
    assert board.stands(call) == (State.UNKNOWN, None, Disposition.UNKNOWN)
    for _ in range(40):
        board.clock.pass_by(seconds=15)
        board.dial()
        expire(board.desk)
    assert board.stands(call) == (State.UNKNOWN, None, Disposition.UNKNOWN)
    assert len(board.attempts(call)) == 1
    assert len(board.telephone.rings) == rang


def test_what_was_heard_meanwhile_outweighs_a_refusal(board: Switchboard) -> None:
    call = board.call()

    class Contradicts:
        def ring(self, ring: object) -> str:
            assert board.answer(call, "CA" + "1" * 32)
            assert board.confirm(call) is not None
            raise NotPlaced("too many calls", permanent=False)

    dial_due(replace(board.desk, telephone=Contradicts()))  # type: ignore[arg-type]
    assert board.stands(call) == (State.DIALLING, None, Disposition.RUNNING)
    assert len(board.attempts(call)) == 1


def test_what_was_heard_meanwhile_outweighs_an_answer_that_was_lost(board: Switchboard) -> None:
    call = board.call()

    class Lost:
        def ring(self, ring: object) -> str:
            assert board.answer(call, "CA" + "1" * 32)
            raise PerhapsPlaced("status 500")

    dial_due(replace(board.desk, telephone=Lost()))  # type: ignore[arg-type]
    assert board.stands(call) == (State.CREATED, None, Disposition.RUNNING)
    assert board.journalled("attempt unknown") == 0


def test_what_another_worker_has_claimed_meanwhile_is_not_missed(board: Switchboard) -> None:
    call = board.call()
    seen = board.attempt(call)
    assert board.dial() == 1
    with board.sessions.begin() as session:
        assert not miss(session, seen, "the drawn moment has passed", NOW)
    assert board.stands(call) == (State.CREATED, None, Disposition.RUNNING)
    assert board.journalled("call missed") == 0


def test_an_answer_after_the_call_has_ended_changes_nothing(board: Switchboard) -> None:
    call = board.call()
    sid = "CA" + "1" * 32

    class Slow:
        def ring(self, ring: object) -> str:
            board.assessor(call, "no-answer", sid)
            return sid

    dial_due(replace(board.desk, telephone=Slow()))  # type: ignore[arg-type]
    assert board.stands(call)[1:] == (Ending.ASSESSOR_ABSENT, Disposition.ASSESSOR_ABSENT)


def test_nothing_is_sent_later_than_15_seconds_after_the_claim(board: Switchboard) -> None:
    call = board.call()
    moments = [NOW, NOW, NOW + timedelta(seconds=16)]

    def stalls() -> datetime:
        """As if the process slept between its claim and the request."""
        return moments.pop(0) if len(moments) > 1 else moments[0]

    assert dial_due(replace(board.desk, clock=stalls)) == 0
    assert board.telephone.rings == []
    first, second = board.attempts(call)
    assert (first.ending, first.refusal) == (Ending.REFUSED, "nothing was sent in time")
    assert second.due == NOW + timedelta(seconds=26)


# --- lines and workers --------------------------------------------------------------------------


def test_a_providers_second_call_waits_for_the_line_or_is_missed(board: Switchboard) -> None:
    centre = board.institute.centre()
    first, second, third = (board.call(centre=centre, due=due) for due in (0, 1, 2))
    board.clock.pass_by(seconds=2)
    assert board.dial() == 1
    assert board.stands(second) == INTENDED
    board.assessor(first, "no-answer")
    board.clock.pass_by(seconds=60)
    assert board.dial() == 1
    assert board.disposition(second) is Disposition.RUNNING
    board.clock.pass_by(seconds=61)
    expire(board.desk)
    assert board.stands(third) == MISSED


def test_another_provider_is_dialled_meanwhile(board: Switchboard) -> None:
    board.call(0)
    board.call(1)
    assert board.dial() == 2


def test_a_worker_that_saw_an_intent_too_late_leaves_the_other_ones_call_alone(
    board: Switchboard,
) -> None:
    call = board.call()
    moments = [NOW, NOW + timedelta(seconds=121)]

    def slow() -> datetime:
        if len(moments) == 1:
            board.dial()
        return moments.pop(0) if len(moments) > 1 else moments[0]

    assert dial_due(replace(board.desk, clock=slow, owner="worker 2")) == 0
    assert board.stands(call) == (State.CREATED, None, Disposition.RUNNING)


def two_workers(board: Switchboard, database_url: str) -> list[int]:
    """Let two workers claim when both have seen what is due; answers what each one dialled."""
    meet, asked, dialled = Barrier(2, timeout=120), set[str](), []

    def clock() -> datetime:
        name = current_thread().name
        if name in asked:
            if name in waiting:
                waiting.discard(name)
                meet.wait()
        else:
            asked.add(name)
        return NOW

    def work(name: str) -> None:
        own = connect(database_url)
        try:
            dialled.append(dial_due(replace(board.desk, sessions=own, clock=clock, owner=name)))
        finally:
            own.engine.dispose()

    names = ["worker 1", "worker 2"]
    waiting = set(names)
    threads = [Thread(target=work, args=(name,), name=name) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(dialled)


def test_two_workers_at_once_ring_once(board: Switchboard, database_url: str) -> None:
    call = board.call()
    assert two_workers(board, database_url) == [0, 1]
    assert len(board.telephone.rings) == 1
    assert board.stands(call) == (State.CREATED, None, Disposition.RUNNING)


def test_two_workers_at_once_ring_one_centre_of_a_provider(
    board: Switchboard, database_url: str
) -> None:
    centres = [board.institute.centre(n, provider="One provider") for n in range(2)]
    calls = [board.call(centre=centre) for centre in centres]
    assert two_workers(board, database_url) == [0, 1]
    assert len(board.telephone.rings) == 1
    states = sorted(board.attempt(call).state for call in calls)
    assert states == [State.CREATED, State.INTENT]


@pytest.mark.parametrize("sent", [False, True])
def test_a_worker_killed_at_the_request_leaves_an_unknown_call_that_is_never_redialled(
    board: Switchboard, sent: bool
) -> None:
    call = board.call()
    board.telephone.fail_next(KeyboardInterrupt(), after_ringing=sent)
    with pytest.raises(KeyboardInterrupt):
        board.dial()
    assert board.attempt(call).state is State.SENDING
    restarted: Desk = replace(board.desk, owner="worker 2")
    assert give_up_dead_owners(restarted) == 1
    assert board.stands(call) == (State.UNKNOWN, None, Disposition.UNKNOWN)
    for _ in range(20):
        board.clock.pass_by(seconds=15)
        dial_due(restarted)
        reconcile(restarted)
        expire(restarted)
    assert len(board.telephone.rings) == sent
    found = (State.CREATED, None, Disposition.RUNNING)
    nothing = (State.ENDED, Ending.NOT_PLACED, Disposition.MISSED)
    assert board.stands(call) == (found if sent else nothing)
    assert len(board.attempts(call)) == 1


def test_a_worker_that_starts_again_leaves_what_is_on_the_line_alone(board: Switchboard) -> None:
    created, connected = board.dialled(0), board.connected(1)
    assert give_up_dead_owners(board.desk) == 0
    assert board.attempt(created).state is State.CREATED
    assert board.attempt(connected).state is State.DIALLING


def test_a_rehearsals_calls_are_not_dialled_in_real_life(board: Switchboard) -> None:
    call = board.call()
    with board.sessions.reading() as session:
        found = diary.find_call(session, call)
        assert found is not None
    with board.sessions.begin() as session:
        row = session.get_one(SamplingPlanRow, found.plan)
        row.purpose = "rehearsal"
    assert board.dial() == 0
    assert expire(board.desk) == give_up_dead_owners(board.desk) == 0
    assert dial_due(replace(board.desk, rehearsed=found.plan)) == 1

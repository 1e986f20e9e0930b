"""Every step of the protocol is one conditional change, and no state ever moves upwards."""

import random
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from config.database import Sessions
from scheduler import attempts, diary, worklist
from scheduler.diary_rows import AttemptRow, SamplingPlanRow
from scheduler.outcome import Attempt, Ending, State
from tests.builders import NOW
from tests.scheduler.switchboard import CHILD, Switchboard, a_switchboard

OWN, OTHER = "CA" + "a" * 32, "CA" + "b" * 32
Step = Callable[[Session, Attempt], object]
STEPS: dict[str, Step] = {
    "claim": lambda s, a: attempts.claim(s, a.id, "worker 1", NOW),
    "forget": lambda s, a: attempts.forget_owner(s, a.id),
    "adopt": lambda s, a: attempts.adopt(s, a.token, OWN, NOW),
    "adopt another": lambda s, a: attempts.adopt(s, a.token, OTHER, NOW),
    "pass": lambda s, a: attempts.pass_gate(s, a.token, OWN, NOW),
    "pass another": lambda s, a: attempts.pass_gate(s, a.token, OTHER, NOW),
    "absent": lambda s, a: attempts.end(s, a.id, State.CREATED, Ending.ASSESSOR_ABSENT, NOW),
    "completed": lambda s, a: attempts.end(s, a.id, State.DIALLING, Ending.COMPLETED, NOW),
    "refused": lambda s, a: attempts.end(s, a.id, State.SENDING, Ending.REFUSED, NOW),
    "not placed": lambda s, a: attempts.end(s, a.id, State.UNKNOWN, Ending.NOT_PLACED, NOW),
    "missed": lambda s, a: attempts.end(s, a.id, State.INTENT, Ending.REFUSED, NOW),
}
WAY_TO: dict[State, tuple[str, ...]] = {
    State.INTENT: (),
    State.SENDING: ("claim",),
    State.UNKNOWN: ("claim", "forget"),
    State.CREATED: ("claim", "adopt"),
    State.DIALLING: ("claim", "adopt", "pass"),
    State.ENDED: ("claim", "adopt", "pass", "completed"),
}
ARROWS = {
    (State.INTENT, "claim"): State.SENDING,
    (State.INTENT, "missed"): State.ENDED,
    (State.SENDING, "forget"): State.UNKNOWN,
    (State.SENDING, "adopt"): State.CREATED,
    (State.SENDING, "adopt another"): State.CREATED,
    (State.SENDING, "refused"): State.ENDED,
    (State.UNKNOWN, "adopt"): State.CREATED,
    (State.UNKNOWN, "adopt another"): State.CREATED,
    (State.UNKNOWN, "not placed"): State.ENDED,
    (State.CREATED, "pass"): State.DIALLING,
    (State.CREATED, "absent"): State.ENDED,
    (State.DIALLING, "completed"): State.ENDED,
}


@pytest.fixture
def board(sessions: Sessions) -> Switchboard:
    return a_switchboard(sessions)


def take(board: Switchboard, attempt: Attempt, *names: str) -> list[object]:
    """Take the steps, each in a transaction of its own, and answer what they answered."""
    answers = []
    for name in names:
        with board.sessions.begin() as session:
            answers.append(STEPS[name](session, attempt))
    return answers


def test_every_arrow_of_the_protocol_is_there_and_no_other(board: Switchboard) -> None:
    call = board.call()
    with board.sessions.reading() as session:
        planned = diary.find_call(session, call)
        assert planned is not None
    for state, way in WAY_TO.items():
        for name in STEPS:
            attempt = board.attempt(call)
            take(board, attempt, *way)
            assert board.attempt(call).state is state
            (moved,) = take(board, attempt, name)
            assert (state, name, board.attempt(call).state, moved) == (
                state,
                name,
                ARROWS.get((state, name), state),
                (state, name) in ARROWS,
            )
            with board.sessions.begin() as session:
                attempts.end(session, attempt.id, board.attempt(call).state, Ending.FAILED, NOW)
                # A sid is unique for good, so the next attempt would never get it.
                row = session.get_one(AttemptRow, attempt.id)
                row.call_sid = None
                attempts.add_attempt(session, call, planned.provider, NOW)


def test_states_only_move_downwards_whatever_comes_in_whatever_order(board: Switchboard) -> None:
    ranks = {state: rank for rank, state in enumerate(State)}
    for seed in range(6):
        chance = random.Random(seed)
        call = board.call(seed)
        attempt = board.attempt(call)
        passed, rank = 0, 0
        for _ in range(20):
            before = board.attempt(call)
            name = chance.choice(list(STEPS))
            (moved,) = take(board, attempt, name)
            passed += bool(moved) and name.startswith("pass")
            after = board.attempt(call)
            rank, least = ranks[after.state], rank
            assert rank >= least
            assert (before.call_sid or after.call_sid) == after.call_sid
            assert (before.ending or after.ending) == after.ending
        assert passed <= 1
        with board.sessions.begin() as session:
            row = session.get_one(AttemptRow, attempt.id)
            row.state, row.ending, row.call_sid = State.ENDED, Ending.FAILED, None


def test_an_intent_has_a_random_token_of_128_bits_and_the_next_place_in_its_call(
    board: Switchboard,
) -> None:
    first = board.attempt(board.call(0))
    second = board.attempt(board.call(1))
    assert len(bytes.fromhex(first.token)) == 16
    assert first.token != second.token
    assert (first.ordinal, first.state, first.due) == (1, State.INTENT, NOW)


def test_a_call_has_one_live_attempt_and_no_ordinal_twice(board: Switchboard) -> None:
    call = board.call()
    with board.sessions.reading() as session:
        planned = diary.find_call(session, call)
        assert planned is not None
    with pytest.raises(IntegrityError), board.sessions.begin() as session:
        attempts.add_attempt(session, call, planned.provider, NOW)
    take(board, board.attempt(call), "missed")
    with board.sessions.begin() as session:
        attempts.add_attempt(session, call, planned.provider, NOW)
    assert [a.ordinal for a in board.attempts(call)] == [1, 2]


def test_an_attempt_is_claimed_once(board: Switchboard) -> None:
    attempt = board.attempt(board.call())
    assert take(board, attempt, "claim", "claim") == [True, False]


@pytest.mark.parametrize("state", [State.SENDING, State.UNKNOWN, State.CREATED, State.DIALLING])
def test_a_providers_line_carries_one_call_at_a_time(board: Switchboard, state: State) -> None:
    centre = board.institute.centre()
    first = board.attempt(board.call(centre=centre))
    second = board.attempt(board.call(centre=centre, due=1))
    take(board, first, *WAY_TO[state])
    assert take(board, second, "claim") == [False]
    assert board.attempt(second.call).state is State.INTENT
    with board.sessions.begin() as session:
        attempts.end(session, first.id, state, Ending.FAILED, NOW)
    assert take(board, second, "claim") == [True]


def test_a_restored_intent_is_in_doubt_once_its_providers_line_is_free(board: Switchboard) -> None:
    centre = board.institute.centre()
    first = board.attempt(board.call(centre=centre))
    restored = board.attempt(board.call(centre=centre, due=1))

    def doubt(attempt: Attempt) -> bool:
        with board.sessions.begin() as session:
            return attempts.doubt(session, attempt)

    take(board, first, "claim")
    assert not doubt(restored)
    assert not doubt(first), "what was claimed is no intent"
    assert board.attempt(restored.call).state is State.INTENT
    take(board, first, "refused")
    assert doubt(restored)
    last = board.attempt(restored.call)
    assert (last.state, last.ever_unknown) == (State.UNKNOWN, True)
    assert (last.claimed_at, last.owner) == (restored.due, None)


def test_another_provider_has_a_line_of_its_own(board: Switchboard) -> None:
    first, second = board.attempt(board.call(0)), board.attempt(board.call(1))
    assert take(board, first, "claim") == take(board, second, "claim") == [True]


def test_the_first_sid_owns_a_token_and_a_sid_has_one_token(board: Switchboard) -> None:
    first, second = board.attempt(board.call(0)), board.attempt(board.call(1))
    take(board, first, "claim", "adopt")
    take(board, second, "claim")
    assert take(board, first, "adopt another", "adopt") == [False, False]
    assert take(board, second, "adopt") == [False]
    with board.sessions.reading() as session:
        assert attempts.owner(session, first.token) == OWN
        assert attempts.owner(session, second.token) is None
        assert attempts.known_sids(session, (OWN, OTHER)) == {OWN}
    assert board.attempt(second.call).state is State.SENDING


def test_the_gate_is_passed_once_and_by_the_owner_alone(board: Switchboard) -> None:
    attempt = board.attempt(board.call())
    take(board, attempt, "claim", "adopt")
    assert take(board, attempt, "pass another", "pass", "pass") == [False, True, False]
    assert board.attempt(attempt.call).dial_sid == OWN


def test_the_gate_of_an_attempt_that_has_ended_stays_shut(board: Switchboard) -> None:
    attempt = board.attempt(board.call())
    take(board, attempt, "claim", "adopt", "absent")
    assert take(board, attempt, "pass") == [False]
    assert board.attempt(attempt.call).dial_sid is None


def test_an_unknown_attempt_stays_marked_after_its_sid_was_found(board: Switchboard) -> None:
    attempt = board.attempt(board.call())
    take(board, attempt, "claim", "forget", "adopt")
    assert board.attempt(attempt.call).ever_unknown


def test_a_callback_is_kept_once(board: Switchboard) -> None:
    attempt = board.attempt(board.call())

    def note(status: str, sequence: int) -> bool:
        with board.sessions.begin() as session:
            return attempts.note_callback(
                session,
                attempt.id,
                call_sid=OWN,
                parent_sid="",
                status=status,
                sequence=sequence,
                told_at=NOW,
                now=NOW,
            )

    told = [("ringing", 1), ("ringing", 1), ("ringing", 2), ("completed", 1), ("ringing", 1)]
    assert [note(*each) for each in told] == [True, False, True, True, False]


def test_the_first_telling_of_each_moment_stays(board: Switchboard) -> None:
    call = board.call()
    attempt = board.attempt(call)
    take(board, attempt, "claim", "adopt", "pass")
    later = NOW + timedelta(seconds=9)
    with board.sessions.begin() as session:
        attempts.measure(session, attempt.id, child_sid=CHILD, rang_at=NOW)
        attempts.measure(session, attempt.id, child_sid=OTHER, rang_at=later, answered_at=later)
        attempts.measure(session, attempt.id, child_sid=OTHER)
    measured = board.measured(call)
    assert (measured.child_sid, measured.rang_at, measured.answered_at) == (CHILD, NOW, later)


def test_what_is_due_comes_in_order_and_leaves_rehearsals_alone(board: Switchboard) -> None:
    late, early, future = board.call(0, due=-5), board.call(1, due=-9), board.call(2, due=1)
    rehearsed = board.call(3, due=-7)
    with board.sessions.begin() as session:
        found = diary.find_call(session, rehearsed)
        assert found is not None
        plan = found.plan
        session.execute(
            update(SamplingPlanRow).where(SamplingPlanRow.id == plan).values(purpose="rehearsal")
        )
    with board.sessions.reading() as session:
        real = worklist.due(session, NOW, 20, None)
        assert [a.call for a in real] == [early, late]
        assert [a.call for a in worklist.due(session, NOW, 1, None)] == [early]
        assert [a.call for a in worklist.due(session, NOW, 20, plan)] == [rehearsed]
        assert worklist.next_due(session, None) == NOW - timedelta(seconds=9)
        assert worklist.next_due(session, uuid4()) is None
        everything = worklist.in_state(session, State.INTENT, rehearsed=None)
        assert {a.call for a in everything} == {early, late, future}


def test_the_first_empty_look_up_and_the_first_reason_are_kept(board: Switchboard) -> None:
    attempt = board.attempt(board.call())
    take(board, attempt, "claim", "forget")
    with board.sessions.begin() as session:
        assert attempts.leave_to_a_person(session, attempt.id, "several")
        assert not attempts.leave_to_a_person(session, attempt.id, "several more")
        attempts.listed_empty(session, attempt.id, NOW)
        attempts.listed_empty(session, attempt.id, NOW + timedelta(hours=1))
    assert board.attempt(attempt.call).listed_empty_at == NOW

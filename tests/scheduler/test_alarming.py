"""A condition is one alarm from its beginning to its end, told by letter and by a post."""

from datetime import timedelta

import pytest

from config import mail
from config.database import Sessions
from scheduler import alarms, attempts, line_state
from scheduler.access import Role
from scheduler.alarm import FORGOTTEN_AFTER, MOST_TELLINGS, STOPPED_AFTER, Alarm, Kind
from scheduler.alarming import look, tell, worker_lives
from scheduler.deciding import HORIZON
from scheduler.outcome import State
from scheduler.recording_rows import RecordingRow
from scheduler.telephone import ACCOUNT_REFUSED, NotPlaced, PerhapsPlaced
from tests.scheduler.switchboard import Switchboard, a_switchboard

SITE = "https://calls.example.org"


@pytest.fixture
def board(sessions: Sessions) -> Switchboard:
    board = a_switchboard(sessions)
    board.institute.person("Ada", Role.ADMINISTRATOR)
    return board


def looked(board: Switchboard, **later: float) -> int:
    board.clock.pass_by(**later)
    return look(board.sessions, board.institute.vault, board.clock(), SITE)


def lasting(board: Switchboard) -> list[tuple[Kind, str]]:
    return [(each.kind, each.about) for each in raised(board)]


def raised(board: Switchboard) -> tuple[Alarm, ...]:
    with board.sessions.reading() as session:
        return alarms.lasting(session)


def letters(board: Switchboard) -> list[str]:
    with board.sessions.reading() as session:
        return [each.subject for each in mail.listed(session, mail.LetterState.WAITING, 50)]


def ticked(board: Switchboard, *names: str) -> None:
    with board.sessions.begin() as session:
        line_state.beat(session, "worker", board.clock())
        for name in names:
            alarms.worker_ticked(session, name, board.clock())


def refuse_account(board: Switchboard) -> None:
    board.telephone.fail_next(NotPlaced(ACCOUNT_REFUSED, permanent=False, stop_dialling=True))
    board.call()
    board.dial()


def test_where_all_is_well_nothing_is_raised(board: Switchboard) -> None:
    ticked(board, "w:1:a")
    board.connected()
    assert looked(board, seconds=60) == 0
    assert (lasting(board), letters(board)) == ([], [])


def test_a_refused_account_alarms_once_until_dialling_is_resumed(board: Switchboard) -> None:
    refuse_account(board)
    assert [looked(board, seconds=15) for _ in range(3)] == [1, 0, 0]
    assert lasting(board) == [(Kind.ACCOUNT, "")]
    assert letters(board) == ["The telephone network refuses our account"]
    with board.sessions.begin() as session:
        line_state.resume(session)
    assert looked(board) == 1
    assert lasting(board) == []
    assert (board.journalled("alarm raised"), board.journalled("alarm ended")) == (1, 1)
    refuse_account(board)
    assert looked(board) == 1
    assert len(letters(board)) == 2


def test_a_stop_by_a_person_is_no_alarm(board: Switchboard) -> None:
    with board.sessions.begin() as session:
        line_state.stop(session, "a fire drill", board.clock())
    assert looked(board) == 0


def test_a_call_that_nobody_can_settle_alarms_from_the_horizon_on(board: Switchboard) -> None:
    call = board.call()
    board.telephone.fail_next(PerhapsPlaced("timed out"))
    board.telephone.listing_fails = True
    board.dial()
    assert board.attempt(call).state is State.UNKNOWN
    assert looked(board, seconds=HORIZON.total_seconds()) == 0
    assert looked(board, seconds=1) == 1
    assert lasting(board) == [(Kind.UNKNOWN, str(board.attempt(call).id))]
    with board.sessions.begin() as session:
        attempts.adopt(session, board.attempt(call).token, "CA" + "1" * 32, board.clock())
    assert looked(board) == 1
    assert lasting(board) == []


def test_recordings_that_cannot_be_fetched_are_told_in_one_letter(board: Switchboard) -> None:
    calls = [board.connected(number) for number in range(2)]
    with board.sessions.begin() as session:
        for call in calls:
            row = RecordingRow(
                attempt_id=board.attempt(call).id,
                call_id=call,
                state="told",
                expected_at=board.clock(),
                next_try_at=board.clock(),
                tries=5,
            )
            session.add(row)
    assert looked(board) == 2
    assert {kind for kind, _ in lasting(board)} == {Kind.RECORDING}
    assert letters(board) == ["A recording can't be fetched"]


def test_the_last_worker_is_missed_by_whoever_looks_until_one_ticks(board: Switchboard) -> None:
    with board.sessions.reading() as session:
        assert worker_lives(session, board.clock()), "none was ever started"
    ticked(board, "w:1:a")
    assert looked(board, seconds=STOPPED_AFTER.total_seconds()) == 0
    assert looked(board, seconds=1) == 1
    assert lasting(board) == [(Kind.WORKER, "")]
    with board.sessions.reading() as session:
        assert not worker_lives(session, board.clock())
    ticked(board, "w:2:b")
    assert looked(board) == 1
    assert lasting(board) == []


def test_one_of_several_is_missed_by_the_others_for_a_day_at_most(board: Switchboard) -> None:
    ticked(board, "w:1:a", "w:2:b")
    board.clock.pass_by(seconds=61)
    ticked(board, "w:2:b")
    assert looked(board) == 1
    assert lasting(board) == [(Kind.WORKER, "w:1:a")]
    board.clock.pass_by(seconds=FORGOTTEN_AFTER.total_seconds())
    ticked(board, "w:2:b", "w:3:c")
    assert looked(board) == 1
    assert lasting(board) == []


def test_a_worker_that_says_goodbye_is_not_missed_beside_another(board: Switchboard) -> None:
    ticked(board, "w:1:a", "w:2:b")
    with board.sessions.begin() as session:
        alarms.worker_left(session, "w:1:a")
    board.clock.pass_by(seconds=61)
    ticked(board, "w:2:b")
    assert looked(board) == 0


def test_an_alarm_is_posted_once_without_anything_that_names_the_scheme(board: Switchboard) -> None:
    refuse_account(board)
    looked(board)
    posted: list[dict[str, str]] = []
    assert [tell(board.sessions, posted.append, board.clock) for _ in range(2)] == [1, 0]
    (said,) = posted
    assert said.keys() == {"kind", "words", "time"}
    assert (said["kind"], said["time"]) == ("authorisation", board.clock().isoformat())
    assert "Centre 0" not in said["words"]
    assert "+44" not in said["words"]
    assert raised(board)[0].told_at == board.clock()


def test_a_post_that_fails_is_made_again_later_and_at_last_given_up(board: Switchboard) -> None:
    refuse_account(board)
    looked(board)
    tries: list[object] = []

    def fail(said: dict[str, str]) -> None:
        tries.append(said)
        raise OSError("nobody answers")

    for _ in range(20):
        assert tell(board.sessions, fail, board.clock) == 0
        tell(board.sessions, fail, board.clock)  # not before its time
        board.clock.pass_by(hours=1)
    assert len(tries) == MOST_TELLINGS
    assert raised(board)[0].told_at is None


def test_what_has_ended_is_told_no_more(board: Switchboard) -> None:
    refuse_account(board)
    looked(board)
    with board.sessions.begin() as session:
        line_state.resume(session)
    looked(board)
    assert tell(board.sessions, lambda _: None, board.clock) == 0
    with board.sessions.reading() as session:
        week = board.clock() - timedelta(days=7)
        (ended,) = alarms.ended_since(session, week, 9)
    assert ended.ended_at == board.clock()

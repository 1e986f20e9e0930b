"""A browser's call enters by the one gate: the drawn assessor's, in its moment, at most once."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from threading import Thread
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from config.database import Sessions
from scheduler import diary, entering, line_state, ways
from scheduler.dialling import dial_due
from scheduler.diary_rows import SamplingPlanRow
from scheduler.entering import (
    OWNER,
    EntryRefused,
    attempt_to_enter,
    browser_called,
    choose,
    choose_usual,
    identity,
)
from scheduler.hearing import DialCentre
from scheduler.high_water import HighWater
from scheduler.outcome import Disposition, Ending, State
from scheduler.register_rows import ContactNumberRow
from scheduler.way import Way
from tests.builders import NOW
from tests.scheduler.switchboard import STRANGER, Switchboard, a_switchboard

BROWSER = "CA" + "b" * 32
THE_CENTRE = DialCentre("+441632960500", "+441632960000", "")
WAITING = (State.INTENT, None, Disposition.PLANNED)
THROUGH = (State.DIALLING, None, Disposition.RUNNING)


@pytest.fixture
def board(sessions: Sessions) -> Switchboard:
    """A workspace with a softphone, which its assessor takes as a rule."""
    board = a_switchboard(sessions)
    board.desk = replace(board.desk, softphone=True)
    with sessions.begin() as session:
        ways.set_usual(session, board.institute.assessor, Way.SOFTPHONE)
    return board


def enter(
    board: Switchboard,
    call: UUID,
    sid: str = BROWSER,
    caller: str = "",
    high_water: HighWater | None = None,
    *,
    live: bool = False,
) -> DialCentre | None:
    return browser_called(
        board.sessions,
        board.attempt(call).token,
        sid,
        caller or f"client:{identity(board.institute.assessor)}",
        board.clock(),
        high_water=high_water,
        live=live,
    )


def test_the_worker_leaves_the_call_to_the_browser_which_passes_the_gate(
    board: Switchboard,
) -> None:
    call = board.call()
    assert board.dial() == 0
    assert board.stands(call) == WAITING
    assert enter(board, call) == THE_CENTRE
    assert board.stands(call) == THROUGH
    attempt = board.attempt(call)
    assert (attempt.call_sid, attempt.dial_sid, attempt.owner) == (BROWSER, BROWSER, OWNER)
    assert board.journalled("gate passed") == 1
    board.centre(call, "in-progress", 1)
    board.centre(call, "completed", 2, length=90)
    assert board.stands(call) == (State.ENDED, Ending.COMPLETED, Disposition.COMPLETED)


def test_the_same_leg_is_told_the_same_until_the_centres_leg_shows_itself(
    board: Switchboard,
) -> None:
    call = board.call()
    assert enter(board, call) == enter(board, call) == THE_CENTRE
    board.centre(call, "ringing", 1)
    assert enter(board, call) is None
    assert board.journalled("gate passed") == 1


def test_a_second_browser_finds_the_attempt_owned(board: Switchboard) -> None:
    call = board.call()
    assert enter(board, call)
    assert enter(board, call, STRANGER) is None
    assert board.attempt(call).dial_sid == BROWSER


def test_of_browsers_that_call_at_once_one_gets_through(board: Switchboard) -> None:
    call, told = board.call(), list[DialCentre | None]()
    sids = [f"CA{n:032x}" for n in range(4)]
    callers = [Thread(target=lambda s=sid: told.append(enter(board, call, s))) for sid in sids]
    for each in callers:
        each.start()
    for each in callers:
        each.join()
    assert sorted(told, key=bool) == [None, None, None, THE_CENTRE]


@pytest.mark.parametrize("caller", ["client:" + "0" * 32, "+447700900000", "client:", " "])
def test_only_the_drawn_assessors_browser_is_let_in(board: Switchboard, caller: str) -> None:
    call = board.call()
    assert enter(board, call, caller=caller) is None
    assert board.stands(call) == WAITING


@pytest.mark.parametrize("token", ["", "f" * 32, "+441632960500"])
def test_what_is_no_attempts_token_opens_nothing(board: Switchboard, token: str) -> None:
    call = board.call()
    who = f"client:{identity(board.institute.assessor)}"
    assert browser_called(board.sessions, token, BROWSER, who, board.clock()) is None
    assert board.stands(call) == WAITING


def test_nobody_enters_before_the_moment(board: Switchboard) -> None:
    call = board.call(due=10)
    board.clock.pass_by(seconds=9)
    assert enter(board, call) is None
    board.clock.pass_by(seconds=1)
    assert enter(board, call) == THE_CENTRE


def test_a_moment_that_no_browser_used_is_missed_after_120_seconds(board: Switchboard) -> None:
    call = board.call()
    board.clock.pass_by(seconds=120)
    assert board.dial() == 0
    assert board.stands(call) == WAITING
    board.clock.pass_by(seconds=1)
    assert enter(board, call) is None
    assert board.dial() == 0
    assert board.stands(call) == (State.ENDED, Ending.REFUSED, Disposition.MISSED)
    assert board.telephone.rings == []


def test_whoever_chose_the_telephone_for_this_call_is_rung_and_no_browser_enters(
    board: Switchboard,
) -> None:
    call = board.call()
    with board.sessions.begin() as session:
        ways.choose(session, call, board.institute.assessor, Way.BRIDGE)
    assert enter(board, call) is None
    assert board.dial() == 1
    assert enter(board, call) is None


def test_without_a_softphone_in_this_workspace_the_telephone_rings(board: Switchboard) -> None:
    board.call()
    assert dial_due(replace(board.desk, softphone=False)) == 1


def test_no_browser_enters_a_call_that_is_dialled_by_hand(board: Switchboard) -> None:
    call = board.call()
    with board.sessions.begin() as session:
        diary.set_by_hand(session, call, True)
        ways.choose(session, call, board.institute.assessor, Way.SOFTPHONE)
    assert enter(board, call) is None
    assert board.dial() == 0
    assert board.stands(call) == WAITING


def test_another_assessors_choice_for_the_call_does_not_count(board: Switchboard) -> None:
    call = board.call()
    with board.sessions.begin() as session:
        bob = board.institute.person("Bob")
        ways.choose(session, call, bob, Way.BRIDGE)
    assert board.dial() == 0


def test_a_stopped_line_and_an_unfit_call_let_no_browser_in(board: Switchboard) -> None:
    call = board.call()
    with board.sessions.begin() as session:
        line_state.stop(session, "a test", board.clock())
    assert enter(board, call) is None
    with board.sessions.begin() as session:
        line_state.resume(session)
    assert enter(board, call, live=True) is None  # a number for drama
    board.clock.now = NOW + timedelta(hours=12)  # and long past the drawn moment
    assert enter(board, call) is None
    assert board.stands(call) == WAITING


@pytest.mark.parametrize(
    ("proved_on", "told", "stands"),
    [
        (None, None, WAITING),
        (date(2025, 11, 25), None, WAITING),
        (date(2025, 11, 26), THE_CENTRE, THROUGH),
    ],
    ids=["never proved", "proved a year ago", "proved within a year"],
)
def test_on_the_live_telephone_a_browser_reaches_a_sampled_centre_only_while_it_is_proved(
    board: Switchboard,
    monkeypatch: pytest.MonkeyPatch,
    proved_on: date | None,
    told: DialCentre | None,
    stands: object,
) -> None:
    call = board.call()
    with board.sessions.begin() as session:
        session.execute(update(ContactNumberRow).values(proved_on=proved_on))
        session.execute(update(SamplingPlanRow).values(purpose="sampling"))
    monkeypatch.setattr(entering, "is_drama", lambda _: False)  # as a real number is
    assert enter(board, call, live=True) == told
    assert board.stands(call) == stands


def test_a_leg_that_another_call_owns_enters_no_second_one(board: Switchboard) -> None:
    first, other = board.call(0), board.call(1)
    assert enter(board, first)
    assert enter(board, other) is None
    assert board.stands(other) == WAITING
    assert enter(board, other, STRANGER) is not None


def a_pass(board: Switchboard, call: UUID, person: UUID | None = None) -> str:
    who = person or board.institute.assessor
    return attempt_to_enter(board.sessions, call, who, board.clock())


def test_a_pass_is_given_from_ten_minutes_before_until_two_minutes_after(
    board: Switchboard,
) -> None:
    call = board.call(due=601)
    token = board.attempt(call).token
    with pytest.raises(EntryRefused, match=r"^It is too early: .* ten minutes before it\.$"):
        a_pass(board, call)
    for seconds in (1, 600, 120):
        board.clock.pass_by(seconds=seconds)
        assert a_pass(board, call) == token
    board.clock.pass_by(milliseconds=1)
    with pytest.raises(
        EntryRefused, match=r"^The moment of this call has passed: it can't begin any more\.$"
    ):
        a_pass(board, call)


def test_a_pass_is_renewed_during_the_call_and_not_afterwards(board: Switchboard) -> None:
    call = board.call()
    assert enter(board, call)
    board.clock.pass_by(minutes=30)
    assert a_pass(board, call) == board.attempt(call).token
    board.centre(call, "completed", 1, length=90)
    with pytest.raises(EntryRefused, match="has passed"):
        a_pass(board, call)


def test_a_pass_is_the_drawn_assessors_who_calls_from_the_browser(board: Switchboard) -> None:
    call = board.call()
    with pytest.raises(EntryRefused, match=r"^This call isn't yours\.$"):
        a_pass(board, call, board.institute.verifier)
    with pytest.raises(EntryRefused, match="isn't yours"):
        a_pass(board, uuid4())
    choose_usual(board.sessions, board.institute.assessor, Way.BRIDGE, board.clock())
    with pytest.raises(
        EntryRefused, match=r"^This call comes by telephone: yours is rung at its moment\.$"
    ):
        a_pass(board, call)
    assert board.journalled("usual way chosen") == 1


def test_the_way_of_a_call_is_chosen_until_its_moment(board: Switchboard) -> None:
    call, who = board.call(due=1), board.institute.assessor
    choose(board.sessions, call, who, Way.BRIDGE, board.clock())
    assert board.journalled("way chosen") == 1
    board.clock.pass_by(seconds=1)
    with pytest.raises(
        EntryRefused, match=r"^The call's moment has come: its way stays as it is\.$"
    ):
        choose(board.sessions, call, who, Way.SOFTPHONE, board.clock())
    assert board.dial() == 1


def test_the_mark_is_raised_before_the_network_is_told_to_dial(
    board: Switchboard, tmp_path: Path
) -> None:
    call, mark = board.call(), HighWater(tmp_path / "mark.json")
    assert enter(board, call, high_water=mark)
    assert mark.attempt() == board.attempt(call).id
    mark.note(uuid4(), board.clock() + timedelta(seconds=1))  # of a later database
    other = board.call(1)
    assert enter(board, other, STRANGER, high_water=mark) is None


def test_a_providers_line_that_is_taken_lets_no_second_call_in(board: Switchboard) -> None:
    centre = board.institute.centre()
    first, other = (board.call(centre=centre, due=due) for due in (0, 1))
    board.clock.pass_by(seconds=1)
    assert enter(board, first)
    assert enter(board, other, STRANGER) is None
    assert board.stands(other) == WAITING

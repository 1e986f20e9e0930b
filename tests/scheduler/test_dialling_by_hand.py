import re
from datetime import timedelta
from uuid import UUID

import pytest

from config import mail
from config.database import Sessions
from scheduler import attempts, caller_pool, diary, settling
from scheduler.access import Role, TiedTo
from scheduler.deciding import DecidingRefused, decide
from scheduler.declaring import declare
from scheduler.dialling_by_hand import (
    ByHandRefused,
    Heard,
    choose,
    choose_where_no_number,
    dialling_now,
    end_silent,
    end_untold,
    tell,
)
from scheduler.outcome import Disposition, Ending, State
from scheduler.repeat import FollowUp, follow_up
from scheduler.ringing_off import Reason, end_call, ring_off
from tests.scheduler.switchboard import Switchboard, a_switchboard


@pytest.fixture
def line(sessions: Sessions) -> Switchboard:
    return a_switchboard(sessions)


def planned(line: Switchboard, due: float = 60, number: int = 0) -> UUID:
    """A call that its assessor dials, so many seconds from now."""
    call = line.call(number, due=due)
    assert choose(line.sessions, call, True, line.clock(), "ada")
    return call


def dial(line: Switchboard, call: UUID, who: UUID | None = None) -> None:
    dialling_now(line.sessions, call, who or line.institute.assessor, line.clock())


def hear(line: Switchboard, call: UUID, what: Heard) -> None:
    tell(line.sessions, call, line.institute.assessor, what, line.clock())


@pytest.mark.parametrize("told", [Heard.BUSY, Heard.NO_ANSWER, Heard.UNREACHABLE])
def test_a_call_that_was_answered_reached_somebody_whatever_is_pressed_later(
    line: Switchboard, told: Heard
) -> None:
    call = dialled(line)
    hear(line, call, Heard.ANSWERED)
    with pytest.raises(ByHandRefused, match="has ended"):
        hear(line, call, told)
    hear(line, call, Heard.ENDED)
    assert line.disposition(call) is Disposition.COMPLETED


def dialled(line: Switchboard) -> UUID:
    call = planned(line)
    line.clock.pass_by(seconds=60)
    dial(line, call)
    return call


def test_the_assessor_dials_tells_and_the_call_is_told_as_any_other(line: Switchboard) -> None:
    call = planned(line)
    line.clock.pass_by(seconds=60)
    assert line.dial() == 0
    dial(line, call)
    assert line.disposition(call) is Disposition.RUNNING
    line.clock.pass_by(seconds=9)
    hear(line, call, Heard.ANSWERED)
    line.clock.pass_by(minutes=5)
    hear(line, call, Heard.ENDED)
    assert line.stands(call) == (State.ENDED, Ending.COMPLETED, Disposition.COMPLETED)
    told = line.measured(call)
    assert told.dialled_at
    assert told.answered_at == told.dialled_at + timedelta(seconds=9)
    assert line.telephone.rings == []


@pytest.mark.parametrize("seconds", [59, 181])
def test_the_gate_opens_at_the_moment_and_closes_two_minutes_later(
    line: Switchboard, seconds: int
) -> None:
    call = planned(line)
    line.clock.pass_by(seconds=seconds)
    with pytest.raises(ByHandRefused):
        dial(line, call)
    assert line.attempt(call).state is State.INTENT


def test_the_gate_lets_one_through_and_reads_everything_again(line: Switchboard) -> None:
    call = dialled(line)
    with pytest.raises(ByHandRefused):
        dial(line, call)
    with pytest.raises(ByHandRefused, match="not yours"):
        dial(line, call, line.institute.verifier)
    assert line.journalled("gate passed") == 1


def test_a_provider_s_lines_carry_one_fictitious_call_at_a_time(line: Switchboard) -> None:
    centre = line.institute.centre()
    first, second = (line.call(centre=centre, due=due) for due in (30, 3660))
    choose(line.sessions, second, True, line.clock(), "ada")
    line.clock.pass_by(seconds=30)
    line.dial()
    assert line.attempt(first).state is State.CREATED
    line.clock.pass_by(seconds=3630)
    with pytest.raises(ByHandRefused, match="provider's line"):
        dial(line, second)


def test_what_is_not_dialled_by_hand_in_time_is_missed(line: Switchboard) -> None:
    call = planned(line)
    line.clock.pass_by(seconds=181)
    assert settling.expire(line.desk) == 1
    assert line.disposition(call) is Disposition.MISSED


@pytest.mark.parametrize(
    ("what", "becomes"),
    [
        (Heard.BUSY, Disposition.BUSY),
        (Heard.NO_ANSWER, Disposition.NO_ANSWER),
        (Heard.UNREACHABLE, Disposition.NUMBER_DEAD),
    ],
)
def test_a_call_that_nobody_takes_ends_as_the_assessor_hears(
    line: Switchboard, what: Heard, becomes: Disposition
) -> None:
    call = dialled(line)
    hear(line, call, what)
    assert line.attempts(call)[0].state is State.ENDED
    assert line.disposition(call) in (becomes, Disposition.PLANNED)  # it may be tried again
    with pytest.raises(ByHandRefused, match=r"^This call isn't on your telephone now\.$"):
        hear(line, call, Heard.ENDED)


def test_the_network_is_never_asked_about_it(line: Switchboard) -> None:
    call = dialled(line)
    line.clock.pass_by(minutes=30)
    assert settling.reconcile(line.desk) == 0
    assert ring_off(line.desk) == 0
    assert line.attempt(call).state is State.DIALLING


def test_stop_ends_it_and_frees_the_line(line: Switchboard) -> None:
    call = dialled(line)
    own = line.institute
    who, clock = own.assessor, line.clock
    assert end_call(line.sessions, own.vault, line.telephone, call, who, Reason.STOP, clock)
    assert line.stands(call) == (State.ENDED, Ending.COMPLETED, Disposition.ABORTED)
    assert line.telephone.hung_up == []


def test_who_dials_is_chosen_before_the_moment_and_journalled(line: Switchboard) -> None:
    call = planned(line)
    assert not choose(line.sessions, call, True, line.clock(), "ada")
    assert line.journalled("way of dialling chosen") == 1
    assert choose(line.sessions, call, False, line.clock(), "ada")
    line.clock.pass_by(seconds=60)
    with pytest.raises(ByHandRefused, match="has come"):
        choose(line.sessions, call, True, line.clock(), "ada")
    assert line.dial() == 1


@pytest.mark.parametrize(
    ("seconds", "says"),
    [
        (59, "Its moment has not come; dial when the clock stands at it."),
        (181, "Don't dial: the drawn moment has passed."),
    ],
)
def test_why_the_gate_is_shut_is_said_with_what_to_do(
    line: Switchboard, seconds: int, says: str
) -> None:
    by_hand, rung = planned(line), line.call(1, due=60)
    line.clock.pass_by(seconds=seconds)
    with pytest.raises(ByHandRefused, match=f"^{re.escape(says)}$"):
        dial(line, by_hand)
    with pytest.raises(ByHandRefused, match=r"^This call isn't to be dialled by you now\.$"):
        dial(line, rung)


def test_only_a_call_without_a_caller_number_is_made_by_hand_of_itself(line: Switchboard) -> None:
    line.call(due=60)
    assert choose_where_no_number(line.sessions, line.clock()) == 0
    with line.sessions.begin() as session:
        caller_pool.keep_caller_numbers(session, [])
    assert choose_where_no_number(line.sessions, line.clock()) == 1


def test_what_has_begun_or_is_withdrawn_is_not_made_by_hand_of_itself(line: Switchboard) -> None:
    begun, withdrawn = line.call(0, due=-30), line.call(1, due=60)
    with line.sessions.begin() as session:
        caller_pool.keep_caller_numbers(session, [])
        diary.dispose(session, withdrawn, Disposition.WITHDRAWN, line.clock())
    assert choose_where_no_number(line.sessions, line.clock()) == 0
    assert line.disposition(begun) is Disposition.PLANNED


def end(line: Switchboard, **later: float) -> int:
    line.clock.pass_by(**later)
    return end_untold(line.sessions, line.institute.vault, line.clock)


def letters(line: Switchboard) -> list[str]:
    with line.sessions.reading() as session:
        return [each.subject for each in mail.listed(session, mail.LetterState.WAITING, 9)]


def test_two_hours_without_an_end_complete_an_answered_call_and_free_the_line(
    line: Switchboard,
) -> None:
    line.institute.person("Ada", Role.ADMINISTRATOR)
    centre = line.institute.centre()
    call, next_one = (line.call(centre=centre, due=due) for due in (60, 7260))
    for each in (call, next_one):
        choose(line.sessions, each, True, line.clock(), "ada")
    line.clock.pass_by(seconds=60)
    dial(line, call)
    hear(line, call, Heard.ANSWERED)
    assert end(line, seconds=7199) == 0
    assert [end(line, seconds=1), end(line)] == [1, 0]
    assert line.stands(call) == (State.ENDED, Ending.COMPLETED, Disposition.COMPLETED)
    assert letters(line) == ["A call by hand was never ended"]
    assert line.journalled("attempt ended") == 1
    dial(line, next_one)


def test_two_hours_without_a_word_leave_a_call_unknown_until_a_person_settles_it(
    line: Switchboard,
) -> None:
    for name in ("Ada", "Bea"):
        who = line.institute.person(name, Role.ADMINISTRATOR)
    call = dialled(line)
    with line.sessions.reading() as session:
        found = diary.find_call(session, call)
        assert found is not None
    declare(line.sessions, who, found.provider, TiedTo.PERSON, "a brother", line.clock())
    assert end(line, hours=2) == 1
    assert letters(line) == ["A call by hand was never ended"]  # to who has no tie
    assert line.stands(call) == (State.ENDED, Ending.UNKNOWN, Disposition.UNKNOWN)
    with pytest.raises(ByHandRefused):
        hear(line, call, Heard.BUSY)
    key = line.attempt(call).id
    with pytest.raises(DecidingRefused, match="listed"):
        decide(line.sessions, key, "answered", "she says so", line.clock(), "ada")
    decide(line.sessions, key, Heard.BUSY, "she says so", line.clock(), "ada")
    assert line.disposition(call) is Disposition.BUSY
    with line.sessions.reading() as session:
        found = diary.find_call(session, call)
        assert found is not None
        assert follow_up(found, attempts.of_call(session, call)) is FollowUp.LEAVE
    with pytest.raises(DecidingRefused, match="settled already"):
        decide(line.sessions, key, Heard.BUSY, "twice", line.clock(), "ada")


@pytest.mark.parametrize(
    ("heard", "becomes"),
    [
        ("", Disposition.MISSED),
        (Heard.ENDED, Disposition.COMPLETED),
        (Heard.NO_ANSWER, Disposition.NO_ANSWER),
        (Heard.UNREACHABLE, Disposition.NUMBER_DEAD),
    ],
)
def test_what_was_heard_by_hand_can_be_said_later(
    line: Switchboard, heard: str, becomes: Disposition
) -> None:
    call = dialled(line)
    end(line, hours=2)
    decide(line.sessions, line.attempt(call).id, heard, "she says so", line.clock(), "ada")
    assert line.disposition(call) is becomes


def test_a_call_over_the_network_is_not_ended_by_the_clock(line: Switchboard) -> None:
    line.connected()
    assert end(line, hours=3) == 0


def test_without_a_number_in_the_pool_a_call_stays_by_hand(line: Switchboard) -> None:
    call = planned(line)
    with line.sessions.begin() as session:
        caller_pool.keep_caller_numbers(session, [])
    with pytest.raises(ByHandRefused, match="No caller number is in the pool"):
        choose(line.sessions, call, False, line.clock(), "ada")


def test_an_end_told_while_its_silence_was_looked_at_stays_and_nobody_is_written_to(
    line: Switchboard,
) -> None:
    line.institute.person("Ada", Role.ADMINISTRATOR)
    call = dialled(line)
    seen = line.attempt(call)
    hear(line, call, Heard.BUSY)
    with line.sessions.begin() as session:
        assert not end_silent(session, line.institute.vault, seen, line.clock())
    assert line.attempts(call)[0].ending is Ending.BUSY
    assert letters(line) == []

from uuid import UUID

import pytest

from config import mail
from config.database import Sessions
from config.mail import LetterState
from scheduler import marking, settling
from scheduler.access import Role
from scheduler.outcome import Disposition, Ending, State
from scheduler.ringing_off import Reason, RingingOffRefused, end_call, hang_up, ring_off
from tests.scheduler.switchboard import CHILD, Switchboard, a_switchboard


@pytest.fixture
def line(sessions: Sessions) -> Switchboard:
    return a_switchboard(sessions)


def end(
    line: Switchboard, call: UUID, reason: Reason = Reason.STOP, who: UUID | None = None
) -> bool:
    return end_call(
        line.sessions,
        line.institute.vault,
        line.telephone,
        call,
        who or line.institute.assessor,
        reason,
        line.clock,
    )


def talking(line: Switchboard, *marks: str) -> UUID:
    """A call whose centre answered, with marks at that moment."""
    call = line.connected()
    line.centre(call, "in-progress")
    for kind in marks:
        marking.mark(line.sessions, call, line.institute.assessor, kind, line.clock())
    return call


def test_stop_ends_the_call_and_hangs_up_both_legs_by_the_parent(line: Switchboard) -> None:
    call = talking(line)
    assert end(line, call)
    assert line.telephone.hung_up == [line.sid(call)]
    assert line.disposition(call) is Disposition.ABORTED
    line.centre(call, "completed", 1, length=9)
    assert line.stands(call) == (State.ENDED, Ending.COMPLETED, Disposition.ABORTED)


def test_who_hangs_up_after_the_talk_ends_a_call_that_is_scored(line: Switchboard) -> None:
    call = talking(line, "person")
    hang_up(line.sessions, line.telephone, call, line.institute.assessor)
    assert line.telephone.hung_up == [line.sid(call)]
    assert line.journalled("call stopped") == 0
    line.centre(call, "completed", 1, length=9)
    assert line.stands(call) == (State.ENDED, Ending.COMPLETED, Disposition.COMPLETED)


def test_nobody_hangs_up_another_s_call_nor_one_on_which_nobody_talks(line: Switchboard) -> None:
    waiting, call = line.connected(1), talking(line)
    for which, who in ((waiting, line.institute.assessor), (call, line.institute.verifier)):
        with pytest.raises(RingingOffRefused):
            hang_up(line.sessions, line.telephone, which, who)
    assert line.telephone.hung_up == []


def test_stop_is_journalled_once_and_every_administrator_gets_one_letter(line: Switchboard) -> None:
    line.institute.person("Ada", Role.ADMINISTRATOR)
    line.institute.person("Bo", Role.ADMINISTRATOR)
    call = talking(line)
    end(line, call)
    end(line, call)
    assert line.journalled("call stopped") == 1
    with line.sessions.reading() as session:
        letters = mail.listed(session, LetterState.WAITING, 9)
    assert sorted(each.to for each in letters) == [
        "ada@institute.example",
        "bo@institute.example",
    ]
    assert {each.subject for each in letters} == {"A call was stopped"}


def test_no_transaction_is_open_while_the_network_hangs_up(line: Switchboard) -> None:
    call = talking(line)
    seen = []

    def looks(sid: str) -> None:
        assert sid == line.sid(call)
        with line.sessions.begin():
            seen.append(line.disposition(call))

    line.telephone.hang_up = looks  # type: ignore[method-assign]
    assert end(line, call)
    assert seen == [Disposition.ABORTED]


def test_a_network_that_cannot_be_asked_is_asked_again_by_the_worker(line: Switchboard) -> None:
    call = talking(line)
    line.telephone.listing_fails = True
    assert not end(line, call)
    assert line.disposition(call) is Disposition.ABORTED
    line.telephone.listing_fails = False
    assert ring_off(line.desk) == 1
    assert line.telephone.hung_up == [line.sid(call)]


def test_a_stop_before_the_gate_closes_it_for_good(line: Switchboard) -> None:
    call = line.dialled()
    assert line.answer(call)
    end(line, call)
    assert line.confirm(call) is None
    line.clock.pass_by(seconds=15)
    assert line.dial() == 0
    assert len(line.attempts(call)) == 1
    assert line.disposition(call) is Disposition.ABORTED


def test_a_stopped_call_whose_centre_was_never_rung_is_not_dialled_again(line: Switchboard) -> None:
    call = line.connected()
    end(line, call)
    line.ended(call, "failed", child="")
    line.clock.pass_by(seconds=15)
    assert line.dial() == 0
    assert len(line.attempts(call)) == 1


def test_an_ended_leg_frees_the_line_of_the_provider_by_settling(line: Switchboard) -> None:
    call = talking(line)
    line.telephone.becomes(CHILD, "in-progress", line.sid(call))
    end(line, call)
    line.telephone.becomes(CHILD, "completed", length=30)
    line.clock.pass_by(minutes=3)
    settling.reconcile(line.desk)
    assert line.stands(call) == (State.ENDED, Ending.COMPLETED, Disposition.ABORTED)


def test_only_ones_own_call_that_is_on_the_line_is_ended(line: Switchboard) -> None:
    call = talking(line)
    with pytest.raises(RingingOffRefused, match="not yours"):
        end(line, call, who=line.institute.verifier)
    line.centre(call, "completed", 1)
    with pytest.raises(RingingOffRefused, match="Nothing is on the line"):
        end(line, call)
    assert line.disposition(call) is Disposition.COMPLETED


def test_an_announced_wait_is_a_queue_abandoned_and_no_alarm(line: Switchboard) -> None:
    line.institute.person("Ada", Role.ADMINISTRATOR)
    call = talking(line, "queue")
    end(line, call, Reason.ANNOUNCED_WAIT)
    assert line.disposition(call) is Disposition.QUEUE_ABANDONED
    with line.sessions.reading() as session:
        assert mail.count(session, LetterState.WAITING) == 0


@pytest.mark.parametrize(
    ("mark", "seconds", "becomes"),
    [("queue", 330, Disposition.QUEUE_ABANDONED), ("menu", 1200, Disposition.MENU_LOST)],
)
def test_a_marked_wait_is_rung_off_at_its_limit(
    line: Switchboard, mark: str, seconds: int, becomes: Disposition
) -> None:
    call = talking(line, mark)
    line.clock.pass_by(seconds=seconds - 1)
    assert ring_off(line.desk) == 0
    line.clock.pass_by(seconds=1)
    assert ring_off(line.desk) == 1
    assert line.disposition(call) is becomes
    assert line.telephone.hung_up == [line.sid(call)]
    assert line.journalled("call rung off") == 1


@pytest.mark.parametrize("marks", [(), ("queue", "person"), ("suspect",)])
def test_a_call_with_a_person_or_without_a_marked_wait_is_never_rung_off(
    line: Switchboard, marks: tuple[str, ...]
) -> None:
    call = talking(line, *marks)
    line.clock.pass_by(hours=1)
    assert ring_off(line.desk) == 0
    assert line.disposition(call) is Disposition.RUNNING

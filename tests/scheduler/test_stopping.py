from datetime import timedelta

import pytest

from config import journal, journal_aside
from config.database import Sessions
from scheduler import line_state
from scheduler.stopping import StoppingRefused, resume_dialling, stop_dialling
from tests.builders import NOW

LATER = NOW + timedelta(minutes=5)


def acts(sessions: Sessions) -> list[tuple[str, str, str, str]]:
    """What the journal holds of the line."""
    with sessions.reading() as session:
        return [(e.actor, e.action, e.subject, e.detail) for e in journal.entries(session)]


def said(sessions: Sessions) -> list[dict[str, object]]:
    """What is kept beside its entries."""
    with sessions.reading() as session:
        seqs = [each.seq for each in journal.entries(session)]
        return list(journal_aside.asides(session, seqs).values())


def test_a_stop_keeps_its_reason_and_stands_in_the_journal(sessions: Sessions) -> None:
    stop_dialling(sessions, "  a fire alarm  ", NOW, "ada")
    with sessions.reading() as session:
        assert line_state.stopped(session) == (NOW, "a fire alarm")
    assert [each[:3] for each in acts(sessions)] == [("ada", "dialling stopped", "line")]
    assert said(sessions) == [{"why": "a fire alarm"}]


@pytest.mark.parametrize("reason", ["", "   ", "x" * 301])
def test_a_stop_needs_a_reason_that_can_be_read(sessions: Sessions, reason: str) -> None:
    with pytest.raises(StoppingRefused):
        stop_dialling(sessions, reason, NOW, "ada")
    assert acts(sessions) == []


def test_a_second_stop_is_refused_and_the_first_reason_stays(sessions: Sessions) -> None:
    stop_dialling(sessions, "a fire alarm", NOW, "ada")
    with pytest.raises(StoppingRefused, match="stopped already"):
        stop_dialling(sessions, "something else", LATER, "bert")
    with sessions.reading() as session:
        assert line_state.stopped(session) == (NOW, "a fire alarm")
    assert len(acts(sessions)) == 1


def test_resuming_lets_dialling_go_on_and_says_what_it_ended(sessions: Sessions) -> None:
    stop_dialling(sessions, "a fire alarm", NOW, "ada")
    resume_dialling(sessions, LATER, "bert")
    with sessions.reading() as session:
        assert line_state.stopped(session) is None
    actor, action, subject, detail = acts(sessions)[1]
    assert (actor, action, subject) == ("bert", "dialling resumed", "line")
    assert NOW.isoformat() in detail
    assert said(sessions)[1] == {"why": "a fire alarm"}


def test_resuming_what_runs_changes_nothing(sessions: Sessions) -> None:
    resume_dialling(sessions, NOW, "ada")
    assert acts(sessions) == []

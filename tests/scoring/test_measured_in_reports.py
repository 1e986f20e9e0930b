"""A report holds what was measured on its calls; an issue keeps it."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from config.database import Sessions
from scheduler import attempts, mark_log
from scheduler.access import Role
from scheduler.diary_rows import AttemptRow, MarkRow, PlannedCallRow
from scoring import reporting
from scoring.report_view import CallView, ReportView
from scoring.report_words import view
from tests.assessor.month_of_calls import OCTOBER, assess_all, calls_of, draw_month, verify
from tests.builders import NOW, ZONE, Institute, an_institute
from tests.fakes import SettableClock
from tests.workspace import PASSWORD, client, workspace


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """October's calls of one centre are scored and verified, and two of them measured."""
    institute = an_institute(sessions)
    draw_month(institute, institute.centre(1))
    verify(institute, *assess_all(institute))
    for number in (0, 1):
        ring(institute, number)
    with sessions.begin() as session:
        second = calls_of(institute)[1].id
        by_hand = update(PlannedCallRow).where(PlannedCallRow.id == second).values(by_hand=True)
        session.execute(by_hand)
    return institute


def ring(institute: Institute, number: int) -> None:
    """What the network told of a call: the line answered after 11 s; and a person, 60 s later."""
    call = calls_of(institute)[number]
    begun = call.drawn_moment
    told = {"dialled_at": begun, "rang_at": begun + timedelta(seconds=2), "length": 540}
    answered = begun + timedelta(seconds=11)
    ended = {"answered_at": answered, "ended_at": answered + timedelta(minutes=9)}
    with institute.sessions.begin() as session:
        (attempt,) = attempts.of_call(session, call.id)
        which = AttemptRow.id == attempt.id
        sid = f"CA{number:032x}"
        session.execute(update(AttemptRow).where(which).values(dial_sid=sid, **told, **ended))
        mark_log.add(session, call.id, "person", answered + timedelta(seconds=60))


def drafted(institute: Institute) -> ReportView:
    centre = calls_of(institute)[0].centre
    with institute.sessions.reading() as session:
        return view(reporting.report_of(session, centre, OCTOBER))


def said(call: CallView, name: str) -> tuple[str, str, str]:
    found = call.time(name)
    assert found is not None
    return found.text, found.source, found.kept


def test_each_call_says_what_was_measured_and_who_said_so(institute: Institute) -> None:
    called = {call.key: call for call in drafted(institute).calls}
    by_network, by_hand, *others = (called[str(call.id)] for call in calls_of(institute))
    assert said(by_network, "time to answer") == ("10 s", "network", "in time")
    assert said(by_network, "time to a person") == ("1 min 10 s", "mark", "not in time")
    assert said(by_network, "length") == ("9 min", "network", "")
    assert (by_network.by_hand, by_hand.by_hand) == (False, True)
    assert said(by_hand, "time to answer") == ("10 s", "by hand", "in time")
    assert all(call.measured == () for call in others)


def test_a_report_measures_its_own_centre_alone_and_counts_what_was_told(
    institute: Institute,
) -> None:
    figures = {each.label: each for each in drafted(institute).service}
    line, person = figures["Line answered in time"], figures["Person reached in time"]
    assert (line.text, person.text) == ("2 of 2", "0 of 2")
    untold = len(calls_of(institute)) - 2
    assert line.note.startswith(f"declared: within 30 s; {untold} not told; 1 timed by hand")


def test_a_published_month_stays_as_it_is_when_its_marks_are_deleted(institute: Institute) -> None:
    centre = frozenset({calls_of(institute)[0].centre})
    publish = (institute.sessions, OCTOBER, centre, NOW, "test", ZONE)
    (issued,) = reporting.publish_month(*publish)
    assert sum(bool(call.measured) for call in issued.seen.calls) == 2
    with institute.sessions.begin() as session:
        session.execute(delete(MarkRow))
        session.execute(update(AttemptRow).values(answered_at=None))
    assert reporting.publish_month(*publish) == ()


def test_the_page_shows_the_waits_and_no_time_of_day(institute: Institute) -> None:
    institute.person("Ada", Role.ADMINISTRATOR, password=PASSWORD)
    ada = client(workspace(institute, SettableClock(NOW)), "ada@institute.example")
    centre = calls_of(institute)[0].centre
    page = ada.get(f"/centres/{centre}/months/{OCTOBER}").text
    _, _, waits = page.partition('<h2 id="service">')
    for words in ("Line answered in time", "2 of 2", "timed by hand", "1 min 10 s"):
        assert words in waits
    assert "mark, to 3 s; not in time" in waits

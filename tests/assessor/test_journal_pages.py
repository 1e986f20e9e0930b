import re
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy import text as sql

from config import journal, journal_aside
from config.database import Sessions
from config.journal_csv import to_csv
from scheduler.access import Role
from scheduler.centre import Closure
from scoring import ledger
from tests.builders import NOW, Institute, an_institute
from tests.fakes import SettableClock
from tests.workspace import PASSWORD, client, workspace


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute with an auditor."""
    institute = an_institute(sessions)
    institute.person("Audrey", Role.AUDITOR, password=PASSWORD)
    return institute


@pytest.fixture
def auditor(institute: Institute) -> FlaskClient:
    """The auditor, signed in."""
    return client(workspace(institute, SettableClock(NOW)), "audrey@institute.example")


def record(institute: Institute, action: str, subject: str, **detail: object) -> int:
    """Write an entry; answers its number."""
    with institute.sessions.begin() as session:
        return journal.record(session, NOW, "worker", action, subject, detail).seq


def test_the_newest_fifty_come_first_and_the_rest_a_link_away(
    institute: Institute, auditor: FlaskClient
) -> None:
    last = max(record(institute, "counted", f"thing {n:03d}") for n in range(60))
    text = auditor.get("/journal").text
    assert "thing 059" in text
    assert "thing 010" in text
    assert "thing 009" not in text
    assert f'href="/journal?before={last - 49}"' in text
    earlier = auditor.get(f"/journal?before={last - 49}").text
    assert "thing 009" in earlier
    assert "thing 010" not in earlier


def test_a_moment_in_a_detail_stands_in_the_zone_of_the_page_like_every_other(
    institute: Institute, auditor: FlaskClient
) -> None:
    record(institute, "call tried again", "thing 1", after=1, moment="2026-07-01T09:30:12+00:00")
    record(institute, "counted", "thing 2", day="2026-07-01", note="at 2026-07-01T09:30:12+00:00")
    text = auditor.get("/journal").text.replace("\N{NO-BREAK SPACE}", " ")
    assert "after: 1; moment: 1 July 2026, 10:30" in text
    assert "day: 1 July 2026; note: at 2026-07-01T09:30:12+00:00" in text, "as it was written"


def test_what_names_somebody_is_shown_until_it_is_erased(
    institute: Institute, auditor: FlaskClient
) -> None:
    with institute.sessions.begin() as session:
        said = {"reason": "Marlowe has left them"}
        journal.record(session, NOW, "worker", "tie ended", "thing 1", {"tie": "7"}, aside=said)
    assert "tie: 7; reason: Marlowe has left them" in auditor.get("/journal").text
    assert "Marlowe" not in auditor.get("/journal.csv").text
    with institute.sessions.begin() as session:
        journal_aside.drop(session)
    assert "tie: 7; personal values: erased" in auditor.get("/journal").text


def test_subjects_and_actions_can_be_searched_in_either_case(
    institute: Institute, auditor: FlaskClient
) -> None:
    record(institute, "plan sealed", "plan one")
    record(institute, "made 100% sure", "thing")
    assert "made 100% sure" not in auditor.get("/journal?q=SEALED").text
    assert "plan one" in auditor.get("/journal?q=SEALED").text
    assert "plan one" not in auditor.get("/journal?q=%25").text
    assert "made 100% sure" in auditor.get("/journal?q=%25").text
    assert "No entry is like that" in auditor.get("/journal?q=nothing+of+the+kind").text


def test_a_text_longer_than_a_database_searches_for_is_still_answered(
    institute: Institute, auditor: FlaskClient
) -> None:
    answer = auditor.get("/journal", query_string={"q": "%" * 70_000})
    assert answer.status_code == 200
    assert "No entry is like that" in answer.text


def test_people_and_centres_stand_by_name_and_lead_to_their_history(
    institute: Institute, auditor: FlaskClient
) -> None:
    centre = institute.centre()
    text = auditor.get("/journal").text
    assert ">Centre 0</a>" in text
    assert f"/journal?q=centre+{centre}" in text
    assert ">Audrey</a>" in text
    history = auditor.get(f"/journal?q=centre+{centre}").text
    assert "return entered" in history
    assert "person entered" not in history


def test_detail_is_said_in_words_with_long_marks_cut(
    institute: Institute, auditor: FlaskClient
) -> None:
    record(institute, "sealed", "thing", seed_hash="ab" * 32, new=True, numbers=[1, 2], why=None)
    text = auditor.get("/journal").text
    assert "new: yes; numbers: 1, 2; seed hash: abababab" in text
    assert "ab" * 32 not in text


def test_a_chain_that_holds_is_said_to_hold_with_its_newest_hash(
    institute: Institute, auditor: FlaskClient
) -> None:
    text = auditor.get("/journal/check").text
    with institute.sessions.reading() as session:
        chain = journal.entries(session)
    assert f"<b>{len(chain)} entries</b> holds" in text
    assert chain[-1].hash in text
    assert chain[-1].hash in auditor.get("/journal").text


def test_an_altered_entry_is_named_in_red(institute: Institute, auditor: FlaskClient) -> None:
    with institute.sessions.begin() as session:
        if session.get_bind().dialect.name == "sqlite":
            session.execute(sql("DROP TRIGGER journal_no_update"))
        else:
            session.execute(sql("ALTER TABLE journal DISABLE TRIGGER ALL"))
        session.execute(sql("UPDATE journal SET actor = 'somebody else' WHERE seq = 2"))
    text = auditor.get("/journal/check").text
    assert "doesn&#39;t hold" in text
    assert "entry 2 was altered" in text


def test_entries_can_be_looked_up_by_person_and_by_day(
    institute: Institute, auditor: FlaskClient
) -> None:
    with institute.sessions.begin() as session:
        for days in range(3):
            at = datetime(2027, 1, 13 + days, 0, 0, 30, tzinfo=UTC)
            journal.record(session, at, "worker", "counted", f"thing of day {13 + days}")
        person = str(institute.verifier)
        journal.record(session, NOW, person, "counted", "thing of the verifier")
    one_day = auditor.get("/journal?from=2027-01-14&until=2027-01-14").text
    assert "thing of day 14" in one_day
    assert "thing of day 13" not in one_day
    assert "thing of day 15" not in one_day
    assert 'value="2027-01-14"' in one_day
    since = auditor.get("/journal?from=2027-01-15&until=someday").text
    assert "thing of day 15" in since
    assert "thing of day 14" not in since
    theirs = auditor.get(f"/journal?who={person}&q=COUNTED").text
    assert "thing of the verifier" in theirs
    assert "thing of day" not in theirs
    assert f'<option value="{person}" selected>A verifier</option>' in theirs
    assert "No entry is like that" in auditor.get("/journal?who=nobody").text


def test_the_search_is_kept_on_the_way_to_earlier_entries(
    institute: Institute, auditor: FlaskClient
) -> None:
    for number in range(60):
        record(institute, "counted", f"thing {number:03d}")
    text = auditor.get("/journal?who=worker&q=thing&from=2026-11-25").text
    found = re.search(
        r'href="(/journal\?q=thing&amp;who=worker&amp;from=2026-11-25&amp;before=\d+)"', text
    )
    assert found
    earlier = auditor.get(found[1].replace("&amp;", "&")).text
    assert "thing 009" in earlier
    assert "thing 010" not in earlier


def test_what_stood_before_and_after_is_said(institute: Institute, auditor: FlaskClient) -> None:
    institute.centre(1)
    institute.centre(
        1, zone="Europe/Paris", closures=(Closure(date(2027, 1, 1), date(2027, 1, 1)),)
    )
    text = auditor.get("/journal").text
    assert "centre zone was Europe/London, is Europe/Paris" in text
    assert "closure 1 January 2027 is first: 1 January 2027; last: 1 January 2027" in text


def test_auditor_and_administrator_take_the_whole_chain_away(
    institute: Institute, auditor: FlaskClient
) -> None:
    record(institute, "counted", "=1+1")
    answer = auditor.get("/journal.csv")
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    with institute.sessions.reading() as session:
        chain = journal.entries(session)
    assert answer.data == to_csv(chain)
    assert b"'=1+1" in answer.data
    assert 'href="/journal.csv"' in auditor.get("/journal").text


def test_a_page_over_an_altered_journal_still_opens(
    institute: Institute, auditor: FlaskClient
) -> None:
    with institute.sessions.begin() as session:
        if session.get_bind().dialect.name == "sqlite":
            session.execute(sql("DROP TRIGGER journal_no_update"))
        else:
            session.execute(sql("ALTER TABLE journal DISABLE TRIGGER ALL"))
        session.execute(sql("UPDATE journal SET at = 'some day', detail = '{' WHERE seq = 2"))
        session.execute(sql("UPDATE journal SET detail = '{\"changes\":[1,[2]]}' WHERE seq = 3"))
    assert "some day" in auditor.get("/journal").text
    text = auditor.get("/journal/check").text
    assert "entry 2 was altered" in text
    assert "entry 3 was altered" in text


def test_a_journal_without_what_a_report_holds_is_named(
    institute: Institute, auditor: FlaskClient
) -> None:
    centre = institute.centre(1)
    with institute.sessions.begin() as session:
        ledger.add_issue(session, centre, "2026-10", "{}", "ab" * 32, "test", NOW)
    text = auditor.get("/journal/check").text
    assert "issue 1 of the report of Centre 1 for 2026-10 holds a hash that no entry has" in text


def test_turning_the_pages_never_reads_the_whole_chain(
    institute: Institute, auditor: FlaskClient
) -> None:
    for number in range(60):
        record(institute, "counted", f"thing {number}")
    read: list[str] = []
    event.listen(
        institute.sessions.engine,
        "before_cursor_execute",
        lambda *heard: read.append(heard[2]) if "FROM journal" in heard[2] else None,
    )
    assert auditor.get("/journal").status_code == 200
    assert read
    assert all("LIMIT" in each or "DISTINCT" in each or "IN (" in each for each in read), read

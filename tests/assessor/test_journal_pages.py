import pytest
from flask.testing import FlaskClient
from sqlalchemy import text as sql

from config import journal
from config.database import Sessions
from scheduler.access import Role
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


def test_subjects_and_actions_can_be_searched_in_either_case(
    institute: Institute, auditor: FlaskClient
) -> None:
    record(institute, "plan sealed", "plan one")
    record(institute, "made 100% sure", "thing")
    assert "made 100% sure" not in auditor.get("/journal?q=SEALED").text
    assert "plan one" in auditor.get("/journal?q=SEALED").text
    assert "plan one" not in auditor.get("/journal?q=%25").text
    assert "made 100% sure" in auditor.get("/journal?q=%25").text
    assert "holds these words" in auditor.get("/journal?q=nothing+of+the+kind").text


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
    text = auditor.get("/journal").text
    with institute.sessions.reading() as session:
        chain = journal.entries(session)
    assert f"<b>{len(chain)} entries</b> holds" in text
    assert chain[-1].hash in text


def test_an_altered_entry_is_named_in_red(institute: Institute, auditor: FlaskClient) -> None:
    with institute.sessions.begin() as session:
        if session.get_bind().dialect.name == "sqlite":
            session.execute(sql("DROP TRIGGER journal_no_update"))
        else:
            session.execute(sql("ALTER TABLE journal DISABLE TRIGGER ALL"))
        session.execute(sql("UPDATE journal SET actor = 'somebody else' WHERE seq = 2"))
    text = auditor.get("/journal").text
    assert "doesn&#39;t hold" in text
    assert "entry 2 was altered" in text

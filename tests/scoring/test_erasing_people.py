"""Erasing a person: nothing of them is found anywhere, and every figure stays."""

import logging
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from config import journal, mail
from config.anchors import astray
from config.database import Base, Sessions, connect
from config.journal_aside import commitments
from config.mail_doors import into_folder, out_of_folder
from config.vault import load_vault
from scheduler import inviting, people
from scheduler.access import Role
from scheduler.inviting import InvitingRefused
from scoring import dossier, erasing, ledger, reporting
from scoring.ledger_rows import AnswerRow, AssessmentRow, VerificationRow
from scoring.report_heads import anchored_heads
from scoring.retention import RetentionRefused
from scripts.command.main import unannounced
from tests.assessor.month_of_calls import OCTOBER, assess_all, calls_of, draw_month, verify
from tests.builders import NOW, ZONE, Institute, an_institute
from tests.scheduler.stored import rows
from tests.scoring.persons import EMAIL, MARKS, NAME, custodian, somebody

FIGURES = (AssessmentRow, AnswerRow, VerificationRow)


@pytest.fixture
def centre(institute: Institute) -> UUID:
    """A centre."""
    return institute.centre()


@pytest.fixture
def institute(sessions: Sessions, tmp_path: Path) -> Institute:
    """An institute with an administrator, in a folder of its own."""
    key = tmp_path / "var" / "keys" / "vault.json"
    return an_institute(sessions, load_vault(key, create=True))


@pytest.fixture
def person(institute: Institute, centre: UUID) -> UUID:
    """Somebody with traces everywhere."""
    return somebody(institute, centre)


def erase(institute: Institute, person: UUID, folder: Path) -> dict[str, int]:
    """End their access, and erase them, as an administrator does."""
    administrator = institute.person(f"Ada {person.hex[:4]}", Role.ADMINISTRATOR)
    inviting.let_in(institute.sessions, person, False, NOW, administrator)
    take = out_of_folder(folder)
    return erasing.erase(institute.sessions, person, "they asked", NOW, administrator, take)


def test_nothing_of_the_person_is_found_in_dump_log_mail_or_a_later_backup(
    institute: Institute,
    person: UUID,
    centre: UUID,
    tmp_path: Path,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    folder = tmp_path / "var" / "mail"
    mail.deliver(
        institute.sessions, institute.vault, into_folder(folder, "i@localhost"), lambda: NOW
    )
    custodian(institute, centre, NAME, EMAIL)
    custodian(institute, centre, "Somebody Else", "else@provider.example")
    before = repr(rows(institute.sessions))
    assert [mark for mark in MARKS if mark not in before] == [MARKS[2]], "the telephone is sealed"
    assert list(folder.glob("*.eml"))

    erase(institute, person, folder)

    after = repr(rows(institute.sessions))
    assert [mark for mark in MARKS if mark in after] == []
    assert str(person) in after
    assert list(folder.glob("*.eml")) == []
    assert [mark for mark in MARKS if mark in caplog.text] == []
    if database_url.startswith("sqlite"):
        monkeypatch.setenv("DATABASE_URL", database_url)
        monkeypatch.setenv("UNANNOUNCED_VAR", str(tmp_path / "var"))
        run = CliRunner().invoke(unannounced, ["backup", str(tmp_path / "later.db")])
        assert run.exit_code == 0, run.output
        for path in (*tmp_path.glob("*.db*"), *tmp_path.rglob("var/**/*")):
            if path.is_file():
                assert [m for m in MARKS if m.encode() in path.read_bytes()] == [], path


def test_the_chain_and_its_anchors_hold_before_and_after(
    institute: Institute, person: UUID, centre: UUID, tmp_path: Path
) -> None:
    draw_month(institute, centre)
    verify(institute, *assess_all(institute))
    reporting.publish(institute.sessions, centre, OCTOBER, NOW, "test", ZONE)
    with institute.sessions.reading() as session:
        known = journal.entries(session)
    erase(institute, person, tmp_path)
    with institute.sessions.reading() as session:
        chain = journal.whole(session)
        assert chain[: len(known)] == known
        assert journal.faults(chain) == []
        assert journal.aside_faults(chain, commitments(session)) == []
        assert astray(chain, anchored_heads(session)) == []


def test_their_work_and_every_figure_stay_under_an_id(
    institute: Institute, centre: UUID, tmp_path: Path
) -> None:
    draw_month(institute, centre)
    verify(institute, *assess_all(institute))
    assessor = calls_of(institute)[0].assessor
    assert assessor is not None

    def figures() -> list[int | None]:
        with institute.sessions.reading() as session:
            return [session.scalar(select(func.count()).select_from(row)) for row in FIGURES]

    with institute.sessions.reading() as session:
        report = reporting.report_of(session, centre, OCTOBER)
        own = ledger.assessments(session, person=assessor)
    counts = figures()
    erase(institute, assessor, tmp_path)
    assert figures() == counts
    with institute.sessions.reading() as session:
        assert reporting.report_of(session, centre, OCTOBER) == report
        assert ledger.assessments(session, person=assessor) == own
        found = people.profile(session, assessor)
    assert found is not None
    assert (found.person.erased, found.active, found.has_password) == (True, False, False)
    assert found.person.roles == frozenset()


def test_whoever_has_access_a_part_in_the_register_or_a_call_is_not_erased(
    institute: Institute, centre: UUID, tmp_path: Path
) -> None:
    ada, call = institute.person("Ada", Role.ADMINISTRATOR), institute.call(centre)
    contact = institute.person("Contact", Role.AUDITOR)
    custodian(institute, centre, "Contact", "contact@institute.example")
    keep = out_of_folder(tmp_path)

    def refused(person: UUID, reason: str = "asked") -> str:
        with pytest.raises(RetentionRefused) as refusal:
            erasing.erase(institute.sessions, person, reason, NOW, ada, keep)
        return str(refusal.value)

    assert "Say why" in refused(contact, " ")
    assert "still have access" in refused(contact)
    for person in (contact, institute.assessor, institute.verifier):
        inviting.let_in(institute.sessions, person, False, NOW, ada)
    assert "as the custodian of Centre 0" in refused(contact)
    assert "Calls that aren't over" in refused(institute.assessor)
    erasing.hold(institute.sessions, "person", institute.verifier, "case 7", NOW, ada)
    assert "legal hold" in refused(institute.verifier)
    assert "nobody to erase" in refused(call)


def test_who_was_erased_is_not_let_in_again(
    institute: Institute, person: UUID, tmp_path: Path
) -> None:
    erase(institute, person, tmp_path)
    with pytest.raises(InvitingRefused, match="They were erased"):
        inviting.let_in(institute.sessions, person, True, NOW, institute.verifier)


def test_every_table_that_hangs_on_a_person_says_what_becomes_of_it() -> None:
    hanging = {
        table.name
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if any(key.target_fullname == "person.id" for key in column.foreign_keys)
    }
    assert hanging == dossier.GOES | dossier.STAYS, "name it in scoring/dossier.py"
    assert set() == dossier.GOES & dossier.STAYS


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_deleted_is_overwritten_in_the_file(
    institute: Institute, person: UUID, tmp_path: Path, database_url: str
) -> None:
    path = Path(database_url.removeprefix("sqlite:///"))
    with connect(database_url).reading() as session:
        assert session.scalar(select(func.count()).select_from(AssessmentRow)) == 0
    erase(institute, person, tmp_path)
    assert path.with_name(f"{path.name}-wal").stat().st_size == 0
    assert NAME.encode() not in path.read_bytes()

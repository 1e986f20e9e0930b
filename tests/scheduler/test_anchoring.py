"""The journal's head goes out by mail each day, and the letter finds a cut or rewritten journal."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from config import mail
from config.anchors import astray, read_anchors
from config.database import Sessions
from config.journal import entries
from config.mail_doors import into_folder
from scheduler.access import Role
from scheduler.anchoring import write_anchor_letter
from tests.builders import NOW, ZONE, Institute, an_institute


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute with somebody who keeps its letters, and somebody who doesn't."""
    institute = an_institute(sessions)
    institute.person("Ada", Role.ADMINISTRATOR, Role.AUDITOR)
    institute.person("Otto", Role.AUDITOR)
    return institute


def write(institute: Institute, days: int = 0, to: str = "") -> int:
    now = NOW + timedelta(days=days)
    return write_anchor_letter(institute.sessions, institute.vault, now, ZONE, to, "The institute")


def sent(institute: Institute, folder: Path) -> list[Path]:
    """The letters as files."""
    send = into_folder(folder, "institute@localhost")
    mail.deliver(institute.sessions, institute.vault, send, lambda: NOW + timedelta(days=9))
    return sorted(folder.glob("*.eml"))


def test_every_administrator_and_auditor_gets_it_once_a_day(
    institute: Institute, tmp_path: Path
) -> None:
    assert [write(institute), write(institute), write(institute, days=1)] == [2, 0, 2]
    text = "".join(path.read_text() for path in sent(institute, tmp_path))
    assert (text.count("To: ada@"), text.count("To: otto@")) == (2, 2)


def test_a_setting_names_the_one_who_gets_it(institute: Institute, tmp_path: Path) -> None:
    assert write(institute, to="notary@elsewhere.example") == 1
    (letter,) = sent(institute, tmp_path)
    assert "To: notary@elsewhere.example" in letter.read_text()


def test_without_anybody_to_get_it_the_day_stays_open(sessions: Sessions) -> None:
    institute = an_institute(sessions)
    assert write(institute) == 0
    institute.person("Ada", Role.ADMINISTRATOR)
    assert write(institute) == 1


def test_the_letter_is_an_anchor_that_finds_a_cut_end_and_a_new_writing(
    institute: Institute, tmp_path: Path
) -> None:
    write(institute, to="notary@elsewhere.example")
    (letter,) = sent(institute, tmp_path)
    saved = tmp_path / "saved.txt"
    saved.write_text("> " + letter.read_text().replace("\n", "\n> "))  # as a reply quotes it
    with institute.sessions.reading() as session:
        chain = entries(session)
    for path in (letter, saved):
        anchors, unread = read_anchors(path)
        assert unread == ()
        assert [(a.seq, a.hash) for a in anchors] == [(chain[-1].seq, chain[-1].hash)]
        assert astray(chain, anchors) == []
        assert "its end was cut off" in astray(chain[:-1], anchors)[0]
        other = [*chain[:-1], replace(chain[-1], hash="f" * 64)]
        assert "was written anew" in astray(other, anchors)[0]


def test_a_letter_without_a_head_is_named(tmp_path: Path) -> None:
    path = tmp_path / "another.eml"
    path.write_text("Subject: Lunch\n\nAt one.\n")
    anchors, (fault,) = read_anchors(path)
    assert anchors == ()
    assert fault.startswith("another.eml holds no head of the journal")

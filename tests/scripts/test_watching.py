"""While no worker lives, the web process looks for alarms, sends the letters and posts them."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from config.database import connect
from config.settings import read_settings
from scheduler import line_state
from scheduler.access import Role
from scripts.database import Installation
from scripts.watching import watching
from tests.builders import NOW, Institute, an_institute
from tests.fakes import SettableClock


@pytest.fixture
def institute(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Institute]:
    shutil.copy(migrated_sqlite, tmp_path / "unannounced.db")
    sessions = connect(f"sqlite:///{tmp_path / 'unannounced.db'}")
    institute = an_institute(sessions)
    institute.person("Ada", Role.ADMINISTRATOR)
    yield institute
    sessions.engine.dispose()


def test_the_second_look_in_a_row_without_a_worker_sends_the_letter(
    institute: Institute, tmp_path: Path
) -> None:
    settings = replace(read_settings({"UNANNOUNCED_VAR": str(tmp_path)}), alarm_webhook="")
    clock = SettableClock(NOW)
    with institute.sessions.begin() as session:
        line_state.beat(session, "worker", NOW)
    look = watching(Installation(settings, institute.sessions, institute.vault), clock)

    def letters() -> int:
        return len(list(tmp_path.glob("mail/*.eml")))

    look()
    clock.pass_by(hours=9)  # the machine slept
    look()
    assert letters() == 0
    with institute.sessions.begin() as session:
        line_state.beat(session, "worker", clock())
    look()
    clock.pass_by(seconds=61)
    look()
    assert letters() == 0
    look()
    look()
    assert letters() == 1
    (letter,) = tmp_path.glob("mail/*.eml")
    assert "A worker stopped" in letter.read_text()

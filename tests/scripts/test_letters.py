"""The worker's letters: once a day from eight o'clock, tried again when they fail, then sent."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.database import connect
from config.settings import read_settings
from scheduler.access import Role
from scripts.database import Installation
from scripts.letters import once_a_day, ticks
from tests.builders import NOW, ZONE, Institute, an_institute
from tests.fakes import SettableClock


@pytest.fixture
def institute(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Institute]:
    shutil.copy(migrated_sqlite, tmp_path / "unannounced.db")
    sessions = connect(f"sqlite:///{tmp_path / 'unannounced.db'}")
    yield an_institute(sessions)
    sessions.engine.dispose()


def test_an_act_of_the_day_comes_once_after_eight_in_the_institutes_zone() -> None:
    clock = SettableClock(datetime(2026, 11, 25, 6, 59, tzinfo=UTC))
    acts: list[datetime] = []
    tick = once_a_day(acts.append, clock, "Europe/Berlin")
    tick()
    assert acts == []
    for _ in range(3):
        clock.pass_by(minutes=1)
        tick()
    assert acts == [datetime(2026, 11, 25, 7, 0, tzinfo=UTC)]
    clock.now = datetime(2026, 11, 26, 22, 0, tzinfo=UTC)
    tick()
    clock.now = datetime(2026, 11, 26, 23, 30, tzinfo=UTC)  # 00:30 of the next day in Berlin
    tick()
    assert len(acts) == 2


def test_an_act_that_fails_is_tried_again_on_the_next_tick() -> None:
    failures = [ConnectionError(), ConnectionError()]
    acts: list[datetime] = []

    def act(now: datetime) -> None:
        if failures:
            raise failures.pop()
        acts.append(now)

    tick = once_a_day(act, SettableClock(NOW), ZONE)
    for _ in range(2):
        with pytest.raises(ConnectionError):
            tick()
    tick()
    tick()
    assert len(acts) == 1


def test_the_ticks_remind_tell_the_administrators_and_send_into_the_folder(
    institute: Institute, tmp_path: Path
) -> None:
    institute.person("Ada", Role.ADMINISTRATOR)
    institute.centre(accredited_until=NOW.date() + timedelta(days=14))
    settings = read_settings({"UNANNOUNCED_VAR": str(tmp_path)})
    made = ticks(Installation(settings, institute.sessions, institute.vault), SettableClock(NOW))
    assert [(name, seconds) for name, seconds, _ in made] == [
        ("mail", 10.0),
        ("mailbox", 60.0),
        ("reminders", 60.0),
        ("monday", 60.0),
        ("head", 60.0),
    ]
    for _ in range(2):
        for _, _, tick in reversed(made):
            tick()
    sent = sorted(path.read_text() for path in (tmp_path / "mail").glob("*.eml"))
    assert len(sent) == 3
    (letter,) = [text for text in sent if "Subject: This week" in text]
    assert "To: ada@" in letter
    assert "Subject: This week: 1 thing waits for you" in letter
    (reminder,) = [text for text in sent if "To: liaison0@" in text]
    assert "Subject: Centre 0: something ends in 14 days" in reminder
    assert "sign in at http://127.0.0.1:8321/supplies" in reminder

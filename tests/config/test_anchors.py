"""Anchors: heads kept outside find a cut end and a journal written anew, and name them."""

import json
import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from config.anchors import PUBLICATION, Anchor, astray, keep, read_anchors
from config.database import Sessions
from config.journal import GENESIS, Entry, entries, faults, record
from tests.builders import NOW


def a_chain(length: int, actor: str = "somebody") -> list[Entry]:
    """Entries as the database would hold them."""
    found: list[Entry] = []
    prev = GENESIS
    for seq in range(1, length + 1):
        entry = Entry(seq, NOW.isoformat(), actor, "acted", "", "{}", "", prev, "")
        found.append(replace(entry, hash=entry.computed()))
        prev = found[-1].hash
    return found


CHAIN = a_chain(5)
FOURTH = Anchor("a line", CHAIN[3].hash, 4)
REPORT = Anchor("issue 1", CHAIN[2].hash)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the anchors lie."""
    return tmp_path / "anchors.jsonl"


def act(sessions: Sessions, action: str = "acted", days: int = 0) -> Entry:
    with sessions.begin() as session:
        return record(session, NOW + timedelta(days=days), "somebody", action, "thing")


def kept(path: Path) -> list[int | None]:
    return [anchor.seq for anchor in read_anchors(path)[0]]


def test_a_chain_that_holds_what_was_anchored_is_not_astray() -> None:
    assert astray(CHAIN, [FOURTH, REPORT]) == []
    assert astray([], []) == []


def test_a_cut_end_is_named_with_what_was_anchored() -> None:
    assert faults(CHAIN[:3]) == []
    assert astray(CHAIN[:3], [FOURTH, REPORT]) == [
        "the journal ends at entry 3, but a line holds entry 4: its end was cut off"
    ]
    assert astray(CHAIN[:2], [REPORT]) == [
        "issue 1 holds a hash that no entry has: the journal was cut or written anew"
    ]
    assert len(astray([], [FOURTH, REPORT])) == 2


def test_a_journal_written_anew_is_named() -> None:
    anew = a_chain(6, "somebody else")
    assert faults(anew) == []
    assert astray(anew, [FOURTH]) == [
        "entry 4 is another than a line holds: the journal was written anew"
    ]
    assert len(astray(anew, [REPORT])) == 1


def test_a_day_gets_one_line_and_each_publication_another(sessions: Sessions, path: Path) -> None:
    assert keep(sessions, path, NOW) == 0
    assert not path.exists()
    act(sessions)
    act(sessions)
    assert keep(sessions, path, NOW) == 1
    act(sessions)
    assert keep(sessions, path, NOW) == 0
    act(sessions, PUBLICATION)
    act(sessions, PUBLICATION)
    act(sessions)
    assert keep(sessions, path, NOW) == 2
    assert keep(sessions, path, NOW) == 0
    act(sessions, days=1)
    act(sessions, days=1)
    assert keep(sessions, path, NOW) == 1
    assert kept(path) == [2, 4, 5, 8]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with sessions.reading() as session:
        assert astray(entries(session), read_anchors(path)[0]) == []
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert lines[0]["at"] == lines[0]["kept"] == NOW.isoformat()


def test_a_line_that_was_cut_or_altered_is_named_and_the_next_ones_count(
    sessions: Sessions, path: Path
) -> None:
    act(sessions)
    keep(sessions, path, NOW)
    path.write_text(path.read_text()[:30])
    act(sessions, days=1)
    keep(sessions, path, NOW)
    anchors, unread = read_anchors(path)
    assert [anchor.seq for anchor in anchors] == [2]
    assert unread == ("line 1 of anchors.jsonl can't be read: it was altered or cut",)
    path.write_text('[]\n{"seq": null, "hash": "", "at": ""}\n"x"\n')
    assert len(read_anchors(path)[1]) == 3


def test_an_anchor_is_named_by_its_line_and_day(sessions: Sessions, path: Path) -> None:
    act(sessions)
    keep(sessions, path, NOW)
    (anchor,), _ = read_anchors(path)
    assert anchor.where == "line 1 of anchors.jsonl, of 2026-11-25,"

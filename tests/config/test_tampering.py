"""Whoever edits a copy of the journal is found, whatever they edit."""

import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import astuple, fields, replace
from datetime import timedelta
from pathlib import Path

import pytest

from config import anchors, journal
from config.database import connect
from config.journal import GENESIS, Entry
from tests.builders import NOW

LENGTH = 30
TRIALS = 200
COLUMNS = tuple(each.name for each in fields(Entry))


@pytest.fixture(scope="module")
def original(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a journal whose newest entry is anchored beside it."""
    path = tmp_path_factory.mktemp("journal") / "unannounced.db"
    shutil.copy(migrated_sqlite, path)
    sessions = connect(f"sqlite:///{path}")
    for number in range(LENGTH):
        with sessions.begin() as session:
            at = NOW + timedelta(minutes=number)
            detail: dict[str, object] = {"number": number, "why": "é"}
            journal.record(session, at, f"person {number % 3}", "acted", f"call {number}", detail)
    anchors.keep(sessions, path.with_name(anchors.NAME), NOW)
    sessions.engine.dispose()
    with closing(sqlite3.connect(path)) as database:
        guards = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in guards.fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.commit()
    return path


def verdict(path: Path, kept: Path) -> list[str]:
    """What the check of a database says."""
    sessions = connect(f"sqlite:///{path}")
    with sessions.reading() as session:
        chain = journal.whole(session)
    sessions.engine.dispose()
    return [*journal.faults(chain), *anchors.astray(chain, anchors.read_anchors(kept)[0])]


def stored(database: sqlite3.Connection) -> list[Entry]:
    return [Entry(*row) for row in database.execute("SELECT * FROM journal ORDER BY seq")]


def write(database: sqlite3.Connection, chain: list[Entry]) -> None:
    """Put a chain in the journal's place."""
    database.execute("DELETE FROM journal")
    marks = ", ".join("?" * len(COLUMNS))
    database.executemany(f"INSERT INTO journal VALUES ({marks})", map(astuple, chain))


def linked(chain: list[Entry]) -> list[Entry]:
    """A chain with numbers and hashes as if it had always been so."""
    found: list[Entry] = []
    prev = GENESIS
    for seq, entry in enumerate(chain, 1):
        entry = replace(entry, seq=seq, prev=prev)
        found.append(replace(entry, hash=entry.computed()))
        prev = found[-1].hash
    return found


def column(database: sqlite3.Connection, chance: random.Random) -> None:
    """Alter one column of one entry, a little or wholly."""
    name, seq = chance.choice(COLUMNS), chance.randint(1, LENGTH)
    (old,) = database.execute(f"SELECT {name} FROM journal WHERE seq = ?", (seq,)).fetchone()
    new: object
    if name == "seq":
        new = chance.choice([0, -seq, LENGTH + chance.randint(1, 9)])
    else:
        at = chance.randrange(len(old) + 1)
        new = chance.choice(
            [old[:at] + chance.choice("aé=\N{EM DASH}0") + old[at:], old + " ", b"\xff", b"{}", ""]
        )
        if new == old:
            new = "x"
    database.execute(f"UPDATE journal SET {name} = ? WHERE seq = ?", (new, seq))


def delete(database: sqlite3.Connection, chance: random.Random) -> None:
    """Take a few entries away; sometimes close the gap, even with new hashes."""
    chain = stored(database)
    first = chance.randrange(LENGTH)
    del chain[first : first + chance.randint(1, 4)]
    how = chance.choice(["gap", "numbered", "linked"])
    if how == "numbered":
        chain = [replace(entry, seq=seq) for seq, entry in enumerate(chain, 1)]
    write(database, linked(chain) if how == "linked" else chain)


def insert(database: sqlite3.Connection, chance: random.Random) -> None:
    """Put an entry in between; sometimes with new hashes from there on."""
    chain = stored(database)
    place = chance.randrange(LENGTH)
    chain.insert(place, replace(chain[place], actor="nobody", detail='{"forged":true}'))
    numbered = [replace(entry, seq=seq) for seq, entry in enumerate(chain, 1)]
    write(database, linked(chain) if chance.random() < 0.5 else numbered)


def swap(database: sqlite3.Connection, chance: random.Random) -> None:
    """Exchange two entries; sometimes with new hashes from there on."""
    chain = stored(database)
    one, other = chance.sample(range(LENGTH), 2)
    chain[one], chain[other] = chain[other], chain[one]
    numbered = [replace(entry, seq=seq) for seq, entry in enumerate(chain, 1)]
    write(database, linked(chain) if chance.random() < 0.5 else numbered)


def cut(database: sqlite3.Connection, chance: random.Random) -> None:
    """Cut the end off; sometimes another end grows in its place."""
    chain = stored(database)[: chance.randrange(LENGTH)]
    if chance.random() < 0.5:
        others = [replace(CHEAP, subject=str(n)) for n in range(chance.randint(1, LENGTH))]
        chain = linked([*chain, *others])
    write(database, chain)


CHEAP = Entry(0, NOW.isoformat(), "nobody", "acted", "", "{}", "", "", "")
EDITS: list[Callable[[sqlite3.Connection, random.Random], None]] = [
    *[column] * 4,
    *(delete, insert, swap, cut),
]


def test_the_journal_as_it_is_holds(original: Path) -> None:
    assert verdict(original, original.with_name(anchors.NAME)) == []


def test_two_hundred_random_edits_are_each_found(original: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    missed = []
    for trial in range(TRIALS):
        chance = random.Random(trial)
        edit = chance.choice(EDITS)
        shutil.copy(original, copy)
        with closing(sqlite3.connect(copy)) as database:
            before = list(database.iterdump())
            edit(database, chance)
            database.commit()
            database.text_factory = lambda raw: raw.decode(errors="replace")
            assert list(database.iterdump()) != before, edit.__name__
        found = verdict(copy, original.with_name(anchors.NAME))
        if not any("entry" in sentence for sentence in found):
            missed.append((trial, edit.__name__))
    assert missed == []

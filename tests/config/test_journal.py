"""The journal: one chain, which the database refuses to change and which tells when it was."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from config.database import Sessions
from config.journal import GENESIS, Entry, actors, entries, faults, latest, record

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
LENGTH = 6


def a_chain() -> list[Entry]:
    """Entries as the database would hold them."""
    found: list[Entry] = []
    prev = GENESIS
    for seq in range(1, LENGTH + 1):
        entry = Entry(seq, NOW.isoformat(), "somebody", "acted", f"call {seq}", "{}", "", prev, "")
        entry = replace(entry, hash=entry.computed())
        found.append(entry)
        prev = entry.hash
    return found


CHAIN = a_chain()
places = st.integers(0, LENGTH - 1)


def act(sessions: Sessions, action: str = "acted") -> Entry:
    with sessions.begin() as session:
        return record(session, NOW, "somebody", action, "call 1", {"b": 1, "a": "é"}, "127.0.0.1")


def chain(sessions: Sessions) -> list[Entry]:
    with sessions.reading() as session:
        return entries(session)


def test_each_entry_follows_the_one_before(sessions: Sessions) -> None:
    written = [act(sessions, f"act {n}") for n in range(3)]
    found = chain(sessions)
    assert found == written
    assert [entry.seq for entry in found] == [1, 2, 3]
    assert [entry.prev for entry in found] == [GENESIS, found[0].hash, found[1].hash]
    assert faults(found) == []


def test_the_detail_is_written_in_one_way(sessions: Sessions) -> None:
    with sessions.begin() as session:
        entry = record(session, NOW, "somebody", "acted", "", {"b": 1, "a": "é"})
    assert entry.detail == '{"a":"é","b":1}'


def test_an_act_that_fails_leaves_neither_an_entry_nor_a_gap(sessions: Sessions) -> None:
    def fail() -> None:
        with sessions.begin() as session:
            record(session, NOW, "somebody", "failed", "call 1")
            raise RuntimeError("the act failed")

    act(sessions)
    with pytest.raises(RuntimeError, match="the act failed"):
        fail()
    act(sessions)
    assert [entry.seq for entry in chain(sessions)] == [1, 2]
    assert faults(chain(sessions)) == []


def test_several_entries_of_one_act_stand_in_their_order(sessions: Sessions) -> None:
    with sessions.begin() as session:
        for number in range(3):
            record(session, NOW, "somebody", f"act {number}", "call 1")
    assert [entry.action for entry in chain(sessions)] == ["act 0", "act 1", "act 2"]
    assert faults(chain(sessions)) == []


def test_a_moment_is_written_in_utc_and_never_naive(sessions: Sessions) -> None:
    india = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))
    with sessions.begin() as session:
        assert record(session, india, "somebody", "acted", "").at == "2026-11-25T09:00:00+00:00"
        with pytest.raises(ValueError, match="naive"):
            record(session, datetime(2026, 11, 25, 9), "somebody", "acted", "")


def test_the_newest_entries_come_first_and_page_by_page(sessions: Sessions) -> None:
    for number in range(5):
        act(sessions, f"act {number}")
    with sessions.reading() as session:
        first = latest(session, limit=2)
        second = latest(session, limit=2, before=first[-1].seq)
        rest = entries(session, after=3)
        part = entries(session, after=1, limit=2)
    assert [entry.seq for entry in first] == [5, 4]
    assert [entry.seq for entry in second] == [3, 2]
    assert [entry.seq for entry in rest] == [4, 5]
    assert [entry.seq for entry in part] == [2, 3]


def test_a_span_of_moments_is_half_open_in_any_zone(sessions: Sessions) -> None:
    midnight = datetime(2027, 1, 13, 18, 30, tzinfo=UTC)
    for microseconds in (-1, 0, 500_000, 86_400_000_000 - 1, 86_400_000_000):
        with sessions.begin() as session:
            at = midnight + timedelta(microseconds=microseconds)
            record(session, at, f"at {microseconds}", "acted", "")
    india = timezone(timedelta(hours=5, minutes=30))
    since = datetime(2027, 1, 14, tzinfo=india)
    with sessions.reading() as session:
        found = latest(session, limit=9, since=since, until=since + timedelta(days=1))
        assert [entry.seq for entry in found] == [4, 3, 2]
        assert [e.seq for e in latest(session, limit=9, actor="at 0")] == [2]
        assert {"at -1", "at 0"} < set(actors(session))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET actor = 'nobody'",
        "UPDATE journal SET seq = seq + 10",
        "DELETE FROM journal",
        "DELETE FROM journal WHERE seq = 2",
        "INSERT INTO journal SELECT * FROM journal WHERE seq = 2 "
        "ON CONFLICT (seq) DO UPDATE SET actor = 'nobody'",
    ],
)
def test_the_database_refuses_to_change_an_entry(sessions: Sessions, statement: str) -> None:
    for _ in range(3):
        act(sessions)
    before = chain(sessions)
    with pytest.raises(DBAPIError, match="append-only"), sessions.begin() as session:
        session.execute(text(statement))
    assert chain(sessions) == before


def test_the_database_refuses_to_empty_or_replace_it(sessions: Sessions) -> None:
    """Each database has a way of its own around an UPDATE and a DELETE."""
    act(sessions)
    before = chain(sessions)
    around = {
        "sqlite": "INSERT OR REPLACE INTO journal "
        "SELECT seq, at, 'nobody', action, subject, detail, origin, prev, hash FROM journal",
        "postgresql": "TRUNCATE journal",
    }[sessions.engine.dialect.name]
    with pytest.raises(DBAPIError, match="append-only"), sessions.begin() as session:
        session.execute(text(around))
    assert chain(sessions) == before


def test_writers_at_the_same_time_keep_one_chain(sessions: Sessions) -> None:
    def write(writer: int) -> None:
        for number in range(15):
            with sessions.begin() as session:
                record(session, NOW, f"writer {writer}", f"act {number}", "call 1")

    with ThreadPoolExecutor(4) as writers:
        list(writers.map(write, range(4)))
    found = chain(sessions)
    assert [entry.seq for entry in found] == list(range(1, 61))
    assert faults(found) == []


def test_an_untouched_chain_holds() -> None:
    assert faults(CHAIN) == []
    assert faults([]) == []


@given(
    places,
    st.sampled_from(["at", "actor", "action", "subject", "detail", "origin", "prev", "hash"]),
    st.text(),
)
def test_an_altered_entry_is_found(place: int, column: str, content: str) -> None:
    altered = replace(CHAIN[place], **{column: content})  # type: ignore[arg-type]
    found = faults([*CHAIN[:place], altered, *CHAIN[place + 1 :]])
    assert bool(found) == (altered != CHAIN[place])
    assert all(f"entry {place + 1} " in fault or f"entry {place + 2} " in fault for fault in found)


@given(places, st.text(min_size=1))
def test_an_altered_entry_with_a_new_hash_is_found_by_the_next(place: int, content: str) -> None:
    altered = replace(CHAIN[place], actor=content)
    altered = replace(altered, hash=altered.computed())
    found = faults([*CHAIN[:place], altered, *CHAIN[place + 1 :]])
    if place < LENGTH - 1 and content != "somebody":
        assert found == [f"entry {place + 2} doesn't follow the entry before it"]


@given(st.integers(0, LENGTH - 2))
def test_a_removed_entry_is_found(place: int) -> None:
    left = CHAIN[:place] + CHAIN[place + 1 :]
    assert f"entry {place + 1} is missing: the next one is numbered {place + 2}" in faults(left)
    renumbered = [replace(entry, seq=number) for number, entry in enumerate(left, 1)]
    assert faults(renumbered)


@given(st.permutations(CHAIN))
def test_reordered_entries_are_found(shuffled: list[Entry]) -> None:
    renumbered = [replace(entry, seq=number) for number, entry in enumerate(shuffled, 1)]
    for found in (shuffled, renumbered):
        assert bool(faults(found)) == (shuffled != CHAIN)


@given(places)
def test_an_entry_told_twice_is_found(place: int) -> None:
    assert faults([*CHAIN[: place + 1], *CHAIN[place:]])


def test_a_cut_tail_is_for_an_anchor_outside_to_find() -> None:
    assert faults(CHAIN[:-1]) == []


def test_the_hash_is_that_of_the_entry_before_and_of_every_column() -> None:
    entry = CHAIN[1]
    columns = [2, NOW.isoformat(), "somebody", "acted", "call 2", "{}", ""]
    body = json.dumps(columns, separators=(",", ":"))
    assert entry.hash == sha256(f"{CHAIN[0].hash}\n{body}".encode()).hexdigest()

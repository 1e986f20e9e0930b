"""Rotation: every sealed value comes under the new key, whoever works meanwhile."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from uuid import UUID

import pytest
from sqlalchemy import Text, select, update

from config import journal, mail, rotating
from config.canary import check_canary
from config.database import Base, Sessions
from config.rotating import Rotation, rotate, sealed_columns
from config.vault import Vault, VaultRefused, load_vault, new_vault
from scheduler import codes, people
from scheduler.register_rows import CoverIdentityRow
from tests.builders import NOW, Institute, an_institute, identity

COUNT = 130


@pytest.fixture
def ring(tmp_path: Path) -> Path:
    """Where the key lies."""
    return tmp_path / "keys" / "vault.json"


@pytest.fixture
def institute(sessions: Sessions, ring: Path) -> Institute:
    """An institute with something in many a sealed column, under the first key."""
    institute = an_institute(sessions, load_vault(ring, create=True))
    check_canary(sessions, institute.vault, NOW)
    identities = tuple(identity(f"{n}", f"code {n}") for n in range(COUNT))
    institute.call(institute.centre(identities=identities))
    with sessions.begin() as session:
        mail.post(session, institute.vault, NOW, "a@institute.example", "Subject", "A link")
    return institute


def turn(
    institute: Institute, tell: Callable[[int, int], None] = lambda _done, _of: None
) -> Rotation:
    return rotate(institute.sessions, institute.vault, lambda: NOW, "test", tell)


def prefixes(sessions: Sessions) -> dict[str, set[str]]:
    """The key ids in each sealed column that holds something."""
    with sessions.reading() as session:
        found = {
            str(column): {text[:6] for text in session.scalars(select(column)) if text}
            for column in sealed_columns()
        }
    return {name: ids for name, ids in found.items() if ids}


def open_all(institute: Institute) -> list[str]:
    with institute.sessions.reading() as session:
        keys = session.scalars(select(CoverIdentityRow.id)).all()
        return sorted(codes.open_identity(session, institute.vault, key).code.text for key in keys)


def test_every_column_that_is_named_sealed_declares_its_place() -> None:
    named = {
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.name == "sealed" or column.name.endswith("_sealed")
    }
    assert named == set(sealed_columns())
    assert len(named) >= 7
    for column in named:
        assert column.info["sealed"] == (column.name.removesuffix("_sealed")), column
        assert isinstance(column.type, Text), column
        assert len(column.table.primary_key.columns) == 1, column


def test_a_rotation_brings_every_sealed_value_under_a_new_key(
    institute: Institute, ring: Path
) -> None:
    before = prefixes(institute.sessions)
    assert {"cover_identity.code_sealed", "person.telephone_sealed"} <= set(before)
    assert {"sampling_plan.seed_sealed", "vault_canary.sealed", "outbox.body_sealed"} <= set(before)
    assert all(ids == {"v1.k1."} for ids in before.values())
    told: list[tuple[int, int]] = []
    done = turn(institute, lambda moved, of: told.append((moved, of)))
    assert prefixes(institute.sessions) == {name: {"v1.k2."} for name in before}
    assert (done.key, done.added, done.closed) == ("k2", True, ())
    assert told[-1] == (done.values, done.values)
    assert len(told) > COUNT / rotating.BATCH
    institute.vault = load_vault(ring, create=False)
    assert open_all(institute) == sorted(f"code {n}" for n in range(COUNT))
    check_canary(institute.sessions, institute.vault, NOW)
    with institute.sessions.reading() as session:
        assert people.telephone_of(session, institute.vault, institute.assessor)
        added, resealed = journal.latest(session, limit=2)[::-1]
    assert (added.action, added.detail) == ("key added", '{"key":"k2"}')
    assert resealed.detail == f'{{"closed":[],"key":"k2","values":{done.values}}}'


def test_old_keys_stay_for_old_backups(institute: Institute, ring: Path) -> None:
    with institute.sessions.reading() as session:
        row = session.scalars(select(CoverIdentityRow)).first()
    assert row is not None
    turn(institute)
    turn(institute)
    vault = load_vault(ring, create=False)
    assert (vault.current, set(vault.ring.keys)) == ("k3", {"k1", "k2", "k3"})
    assert vault.open(row.code_sealed, "cover_identity", "code", row.id.hex).startswith("code ")


@pytest.mark.parametrize("after", [1, 2, 3])
def test_what_was_cut_short_is_finished_with_the_same_key(
    institute: Institute, ring: Path, after: int
) -> None:
    batches = []

    def pull_the_plug(moved: int, _of: int) -> None:
        batches.append(moved)
        if len(batches) == after:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        turn(institute, pull_the_plug)
    assert set().union(*prefixes(institute.sessions).values()) == {"v1.k1.", "v1.k2."}
    assert len(open_all(institute)) == COUNT
    institute.vault = load_vault(ring, create=False)
    done = turn(institute)
    assert (done.key, done.added) == ("k2", False)
    assert set().union(*prefixes(institute.sessions).values()) == {"v1.k2."}
    assert turn(institute).key == "k3"


def test_who_works_meanwhile_reads_and_writes_without_a_fault(
    institute: Institute, ring: Path
) -> None:
    """Web and worker each hold a vault of their own, loaded before the rotation."""
    stop = Event()

    def read() -> int:
        own = Institute(
            institute.sessions, load_vault(ring, create=False), UUID(int=0), UUID(int=0)
        )
        rounds = 0
        while not stop.is_set():
            assert len(open_all(own)) >= COUNT
            rounds += 1
        return rounds

    def write() -> int:
        own = Institute(
            institute.sessions, load_vault(ring, create=False), UUID(int=0), UUID(int=0)
        )
        rounds = 0
        while not stop.wait(0.2):  # without a pause SQLite would let nobody else write
            rounds += 1
            stated = tuple(identity(f"{n}", f"new {rounds} {n}") for n in range(COUNT))
            own.centre(identities=stated)
        return rounds

    with ThreadPoolExecutor(2) as others:
        work = [others.submit(read), others.submit(write)]
        try:
            for _ in range(3):
                turn(institute)
        finally:
            stop.set()
        rounds = [each.result(timeout=120) for each in work]
    assert min(rounds) >= 1
    turn(institute)
    assert all(len(ids) == 1 for ids in prefixes(institute.sessions).values())
    assert {code.rsplit(" ", 1)[0] for code in open_all(institute)} == {f"new {rounds[1]}"}


def test_what_is_sealed_late_under_the_old_key_is_found_by_another_pass(
    institute: Institute,
) -> None:
    """A program had the old ring in hand and commits behind the rotation's back."""
    late = Vault(institute.vault.ring)

    def write_late(moved: int, of: int) -> None:
        if moved == of and not rounds:
            with institute.sessions.begin() as session:
                row = session.scalars(select(CoverIdentityRow)).first()
                assert row is not None
                row.code_sealed = late.seal("late", "cover_identity", "code", row.id.hex)
            rounds.append(moved)

    rounds: list[int] = []
    done = turn(institute, write_late)
    assert rounds == [done.values - 1]
    assert all(ids == {"v1.k2."} for ids in prefixes(institute.sessions).values())
    assert "late" in open_all(institute)


def test_a_value_that_its_owner_changes_meanwhile_keeps_the_change(institute: Institute) -> None:
    """The owner writes between the reading and the writing of a batch."""
    with institute.sessions.reading() as session:
        row = session.scalars(select(CoverIdentityRow)).first()
    assert row is not None
    owned = row.id
    place = ("cover_identity", "code", owned.hex)
    seal = institute.vault.seal

    class Interrupted:
        """The vault of the rotation; somebody else writes as it seals that row's code."""

        path = institute.vault.path
        current = property(lambda _self: institute.vault.current)
        open = staticmethod(institute.vault.open)

        def seal(self, text: str, *of: str) -> str:
            sealed = seal(text, *of)
            if of == place and text.startswith("code"):
                newer = update(CoverIdentityRow).where(CoverIdentityRow.id == owned)
                with institute.sessions.begin() as session:
                    session.execute(newer.values(code_sealed=seal("newer", *of)))
            return sealed

    rotate(institute.sessions, Interrupted(), lambda: NOW, "test", lambda _done, _of: None)  # type: ignore[arg-type]
    assert open_all(institute).count("newer") == 1
    assert len(open_all(institute)) == COUNT


def test_a_value_that_nothing_opens_is_named_and_left(institute: Institute) -> None:
    with institute.sessions.begin() as session:
        row = session.scalars(select(CoverIdentityRow)).first()
        assert row is not None
        row.code_sealed = row.name_sealed
        kept = row.code_sealed
    done = turn(institute)
    assert done.closed == (f"cover_identity.code_sealed of {row.id.hex}",)
    assert (done.key, done.added) == ("k2", True)
    with institute.sessions.reading() as session:
        assert session.get_one(CoverIdentityRow, row.id).code_sealed == kept
    assert turn(institute).key == "k3", "it doesn't keep later rotations from their work"


def test_a_vault_of_no_file_has_no_key_to_add(sessions: Sessions) -> None:
    with pytest.raises(VaultRefused, match="lies in no file"):
        rotate(sessions, new_vault(), lambda: NOW, "test", lambda _done, _of: None)

"""Worker and web process die at every step, and no centre is rung twice, by the ledger.

The thousand trials are ``scripts/crash_trials``; here are a few of each, and the seeded bugs that
make their silence mean something.
"""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import CHECKOUT
from tests.conftest import DATABASES
from tests.crash.points import POINTS, TRANSACTIONS
from tests.crash.scenes import KINDS, draw
from tests.crash.seeds import SEEDS, Seed, SentTwice, gate, nothing
from tests.crash.trials import Ground, Tally, run
from tests.services.postgres import Postgres

TEN = 10


@pytest.fixture(scope="module")
def on_sqlite(migrated_sqlite: Path) -> Ground:
    return Ground("sqlite", None, migrated_sqlite)


@pytest.fixture(params=DATABASES)
def ground(request: pytest.FixtureRequest, on_sqlite: Ground) -> Iterator[Ground]:
    if request.param == "sqlite":
        yield on_sqlite
        return
    server: Postgres = request.getfixturevalue("postgres")
    yield Ground("postgresql", server, request.getfixturevalue("migrated_postgres"))


def clean(tally: Tally) -> bool:
    return not (tally.double or tally.stuck or tally.untrue)


def test_a_thousand_trials_arm_every_point_more_than_sixty_times() -> None:
    armed = Counter(point for n in range(1000) for point in draw(1, "kill", n).armed)
    assert set(armed) == set(POINTS)
    assert min(armed.values()) > 60


@pytest.mark.parametrize("name", TRANSACTIONS)
def test_a_point_is_named_by_the_function_that_begins_its_transaction(name: str) -> None:
    rooms = [ast.parse(path.read_text()) for path in (CHECKOUT / "scheduler").glob("*.py")]
    bodies = [
        ast.unparse(each)
        for room in rooms
        for each in room.body
        if isinstance(each, ast.FunctionDef) and each.name == name
    ]
    assert any("sessions.begin()" in body for body in bodies), "nobody would be killed there"


@pytest.mark.parametrize("seed", [1])
def test_who_is_killed_at_any_step_rings_nobody_twice_and_leaves_no_call_open(
    ground: Ground, seed: int
) -> None:
    tally = run(ground, TEN, seed=seed, first=0)
    assert clean(tally), tally.told
    assert tally.kills >= TEN / 2


@pytest.mark.parametrize("kind", KINDS[1:])
def test_who_stands_still_has_a_wrong_or_changed_clock_or_an_old_backup_rings_nobody_twice(
    on_sqlite: Ground, kind: str
) -> None:
    tally = run(on_sqlite, 4, kind=kind)
    assert clean(tally), tally.told


@pytest.mark.parametrize("name", SEEDS)
def test_the_harness_finds_a_seeded_bug(on_sqlite: Ground, name: str) -> None:
    seed = SEEDS[name]
    tally = run(on_sqlite, 2, sow=seed.sow, telephone=seed.telephone, change=seed.scene)
    assert not clean(tally)


@pytest.mark.parametrize("name", SEEDS)
def test_without_the_bug_the_same_scene_is_clean(on_sqlite: Ground, name: str) -> None:
    tally = run(on_sqlite, 1, change=SEEDS[name].scene)
    assert clean(tally), tally.told


def test_a_gate_without_a_condition_dials_a_centre_twice_and_the_gate_does_not(
    on_sqlite: Ground,
) -> None:
    scene = Seed(gate).scene
    broken = run(on_sqlite, 2, sow=gate, telephone=SentTwice, change=scene)
    whole = run(on_sqlite, 2, sow=nothing, telephone=SentTwice, change=scene)
    assert "a centre was dialled 2 times" in " ".join(broken.told)
    assert "a centre was dialled" not in " ".join(whole.told)


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_forty_trials_of_each_kind_ring_nobody_twice(ground: Ground, kind: str) -> None:
    tally = run(ground, 40, kind=kind)
    assert clean(tally), tally.told

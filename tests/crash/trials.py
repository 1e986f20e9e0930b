"""Runs trials on a database and counts: ``scripts/crash_trials``."""

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from operator import itemgetter
from pathlib import Path
from typing import Any

from config.database import connect
from config.vault import new_vault
from scripts.database import migrate
from tests.crash import scenes, seeds
from tests.crash.points import MortalTelephone, Shared
from tests.crash.processes import Stage, warm
from tests.crash.scenes import KINDS, Scene
from tests.crash.snapshots import OfPostgres, OfSqlite, Snapshots
from tests.crash.verdict import Found
from tests.crash.world import World, free_port
from tests.played_calls import Case, play
from tests.services.postgres import Postgres, running_postgres

WORKERS = {"sqlite": 1, "postgresql": 3}
A_WORLD = 40  # trials in one world, before a fresh one
CHANGES = 2  # of the clock, in a world of them: spring and autumn
SHOWN = 10  # broken promises told in words


@dataclass
class Tally:
    """What so many trials came to."""

    trials: int = 0
    double: int = 0
    stuck: int = 0
    untrue: int = 0
    kills: int = 0
    seconds: float = 0
    hits: Counter[str] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)

    def count(self, number: int, scene: Scene, found: Found) -> None:
        self.trials += 1
        for name in ("double", "stuck", "untrue"):
            said = getattr(found, name)
            setattr(self, name, getattr(self, name) + bool(said))
            self.told += [f"trial {number}, {name}: {each}; {scene}" for each in said]

    @property
    def least(self) -> tuple[str, int] | None:
        """The point that was hit least, and how often; None where none was armed."""
        return min(self.hits.items(), key=itemgetter(1)) if self.hits.total() else None

    def as_json(self) -> dict[str, object]:
        return {
            "trials": self.trials,
            "double": self.double,
            "stuck": self.stuck,
            "untrue": self.untrue,
            "kills": self.kills,
            "seconds": round(self.seconds, 1),
            "least": self.least,
            "hits": dict(self.hits),
        }


@dataclass(frozen=True)
class Ground:
    """Where databases come from: copies of a migrated one."""

    name: str
    server: Postgres | None
    migrated: Path | str

    @contextmanager
    def database(self, folder: Path) -> Iterator[tuple[str, Snapshots]]:
        if self.server is None:
            path = folder / "unannounced.db"
            shutil.copy(self.migrated, path)
            yield f"sqlite:///{path}", OfSqlite(path)
            return
        url = self.server.create(str(self.migrated))
        snapshots = OfPostgres(self.server, url)
        try:
            yield url, snapshots
        finally:
            snapshots.drop()


def run(
    ground: Ground,
    trials: int,
    *,
    kind: str = "kill",
    seed: int = 1,
    first: int = 0,
    sow: Callable[[], None] = lambda: None,
    telephone: type[MortalTelephone] = MortalTelephone,
    change: Callable[[Scene], Scene] = lambda scene: scene,
    told: Callable[[Tally], None] = lambda _: None,
) -> Tally:
    """So many trials, in worlds that are made afresh; the same seed draws the same scenes."""
    compiled = _warmed(ground)
    tally, began = Tally(), time.monotonic()
    changes = kind == "change"
    of_a_world = CHANGES if changes else A_WORLD
    for begin in range(first, first + trials, of_a_world):
        with ExitStack() as stack:
            shared = Shared()
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=_memory())))
            url, snapshots = stack.enter_context(ground.database(folder))
            port = free_port(random.Random())
            stage = Stage(shared, folder, url, new_vault(), port, compiled, sow, telephone)
            world = World(stage, WORKERS[ground.name], snapshots, changes=changes)
            stack.callback(world.close)
            for number in range(begin, min(begin + of_a_world, first + trials)):
                chance = random.Random(f"{seed} {kind} {number} played")
                scene = change(scenes.draw(seed, kind, number))
                tally.count(number, scene, world.trial(scene, chance))
                tally.seconds = time.monotonic() - began
                told(tally)
            tally.kills += world.kills
            tally.hits.update(shared.hits())
    return tally


@cache
def _warmed(ground: Ground) -> dict[Any, Any]:
    """What a few calls played in this process leave compiled, for every process to come."""
    compiled: dict[Any, Any] = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url, _ = stack.enter_context(ground.database(folder))
        sessions = warm(url, compiled)
        stack.callback(sessions.engine.dispose)
        lost = ("drop@call", "drop@parent.completed")
        cases = (Case("plain"), Case("lost", "500_after", lost), Case("busy line", "429"))
        play(sessions, folder, (*cases, Case("killed", killed="after")))
    return compiled


def _memory() -> str | None:
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


@contextmanager
def grounds(names: tuple[str, ...]) -> Iterator[tuple[Ground, ...]]:
    """The databases by name, each migrated once."""
    with ExitStack() as stack:
        made = []
        for name in names:
            if name == "sqlite":
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
                _migrate(f"sqlite:///{folder / 'migrated.db'}")
                made.append(Ground(name, None, folder / "migrated.db"))
            else:
                server = stack.enter_context(running_postgres())
                url = server.create()
                _migrate(url)
                made.append(Ground(name, server, url.rpartition("/")[2].partition("?")[0]))
        yield tuple(made)


def _migrate(url: str) -> None:
    engine = connect(url).engine
    migrate(engine)
    engine.dispose()


def main() -> int:
    """Trials on each database; 1 when a promise was broken."""
    options = argparse.ArgumentParser(
        prog="scripts/crash_trials",
        description="Kill worker and web process at every step of the protocol and at random, with "
        "the network's faults at once, and judge by the practice exchange's ledger.",
        epilog="Example: scripts/crash_trials --trials 1000 --json",
    )
    options.add_argument("--trials", type=int, default=100, help="on each database (100)")
    options.add_argument("--kind", choices=KINDS, default="kill", help="what befalls them (kill)")
    options.add_argument("--on", choices=tuple(WORKERS), help="one database alone")
    options.add_argument("--seed", type=int, default=1, help="other scenes")
    options.add_argument("--first", type=int, default=0, help="the first trial's number (0)")
    options.add_argument("--break", dest="broken", choices=("gate",), help=argparse.SUPPRESS)
    options.add_argument("--json", action="store_true", help="print the summary as JSON")
    given = options.parse_args()
    names = (given.on,) if given.on else tuple(WORKERS)
    tallies: dict[str, Tally] = {}
    with grounds(names) as made:
        for ground in made:
            tallies[ground.name] = run(
                ground,
                given.trials,
                kind=given.kind,
                seed=given.seed,
                first=given.first,
                sow=seeds.gate if given.broken else seeds.nothing,
                telephone=seeds.SentTwice if given.broken else MortalTelephone,
                told=partial(_progress, ground.name, given.trials),
            )
            sys.stderr.write("\n")
    for name, tally in tallies.items():
        for each in tally.told[:SHOWN]:
            print(f"{name}, {each}", file=sys.stderr)
    if given.json:
        print(json.dumps({name: tally.as_json() for name, tally in tallies.items()}, indent=2))
    else:
        for name, tally in tallies.items():
            print(_sentence(name, tally))
    broken = ("double", "stuck", "untrue")
    return int(any(getattr(tally, what) for tally in tallies.values() for what in broken))


def _progress(name: str, of: int, tally: Tally) -> None:
    if sys.stderr.isatty() or tally.trials % 50 == 0 or tally.trials == of:
        end = "\r" if sys.stderr.isatty() else "\n"
        sys.stderr.write(f"{name}: {tally.trials} of {of}, {tally.seconds:.0f} s{end}")
        sys.stderr.flush()


def _sentence(name: str, tally: Tally) -> str:
    each = tally.seconds / max(tally.trials, 1)
    said = (
        f"{name}: {tally.trials} trials, {tally.double} double, {tally.stuck} stuck, "
        f"{tally.untrue} untrue; {tally.kills} kills; {each:.2f} s a trial"
    )
    if tally.least is None:
        return said
    point, least = tally.least
    most = max(tally.hits.values())
    return f"{said}; each point {least} to {most} times, the least “{point}”"


if __name__ == "__main__":
    sys.exit(main())

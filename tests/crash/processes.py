"""Worker, web and exchange as processes of their own, forked from a warmed one, told by pipes."""

import ctypes
import gc
import logging
import os
import signal
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any, NoReturn

from assessor.app import create_hooks
from assessor.hooks import HookDesk
from config import presence
from config.database import Sessions, connect
from config.group_commit import grouped
from config.vault import Vault
from scheduler import comparing, dialling, settling
from scheduler.dialling import Desk
from scheduler.high_water import HighWater
from scheduler.practice.exchange import Exchange
from scheduler.practice.faults import Faults
from scheduler.practice.ledger import Ledger
from scheduler.practice.server import Listener, serve
from tests.crash.points import MortalSessions, MortalTelephone, Shared, mortal
from tests.workspace import ACCOUNT, TOKEN

POOL = ("+441632960000", "+441632960001")
SOON = 0.15  # seconds until a held answer is given up
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Stage:
    """What every process of a world is handed."""

    shared: Shared
    folder: Path
    url: str
    vault: Vault
    web_port: int
    cache: dict[Any, Any]  # compiled statements, warm before the fork
    sow: Callable[[], None] = lambda: None  # plants a bug in a process
    telephone: type[MortalTelephone] = MortalTelephone

    @property
    def hooks(self) -> str:
        return f"http://127.0.0.1:{self.web_port}"


@dataclass
class Process:
    """A running process and the pipe to it."""

    name: str
    pid: int
    pipe: Connection

    def kill(self, number: int = signal.SIGKILL) -> None:
        os.kill(self.pid, number)


def warm(url: str, cache: dict[Any, Any]) -> Sessions:
    """Sessions that need not compile what was compiled before."""
    return Sessions(connect(url).engine.execution_options(compiled_cache=cache))


def fork(name: str, stage: Stage, play: Callable[..., None], *given: Any) -> Process:
    """Start a process that plays its part until its pipe is closed, or it is killed."""
    ours, theirs = Pipe()
    gc.freeze()
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        pid = os.fork()  # the threads of a test run hold nothing that a child needs
    if pid == 0:
        _live(name, stage, ours, theirs, play, *given)
    theirs.close()
    return Process(name, pid, ours)


def _live(
    name: str,
    stage: Stage,
    ours: Connection,
    theirs: Connection,
    play: Callable[..., None],
    *given: Any,
) -> NoReturn:
    code = 1
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        ours.close()
        log = (stage.folder / f"{name}.log").open("a")
        logging.basicConfig(stream=log, level=logging.WARNING, force=True)
        stage.sow()
        play(stage, theirs, *given)
        code = 0
    except EOFError:
        code = 0
    except BaseException:
        with (stage.folder / f"{name}.log").open("a") as log:
            traceback.print_exc(file=log)
    finally:
        os._exit(code)


def worker(stage: Stage, pipe: Connection, origin: str, number: int) -> None:
    """A worker, its ticks called one by one."""
    sessions = MortalSessions.of(warm(stage.url, stage.cache), stage.shared)
    clock = stage.shared.clock(number)
    telephone = stage.telephone(stage.shared, ACCOUNT, TOKEN, origin, timeout=SOON)
    desk = Desk(
        sessions=sessions,
        vault=stage.vault,
        telephone=telephone,
        clock=clock,
        owner=f"worker {number}:{os.getpid()}",
        hooks=stage.hooks,
        high_water=HighWater(stage.folder / "high-water.json"),
    )
    ticks: dict[str, Callable[[Desk], object]] = {
        "dial": dialling.dial_due,
        "reconcile": comparing.reconcile_or_compare,
        "expire": settling.expire,
    }
    with presence.at_work(sessions, desk.owner):
        settling.give_up_dead_owners(desk)
        pipe.send("ready")
        while True:
            what = pipe.recv()
            try:
                ticks[what](desk)
            except Exception:
                logging.exception("a tick failed")
            pipe.send(what)


def web(stage: Stage, pipe: Connection) -> None:
    """The hooks, on the port that the network was told."""
    sessions = MortalSessions.of(grouped(warm(stage.url, stage.cache)), stage.shared)
    app = create_hooks(HookDesk(sessions, stage.shared.clock(), stage.hooks, ACCOUNT, TOKEN))
    Listener(mortal(app, stage.shared), "127.0.0.1", stage.web_port)
    pipe.send("ready")
    pipe.recv()


def exchange(stage: Stage, pipe: Connection) -> None:
    """The outside world: it is never killed, and its ledger is the witness."""
    ledger = Ledger(stage.folder / "ledger.jsonl")
    world = Exchange(ACCOUNT, TOKEN, ledger, stage.shared.clock(), POOL)
    server = serve(world, "127.0.0.1", 0, pump=False)
    pipe.send(server.origin)
    while True:
        what, given = pipe.recv()
        if what == "teach":
            world.teach(given)
        elif what == "faults":
            world.faults = Faults()
            world.faults.queue(*given)
        elif what == "run":
            world.run_due()
        pipe.send(world.next_event_at())

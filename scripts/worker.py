"""The worker: one process that dials what is due and settles what is open, tick by tick.

A file lock refuses a second one on this machine. Each dialling tick writes a heartbeat; when none
finished for a minute the process ends, so that whoever supervises it starts it anew.
"""

import fcntl
import logging
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event

from config import anchors, presence
from config.clock import system_clock
from config.presence import Seat
from config.settings import Line, Settings, SettingsRefused, read_settings
from config.vault import VaultRefused
from scheduler import (
    advancing,
    alarms,
    awaiting,
    comparing,
    line_state,
    people,
    pooling,
    reassigning,
    settling,
)
from scheduler.dialling import Desk, account_refused, dial_due
from scheduler.dialling_by_hand import choose_where_no_number, end_untold
from scheduler.following_up import follow_up_calls
from scheduler.high_water import HighWater
from scheduler.keeping import Keeper, keep_due
from scheduler.keeping_messages import keep_messages
from scheduler.ringing_off import ring_off
from scheduler.telephone import AccountRefused, PerhapsPlaced, Telephone
from scheduler.ticker import Ticker
from scripts import letters, practice_line, retaining, watching
from scripts.database import Installation, anchors_path, prepare
from scripts.wiring import Network, network, recordings_storage

LONGEST_SILENCE = 60.0  # seconds without a finished dialling tick
log = logging.getLogger("worker")


class WorkerRefused(Exception):
    """Why the worker doesn't start; the text says what to do."""


@contextmanager
def worker_lock(settings: Settings, *, shared: bool = False) -> Iterator[None]:
    """Hold the lock of this machine's workers, alone or with others that share it.

    Raises WorkerRefused when a worker has it.
    """
    path: Path = settings.var / "worker.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except OSError as error:
            raise WorkerRefused(
                f"A worker runs already on {settings.var}. Stop it first."
            ) from error
        yield


def make_desk(installation: Installation, telephone: Telephone) -> Desk:
    """The desk at which this process dials."""
    return Desk(
        sessions=installation.sessions,
        vault=installation.vault,
        telephone=telephone,
        clock=system_clock,
        owner=f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}",
        hooks=installation.settings.public_origin,
        live=installation.settings.line is Line.LIVE,
        softphone=installation.settings.softphone is not None,
        high_water=HighWater(installation.settings.high_water),
    )


def run(installation: Installation, stop: Event) -> int:
    """Tick until told to stop; answers the exit code. Raises WorkerRefused."""
    net = network(installation.settings)
    if net.line is Line.LIVE:
        with installation.sessions.reading() as session:
            if people.planted_people(session):
                raise WorkerRefused(
                    "This database holds demonstration people, whom the live telephone must not "
                    "ring. Begin with an empty one: set UNANNOUNCED_VAR to a new folder."
                )
    with closing(net.telephone()) as telephone:
        desk = make_desk(installation, telephone)
        with presence.at_work(installation.sessions, desk.owner) as seat:
            return _tick(installation, net, desk, seat, stop)


def _tick(installation: Installation, net: Network, desk: Desk, seat: Seat, stop: Event) -> int:
    dialled = [time.monotonic()]

    def guarded(tick: Callable[[], object]) -> Callable[[], None]:
        def call() -> None:
            try:
                tick()
            except Exception:
                log.exception("a tick failed; the next one tries again")

        return call

    def errand(tick: Callable[[], object]) -> Callable[[], None]:
        """Of several workers one is enough for it."""
        return guarded(lambda: tick() if seat.runs_errands() else None)

    def dial() -> None:
        """Dial, then say so: this tick's heartbeat is the worker's, whatever the others do."""
        seat.check(desk.clock)
        dial_due(desk)
        with installation.sessions.begin() as session:
            line_state.beat(session, "worker", system_clock())
            alarms.worker_ticked(session, desk.owner, system_clock())
        dialled[0] = time.monotonic()

    practising = net.line is Line.PRACTICE
    teacher = practice_line.Teacher(installation, net) if practising else None

    def keep_pool() -> None:
        if teacher is not None:
            teacher.teach()
        settings = installation.settings
        try:
            pooling.keep_pool(
                desk.sessions,
                desk.vault,
                desk.telephone.owned_numbers(),
                system_clock(),
                settings.zone,
                settings.public_origin,
            )
        except AccountRefused:
            account_refused(desk)
        except PerhapsPlaced:
            log.warning("the pool of caller numbers can't be read now")
        if settings.by_hand:
            choose_where_no_number(desk.sessions, system_clock())

    def keep_messages_due() -> None:
        keep_messages(desk.sessions, desk.vault, keeper.recorder, system_clock)

    def keep_anchors() -> None:
        anchors.keep(desk.sessions, anchors_path(installation.settings), system_clock())

    keeper = Keeper(
        desk.sessions,
        desk.vault,
        net.telephone(),
        recordings_storage(installation.settings),
        system_clock,
    )

    def advance() -> None:
        advancing.advance_plans(desk.sessions, system_clock(), installation.settings.zone)

    def tend() -> None:
        """Mend what the coming calls lack, and ask their people."""
        settings = installation.settings
        reassigning.lapse_offers(desk)
        reassigning.mend_calls(desk, settings.zone)
        reassigning.offer_calls(desk, settings.zone, settings.offer_days, settings.public_origin)

    settling.give_up_dead_owners(desk)
    errand(keep_pool)()
    ticker = Ticker(
        (
            ("dial", 1.0, guarded(dial)),
            ("reconcile", 15.0, guarded(lambda: comparing.reconcile_or_compare(desk))),
            ("ring off", 5.0, errand(lambda: ring_off(desk))),
            ("expire", 60.0, guarded(lambda: settling.expire(desk))),
            ("by hand", 60.0, errand(lambda: end_untold(desk.sessions, desk.vault, desk.clock))),
            ("plans", 60.0, errand(advance)),
            ("follow up", 60.0, errand(lambda: follow_up_calls(desk, installation.settings.zone))),
            ("offers", 60.0, errand(tend)),
            ("promises", 15.0, errand(lambda: awaiting.settle_due(desk.sessions, system_clock()))),
            ("pool", 60.0, errand(keep_pool)),
            ("recordings", 15.0, errand(lambda: keep_due(keeper))),
            ("messages", 15.0, errand(keep_messages_due)),
            ("anchor", 60.0, errand(keep_anchors)),
            *(
                (name, seconds, errand(tick))
                for of in (letters, retaining, watching)
                for name, seconds, tick in of.ticks(installation, system_clock)
            ),
        )
    )
    ticker.start()
    log.info("the worker is on the %s telephone", net.line)
    while not stop.wait(1.0):
        if time.monotonic() - dialled[0] > LONGEST_SILENCE:
            log.error("no dialling tick finished for a minute; ending")
            os._exit(1)  # a hung thread would keep an ordinary exit waiting
    ticker.stop()
    with installation.sessions.begin() as session:
        alarms.worker_left(session, desk.owner)
    return 0


def main() -> int:
    """Run the worker until SIGINT or SIGTERM."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    for chatty in ("apscheduler", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        settings = read_settings()
        several = settings.database_url.startswith("postgresql")
        with worker_lock(settings, shared=several):
            return run(prepare(settings), stop)
    except (SettingsRefused, VaultRefused, WorkerRefused) as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())

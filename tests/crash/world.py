"""A world to crash in: one database, its processes, and one trial after the other in it.

The conductor moves a shared clock from event to event and tells each process its next tick, so a
trial of twenty minutes takes a fraction of a second; several workers are told at the same time.
"""

import os
import random
import signal
import socket
import time
from datetime import date, datetime, timedelta
from multiprocessing.connection import wait
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from scheduler import people, worklist
from scheduler.access import Role
from scheduler.outcome import LATEST_DIAL, State
from scheduler.practice.behaviour import Telephone, TelephoneKind
from tests.builders import NOW, ZONE, Institute, an_institute
from tests.crash import processes
from tests.crash.points import SKEWS
from tests.crash.processes import Process, Stage, fork
from tests.crash.scenes import Scene
from tests.crash.snapshots import Snapshots
from tests.crash.verdict import Dials, Found, judge

SWEEP = timedelta(seconds=30)
APART = timedelta(minutes=30)
LONGEST = timedelta(minutes=45)  # then clocks are set right, whoever stands still is woken,
SETTLED = timedelta(minutes=15)  # and so much later all must be told
STEPS = 30  # of a trial, roughly: the scale on which random strikes are laid
NOTICE = date(2027, 3, 1)  # of centres that are called at both changes of the clock
CENTRES = 9
BORN_WITHIN, ANSWERS_WITHIN = 60.0, 180.0  # seconds
IDLE = timedelta(seconds=125)
HOUR = timedelta(hours=1)
AROUND = (-3600, -1800, -10, -10, -10, 0, 1800, 3590)  # seconds from a change of the clock
LIVE = (State.SENDING, State.UNKNOWN, State.CREATED, State.DIALLING)


class WorldBroken(Exception):
    """The harness itself failed, so its silence would prove nothing."""


class World:
    """One database with its processes. Not for two threads."""

    def __init__(
        self, stage: Stage, workers: int, snapshots: Snapshots, *, changes: bool = False
    ) -> None:
        self.stage, self.workers, self.snapshots = stage, workers, snapshots
        self.shared = stage.shared
        self.clock = self.shared.clock()
        self.shared.move(NOW)
        self.dials = Dials(stage.folder / "ledger.jsonl")
        self.kills = 0
        self._running: dict[str, Process] = {}
        self._paused: dict[str, datetime] = {}
        self._chance = random.Random()
        self._due_strikes: list[float] = []
        self._institute = self._build()
        given = {"notice_given_on": NOTICE} if changes else {}
        self._centres = [self._institute.centre(number, **given) for number in range(CENTRES)]
        self._people = [
            self._institute.person(f"Assessor {number}", Role.ASSESSOR) for number in range(CENTRES)
        ]
        self._numbers = self._telephones()
        self._next_event: datetime | None = None
        self._start_exchange()

    def _build(self) -> Institute:
        self.sessions = processes.warm(self.stage.url, self.stage.cache)
        return an_institute(self.sessions, self.stage.vault)

    def _telephones(self) -> list[str]:
        with self.sessions.reading() as session:
            return [
                people.telephone_of(session, self.stage.vault, person) or ""
                for person in self._people
            ]

    # Processes.

    def _fork(self, name: str, play: Any, *given: Any) -> Process:
        self.sessions.engine.dispose()  # a child must not talk on our connections
        made = fork(name, self.stage, play, *given)
        self._running[name] = made
        return made

    def _start_exchange(self) -> None:
        self._origin = str(self._heard(self._fork("exchange", processes.exchange), BORN_WITHIN))

    def _start_missing(self, chance: random.Random | None = None) -> None:
        """Start what died, or most of it: a supervisor takes its time."""
        for number in range(self.workers + 1):
            name = f"worker {number}" if number else "web"
            while name not in self._running and not (chance and chance.random() < 0.3):
                made = (
                    self._fork(name, processes.worker, self._origin, number)
                    if number
                    else self._fork(name, processes.web)
                )
                if self._heard(made, BORN_WITHIN) == "ready":
                    break

    def _heard(self, process: Process, within: float) -> object:
        """What a process says next; None when it died, or stands still, instead."""
        until = time.monotonic() + within
        while not process.pipe.poll(0.02):
            if stands_still(process.pid):
                self._paused[process.name] = self.clock() + timedelta(
                    seconds=self._chance.choice((5, 40, 130, 300))
                )
                return None
            if time.monotonic() > until:
                raise WorldBroken(f"{process.name} says nothing; see {self.stage.folder}")
        try:
            return process.pipe.recv()
        except EOFError:
            self._bury(process.name)
            return None

    def _bury(self, name: str) -> None:
        process = self._running.pop(name, None)
        if process is None:
            return
        self._paused.pop(name, None)
        process.pipe.close()
        _, status = os.waitpid(process.pid, 0)
        if not os.WIFSIGNALED(status):
            raise WorldBroken(f"{name} ended by itself; see {self.stage.folder}")
        self.kills += 1

    def _kill(self, name: str) -> None:
        if name in self._running:
            self._running[name].kill()
            self._bury(name)

    def _tick(self, what: str, chance: random.Random) -> None:
        """Tell every worker at once; the strike that is due falls while they work."""
        told = [
            self._running[name]
            for name in list(self._running)
            if name.startswith("worker") and name not in self._paused
        ]
        for process in told:
            process.pipe.send(what)
        if self._due_strikes and self._due_strikes[0] <= 0:
            self._due_strikes.pop(0)
            time.sleep(chance.random() * 0.006)
            victim = chance.choice([*(p.name for p in told), "web"])
            self._kill(victim)
        for process in told:
            if process.name in self._running:
                self._heard(process, ANSWERS_WITHIN)

    def _ask_exchange(self, what: str, given: object = None) -> None:
        """Let the exchange act; its webhooks reach a web process that may die of them."""
        exchange = self._running["exchange"]
        exchange.pipe.send((what, given))
        until = time.monotonic() + ANSWERS_WITHIN
        while True:
            web = self._running.get("web")
            ready = wait([p.pipe for p in (exchange, web) if p is not None], 1.0)
            if web is not None and web.pipe in ready:
                self._heard(web, 1.0)  # it has died
            if exchange.pipe in ready:
                self._next_event = exchange.pipe.recv()
                return
            if time.monotonic() > until:
                raise WorldBroken(f"the exchange says nothing; see {self.stage.folder}")

    def _wake(self, *, everybody: bool = False) -> None:
        for name, at in list(self._paused.items()):
            if everybody or self.clock() >= at:
                del self._paused[name]
                process = self._running[name]
                process.kill(signal.SIGCONT)
                self._heard(process, ANSWERS_WITHIN)

    # A trial.

    def trial(self, scene: Scene, chance: random.Random) -> Found:
        """Play one scene to its end, and judge it."""
        self._chance = chance
        self.shared.disarm()
        start = self.clock() + APART
        if scene.kind == "change":
            start = next_change(self.clock()) + timedelta(seconds=chance.choice(AROUND))
            self.shared.move(start - APART)
        self._start_missing()
        calls = self._plan(scene, start, chance)
        if scene.kind == "restore":
            self._stop_everybody()
            self.snapshots.take(self.sessions)
            self._start_missing()
        for point in scene.armed:
            self.shared.arm(point, scene.what)
        self._due_strikes = sorted(share * STEPS for share in scene.strikes)
        restore_at = start + timedelta(seconds=chance.choice((2, 10, 40, 100)))
        self._play(scene, start, chance, restore_at if scene.kind == "restore" else None)
        return judge(self.sessions, calls, self.dials, self.clock())

    def _plan(self, scene: Scene, start: datetime, chance: random.Random) -> dict[UUID, str]:
        """Plan the calls; answers each with the number of its centre."""
        chosen = chance.sample(range(CENTRES), scene.calls)
        taught: list[Telephone] = []
        calls: dict[UUID, str] = {}
        for place, centre in enumerate(chosen):
            due = start + timedelta(seconds=chance.randint(0, scene.spread))
            self._institute.assessor = self._people[centre]
            call = self._institute.call(
                self._centres[centre], due=due - self.clock(), now=self.clock()
            )
            calls[call] = f"+441632960{500 + centre}"
            taught += [
                Telephone(calls[call], TelephoneKind.CENTRE, (scene.centres[place],)),
                Telephone(self._numbers[centre], TelephoneKind.ASSESSOR, (scene.assessor,)),
            ]
        self._ask_exchange("teach", taught)
        self._ask_exchange("faults", (scene.create, scene.webhooks))
        return calls

    def _play(
        self, scene: Scene, start: datetime, chance: random.Random, restore_at: datetime | None
    ) -> None:
        swept, skew_at = start, chance.randint(0, 20)
        last = start + LONGEST
        for step in range(10_000):
            if step == skew_at and scene.skew and last == start + LONGEST:
                self._set_skew(scene.skew, chance)
            with self.sessions.reading() as session:
                due = worklist.next_due(session, None)
                live = bool(worklist.in_state(session, *LIVE, rehearsed=None))
            if due is not None and scene.idle:
                due = max(due, start + IDLE)
            moment = self._next_moment(due, last, swept, live=live)
            if restore_at is not None and (moment is None or moment >= restore_at):
                moment, restore_at = restore_at, None
                self.shared.move(max(self.clock(), moment))
                self._restore()
            if moment is None or moment > last:
                if last > start + LONGEST:
                    break
                last += SETTLED
                self._set_skew(0, chance)
                self._wake(everybody=True)
                continue
            self.shared.move(max(self.clock(), moment))
            self._wake()
            self._start_missing(chance if self.clock() < start + timedelta(minutes=8) else None)
            self._due_strikes = [each - 1 for each in self._due_strikes]
            self._ask_exchange("run")
            if scene.idle and self.clock() < start + IDLE:
                swept = self.clock()
            else:
                swept = self._tick_workers(due, swept, chance, idle=scene.idle)
        else:
            raise WorldBroken("a trial doesn't end")

    def _next_moment(
        self, due: datetime | None, last: datetime, swept: datetime, *, live: bool
    ) -> datetime | None:
        now = self.clock()
        if due is not None and due <= now:
            due = now + (timedelta(seconds=1) if now < due + LATEST_DIAL else SWEEP)
        if due is not None and due > last:
            due = None
        sweep = max(swept + SWEEP, now) if live or due else None
        waking = min(self._paused.values(), default=None)
        moments = (due, self._next_event, sweep, waking)
        return min((each for each in moments if each is not None), default=None)

    def _tick_workers(
        self, due: datetime | None, swept: datetime, chance: random.Random, *, idle: bool
    ) -> datetime:
        now = self.clock()
        ticks = ["dial"] if due is not None and due <= now and not idle else []
        if now >= swept + SWEEP:
            swept = now
            ticks += ["reconcile", "expire"] if not idle else ["expire", "reconcile", "dial"]
        for what in ticks:
            self._tick(what, chance)
        return swept

    def _set_skew(self, seconds: int, chance: random.Random) -> None:
        wrong = chance.randint(1, self.workers)
        for number in range(1, self.workers + 1):
            self.shared.set(SKEWS + number, seconds if number == wrong else 0)

    def _stop_everybody(self) -> None:
        for name in [name for name in self._running if name != "exchange"]:
            self._kill(name)

    def _restore(self) -> None:
        self._stop_everybody()
        self.snapshots.restore(self.sessions)
        self._start_missing()

    def close(self) -> None:
        for name in list(self._running):
            self._kill(name)
        self.sessions.engine.dispose()


def stands_still(pid: int) -> bool:
    """Whether a child was stopped since it was last asked; one that has died wasn't."""
    try:
        return os.waitid(os.P_PID, pid, os.WSTOPPED | os.WNOHANG) is not None
    except ChildProcessError:
        return False


def next_change(after: datetime) -> datetime:
    """The next change of the clock in the centres' zone; hours are enough, as zones go."""
    hour = after.replace(minute=0, second=0, microsecond=0)
    zone = ZoneInfo(ZONE)
    while (hour + HOUR).astimezone(zone).utcoffset() == hour.astimezone(zone).utcoffset():
        hour += HOUR
    return hour + HOUR


def free_port(chance: random.Random) -> int:
    """A port that nobody's outgoing connection takes while its server is dead."""
    while True:
        port = chance.randint(20_000, 29_999)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port

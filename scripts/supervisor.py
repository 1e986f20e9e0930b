"""Starts the three programs of a workspace, watches them, and stops them together."""

import ctypes
import errno
import http.client
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO
from urllib.parse import urlsplit

import click

from config.settings import Line, Settings, SettingsRefused, read_settings
from scripts.progress import Progress

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
READY_WITHIN = 300.0  # seconds to a program's first answer: a slow disk reads the libraries long
STOPPED_WITHIN = 10.0  # seconds from SIGTERM to SIGKILL
OFTEN, A_WHILE = 3, 300.0  # a program that ends more often within so many seconds is given up
PR_SET_PDEATHSIG = 1


class StartRefused(Exception):
    """The workspace can't start or go on; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Program:
    """One program to supervise.

    ``origin`` is where ``/health`` answers with 200 once it is ready; None for a program that
    nobody connects to, which is ready as soon as it runs. One that ends by itself is started
    ``again``, unless the others depend on what it had in memory.
    """

    name: str
    command: tuple[str, ...]
    origin: str | None = None
    again: bool = True


@dataclass(frozen=True, slots=True)
class Port:
    """A port that must be free, and the setting that names another."""

    host: str
    number: int
    setting: str


def programs(settings: Settings) -> tuple[Program, ...]:
    """The programs of a workspace; the exchange is one of them on the practice telephone alone."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)
    here = f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"
    own = (
        Program("web", _module("scripts.web"), here),
        Program("worker", _module("scripts.worker")),
    )
    if settings.line is not Line.PRACTICE:
        return own
    exchange = _module("scripts.exchange")  # the calls that it carries end with it
    return (Program("exchange", exchange, settings.exchange_origin, again=False), *own)


def ports(settings: Settings) -> tuple[Port, ...]:
    """The ports of a workspace."""
    web = Port(settings.host, settings.port, "PORT")
    if settings.line is not Line.PRACTICE:
        return (web,)
    return (web, Port("127.0.0.1", settings.exchange_port, "EXCHANGE_PORT"))


def check_ports(wanted: Iterable[Port]) -> None:
    """Raise StartRefused, naming the setting, when a port can't be had."""
    for port in wanted:
        family = socket.AF_INET6 if ":" in port.host else socket.AF_INET
        with closing(socket.socket(family)) as probe:
            # As the servers do: a port whose last connections are still fading away is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((port.host, port.number))
            except OSError as error:
                reason = (
                    "is used by another program"
                    if error.errno == errno.EADDRINUSE
                    else f"can't be used on {port.host} ({error.strerror})"
                )
                raise StartRefused(
                    f"Port {port.number} {reason}. Stop that program, or choose another port: "
                    f"{port.setting}={min(port.number + 10, 65535)} scripts/start"
                ) from error


class Supervisor:
    """Runs programs until it is told to stop, or one of them ends that can't be started again.

    ``tell`` hears a sentence of each program that is started again.
    """

    def __init__(
        self,
        logs: Path,
        tell: Callable[[str], None],
        ready_within: float = READY_WITHIN,
        stopped_within: float = STOPPED_WITHIN,
    ) -> None:
        self._logs = logs
        self._tell = tell
        self._ready_within = ready_within
        self._stopped_within = stopped_within
        self._running: dict[Program, subprocess.Popen[bytes]] = {}
        self._ended: dict[Program, list[float]] = {}
        self._stop = False

    def run(self, wanted: Sequence[Program], announce: Callable[[], None]) -> None:
        """Start the programs, call ``announce`` once all answer, and wait for a signal to stop.

        When this returns or raises, none of the programs runs any more. Raises StartRefused when
        one doesn't answer, ends before all answer, ends too often or has to be killed; the text
        names its log file.
        """
        before = {number: signal.signal(number, self._note) for number in STOPPING}
        try:
            self._logs.mkdir(parents=True, exist_ok=True)
            for program in wanted:
                self._start(program)
            if self._wait_until_ready():
                announce()
            while not self._stop:
                self._start_again()
                time.sleep(0.1)
        finally:
            killed = self._end_all()
            for number, handler in before.items():
                signal.signal(number, handler)
        if killed:
            raise StartRefused(
                f"Had to be killed, not stopping within {self._stopped_within:.0f} seconds: "
                + ", ".join(f"{name} (see {self._log(name)})" for name in killed)
            )

    def _note(self, _number: int, _frame: object) -> None:
        self._stop = True

    def _log(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def _start(self, program: Program) -> None:
        with self._log(program.name).open("ab") as log:
            process = subprocess.Popen(
                program.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # Its own group: Ctrl-C reaches this process alone, which then ends the programs.
                process_group=0,
                preexec_fn=die_with_parent if sys.platform == "linux" else None,
            )
        self._running[program] = process

    def _wait_until_ready(self) -> bool:
        """Whether all programs answered; False when a signal came first."""
        until = time.monotonic() + self._ready_within
        waiting = [program for program in self._running if program.origin]
        while waiting and not self._stop:
            self._check_alive()
            waiting = [program for program in waiting if not answers(program.origin or "")]
            if waiting and time.monotonic() > until:
                name = waiting[0].name
                raise StartRefused(
                    f"The program {name} did not answer within {self._ready_within:.0f} seconds. "
                    f"What it said last is in {self._log(name)}"
                )
            if waiting:
                time.sleep(0.1)
        return not self._stop

    def _check_alive(self) -> None:
        for program in self._running:
            if said := self._ended_by_itself(program):
                raise StartRefused(f"{said}, so all were stopped. {self._where(program)}")

    def _start_again(self) -> None:
        for program in tuple(self._running):
            said = self._ended_by_itself(program)
            if not said:
                continue
            now = time.monotonic()
            lately = [at for at in self._ended.get(program, ()) if at > now - A_WHILE]
            if not program.again or len(lately) == OFTEN:
                often = f", {OFTEN + 1} times within {A_WHILE / 60:.0f} minutes" if lately else ""
                raise StartRefused(f"{said}{often}, so all were stopped. {self._where(program)}")
            self._ended[program] = [*lately, now]
            self._tell(f"{said}, and is started again. {self._where(program)}")
            self._start(program)

    def _ended_by_itself(self, program: Program) -> str:
        """That a program did, and how; nothing while it runs or all are being stopped."""
        code = self._running[program].poll()
        if code is None or self._stop:
            return ""
        how = f"with exit code {code}" if code >= 0 else f"by signal {-code}"
        return f"The program {program.name} ended by itself, {how}"

    def _where(self, program: Program) -> str:
        return f"What it said last is in {self._log(program.name)}"

    def _end_all(self) -> list[str]:
        """End every program and wait for it; answers with the names of those that were killed."""
        for process in self._running.values():
            if process.poll() is None:
                process.terminate()
        until = time.monotonic() + self._stopped_within
        killed = []
        for program, process in self._running.items():
            try:
                process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                killed.append(program.name)
        self._running.clear()
        return killed


def answers(origin: str) -> bool:
    """Whether ``/health`` on a loopback origin answers with 200; no proxy is asked."""
    parts = urlsplit(origin)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=2)
    with closing(connection):
        try:
            connection.request("GET", "/health")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False


def die_with_parent() -> None:
    """Ask Linux to end this process when the one that started it dies, however it dies."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _module(name: str) -> tuple[str, ...]:
    return (sys.executable, "-m", name)


def _prepare(settings: Settings, empty: bool, progress: Progress) -> tuple[str, ...]:
    """Make the database, plant the demonstration, and say how to sign in, a line each."""
    # Imported here, so that a busy port is told before the slow libraries are read.
    from sqlalchemy.exc import OperationalError

    from config.vault import VaultRefused
    from scripts.database import prepare
    from scripts.rehearsal import demonstration

    try:
        installation = prepare(settings)
    except VaultRefused as refusal:
        raise StartRefused(str(refusal)) from refusal
    except OperationalError as error:
        raise StartRefused(
            f"The database can't be opened ({error.orig}). Start its server, or see whether "
            "DATABASE_URL names the right one."
        ) from error
    try:
        if not empty and settings.line is not Line.LIVE:
            demonstration.plant(installation, progress.step)
        return tuple(demonstration.sign_in_lines(installation))
    finally:
        installation.sessions.engine.dispose()


def serve(
    settings: Settings,
    wanted: Sequence[Program],
    prepare: Callable[[], Iterable[str]],
    out: TextIO,
    progress: Progress,
) -> None:
    """Check the ports, prepare, run the wanted programs and say where the workspace is.

    ``prepare`` answers with the lines that say how to sign in. The first line on ``out`` is the
    workspace's address, written once it answers.
    """
    check_ports(ports(settings))
    lines = tuple(prepare())

    def announce() -> None:
        print(settings.public_origin, *lines, "Ctrl-C stops it.", sep="\n", file=out, flush=True)

    names = ", ".join(program.name for program in wanted)
    progress.step(f"Starting {names}; on a busy machine this takes a minute or two")
    Supervisor(settings.var / "logs", progress.step).run(wanted, announce)
    progress.step("Stopped.")


@click.command()
@click.option("--empty", is_flag=True, help="Start with no demonstration in an empty database.")
def start(empty: bool) -> None:
    """Start the workspace, the worker and the practice exchange; Ctrl-C stops them.

    The first start plants a demonstration institute with three rehearsed months. The settings
    PORT, EXCHANGE_PORT, UNANNOUNCED_VAR and DATABASE_URL are read from the environment.

    Example: PORT=9000 scripts/start --empty
    """
    progress = Progress(sys.stderr)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the same as Ctrl-C
    try:
        settings = read_settings()
        serve(
            settings,
            programs(settings),
            lambda: _prepare(settings, empty, progress),
            sys.stdout,
            progress,
        )
    except (StartRefused, SettingsRefused) as refusal:
        raise click.ClickException(str(refusal)) from refusal
    except KeyboardInterrupt:
        progress.step("\nStopped before it was ready.")
        sys.exit(128 + signal.SIGINT)


if __name__ == "__main__":
    start(prog_name="scripts/start")

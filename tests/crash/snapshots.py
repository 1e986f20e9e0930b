"""A copy of a database, and the copy put back in its place: what restoring a backup does."""

import shutil
from pathlib import Path
from typing import Protocol

from sqlalchemy import make_url

from config.database import Sessions
from tests.services.postgres import Postgres


class Snapshots(Protocol):
    """Takes a copy and puts it back, while nobody else is connected."""

    def take(self, sessions: Sessions) -> None:
        """Copy the database."""

    def restore(self, sessions: Sessions) -> None:
        """Put the last copy in its place."""


class OfSqlite:
    """A file beside the database's."""

    def __init__(self, path: Path) -> None:
        self._path, self._copy = path, path.with_suffix(".backup")

    def take(self, sessions: Sessions) -> None:
        self._copy.unlink(missing_ok=True)
        with sessions.engine.connect() as connection:
            connection.connection.driver_connection.execute(  # type: ignore[union-attr]
                "VACUUM INTO ?", (str(self._copy),)
            )
        sessions.engine.dispose()

    def restore(self, sessions: Sessions) -> None:
        sessions.engine.dispose()
        for end in ("-wal", "-shm"):
            self._path.with_name(self._path.name + end).unlink(missing_ok=True)
        shutil.copy(self._copy, self._path)


class OfPostgres:
    """A database of which the other is a template."""

    def __init__(self, server: Postgres, url: str) -> None:
        self._server, self._name = server, make_url(url).database

    def take(self, sessions: Sessions) -> None:
        sessions.engine.dispose()
        self._server._execute(f"DROP DATABASE IF EXISTS {self._name}_copy")
        self._replace(f"{self._name}_copy", self._name)

    def restore(self, sessions: Sessions) -> None:
        sessions.engine.dispose()
        self._server._execute(f"DROP DATABASE {self._name} WITH (FORCE)")
        self._replace(self._name, f"{self._name}_copy")

    def drop(self) -> None:
        """Remove the database and its copy."""
        for name in (self._name, f"{self._name}_copy"):
            self._server._execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _replace(self, name: str | None, template: str | None) -> None:
        self._server._execute(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{template}'"
        )
        self._server._execute(f"CREATE DATABASE {name} TEMPLATE {template}")

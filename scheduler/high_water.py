"""The high-water mark: the last attempt that was claimed, kept outside the database.

An old backup knows nothing of the calls made since; the mark shows that it is behind.
"""

import fcntl
import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID


class MarkUnreadable(Exception):
    """The file holds no mark; the text says what to do."""


@dataclass(frozen=True, slots=True)
class HighWater:
    """The mark's file: one JSON object, ``{"attempt": "…", "at": "…"}``, replaced as a whole."""

    path: Path

    def attempt(self) -> UUID | None:
        """The last attempt claimed, or None where none ever was. Raises MarkUnreadable."""
        mark = self._read()
        return mark[0] if mark else None

    def note(self, attempt: UUID, at: datetime) -> None:
        """Raise the mark, on disk before this returns; an earlier claim changes nothing."""
        with self._alone():
            mark = self._read()
            if mark is None or mark[1] <= at:
                self._write(attempt, at)

    def lower(self, to: tuple[UUID, datetime] | None) -> None:
        """Set the mark to what the database knows, once that has been compared."""
        with self._alone():
            if to is None:
                self.path.unlink(missing_ok=True)
            else:
                self._write(*to)

    def _alone(self) -> "_Lock":
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return _Lock(self.path.with_suffix(".lock"))

    def _read(self) -> tuple[UUID, datetime] | None:
        try:
            kept = json.loads(self.path.read_bytes())
            return UUID(kept["attempt"]), datetime.fromisoformat(kept["at"])
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise MarkUnreadable(
                f"{self.path} can't be read, so nothing is dialled. Stop the worker, move the file "
                "aside, type 'scripts/unannounced settle', and start the worker."
            ) from error

    def _write(self, attempt: UUID, at: datetime) -> None:
        draft = self.path.with_suffix(".new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump({"attempt": str(attempt), "at": at.isoformat()}, file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path)
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


class _Lock:
    """One process at a time reads and writes the mark."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a")

    def __enter__(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        self._file.close()

"""The exchange's ledger: the witness of every dial and every webhook."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BufferedRandom
from pathlib import Path
from threading import Lock
from typing import Any

Row = dict[str, Any]


class Ledger:
    """A file of JSON lines that only grows.

    Every row has ``seq`` (from 1), ``at`` (ISO 8601, UTC) and ``kind``: ``rest``, ``leg``,
    ``dial``, ``inbound``, ``webhook``, ``person``, ``fault`` or ``notice``. The file is opened by
    the first write, so that anybody may read a ledger that an exchange is writing.
    """

    def __init__(self, path: Path) -> None:
        """Keep the ledger at ``path``."""
        self.path = path
        self._lock = Lock()
        self._file: BufferedRandom | None = None
        self._seq = 0

    def write(self, kind: str, at: datetime, **facts: object) -> None:
        """Append a row; facts that are ``None`` are left out."""
        with self._lock:
            if self._file is None:
                self._file = self._open()
            self._seq += 1
            row = {"seq": self._seq, "at": at.astimezone(UTC).isoformat(), "kind": kind}
            row |= {name: fact for name, fact in facts.items() if fact is not None}
            self._file.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
            self._file.flush()

    def rows(self, after: int = 0) -> list[Row]:
        """Return the rows whose ``seq`` is greater than ``after``, in their order."""
        return [row for row in self._read() if row["seq"] > after]

    def dials(
        self,
        to: str | None = None,
        *,
        leg: str | None = None,
        parent_sid: str | None = None,
        url_part: str | None = None,
    ) -> list[Row]:
        """Return the dials that fit everything given.

        ``leg`` is ``assessor`` or ``centre``; ``url_part`` is looked for in the parent's Url.
        """
        return [
            row
            for row in self._read()
            if row["kind"] == "dial"
            and to in (None, row["to"])
            and leg in (None, row["leg"])
            and parent_sid in (None, row.get("parent_sid"))
            and (url_part is None or url_part in row["url"])
        ]

    def close(self) -> None:
        """Close the file; a later write opens it again."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None

    def _read(self) -> Iterator[Row]:
        if not self.path.exists():
            return
        *lines, _unfinished = self.path.read_bytes().split(b"\n")
        for line in lines:
            yield json.loads(line)

    def _open(self) -> BufferedRandom:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._seq = sum(1 for _ in self._read())
        file = self.path.open("ab+")
        # A line that a dying exchange left unfinished was never witnessed.
        whole = self.path.read_bytes().rpartition(b"\n")
        file.truncate(len(whole[0]) + len(whole[1]))
        return file

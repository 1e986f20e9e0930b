"""Heads of the journal kept outside the database: the chain alone doesn't show a cut tail.

One JSON line an anchor, appended and synced: ``{"seq": 7, "hash": "…", "at": "…", "kept": "…"}``,
where ``at`` is the entry's moment and ``kept`` when the line was written. The journal's own file
gets one each day on which something happened and one with each publication; every published report
holds one as well, and so do the letters of each day and each Monday.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from config import journal
from config.database import Sessions
from config.journal import Entry

PUBLICATION = "report published"
NAME = "anchors.jsonl"
IN_A_LETTER = re.compile(r"\bentry (\d+),[\s>]+([0-9a-f]{64})\b")


@dataclass(frozen=True, slots=True)
class Anchor:
    """A head that was kept: the entry's hash and, where it is known, its number."""

    where: str  # what holds it, in words
    hash: str
    seq: int | None = None
    day: str = ""


def read_anchors(path: Path) -> tuple[tuple[Anchor, ...], tuple[str, ...]]:
    """The anchors of a file, in its order, and a sentence for each line that holds none.

    A file that isn't there holds none. One of another kind than ``.jsonl`` that doesn't begin like
    a line of anchors is a letter.
    """
    if path.suffix != ".jsonl" and not (raw := path.read_bytes()).startswith(b"{"):
        return _in_a_letter(path, raw)
    found: list[Anchor] = []
    faults: list[str] = []
    lines = path.read_bytes().splitlines() if path.exists() else []
    for number, line in enumerate(lines, 1):
        try:
            kept = json.loads(line)
            day = str(kept["at"])[:10]
            where = f"line {number} of {path.name}, of {day},"
            found.append(Anchor(where, str(kept["hash"]), int(kept["seq"]), day))
        except (ValueError, KeyError, TypeError):
            faults.append(f"line {number} of {path.name} can't be read: it was altered or cut")
    return tuple(found), tuple(faults)


def _in_a_letter(path: Path, raw: bytes) -> tuple[tuple[Anchor, ...], tuple[str, ...]]:
    """The heads in a letter, as a mail program keeps it or as plain text."""
    letter = message_from_bytes(raw, policy=default)
    assert isinstance(letter, EmailMessage)
    text = raw.decode(errors="replace")
    if letter["Subject"] and (body := letter.get_body(("plain",))) is not None:
        text = str(body.get_content())
    found = [Anchor(path.name, own, int(seq)) for seq, own in IN_A_LETTER.findall(text)]
    if not found:
        return (), (
            f"{path.name} holds no head of the journal: it was altered, or is another file",
        )
    return tuple(found), ()


def astray(chain: Iterable[Entry], anchors: Iterable[Anchor]) -> list[str]:
    """What a chain lacks that was anchored once, each anchor named; empty when all of it is there.

    It finds what the chain alone doesn't show: a tail that was cut off, a journal written anew.
    """
    hash_of: dict[int, str] = {}
    known: set[str] = set()
    for entry in chain:
        hash_of[entry.seq] = entry.hash
        known.add(entry.hash)
    last = max(hash_of, default=0)
    found = []
    for anchor in anchors:
        if anchor.seq is None:
            if anchor.hash not in known:
                found.append(
                    f"{anchor.where} holds a hash that no entry has: "
                    "the journal was cut or written anew"
                )
        elif anchor.seq > last:
            found.append(
                f"the journal ends at entry {last}, but {anchor.where} holds entry {anchor.seq}: "
                "its end was cut off"
            )
        elif hash_of.get(anchor.seq) != anchor.hash:
            found.append(
                f"entry {anchor.seq} is another than {anchor.where} holds: "
                "the journal was written anew"
            )
    return found


def keep(sessions: Sessions, path: Path, now: datetime) -> int:
    """Append what isn't anchored yet; answers how many lines.

    These are every publication, and the newest entry when its day has no line.
    """
    anchors, _ = read_anchors(path)
    last = max((anchor.seq or 0 for anchor in anchors), default=0)
    with sessions.reading() as session:
        entries = journal.entries(session, after=last)
    due = list(_due(entries, {anchor.day for anchor in anchors}))
    if due:
        _append(path, due, now)
    return len(due)


def _due(entries: list[Entry], days: set[str]) -> Iterator[Entry]:
    for entry in entries:
        newest = entry is entries[-1]
        if entry.action == PUBLICATION or (newest and entry.at[:10] not in days):
            yield entry


def _append(path: Path, entries: list[Entry], now: datetime) -> None:
    lines = "".join(
        json.dumps({"seq": e.seq, "hash": e.hash, "at": e.at, "kept": now.isoformat()}) + "\n"
        for e in entries
    )
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        whole = file.read()[-1:] in (b"", b"\n")  # a line that a crash cut stays a line of its own
        file.write((lines if whole else f"\n{lines}").encode())
        file.flush()
        os.fsync(file.fileno())

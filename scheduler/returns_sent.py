"""What somebody sent as one return: a workbook, a zip, or the CSV files of its sheets."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from scheduler.returns_csv import is_csv, name_and_sheet
from scheduler.returns_file import MOST_BYTES, MOST_ENTRIES, FileRefused, read_bytes


@dataclass(frozen=True, slots=True)
class Part:
    """One file: where it lies, or what it holds."""

    name: str
    source: Path | bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sent:
    """The files of one return, at least one; ``name`` is what people call it."""

    name: str
    parts: tuple[Part, ...]


def sent_files(paths: Iterable[Path]) -> tuple[Sent, ...]:
    """The returns that some files belong to, each once, in the order of their first file.

    A CSV file brings those of its folder that are named alike: ``acme.Hours.csv`` belongs to every
    ``acme.<sheet>.csv``.
    """
    found: dict[tuple[Path, str], Sent] = {}
    folders: dict[Path, dict[str, list[Path]]] = {}
    for path in (path.absolute() for path in paths):
        if not is_csv(path.name):
            found[path.parent, path.name] = Sent(path.name, (Part(path.name, path),))
            continue
        folder = path.parent
        if folder not in folders:
            folders[folder] = _by_name(folder)
        name, _ = name_and_sheet(path.name)
        files = folders[folder].get(name) or [path]
        called = f"{name}.*.csv" if name else "*.csv"
        found[folder, called] = Sent(called, tuple(Part(each.name, each) for each in files))
    return tuple(found.values())


def _by_name(folder: Path) -> dict[str, list[Path]]:
    files = defaultdict(list)
    for path in sorted(folder.iterdir()):
        if is_csv(path.name) and path.is_file():
            files[name_and_sheet(path.name)[0]].append(path)
    return files


def sent_parts(parts: Iterable[tuple[str, bytes]]) -> Sent:
    """What was sent together over the web, at least one file. Raises FileRefused.

    It is one return: one workbook, one zip, or CSV files.
    """
    given = tuple(Part(name, data) for name, data in parts)
    if len(given) > 1 and not all(is_csv(part.name) for part in given):
        raise FileRefused(
            "more than one file was sent",
            "send one workbook, one zip, or the CSV files of one return",
        )
    first = given[0].name
    name = name_and_sheet(first)[0] if is_csv(first) else ""
    return Sent(f"{name}.*.csv" if name else first, given)


def load(sent: Sent) -> tuple[tuple[str, bytes], ...]:
    """The name and the bytes of each file, 2 MB together at most. Raises FileRefused."""
    if len(sent.parts) > MOST_ENTRIES:
        raise FileRefused(
            f"more than {MOST_ENTRIES} files are named alike", "keep the sheets of one return"
        )
    loaded = []
    total = 0
    for part in sent.parts:
        held = part.source
        data = read_bytes(BytesIO(held) if isinstance(held, bytes) else held)
        total += len(data)
        if total > MOST_BYTES:
            raise FileRefused(
                "the files are larger than 2 MB together", "keep the rows that are asked for"
            )
        loaded.append((part.name, data))
    return tuple(loaded)

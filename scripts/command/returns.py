"""``returns``: what providers send."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from config.clock import civil_date, system_clock
from scheduler.enrolling import Enrolled, ReturnRefused, enrol
from scheduler.returns import Reading
from scheduler.returns_batch import read_batch
from scheduler.returns_sent import Sent, sent_files
from scripts.command.installation import ACTOR, installation, print_json
from scripts.database import Installation

FEW = 10  # returns, for which no progress is shown
A_LINE = 100  # returns, where progress is written as lines


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one return."""

    reading: Reading
    faults: tuple[str, ...]
    enrolled: Enrolled | None


@click.group()
def returns() -> None:
    """Take in what providers supply about their centres.

    Example: scripts/unannounced returns import acme.xlsx
    """


@returns.command("import")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--json", "as_json", is_flag=True, help="Print what became of each return as JSON.")
def import_files(files: tuple[Path, ...], as_json: bool) -> None:
    """Enter returns into the register: each as a whole, or nothing of it.

    A return is a workbook, a zip of CSV files, or a CSV file that stands for all that are named
    like it: acme.Hours.csv for every acme.SHEET.csv of its folder. A return with faults is refused
    and every fault is named; the others enter. Exit code 1 when one was refused.

    Example: scripts/unannounced returns import north.xlsx south.zip west.Hours.csv
    """
    sent = sent_files(files)
    done: list[Imported] = []
    with installation() as opened:
        try:
            for imported in _with_progress(_import(opened, sent, system_clock()), len(sent)):
                done.append(imported)
        finally:  # what was entered is said even when the rest was broken off
            if not as_json:
                for imported in done:
                    _tell(imported)
    if as_json:
        print_json([_as_json(imported) for imported in done])
    if any(imported.enrolled is None for imported in done):
        sys.exit(1)


def _import(opened: Installation, sent: tuple[Sent, ...], now: datetime) -> Iterator[Imported]:
    zone = opened.settings.zone
    for reading in read_batch(sent, civil_date(now, zone)):
        faults = tuple(str(fault) for fault in reading.faults)
        enrolled = None
        if reading.statement is not None:
            try:
                enrolled = enrol(
                    opened.sessions, opened.vault, reading.statement, system_clock(), ACTOR, zone
                )
            except ReturnRefused as refusal:
                faults = (str(refusal),)
        yield Imported(reading, faults, enrolled)


def _with_progress(imports: Iterator[Imported], total: int) -> Iterator[Imported]:
    """Pass on what is imported and show on stderr how far it is, as a bar or as lines."""
    if total <= FEW:
        yield from imports
        return
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task("Importing returns", total=total)
        for number, imported in enumerate(imports, start=1):
            yield imported
            bar.update(task, completed=number)
            if not console.is_terminal and (number % A_LINE == 0 or number == total):
                click.echo(f"{number:,} of {total:,} returns imported", err=True)


def _as_json(imported: Imported) -> dict[str, object]:
    reading = imported.reading
    return {
        "file": reading.name,
        "entered": imported.enrolled is not None,
        "centre": reading.statement.centre if reading.statement else None,
        "notes": [str(note) for note in reading.notes],
        "faults": list(imported.faults),
    }


def _tell(imported: Imported) -> None:
    reading = imported.reading
    if imported.enrolled is None or reading.statement is None:
        click.echo(f"{reading.name}: refused, nothing of it was entered")
        for fault in imported.faults:
            click.echo(f"  {fault}")
        return
    what = "entered" if imported.enrolled.new else "brought up to date"
    click.echo(f"{reading.name}: {reading.statement.centre} {what}")
    for note in reading.notes:
        click.echo(f"  note: {note}")

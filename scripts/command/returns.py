"""``returns``: what providers send."""

import sys
from pathlib import Path

import click

from config.clock import civil_date, system_clock
from scheduler.enrolling import Enrolled, ReturnRefused, enrol
from scheduler.returns import Reading, read_workbook
from scripts.command.installation import ACTOR, installation, print_json
from scripts.database import Installation


@click.group()
def returns() -> None:
    """Take in what providers supply about their centres.

    Example: scripts/unannounced returns import acme.xlsx
    """


@returns.command("import")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--json", "as_json", is_flag=True, help="Print what became of each file as JSON.")
def import_files(files: tuple[Path, ...], as_json: bool) -> None:
    """Enter workbooks into the register: each file as a whole, or nothing of it.

    A file with faults is refused and every fault is named; the other files enter. Exit code 1
    when a file was refused.

    Example: scripts/unannounced returns import north.xlsx south.xlsx
    """
    with installation() as opened:
        results = [_import(opened, path, as_json) for path in files]
    if as_json:
        print_json(results)
    if any(not result["entered"] for result in results):
        sys.exit(1)


def _import(opened: Installation, path: Path, quiet: bool) -> dict[str, object]:
    now = system_clock()
    zone = opened.settings.zone
    reading = read_workbook(path, path.name, civil_date(now, zone))
    faults = [str(fault) for fault in reading.faults]
    enrolled = None
    if reading.statement is not None:
        try:
            enrolled = enrol(opened.sessions, opened.vault, reading.statement, now, ACTOR, zone)
        except ReturnRefused as refusal:
            faults = [str(refusal)]
    if not quiet:
        _tell(reading, faults, enrolled)
    return {
        "file": path.name,
        "entered": enrolled is not None,
        "centre": reading.statement.centre if reading.statement else None,
        "notes": [str(note) for note in reading.notes],
        "faults": faults,
    }


def _tell(reading: Reading, faults: list[str], enrolled: Enrolled | None) -> None:
    if enrolled is None or reading.statement is None:
        click.echo(f"{reading.name}: refused, nothing of it was entered")
        for fault in faults:
            click.echo(f"  {fault}")
        return
    what = "entered" if enrolled.new else "brought up to date"
    click.echo(f"{reading.name}: {reading.statement.centre} {what}")
    for note in reading.notes:
        click.echo(f"  note: {note}")

"""``journal``: the record of who saw and did what."""

import sys
from pathlib import Path

import click

from config import anchors, journal_aside
from config import journal as chain
from config.journal_csv import to_csv
from scoring.report_heads import anchored_heads
from scripts.command.installation import installation, print_json
from scripts.database import anchors_path


@click.group()
def journal() -> None:
    """Check the journal, or write it to a file.

    Example: scripts/unannounced journal verify
    """


@journal.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print the finding as JSON.")
@click.option(
    "--anchors",
    "others",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A copy of anchors.jsonl, or a letter with the head; may be given several times.",
)
def verify(as_json: bool, others: tuple[Path, ...]) -> None:
    """Recompute the whole chain and name every entry that was altered, removed or moved.

    A cut end, or a journal written anew, is found against the anchors: the heads in published
    reports and in anchors.jsonl. Exit code 1 when anything is wrong.

    Example: scripts/unannounced journal verify --json
    """
    with installation() as opened, opened.sessions.reading() as session:
        entries = chain.whole(session)
        aside = journal_aside.commitments(session)
        reports = anchored_heads(session)
        files = [anchors_path(opened.settings), *others]
    faults = [*chain.faults(entries), *chain.aside_faults(entries, aside)]
    kept: list[anchors.Anchor] = []
    for path in files:
        found, unread = anchors.read_anchors(path)
        kept.extend(found)
        faults.extend(unread)
    faults.extend(anchors.astray(entries, (*kept, *reports)))
    head = entries[-1].hash if entries else chain.GENESIS
    if as_json:
        anchored = {"files": len(kept), "reports": len(reports)}
        print_json({"entries": len(entries), "head": head, "anchors": anchored, "faults": faults})
    else:
        for fault in faults:
            click.echo(fault)
        click.echo(f"{len(entries)} entries, {'the chain holds' if not faults else 'broken'}")
        click.echo(f"{len(kept)} anchors in files, {len(reports)} in published reports")
        click.echo(f"last hash: {head}")
    if faults:
        sys.exit(1)


@journal.command("export")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
def export(out: Path) -> None:
    """Write the journal with its chain as a CSV, which anybody can check without this program.

    A file that is there already is left alone, with exit code 1. How to check the chain stands in
    docs/journal.md.

    Example: scripts/unannounced journal export journal.csv
    """
    with installation() as opened, opened.sessions.reading() as session:
        entries = chain.entries(session)
    try:
        with out.open("xb") as file:
            file.write(to_csv(entries))
    except FileExistsError as error:
        raise click.ClickException(f"{out} is there already. Name another file.") from error
    except OSError as error:
        raise click.ClickException(f"{out} can't be written ({error.strerror}).") from error
    click.echo(f"{len(entries)} entries written to {out}")

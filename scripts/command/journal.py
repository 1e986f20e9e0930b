"""``journal``: the record of who saw and did what."""

import sys

import click

from config import journal as chain
from scripts.command.installation import installation, print_json


@click.group()
def journal() -> None:
    """Check the journal.

    Example: scripts/unannounced journal verify
    """


@journal.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print the finding as JSON.")
def verify(as_json: bool) -> None:
    """Recompute the whole chain and name every entry that was altered, removed or moved.

    Exit code 1 when anything is wrong. A cut tail is only seen against a head kept elsewhere:
    compare the last hash with the one in a published report.

    Example: scripts/unannounced journal verify --json
    """
    with installation() as opened, opened.sessions.reading() as session:
        entries = chain.entries(session)
    faults = chain.faults(entries)
    head = entries[-1].hash if entries else chain.GENESIS
    if as_json:
        print_json({"entries": len(entries), "head": head, "faults": faults})
    else:
        for fault in faults:
            click.echo(fault)
        click.echo(f"{len(entries)} entries, {'the chain holds' if not faults else 'broken'}")
        click.echo(f"last hash: {head}")
    if faults:
        sys.exit(1)

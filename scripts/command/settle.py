"""``settle``: a restored database compared with the network's list, before it dials."""

import sys
import time
from contextlib import closing

import click

from config import presence
from scheduler import comparing, worklist
from scheduler.dialling import is_behind
from scripts.command.installation import installation, print_json
from scripts.wiring import network
from scripts.worker import make_desk, worker_lock

PAUSE = 5.0  # seconds between two rounds


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@click.option("--minutes", default=30.0, show_default=True, help="How long to go on trying.")
def settle(as_json: bool, minutes: float) -> None:
    """Compare a restored database with the telephone network, and settle what was made since.

    Each call that stands as planned and whose moment is over is looked up twice on the network's
    list: found, it takes on what really happened; not found, it is missed. Nobody is rung. A
    worker does the same by itself before it dials; this is for seeing it done, with the worker
    stopped. Exit code 1 when something is still open at the end.

    Example: scripts/unannounced settle
    """
    with installation() as opened, worker_lock(opened.settings):
        with closing(network(opened.settings).telephone()) as telephone:
            desk = make_desk(opened, telephone)
            was_behind = is_behind(desk)
            with presence.at_work(opened.sessions, desk.owner):
                until = time.monotonic() + minutes * 60
                while (left := comparing.compare(desk)) and time.monotonic() < until:
                    click.echo(f"{left} calls are still open; asking again", err=True)
                    time.sleep(PAUSE)
        with opened.sessions.reading() as session:
            waiting = worklist.left_to_persons(session)
    if as_json:
        print_json({"was_behind": was_behind, "open": left, "left_to_a_person": waiting})
    else:
        behind = "was older than the last call" if was_behind else "knew of the last call already"
        click.echo(f"The database {behind}.")
        click.echo(
            f"{left} calls are still open: see that the network answers, and try again."
            if left
            else "Everything is settled. Start the worker."
        )
        if waiting:
            click.echo(f"{waiting} calls could be one of several: decide them on the page Line.")
    if left:
        sys.exit(1)

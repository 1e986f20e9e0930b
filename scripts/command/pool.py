"""``pool``: the numbers that calls are made from, and where they ring."""

import sys
from contextlib import closing

import click

from config import journal
from config.clock import system_clock
from scheduler import caller_pool
from scheduler.caller_pool import VOICE_HOOK
from scripts.command.installation import installation
from scripts.wiring import network


@click.group()
def pool() -> None:
    """The numbers that calls are made from, each of which must ring somewhere."""


@pool.command()
def show() -> None:
    """List the numbers of the pool and what became of those that left it.

    Example: scripts/unannounced pool show
    """
    with installation() as opened, opened.sessions.reading() as session:
        for number, standing in caller_pool.standing(session):
            click.echo(f"{number}  {standing}")


@pool.command()
def adopt() -> None:
    """Let every number of the account ring at this workspace; says what each rang before.

    Example: scripts/unannounced pool adopt
    """
    with installation() as opened, closing(network(opened.settings).telephone()) as telephone:
        ours = f"{opened.settings.public_origin}{VOICE_HOOK}"
        moved = [each for each in telephone.owned() if each.voice_url != ours]
        for each in moved:
            telephone.point(each.sid, ours)
            click.echo(f"{each.number} rings here now, before: {each.voice_url or 'nowhere'}")
        if moved:
            with opened.sessions.begin() as session:
                detail: dict[str, object] = {"numbers": len(moved)}
                journal.record(session, system_clock(), "command", "pool adopted", "pool", detail)
        else:
            click.echo("Every number rings here already.")


@pool.command()
@click.argument("number")
def restore(number: str) -> None:
    """Bring back a number that the network had refused. Exit code 1 when none was.

    Example: scripts/unannounced pool restore +441632960000
    """
    with installation() as opened, opened.sessions.begin() as session:
        if not caller_pool.restore(session, number):
            click.echo(f"{number} was not refused; 'pool show' lists what stands.", err=True)
            sys.exit(1)
        detail: dict[str, object] = {"number": number}
        journal.record(session, system_clock(), "command", "caller number restored", "pool", detail)
        click.echo(f"{number} is in the pool again with the worker's next look, within a minute.")

"""``rehearse``: a whole month through the practice exchange, in a minute or so."""

import sys

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from config.clock import Month
from config.settings import Line
from scripts.command.installation import installation
from scripts.command.months import MONTH
from scripts.rehearsal.rehearsing import RehearsalRefused, rehearse_month
from scripts.worker import worker_lock


@click.command()
@click.option("--month", required=True, type=MONTH, help="The month to play: 2027-01.")
@click.option(
    "--centres",
    type=click.IntRange(1, 500),
    help="How many centres: the register's ready ones first, then invented ones, which "
    "no other plan calls. Without it all that are ready, or 12 invented ones where none is.",
)
@click.option(
    "--closed",
    default=0,
    show_default=True,
    type=click.IntRange(0, 500),
    help="How many of them announce that they are closed, and hang up.",
)
def rehearse(month: Month, centres: int | None, closed: int) -> None:
    """Play a whole month: plan, calls, assessments, verification and reports.

    The practice exchange answers, the clock jumps from event to event, and simulated assessors
    and verifiers do their work by the same steps as real ones. It refuses a month that a plan
    covers, and while a worker runs. Ends with the path of each centre's report, one a line.

    Example: scripts/unannounced rehearse --month 2027-01 --centres 12
    """
    if centres is not None and closed > centres:
        raise click.UsageError("--closed can't be more than --centres.")
    shown = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
    )
    with installation() as opened, worker_lock(opened.settings), shown:
        if opened.settings.line is Line.LIVE:
            raise click.ClickException(
                "A rehearsal needs the practice telephone; unset TWILIO_ACCOUNT_SID."
            )
        task = shown.add_task(f"Rehearsing {month}", total=None, visible=False)

        def progress(done: int, of: int) -> None:
            shown.update(task, completed=done, total=of, visible=True)

        try:
            rehearsed = rehearse_month(opened, month, centres, progress, closed)
        except RehearsalRefused as refusal:
            raise click.ClickException(str(refusal)) from refusal
    for without in rehearsed.played.without:
        click.echo(f"{without.centre}: {without.reason}", err=True)
    calls, missed = rehearsed.played.calls, rehearsed.played.missed
    click.echo(f"{calls} calls planned, {missed} of them missed", err=True)
    for path in rehearsed.reports:
        sys.stdout.write(f"{path}\n")

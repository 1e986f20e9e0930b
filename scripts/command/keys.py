"""``rotate-keys``: a new key for what is sealed."""

import sys

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from config import rotating
from config.clock import system_clock
from config.vault import VaultRefused
from scripts.command.installation import ACTOR, installation, print_json
from scripts.database import Installation


@click.command()
@click.option(
    "--key-only",
    is_flag=True,
    help="Add the key and stop, where programs get the key only when they start.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def rotate_keys(key_only: bool, as_json: bool) -> None:
    """Add a key to the key file and encrypt every sealed value anew under it.

    Web and worker go on meanwhile. What was cut short is finished by running it again, with the key
    that it began with. The old keys stay in the file, because old backups need them. Exit code 1
    when a value opens with no key on the ring; it is named and left as it is.

    Example: scripts/unannounced rotate-keys
    """
    with installation() as opened:
        if opened.settings.credential is not None:
            raise VaultRefused(
                "systemd hands the key in, so it can't be written here. Run this in a shell, with "
                "UNANNOUNCED_KEY_FILE naming the file that systemd reads; see docs/secrecy.md"
            )
        if key_only:
            key = rotating.add(opened.sessions, opened.vault, system_clock, ACTOR)
            done = rotating.Rotation(key, True, 0, ())
        else:
            done = _rotate(opened)
    _tell(done, key_only, as_json)
    if done.closed:
        sys.exit(1)


def _rotate(opened: Installation) -> rotating.Rotation:
    shown = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=Console(stderr=True),
    )
    with shown:
        task = shown.add_task("Encrypting anew", total=None)

        def progress(done: int, of: int) -> None:
            shown.update(task, completed=done, total=of)

        return rotating.rotate(opened.sessions, opened.vault, system_clock, ACTOR, progress)


def _tell(done: rotating.Rotation, key_only: bool, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "key": done.key,
                "added": done.added,
                "values": done.values,
                "closed": list(done.closed),
            }
        )
        return
    if key_only:
        click.echo(f"key {done.key} added; start web and worker anew, then rotate without it")
        return
    what = "added" if done.added else "was there: an earlier rotation is finished with it"
    click.echo(f"key {done.key} {what}; {done.values} values encrypted anew")
    for value in done.closed:
        click.echo(f"{value} opens with no key on the ring; it is left as it is")

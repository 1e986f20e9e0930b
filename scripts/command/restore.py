"""``restore``: a backup put in the database's place."""

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import click
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from config.settings import SettingsRefused, read_settings
from scripts.command.installation import print_json
from scripts.database import alembic_config
from scripts.worker import WorkerRefused, worker_lock


@click.command()
@click.argument("backup", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def restore(backup: Path, as_json: bool) -> None:
    """Put a backup in the place of the SQLite database; the present one is kept beside it.

    Stop web and worker first. Before the next dial the worker compares the backup with the
    telephone network, so that a call made since is not made again; 'settle' does it while you
    watch. On PostgreSQL it names the command to use instead. Exit code 1 when nothing was changed.

    Example: scripts/unannounced restore /backups/unannounced-2027-01-13.db
    """
    try:
        settings = read_settings()
        url = make_url(settings.database_url)
        if url.get_backend_name() != "sqlite":
            raise click.ClickException(
                "This database is on PostgreSQL, whose own program restores it:\n  pg_restore "
                f"--clean --if-exists --dbname={url.database} {backup}\nThen type "
                "'scripts/unannounced settle'."
            )
        _check(backup)
        with worker_lock(settings):
            kept = _replace(backup, Path(url.database or ""))
    except (SettingsRefused, WorkerRefused) as refusal:
        raise click.ClickException(str(refusal)) from refusal
    except (OSError, sqlite3.Error) as error:
        raise click.ClickException(f"Nothing was restored: {error}") from error
    if as_json:
        print_json({"restored": str(backup), "kept": str(kept) if kept else None})
        return
    click.echo(f"{backup} is the database now.")
    if kept:
        click.echo(f"The one before lies in {kept}; delete it once you are sure.")
    click.echo("Type 'scripts/unannounced settle', or start: the worker compares before it dials.")


def _check(backup: Path) -> None:
    """Refuse what isn't a sound backup of this program, or of a later version of it."""
    try:
        with closing(sqlite3.connect(f"{backup.absolute().as_uri()}?mode=ro", uri=True)) as copy:
            if copy.execute("PRAGMA quick_check").fetchone() != ("ok",):
                raise click.ClickException(f"{backup} is damaged. Take an earlier backup.")
            (revision,) = copy.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError as error:
        raise click.ClickException(f"{backup} is no backup of this program: {error}") from error
    with create_engine("sqlite://").connect() as connection:
        script = ScriptDirectory.from_config(alembic_config(connection))
    try:
        script.get_revision(revision)
    except CommandError as error:
        raise click.ClickException(
            f"{backup} was written by a later version of this program. Update it first."
        ) from error


def _replace(backup: Path, database: Path) -> Path | None:
    """Copy, sync, then rename: at no moment is there half a database."""
    database.parent.mkdir(parents=True, exist_ok=True)
    draft = database.with_suffix(".restoring")
    shutil.copyfile(backup, draft)
    draft.chmod(0o600)
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    kept = None
    if database.exists():
        with closing(sqlite3.connect(database, timeout=5)) as present:
            # Whatever still lies in the log goes into the file that is kept.
            busy, _, _ = present.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            draft.unlink()
            raise click.ClickException("The database is in use. Stop web and worker first.")
        kept = database.with_name(f"{database.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%S}")
        database.rename(kept)
    for end in ("-wal", "-shm"):
        database.with_name(database.name + end).unlink(missing_ok=True)
    draft.rename(database)
    return kept

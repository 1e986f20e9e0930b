"""``backup``: a copy of the database, without the key."""

import os
import shlex
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import mkstemp

import click
from sqlalchemy.engine import URL, make_url

from config.settings import SettingsRefused, read_settings
from scripts.command.installation import print_json


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
def backup(out: Path, as_json: bool) -> None:
    """Copy the database into a new file, as it stands at one moment, while the programs run.

    The copy is for its owner alone and holds no key: without the key file nobody reads a security
    code in it. A file that is there already is left alone. On PostgreSQL it names the command to
    use instead. Exit code 1 when nothing was written.

    Example: scripts/unannounced backup /backups/unannounced-2027-01-13.db
    """
    try:
        url = make_url(read_settings().database_url)
    except SettingsRefused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    if url.get_backend_name() != "sqlite":
        raise click.ClickException(
            f"This database is on PostgreSQL, whose own program copies it:\n  {_dump(url, out)}"
        )
    database = Path(url.database or "")
    if not database.is_file():
        raise click.ClickException(f"There is no database at {database} yet.")
    if out.exists() or out.is_symlink():
        raise click.ClickException(f"{out} is there already. Name another file.")
    try:
        _copy(database, out)
    except (OSError, sqlite3.Error) as error:
        raise click.ClickException(f"The backup failed, nothing was written: {error}") from error
    size = out.stat().st_size
    if as_json:
        print_json({"file": str(out), "bytes": size})
    else:
        click.echo(f"{out}: {size} bytes. The key isn't in it; keep the key file elsewhere.")


def _copy(database: Path, out: Path) -> None:
    """Write the copy beside its place, look at it, and give it its name when it is whole."""
    descriptor, name = mkstemp(dir=out.parent, prefix=f".{out.name}.")  # for its owner alone
    os.close(descriptor)
    draft = Path(name)
    try:
        with closing(sqlite3.connect(database, timeout=30)) as source:
            source.execute("VACUUM INTO ?", (name,))
        with closing(sqlite3.connect(draft)) as copy:
            if copy.execute("PRAGMA quick_check").fetchone() != ("ok",):
                raise sqlite3.DatabaseError("the copy isn't sound")
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.rename(out)
    finally:
        draft.unlink(missing_ok=True)


def _dump(url: URL, out: Path) -> str:
    said = {name: value for name, value in url.query.items() if "password" not in name}
    plain = URL.create("postgresql", url.username, None, url.host, url.port, url.database, said)
    return shlex.join(
        ["pg_dump", "--format=custom", f"--file={out}", f"--dbname={plain.render_as_string()}"]
    )

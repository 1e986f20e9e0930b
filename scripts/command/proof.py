"""``plan seal``, ``public-value``, ``disclose`` and ``prove``: the proof that a plan was fair."""

import secrets
import sys
from pathlib import Path

import click

from config.clock import Month, Period, system_clock
from scheduler import advancing, disclosing, sealing, seals
from scheduler.bundle import LARGEST
from scheduler.code_version import code_version
from scheduler.plan_told import rule_from
from scheduler.verdict import judge
from scripts.command.installation import ACTOR, installation, planner
from scripts.command.months import MONTH
from scripts.command.out_file import OUT
from scripts.command.rule import begins

LARGEST_CERTIFICATE = 100_000  # bytes
FIRST = click.option("--from", "first", required=True, type=MONTH, help="The first month: 2027-01.")
IN = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("seal")
@FIRST
@click.option("--out", type=OUT, help="Write the certificate into this file, not to stdout.")
def seal(first: Month, out: Path | None) -> None:
    """Seal a period's plan without drawing it, and write its certificate.

    Said again it writes the same certificate, byte for byte. The hashes stand on /seals and are
    mailed to administrators and auditors.

    Example: scripts/unannounced plan seal --from 2027-01 --out certificate.txt
    """
    with installation() as opened:
        with opened.sessions.reading() as session:
            rule = rule_from(session, first)
        begins(first, rule)
        plan = sealing.seal_plan(
            planner(opened),
            Period(first, rule.months),
            rule,
            system_clock(),
            secrets.token_bytes(32),
        )
        with opened.sessions.reading() as session:
            found = seals.find_seal(session, plan)
    if found is None:
        raise click.ClickException("This plan was sealed before plans got certificates.")
    _write(found.certificate.encode(), out)


@click.command("public-value")
@FIRST
@click.argument("value")
def public_value(first: Month, value: str) -> None:
    """Give the public value that a sealed plan waits for; it is kept once.

    VALUE is what the source published, copied as it stands: the setting PUBLIC_VALUE says in words
    which source that is, and the certificate repeats it.

    Example: scripts/unannounced plan public-value --from 2027-01 4f6b0c29
    """
    with installation() as opened:
        with opened.sessions.reading() as session:
            months = rule_from(session, first).months
        sealing.take_public_value(
            opened.sessions, Period(first, months), value, system_clock(), ACTOR
        )
    click.echo("Kept. Draw the plan now: scripts/unannounced plan draw --from " + str(first))


@click.command("disclose")
@FIRST
@click.option("--out", required=True, type=OUT, help="The bundle's file.")
def disclose(first: Month, out: Path) -> None:
    """Write the bundle of a plan whose calls have all ended.

    Refused, with the calls that are open, before. Said again it writes the same bytes.

    Example: scripts/unannounced plan disclose --from 2027-01 --out bundle.zip
    """
    with installation() as opened:
        advancing.advance_plans(opened.sessions, system_clock(), opened.settings.zone)
        data = disclosing.disclose(opened.sessions, opened.vault, first, system_clock(), ACTOR)
    _write(data, out)


@click.command("prove")
@click.argument("bundle", type=IN)
@click.option(
    "--sealed",
    multiple=True,
    type=IN,
    help="A certificate from before the period; may be repeated.",
)
def prove(bundle: Path, sealed: tuple[Path, ...]) -> None:
    """Recompute a disclosed plan from its bundle; needs no database and no key.

    Says that the plan is equal, or where it differs, and then ends with 1. Without the certificate
    that was published before the period, a bundle proves only that it agrees with itself.

    Example: scripts/unannounced plan prove bundle.zip --sealed certificate.txt
    """
    data = _read(bundle, LARGEST)
    certificates = [_read(each, LARGEST_CERTIFICATE).decode(errors="replace") for each in sealed]
    verdict = judge(data, certificates, code_version())
    for note in verdict.notes:
        click.echo(note)
    for difference in verdict.differences:
        click.echo(difference)
    if not verdict.holds:
        click.echo("Not proved: something differs from what was sealed.")
        sys.exit(1)
    whose = ", and are those of the certificate" if sealed else ""
    click.echo(f"Equal: seed and inputs give the plan that the bundle holds{whose}.")


def _read(path: Path, largest: int) -> bytes:
    with path.open("rb") as file:
        data = file.read(largest + 1)
    if len(data) > largest:
        raise click.ClickException(f"{path} is larger than {largest} bytes.")
    return data


def _write(data: bytes, out: Path | None) -> None:
    if out is None:
        sys.stdout.buffer.write(data)
        return
    try:
        out.write_bytes(data)
    except OSError as error:
        raise click.ClickException(f"{out} can't be written: {error.strerror}.") from error

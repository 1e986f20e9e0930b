"""``retention``: how long things are kept, and what goes when."""

import click

from config.clock import system_clock
from scoring import erasing, holds
from scoring.erasing import Ended
from scoring.retention import Rule, rules
from scripts import retaining
from scripts.command.installation import ACTOR, installation, print_json


@click.group()
def retention() -> None:
    """Show what is kept how long, or delete what has been kept long enough.

    Example: scripts/unannounced retention show
    """


@retention.command("show")
@click.option("--json", "as_json", is_flag=True, help="Print the table as JSON.")
def show(as_json: bool) -> None:
    """Print the days of every kind, how much of it a run would delete now, and the legal holds.

    Nothing is changed.

    Example: scripts/unannounced retention show
    """
    now = system_clock()
    with installation() as opened, opened.sessions.reading() as session:
        table = rules(opened.settings.retention)
        due = erasing.to_end(session, table, now)
        held = holds.in_force(session)
    if as_json:
        print_json(
            {
                "kinds": [_plain(rule, ended) for rule, ended in zip(table, due, strict=True)],
                "holds": [{"kind": h.kind, "subject": str(h.subject)} for h in held],
            }
        )
        return
    for rule, ended in zip(table, due, strict=True):
        click.echo(f"{rule.kind:<11} {rule.span:>8} after {rule.after}: {ended.count} due")
    for each in held:
        click.echo(f"held: {each.kind} {each.subject}, since {each.placed_at:%Y-%m-%d}")


@retention.command("run")
@click.option("--json", "as_json", is_flag=True, help="Print the proofs as JSON.")
def run(as_json: bool) -> None:
    """Delete what has been kept long enough and isn't held, as the worker does each night.

    For each kind of which something went the journal gets a proof: how many, older than when, and
    the SHA-256 of their keys.

    Example: scripts/unannounced retention run
    """
    with installation() as opened:
        done = retaining.run(opened, system_clock(), ACTOR)
    if as_json:
        print_json([_proof(ended) for ended in done])
        return
    for ended in done:
        click.echo(
            f"{ended.kind}: {ended.count} from before {ended.before:%Y-%m-%d}, "
            f"sha256 {ended.digest}"
        )
    click.echo("Done; the journal holds the proof." if done else "Nothing was due.")


def _plain(rule: Rule, ended: Ended) -> dict[str, object]:
    return {"kind": rule.kind, "days": rule.days, "after": rule.after, "due": ended.count}


def _proof(ended: Ended) -> dict[str, object]:
    return {
        "kind": ended.kind,
        "before": ended.before.isoformat(),
        "count": ended.count,
        "sha256": ended.digest,
    }

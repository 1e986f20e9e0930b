"""``doctor``: what an installation lacks, the most important first, each with its remedy."""

import sys

import click

from scripts.command.installation import print_json
from scripts.examining import examine
from scripts.finding import Finding, Weight

WORDS = {Weight.NEEDED: "missing", Weight.ADVISED: "better", Weight.FINE: "fine"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def doctor(as_json: bool) -> None:
    """Check settings, database, key, telephone, hooks, worker, mail, time zones and disk.

    It changes nothing and rings nobody. The hooks are asked as the network asks them, at
    PUBLIC_ORIGIN: a post that is signed must be taken, one that is signed wrongly refused. Exit
    code 1 when something is missing without which no call can be made.

    Example: scripts/unannounced doctor
    """
    findings = examine()
    if as_json:
        print_json([each.as_json() for each in findings])
    else:
        for each in findings:
            _tell(each)
    if any(each.weight is Weight.NEEDED for each in findings):
        sys.exit(1)


def _tell(finding: Finding) -> None:
    click.echo(f"{WORDS[finding.weight]:8} {finding.what}: {finding.said}")
    if finding.remedy:
        click.echo(f"{'':8} {finding.remedy}")

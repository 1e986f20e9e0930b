"""``plan audit``: whether the calls of closed plans look like draws by their design."""

import sys
from dataclasses import asdict

import click

from config.clock import Month, system_clock
from scheduler import advancing
from scheduler.audit_words import (
    NAMES,
    NO_PROOF,
    STATISTICS,
    decimal,
    of_what,
    power,
    verdict,
    views,
)
from scheduler.auditing import PlanAudit, audit_plans
from scripts.command.installation import installation, print_json
from scripts.command.months import MONTH
from scripts.progress import Progress


@click.command("audit")
@click.option("--from", "first", required=True, type=MONTH, help="The first month: 2027-01.")
@click.option(
    "--months",
    type=click.IntRange(1, 120),
    help="Several successive plans together: so many months; the plan of --from without it.",
)
@click.option(
    "--simulations",
    type=click.IntRange(19, 99_999),
    help="How many plans to compare with; at most 999 by default, fewer with many centres.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def audit(first: Month, months: int | None, simulations: int | None, as_json: bool) -> None:
    """Hold the calls of closed plans, as drawn and as made, against their design.

    Refused before the period is over and every call has ended. The plans that it is compared with
    are drawn by the planner from a seed that follows from the seal, so that everybody who audits
    finds the same figures. Of a single plan little can be told, above all of the calls a month;
    with --months several are pooled, each against its own design.

    Example: scripts/unannounced plan audit --from 2027-01 --months 12
    """
    progress = Progress(sys.stderr)
    with installation() as opened:
        advancing.advance_plans(opened.sessions, system_clock(), opened.settings.zone)
        found = audit_plans(
            opened.sessions,
            first,
            months,
            simulations,
            lambda done: progress.at_times(f"{done} plans simulated"),
        )
    if as_json:
        print_json(_as_json(found))
    else:
        _tell(found)


def _as_json(found: PlanAudit) -> dict[str, object]:
    audited = found.audit
    return {
        "first": str(found.period.first),
        "months": found.period.months,
        "plans": len(found.plans),
        "centres": found.centres,
        **asdict(found.record),
        "missed": dict(found.record.missed),
        "simulations": audited.simulations if audited else 0,
        "questions": {
            name.removeprefix("as "): [
                {**asdict(each), "power": power(each)} for each in question.findings
            ]
            for name, question in (views(audited) if audited else ())
        },
    }


def _tell(found: PlanAudit) -> None:
    record, audited = found.record, found.audit
    period, plans = found.period, len(found.plans)
    named = "Plan" if plans == 1 else f"{plans} plans,"
    click.echo(f"{named} {period.first} to {period.month_list[-1]}, centres: {found.centres}")
    for what, count in (
        ("drawn", record.drawn),
        ("  drawn anew before the plan stood", record.moved),
        ("made within a minute of the drawn moment", record.at_the_minute),
        ("made within two", record.within_two),
        ("made at another time", record.at_another_time),
        *((f"missed: {reason}", count) for reason, count in record.missed),
        ("tried again", record.tried_again),
        ("drawn anew after a miss", record.redrawn),
        ("re-assigned", record.re_assigned),
        ("outside the hours that could be drawn", record.unplaced),
    ):
        click.echo(f"{count:7}  {what}")
    click.echo(f"{record.sampled_more:7}  centres sampled more")
    if audited is None:
        click.echo("No call could be held against the design.")
        return
    click.echo(f"Compared with {audited.simulations} plans drawn by the same design.")
    for name, question in views(audited):
        click.echo(f"\n{verdict(name, question)}")
        for each in question.findings:
            click.echo(
                f"  {NAMES[each.kind]:19}{STATISTICS[each.kind]:16}{decimal(each.value):>8}"
                f"  (chance {decimal(each.low)} to {decimal(each.high)})  p {each.p:.3f}, "
                f"Holm {each.holm:.3f}  {of_what(each)}"
            )
            click.echo(f"  {'':19}found in four of five plans: {power(each)}")
    if audited.made is None and not record.missed:
        click.echo("\nEvery call was made at its drawn moment: as made they are as drawn.")
    click.echo(f"\n{NO_PROOF}")

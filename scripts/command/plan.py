"""``plan``: the draw of a period, and what belongs to it."""

import secrets
import sys
from dataclasses import asdict

import click

from config.clock import Month, Period, system_clock
from config.settings import Line
from scheduler import diary, metering, people, planning, withdrawing
from scheduler.access import Role
from scheduler.plan_told import DrewPlan, rule_from, with_added
from scheduler.rule import Rule
from scheduler.stage import Stage
from scripts import planting
from scripts.command.audit import audit
from scripts.command.installation import ACTOR, installation, planner, print_json
from scripts.command.months import MONTH
from scripts.command.proof import disclose, prove, public_value, seal
from scripts.command.rule import begins, rule
from scripts.command.simulate import simulate
from scripts.database import Installation
from scripts.progress import Progress


@click.group()
def plan() -> None:
    """Seal, draw, disclose, prove and audit sampling plans.

    Example: scripts/unannounced plan draw --from 2027-01 --months 3
    """


for command in (simulate, rule, seal, public_value, disclose, prove, audit):
    plan.add_command(command)


@plan.command("draw")
@click.option("--from", "first", required=True, type=MONTH, help="The first month: 2027-01.")
@click.option("--months", type=int, help="How many months; one period of the rule without it.")
@click.option("--add", is_flag=True, help="Give centres entered since the draw calls as well.")
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON.")
def draw(first: Month, months: int | None, add: bool, as_json: bool) -> None:
    """Seal and draw the calls of a period, and assign the assessors.

    The rule is the one in force; a plan that is sealed keeps its own. Drawing twice changes
    nothing. The months must be a multiple of the rule's period, a quarter by default, and begin
    with one. Centres that can't be called are named with the reason.

    Example: scripts/unannounced plan draw --from 2027-01 --months 3
    """
    with installation() as opened:
        with opened.sessions.reading() as session:
            own = rule_from(session, first)
        months = own.months if months is None else months
        if months < 1 or months % own.months:
            raise click.UsageError(
                f"--months must be a multiple of {own.months}, the rule's period"
            )
        begins(first, own)
        planted = _plant(opened)
        periods = [
            Period(first.next(offset), own.months) for offset in range(0, months, own.months)
        ]
        drew = [_draw(opened, period, own, add=add) for period in periods]
        with opened.sessions.reading() as session:
            called = drew[-1].centres - len(drew[-1].without)
            limits = metering.limits_of(session, own, called)
    if as_json:
        print_json({**_as_json(drew, planted), "limits": limits})
    else:
        for period, each in zip(periods, drew, strict=True):
            _tell(period, each, planted)
        for sentence in limits:
            click.echo(sentence)
    if any(each.short for each in drew):
        sys.exit(1)


@plan.command("withdraw")
@click.option("--from", "first", required=True, type=MONTH, help="The first month: 2027-01.")
@click.option("--reason", required=True, help="Why; it stands in the journal.")
def withdraw(first: Month, reason: str) -> None:
    """Make none of a plan's calls that hasn't begun, and draw nothing in their place.

    It can't be taken back, and its months stay taken. Who was offered a moment gets a letter.

    Example: scripts/unannounced plan withdraw --from 2027-01 --reason "The scheme is suspended"
    """
    with installation() as opened:
        with opened.sessions.reading() as session:
            found = diary.covering(session, Period(first, 1))
        key = next((each.id for each in found if each.period.first == first), None)
        if key is None:
            raise click.ClickException(f"No plan begins with {first}.")
        ended = withdrawing.withdraw(
            opened.sessions, opened.vault, key, reason, system_clock(), ACTOR
        )
    click.echo(f"Withdrawn: {ended} calls that had not begun are not made.")


def _plant(opened: Installation) -> int:
    """On the practice telephone, give an institute without assessors some; how many are planted."""
    if opened.settings.line is Line.LIVE:
        return 0
    planting.plant_pool(opened)
    planting.plant_assessors(opened, system_clock())
    with opened.sessions.reading() as session:
        return people.planted_people(session, Role.ASSESSOR)


def _draw(opened: Installation, period: Period, rule: Rule, *, add: bool) -> DrewPlan:
    by, progress = planner(opened), Progress(sys.stderr)

    def tell(stage: Stage) -> None:
        progress.at_times(f"{period.first}, {stage}")

    def once() -> DrewPlan:
        return planning.draw_plan(
            by, period, rule, system_clock(), secrets.token_bytes(32), tell=tell
        )

    drew = once()
    if not add:
        return drew
    seed = secrets.token_bytes(32)
    added = planning.add_late_centres(by, drew.plan, system_clock(), seed, tell=tell)
    return with_added(once(), added)


def _as_json(drew: list[DrewPlan], planted: int) -> dict[str, object]:
    return {
        "plan": str(drew[0].plan),
        "plans": [str(each.plan) for each in drew],
        "centres": drew[-1].centres,
        "calls": sum(each.calls for each in drew),
        "added": sum(each.added for each in drew),
        "without": [asdict(w) for each in drew for w in each.without],
        "short": sum(each.short for each in drew),
        "short_by_week": [week for each in drew for week in each.weeks],
        "uncovered": [asdict(w) for each in drew for w in each.uncovered],
        "lacking": [asdict(w) for each in drew for w in each.lacking],
        "more": [asdict(w) for each in drew for w in each.more],
        "planted_assessors": planted,
        "numbers_counted_as_proved": any(each.proved_everything for each in drew),
    }


def _tell(period: Period, drew: DrewPlan, planted: int) -> None:
    last = period.month_list[-1]
    click.echo(f"Plan {period.first} to {last}: {drew.calls} calls, {drew.added} of them new")
    click.echo(f"Centres on the register: {drew.centres}; without a call: {len(drew.without)}")
    for without in drew.without:
        click.echo(f"  {without.centre}: {without.reason}")
    alike: dict[str, list[str]] = {}
    for told in (*drew.uncovered, *drew.lacking, *drew.more):
        alike.setdefault(told.reason, []).append(told.centre)
    called = drew.centres - len(drew.without)
    for reason, centres in alike.items():
        every = len(centres) == called > 1
        click.echo(f"  {'Every centre with a call' if every else '; '.join(centres)}: {reason}")
    if drew.proved_everything:
        click.echo("No real telephone rings: the numbers of a return counted as proved.")
    if planted:
        click.echo(
            f"{planted} of the assessors are planted: they exist on the practice telephone only."
        )
    if drew.short:
        click.echo("Assessors are short. The calls with nobody, by week:")
        for week in drew.weeks:
            click.echo(f"  {week}")

"""``plan rule``: shows the rule in force and what it gives away, and puts another in force."""

import sys
from fractions import Fraction
from pathlib import Path

import click

from config.clock import Month, civil_date, system_clock
from scheduler import metering, rules, ruling
from scheduler.hazards import MeterRefused
from scheduler.meter import GOAL
from scheduler.rule import Rule, default_rule, mean_kept, period_of
from scheduler.rule_budget import BudgetRefused, cost, rule_for, rule_for_money
from scheduler.rule_reading import Figures
from scheduler.rule_text import NoRule, rule_from_file, rule_to_file
from scheduler.rule_words import rule_in_words
from scripts.command.installation import ACTOR, installation, print_json
from scripts.database import Installation

EXISTING = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


class Amount(click.ParamType[Fraction]):
    """A number over 0, read exactly."""

    name = "number"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Fraction:
        """Read the number, or fail with the form to use."""
        try:
            amount = Fraction(str(value))
        except (ValueError, ZeroDivisionError):
            amount = Fraction(0)
        if amount <= 0:
            self.fail(f"{value} is no number over 0, such as 40 or 12.5", param, ctx)
        return amount


@click.command("rule")
@click.option("--rule", "file", type=EXISTING, help="Put the rule of a JSON file in force.")
@click.option("--hours", type=Amount(), help="Put in force what assessors' hours a month allow.")
@click.option("--money", type=Amount(), help="Put in force what so much money a month allows.")
@click.option("--default", "default", is_flag=True, help="Put the default in force again.")
@click.option("--reason", default="", help="Why; needed for a rule that leaks.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def rule(
    file: Path | None,
    hours: Fraction | None,
    money: Fraction | None,
    default: bool,
    reason: str,
    as_json: bool,
) -> None:
    """Show the rule in force and what it gives away, or put another in force.

    The file is that of plan simulate. The next plan is drawn by the rule; a plan that is sealed
    keeps its own.

    Example: scripts/unannounced plan rule --rule rule.json --reason "six months without a lead"
    """
    asked = [each for each in (file, hours, money, default or None) if each is not None]
    if len(asked) > 1:
        raise click.UsageError("give one of --rule, --hours, --money and --default")
    if reason and not asked:
        raise click.UsageError("--reason belongs to a rule: give --rule, --hours or --money too")
    with installation() as opened:
        try:
            if asked:
                _use(opened, _wanted(opened, file, hours, money), reason)
            told, in_words = _told(opened)
        except (NoRule, BudgetRefused, MeterRefused, ruling.RulingRefused) as refused:
            click.echo(f"{file}: {refused}" if file else str(refused), err=True)
            sys.exit(1)
    if as_json:
        print_json(told)
        return
    for line in in_words:
        click.echo(line)


def begins(first: Month, own: Rule) -> None:
    """Refuse a first month that begins no period of a rule."""
    if period_of(first.first, own.months).first != first:
        months = ", ".join(f"{month:02}" for month in range(1, 13, own.months))
        raise click.UsageError(
            f"--from must begin a period of {own.months} months: month {months} of a year"
        )


def _wanted(
    opened: Installation, file: Path | None, hours: Fraction | None, money: Fraction | None
) -> Rule:
    if file is not None:
        try:
            return rule_from_file(file.read_text("utf-8-sig"))
        except UnicodeDecodeError:
            raise NoRule("it is not in UTF-8: save it as UTF-8") from None
    if hours is None and money is None:
        return default_rule()
    with opened.sessions.reading() as session:
        centres = metering.crew(session).centres
    if hours is not None:
        return rule_for(hours, centres)
    assert money is not None
    return rule_for_money(money, centres, opened.settings.prices)


def _use(opened: Installation, wanted: Rule, reason: str) -> None:
    now = system_clock()
    with opened.sessions.reading() as session:
        read = metering.figures(session, wanted, civil_date(now, opened.settings.zone))
    ruling.use_rule(opened.sessions, wanted, read, reason, now, ACTOR)


def _told(opened: Installation) -> tuple[dict[str, object], tuple[str, ...]]:
    prices = opened.settings.prices
    today = civil_date(system_clock(), opened.settings.zone)
    with opened.sessions.reading() as session:
        own = rules.in_force(session)
        last = rules.versions(session, 1)
        figures = last[0].figures if last else metering.figures(session, own, today)
        crew = metering.crew(session)
        limits = metering.limits_of(session, own)
    spent = cost(mean_kept(own) * crew.centres / own.months, prices)
    since = "It is the default: no other rule was ever put in force."
    if last:
        why = f": {last[0].reason}" if last[0].reason else "."
        since = f"In force since {last[0].at:%Y-%m-%d}, by {last[0].actor}{why}"
    told: dict[str, object] = {
        "rule": rule_to_file(own),
        "number": last[0].number if last else 0,
        "figures": {
            "guard": round(figures.guard, 3),
            "day": round(figures.day, 3),
            "hour": round(figures.hour, 3),
            "measured_on": figures.on,
        },
        "cost_a_month": {
            "calls": float(spent.calls),
            "assessor_hours": float(spent.assessor_hours),
            "verifier_hours": float(spent.verifier_hours),
            "telephone": float(spent.telephone),
            "money": float(spent.money),
        },
        "limits": limits,
    }
    return told, (f"The rule: {rule_in_words(own)}.", since, _figures(figures), *limits)


def _figures(figures: Figures) -> str:
    leaks = "It leaks: " if figures.leaks else ""
    return (
        f"{leaks}On guard for a fifth of its calls a watchful centre would catch "
        f"{figures.guard:.2f} times as many as chance allows, guess the day {figures.day:.2f} and "
        f"the hour {figures.hour:.2f} times as well; the goal is {GOAL} (on {figures.on})."
    )

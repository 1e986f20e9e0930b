"""``report``: a centre's month."""

import sys
from dataclasses import asdict
from pathlib import Path

import click

from config.clock import Month
from scheduler import register
from scoring.report_csv import write_csv
from scoring.report_view import ReportView
from scoring.report_words import view
from scoring.reporting import ReportRefused, report_of
from scripts.command.installation import installation, print_json
from scripts.command.months import MONTH


@click.group()
def report() -> None:
    """Read the monthly reports of centres.

    Example: scripts/unannounced report show --centre "Leeds service desk" --month 2027-01
    """


@report.command("show")
@click.option("--centre", required=True, help="The centre's name, or its id.")
@click.option("--month", required=True, type=MONTH, help="The month: 2027-01.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option(
    "--csv",
    "csv_path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the report as CSV to this file.",
)
def show(centre: str, month: Month, as_json: bool, csv_path: Path | None) -> None:
    """Show a centre's month as the ledger stands, published or not.

    Exit code 1 when there is no such centre.

    Example: scripts/unannounced report show --centre "Leeds service desk" --month 2027-01
    """
    with installation() as opened, opened.sessions.reading() as session:
        found = [c for c in register.centres(session) if centre in (c.name, str(c.id))]
        if len(found) != 1:
            many = "several centres have" if found else "no centre has"
            raise ReportRefused(f"{many} the name {centre!r}; give the id from the centre's page")
        made = report_of(session, found[0].id, month)
    seen = view(made)
    if csv_path is not None:
        with csv_path.open("wb") as file:
            write_csv(seen, file)
    if as_json:
        print_json(asdict(seen))
    else:
        _tell(seen)


def _tell(seen: ReportView) -> None:
    print_line = sys.stdout.write
    print_line(f"{seen.provider}, {seen.centre}: {seen.month_words}\n\n")
    for sentence in seen.verdict:
        print_line(f"{sentence}\n")
    for figure in (*seen.figures, *seen.service):
        note = f"  ({figure.note})" if figure.note else ""
        print_line(f"  {figure.label}: {figure.text}{note}\n")
    for rubric in seen.rubrics:
        print_line(f"\n{rubric.label}\n")
        for sentence in rubric.sentences:
            print_line(f"  {sentence}\n")
        for behaviour in rubric.behaviours:
            print_line(f"  {behaviour.text:>8}  {behaviour.title}\n")
    for note in seen.notes:
        print_line(f"\n{note}\n")

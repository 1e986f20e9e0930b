"""The reports: published issues as they were published, and a month's draft for administrators."""

import re
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from itertools import groupby
from uuid import UUID

from flask import Blueprint, Response, abort, redirect, send_file
from markupsafe import Markup, escape
from sqlalchemy.orm import Session
from werkzeug.utils import secure_filename
from werkzeug.wrappers import Response as BaseResponse

from assessor.desk import desk, local, page, person
from assessor.hiding import hidden
from assessor.pages.months import published_in_words
from assessor.policy import allow
from assessor.told import tell, told
from config.clock import Month, civil_date
from scheduler import register
from scheduler.access import Role
from scoring import ledger, reporting
from scoring.ledger import ReportIssue
from scoring.report_csv import write_csv
from scoring.report_view import ReportView, from_json
from scoring.report_words import view
from scoring.reporting import ReportRefused

pages = Blueprint("reports", __name__)
REPORTS = "/reports"
READERS = (Role.ADMINISTRATOR, Role.AUDITOR, Role.PROVIDER_CONTACT)


@dataclass(frozen=True, slots=True)
class Listed:
    """An issue on the list."""

    id: UUID
    centre: str
    provider: str
    number: int
    published: date
    newest: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A report with its verdict in paragraphs; what is published has an issue."""

    seen: ReportView
    verdict: tuple[Markup, ...]
    issue: ReportIssue | None
    published: date | None
    newer: ReportIssue | None


@pages.get(REPORTS)
@allow(*READERS)
def every() -> str:
    """The issues that are this person's to read, the latest month first."""
    with desk().sessions.reading() as session:
        centres = _centres(session)
        issues = ledger.issues(session, centres=centres)
    months = [
        (month, sorted(_listed(list(group), centres), key=lambda each: each.centre))
        for month, group in groupby(issues, key=lambda issue: issue.month)
    ]
    return page(
        "reports/list.html",
        REPORTS,
        months=months,
        several_providers=len({each.provider for each in centres.values()}) > 1,
        zone=desk().zone,
    )


@pages.get("/reports/<uuid:key>")
@allow(*READERS)
def one(key: UUID) -> str:
    """One issue, as it was published."""
    with desk().sessions.reading() as session:
        issue = _issue(session, key)
        newest = ledger.issues(session, centres=[issue.centre], month=issue.month)[0]
    newer = newest if newest.number > issue.number else None
    seen = from_json(issue.content)
    shown = Shown(seen, _verdict(seen), issue, _day(issue), newer)
    return page("reports/report.html", REPORTS, shown=shown, notices=told())


@pages.get("/reports/<uuid:key>.csv")
@allow(*READERS)
def as_csv(key: UUID) -> Response:
    """One issue as CSV."""
    with desk().sessions.reading() as session:
        seen = from_json(_issue(session, key).content)
    file = BytesIO()
    write_csv(seen, file)
    file.seek(0)
    name = secure_filename(f"{seen.centre} {seen.month}").replace("_", "-").lower()
    return send_file(file, "text/csv", as_attachment=True, download_name=f"{name}.csv")


@pages.get("/centres/<uuid:centre>/months/<month>")
@allow(Role.ADMINISTRATOR)
def draft(centre: UUID, month: str) -> str:
    """A centre's month as the ledger stands now, and what keeps it from being published."""
    own, parsed = desk(), _parsed(month)
    with own.sessions.reading() as session:
        this_month = Month.of(civil_date(own.clock(), own.zone))
        if hidden(session).keeps_back(centre, parsed, this_month):
            abort(404)
        try:
            seen = view(reporting.report_of(session, centre, parsed))
        except ReportRefused:
            abort(404)
        standing = reporting.month_standing(session, parsed, own.clock(), own.zone)
    found = next((each for each in standing if each.centre.id == centre), None)
    return page(
        "reports/report.html",
        "/months",
        shown=Shown(seen, _verdict(seen), None, None, found.issue if found else None),
        centre=centre,
        blocks=found.blocks if found else ("no call was planned in this month",),
        ready=found is not None and found.ready,
        notices=told(),
    )


@pages.post("/centres/<uuid:centre>/months/<month>")
@allow(Role.ADMINISTRATOR)
def publish(centre: UUID, month: str) -> BaseResponse:
    """Publish the month of one centre, where it is ready and says something new."""
    own, parsed = desk(), _parsed(month)
    with own.sessions.reading() as session:
        if register.find_centre(session, centre) is None:
            abort(404)
    published = reporting.publish_month(
        own.sessions, parsed, frozenset({centre}), own.clock(), str(person().id), own.zone
    )
    tell(published_in_words(published, parsed))
    target = (
        f"/reports/{published[0].issue.id}" if published else f"/centres/{centre}/months/{parsed}"
    )
    return redirect(target, 303)


def _parsed(text: str) -> Month:
    try:
        return Month.parse(text)
    except ValueError:
        abort(404)


def _centres(session: Session) -> dict[UUID, register.Centre]:
    """The centres whose reports this person may read: a provider's contact, the provider's own."""
    who = person()
    every_one = who.roles & {Role.ADMINISTRATOR, Role.AUDITOR}
    return {
        centre.id: centre
        for centre in register.centres(session)
        if every_one or centre.provider == who.provider
    }


def _issue(session: Session, key: UUID) -> ReportIssue:
    """One issue that this person may read; what isn't theirs doesn't exist for them."""
    issue = ledger.find_issue(session, key)
    if issue is None or issue.centre not in _centres(session):
        abort(404)
    return issue


def _day(issue: ReportIssue) -> date:
    return local(issue.published_at, desk().zone).date()


def _listed(issues: list[ReportIssue], centres: dict[UUID, register.Centre]) -> list[Listed]:
    newest: set[UUID] = set()
    listed = []
    for issue in issues:  # the highest number first
        centre = centres[issue.centre]
        listed.append(
            Listed(
                issue.id,
                centre.name,
                centre.provider_name,
                issue.number,
                _day(issue),
                issue.centre not in newest,
            )
        )
        newest.add(issue.centre)
    return listed


def _verdict(seen: ReportView) -> tuple[Markup, ...]:
    """The verdict's paragraphs, with their averages and how these stand in bold."""
    stands = {
        f"(?<={re.escape(each.standard)}: ){each.standing}"
        for each in seen.rubrics
        if each.standing
    }
    found = re.compile("|".join([r"\b[Aa]verage \d+", *stands]))
    return tuple(
        Markup(found.sub(r"<b>\g<0></b>", str(escape(paragraph))))
        for paragraph in _paragraphs(seen)
    )


def _paragraphs(seen: ReportView) -> tuple[str, ...]:
    """The verdict's sentences in one paragraph; by rubric where there are several."""
    if len(seen.rubrics) < 2:
        return (" ".join(seen.verdict),)
    openings = tuple(f"{rubric.label}: " for rubric in seen.rubrics)
    followers = {sentence for rubric in seen.rubrics for sentence in rubric.sentences}
    paragraphs: list[str] = []
    for sentence in seen.verdict:
        if paragraphs and sentence in followers and not sentence.startswith(openings):
            paragraphs[-1] = f"{paragraphs[-1]} {sentence}"
        else:
            paragraphs.append(sentence)
    return tuple(paragraphs)

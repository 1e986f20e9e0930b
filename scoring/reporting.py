"""Makes a centre's monthly report from the ledger, and publishes it as a numbered issue.

Whether a month has ended is judged by the states of its calls, and for a real plan by the calendar
as well: what a rehearsal leaves counts as past.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from config import journal
from config.clock import Month, Period, civil_date
from config.database import Sessions
from scheduler import diary, register
from scheduler.call import PlannedCall
from scoring import ledger, rubric_versions
from scoring.estimate import pooled_variance
from scoring.ledger import Assessment
from scoring.report import MONTHS_SHOWN, CentreReport, centre_report
from scoring.report_call import ReportCall, RubricVersion, report_answers, served_by
from scoring.report_view import ReportView, to_json
from scoring.report_words import view
from scoring.rubric import Rubric


class ReportRefused(Exception):
    """A report that can't be made or published; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class Published:
    """An issue with the report that it holds, in words."""

    issue: ledger.ReportIssue
    seen: ReportView


def report_of(session: Session, centre: UUID, month: Month) -> CentreReport:
    """The report as the ledger stands. Raises ReportRefused when there is no such centre."""
    return _reports(session, frozenset({centre}), month)[centre]


def blocks(session: Session, centre: UUID, month: Month, now: datetime, zone: str) -> list[str]:
    """What keeps a centre's month from being published, in plain words; empty when nothing does."""
    calls = diary.calls(session, centre=centre, months=[month], sampled=True)
    found = []
    if not calls:
        found.append("no call was planned in this month")
    over = civil_date(now, zone) >= month.next().first
    plans = {diary.plan(session, key).purpose for key in {call.plan for call in calls}}
    if not over and plans != {"rehearsal"}:
        found.append("the month isn't over")
    still_open = sum(call.disposition.open for call in calls)
    if still_open:
        found.append(f"{_calls(still_open)} open")
    keys = [call.id for call in calls]
    firsts = ledger.assessments(session, calls=keys, part="first")
    drafts = sum(assessment.state == "draft" for assessment in firsts)
    begun = {assessment.call for assessment in firsts}
    unscored = drafts + sum(
        call.disposition == "completed" and call.id not in begun for call in calls
    )
    if unscored:
        found.append(f"{_calls(unscored)} not scored yet")
    submitted = [assessment.id for assessment in firsts if assessment.state == "submitted"]
    verified = len(ledger.verifications(session, assessments=submitted))
    if verified < len(submitted):
        found.append(f"{_calls(len(submitted) - verified)} not verified yet")
    return found


def publish(
    sessions: Sessions, centre: UUID, month: Month, now: datetime, actor: str, zone: str
) -> Published:
    """Publish the next issue of a centre's month. Raises ReportRefused, naming what blocks it."""
    with sessions.begin() as session:
        in_the_way = blocks(session, centre, month, now, zone)
        if in_the_way:
            raise ReportRefused(f"{month} can't be published: {', '.join(in_the_way)}")
        return _publish(session, report_of(session, centre, month), centre, now, actor)


def publish_month(
    sessions: Sessions,
    month: Month,
    centres: frozenset[UUID],
    now: datetime,
    actor: str,
    zone: str,
) -> tuple[Published, ...]:
    """Publish whatever can be, of some centres; in the order of their names."""
    published = []
    with sessions.begin() as session:
        reports = _reports(session, centres, month)
        for each in register.centres(session):
            if each.id in centres and not blocks(session, each.id, month, now, zone):
                published.append(_publish(session, reports[each.id], each.id, now, actor))
    return tuple(published)


def _publish(
    session: Session, report: CentreReport, centre: UUID, now: datetime, actor: str
) -> Published:
    """Write the issue with the journal's head, which anchors the chain outside the database."""
    month = str(report.month)
    number = len(ledger.issues(session, centres=[centre], month=month)) + 1
    detail: dict[str, object] = {"month": month, "number": number}
    head = journal.record(session, now, actor, "report published", f"centre {centre}", detail)
    seen = view(report)
    issue = ledger.add_issue(session, centre, month, to_json(seen), head.hash, actor, now)
    return Published(issue, seen)


def _reports(session: Session, centres: frozenset[UUID], month: Month) -> dict[UUID, CentreReport]:
    """Reports of some centres; the spread within centres is measured over all of them."""
    year = Period(month.next(1 - MONTHS_SHOWN), MONTHS_SHOWN).month_list
    planned = diary.calls(session, months=year, sampled=True)
    of_centre: defaultdict[UUID, list[ReportCall]] = defaultdict(list)
    for call, reported in _report_calls(session, planned):
        of_centre[call.centre].append(reported)
    variances = _variances(of_centre.values())
    reports = {}
    for key in centres:
        centre = register.find_centre(session, key)
        if centre is None:
            raise ReportRefused("there is no such centre on the register")
        reports[key] = centre_report(
            centre.provider_name, centre.name, month, of_centre[key], call_variances=variances
        )
    return reports


def _report_calls(
    session: Session, planned: tuple[PlannedCall, ...]
) -> Iterable[tuple[PlannedCall, ReportCall]]:
    official = {
        assessment.call: assessment
        for assessment in ledger.assessments(session, calls=[c.id for c in planned], official=True)
    }
    verified = _verified(session, planned)
    rubrics: dict[UUID, Rubric] = {}
    for call in planned:
        assessment = official.get(call.id)
        if assessment is not None and assessment.rubric_version not in rubrics:
            version = assessment.rubric_version
            rubrics[version] = rubric_versions.rubric(session, version)
        yield call, _report_call(call, assessment, rubrics, call.id in verified)


def _verified(session: Session, planned: tuple[PlannedCall, ...]) -> frozenset[UUID]:
    firsts = ledger.assessments(session, calls=[c.id for c in planned], part="first")
    call_of = {assessment.id: assessment.call for assessment in firsts}
    done = ledger.verifications(session, assessments=call_of)
    return frozenset(call_of[verification.assessment] for verification in done)


def _report_call(
    call: PlannedCall,
    assessment: Assessment | None,
    rubrics: dict[UUID, Rubric],
    verified: bool,
) -> ReportCall:
    day = civil_date(call.drawn_moment, call.zone)
    served = served_by(call.disposition)
    if assessment is None or assessment.coverage is None:
        return ReportCall(call.id, day, call.disposition, served)
    rubric = rubrics[assessment.rubric_version]
    values = {answer.criterion: answer.value for answer in assessment.answers}
    return ReportCall(
        id=call.id,
        day=day,
        disposition=call.disposition,
        served=served,
        rubric=RubricVersion.of(rubric),
        assessor=call.assessor,
        score=assessment.score,
        coverage=assessment.coverage,
        outcome=assessment.outcome,
        answers=report_answers(rubric, values),
        verified=verified,
    )


def _variances(
    of_centres: Iterable[list[ReportCall]],
) -> dict[RubricVersion, float | None]:
    """The pooled variance within centres, by rubric version, over the twelve months."""
    scores: defaultdict[RubricVersion, list[list[Decimal]]] = defaultdict(list)
    for calls in of_centres:
        own: defaultdict[RubricVersion, list[Decimal]] = defaultdict(list)
        for call in calls:
            if call.in_mean and call.rubric is not None and call.score is not None:
                own[call.rubric].append(call.score)
        for rubric, group in own.items():
            scores[rubric].append(group)
    return {rubric: pooled_variance(groups) for rubric, groups in scores.items()}


def _calls(count: int) -> str:
    return "1 call is" if count == 1 else f"{count} calls are"

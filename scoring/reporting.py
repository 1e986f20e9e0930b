"""Makes a centre's monthly report from the ledger, and publishes it as a numbered issue.

Whether a month has ended is judged by the states of its calls, and for a real plan by the calendar
as well: what a rehearsal leaves counts as past. A call that is tried again in a later month keeps
none waiting, and stands in none until it has ended: a report that is late, or says so, would tell
the centre that a call is still to come.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from config import anchors, journal
from config.clock import Month, Period, civil_date
from config.database import Sessions, one_at_a_time
from scheduler import diary, register
from scheduler.call import PlannedCall
from scheduler.reminder import why_not_sampled
from scheduler.withheld import withheld
from scoring import ledger
from scoring.estimate import pooled_variance
from scoring.ledger import Assessment
from scoring.recounting import recount
from scoring.report import MONTHS_SHOWN, CentreReport, centre_report
from scoring.report_call import (
    WHOSE,
    ReportCall,
    RubricVersion,
    Whose,
)
from scoring.report_view import CallView, ReportView, from_json, to_json
from scoring.report_words import view

MADE = (Whose.COMPLETED, Whose.CENTRE, Whose.DETECTED)
PUBLISHING = 0x7075626C  # one publication at a time, or two could get one number


class ReportRefused(Exception):
    """A report that can't be made or published; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class MonthCall:
    """A planned call on its way into a report; ``first`` is the state of its first assessment."""

    call: PlannedCall
    first: str | None
    official: Assessment | None
    verified: bool

    @property
    def open(self) -> bool:
        """Whether something is still to come of it."""
        return self.call.disposition.open

    @property
    def made(self) -> bool:
        """Whether it reached the centre's line and was not cut by us."""
        return WHOSE[self.call.disposition] in MADE

    @property
    def scored(self) -> bool:
        """Whether its assessment is submitted."""
        return self.first == "submitted"

    @property
    def unscored(self) -> bool:
        """Whether an assessment is due that isn't submitted."""
        completed = WHOSE[self.call.disposition] is Whose.COMPLETED
        return completed and self.first in (None, "draft")

    @property
    def unverified(self) -> bool:
        """Whether it waits for a verifier."""
        return self.scored and not self.verified


@dataclass(frozen=True, slots=True)
class Funnel:
    """How many calls have come how far: planned, made, to be scored, scored, verified."""

    planned: int
    open: int
    made: int
    to_score: int
    scored: int
    verified: int

    @classmethod
    def of(cls, calls: Iterable[MonthCall]) -> "Funnel":
        """Count calls."""
        each = tuple(calls)
        return cls(
            planned=len(each),
            open=sum(call.open for call in each),
            made=sum(call.made for call in each),
            to_score=sum(call.scored or call.unscored for call in each),
            scored=sum(call.scored for call in each),
            verified=sum(call.verified for call in each),
        )

    @property
    def not_made(self) -> int:
        """How many came to nothing through us."""
        return self.planned - self.open - self.made

    @property
    def unscored(self) -> int:
        """How many wait for a score."""
        return self.to_score - self.scored

    @property
    def unverified(self) -> int:
        """How many wait for a verifier."""
        return self.scored - self.verified


@dataclass(frozen=True, slots=True)
class CentreMonth:
    """How far a centre's month has come: what blocks it, its newest issue, and whether a further
    one would say more of its calls.
    """

    centre: register.Centre
    calls: tuple[MonthCall, ...]
    blocks: tuple[str, ...]
    issue: ledger.ReportIssue | None
    tells_more: bool

    @property
    def funnel(self) -> Funnel:
        """Its calls, counted."""
        return Funnel.of(self.calls)

    @property
    def ready(self) -> bool:
        """Whether an issue can be published that isn't yet."""
        return not self.blocks and (self.issue is None or self.tells_more)


@dataclass(frozen=True, slots=True)
class Published:
    """An issue with the report that it holds, in words."""

    issue: ledger.ReportIssue
    seen: ReportView


def report_of(session: Session, centre: UUID, month: Month) -> CentreReport:
    """The report as the ledger stands. Raises ReportRefused when there is no such centre."""
    return _reports(session, frozenset({centre}), month)[centre]


def month_calls(
    session: Session, month: Month, centre: UUID | None = None
) -> tuple[MonthCall, ...]:
    """The month's planned calls, of one centre or of all, each with what has become of it."""
    planned = diary.calls(session, centre=centre, months=[month], sampled=True)
    known = ledger.assessments(session, calls=[call.id for call in planned])
    firsts = {each.call: each for each in known if each.part == "first"}
    official = {each.call: each for each in known if each.official}
    submitted = [each.id for each in firsts.values() if each.state == "submitted"]
    done = {each.assessment for each in ledger.verifications(session, assessments=submitted)}
    return tuple(
        MonthCall(
            call,
            None if (first := firsts.get(call.id)) is None else first.state,
            official.get(call.id),
            first is not None and first.id in done,
        )
        for call in planned
    )


def month_standing(
    session: Session, month: Month, now: datetime, zone: str, *, compare: bool = True
) -> tuple[CentreMonth, ...]:
    """How far each centre with a call in the month, or with a reason why not, has come, by name.

    Without ``compare`` nobody looks whether what is published still tells all; it takes a while.
    """
    missing = withheld(session, month)
    of_centre: defaultdict[UUID, list[MonthCall]] = defaultdict(list, {key: [] for key in missing})
    for each in month_calls(session, month):
        of_centre[each.call.centre].append(each)
    newest: dict[UUID, ledger.ReportIssue] = {}
    for issue in ledger.issues(session, centres=of_centre, month=str(month)):
        newest.setdefault(issue.centre, issue)
    in_the_way = {
        key: _blocks(session, calls, month, now, zone, key in missing)
        for key, calls in of_centre.items()
    }
    free = frozenset(key for key in newest if not in_the_way[key])
    reports = _reports(session, free, month, measured=False) if free and compare else {}
    return tuple(
        CentreMonth(
            centre,
            tuple(of_centre[centre.id]),
            tuple(in_the_way[centre.id]),
            newest.get(centre.id),
            centre.id in reports and _tells_more(reports[centre.id], newest[centre.id]),
        )
        for centre in register.centres(session)
        if centre.id in of_centre
    )


def blocks(session: Session, centre: UUID, month: Month, now: datetime, zone: str) -> list[str]:
    """What keeps a centre's month from being published, in plain words; empty when nothing does."""
    missing = centre in withheld(session, month)
    return _blocks(session, month_calls(session, month, centre), month, now, zone, missing)


def _blocks(
    session: Session,
    calls: Sequence[MonthCall],
    month: Month,
    now: datetime,
    zone: str,
    missing: bool,
) -> list[str]:
    found = []
    due = [each for each in calls if not each.call.put_off]
    if calls and not due:
        found.append("each call is tried again in a later month")
    elif not calls and not missing:
        found.append("no call was planned in this month")
    over = civil_date(now, zone) >= month.next().first
    plans = {diary.plan(session, key).purpose for key in {each.call.plan for each in calls}}
    if not over and plans != {"rehearsal"}:
        found.append("the month isn't over")
    if still_open := sum(each.open for each in due):
        found.append(f"{_calls(still_open)} open")
    if unscored := sum(each.unscored for each in due):
        found.append(f"{_calls(unscored)} not scored yet")
    if unverified := sum(each.unverified for each in due):
        found.append(f"{_calls(unverified)} not verified yet")
    return found


def _tells_more(report: CentreReport, issue: ledger.ReportIssue) -> bool:
    """Whether the centre's own calls stand otherwise than in an issue.

    A range that moves because other centres' calls came in is no reason for another issue, nor is
    a figure whose source was deleted in time.
    """
    seen, told = view(report), from_json(issue.content)
    return (_unmeasured(seen), seen.figures) != (_unmeasured(told), told.figures)


def _unmeasured(seen: ReportView) -> list[CallView]:
    return [replace(call, measured=(), by_hand=False) for call in seen.calls]


def publish(
    sessions: Sessions, centre: UUID, month: Month, now: datetime, actor: str, zone: str
) -> Published:
    """Publish the next issue of a centre's month. Raises ReportRefused, naming what blocks it."""
    with sessions.begin() as session:
        one_at_a_time(session, PUBLISHING)
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
    """Publish whatever can be and isn't yet, of some centres; in the order of their names.

    A centre whose newest issue says the same of its calls keeps it.
    """
    with sessions.begin() as session:
        one_at_a_time(session, PUBLISHING)
        standing = month_standing(session, month, now, zone)
        ready = [each.centre.id for each in standing if each.ready and each.centre.id in centres]
        reports = _reports(session, frozenset(ready), month) if ready else {}
        return tuple(_publish(session, reports[key], key, now, actor) for key in ready)


def _publish(
    session: Session, report: CentreReport, centre: UUID, now: datetime, actor: str
) -> Published:
    """Write the issue with the journal's head, which anchors the chain outside the database."""
    month = str(report.month)
    number = len(ledger.issues(session, centres=[centre], month=month)) + 1
    detail: dict[str, object] = {"month": month, "number": number}
    head = journal.record(session, now, actor, anchors.PUBLICATION, f"centre {centre}", detail)
    seen = view(report)
    issue = ledger.add_issue(session, centre, month, to_json(seen), head.hash, actor, now)
    return Published(issue, seen)


def _reports(
    session: Session, centres: frozenset[UUID], month: Month, *, measured: bool = True
) -> dict[UUID, CentreReport]:
    """Reports of some centres; the spread within centres is measured over all of them."""
    year = Period(month.next(1 - MONTHS_SHOWN), MONTHS_SHOWN).month_list
    planned = [c for c in diary.calls(session, months=year, sampled=True) if not c.put_off]
    of_centre: defaultdict[UUID, list[ReportCall]] = defaultdict(list)
    for call, reported in recount(session, planned, centres if measured else ()):
        of_centre[call.centre].append(reported)
    variances = _variances(of_centre.values())
    missing = withheld(session, month)
    reports = {}
    for key in centres:
        centre = register.find_centre(session, key)
        if centre is None:
            raise ReportRefused("there is no such centre on the register")
        reports[key] = centre_report(
            centre.provider_name,
            centre.name,
            month,
            of_centre[key],
            call_variances=variances,
            not_sampled=why_not_sampled(missing.get(key, ())),
        )
    return reports


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

"""The institute's months: how far their calls have come, what blocks what, and publication."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import Blueprint, abort, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from assessor.desk import desk, page, person
from assessor.hiding import hidden
from assessor.policy import allow
from assessor.told import tell, told
from assessor.wording import month as in_words
from config.clock import Month, civil_date
from scheduler import diary, people, register, scenario_versions
from scheduler.access import Role
from scoring import reporting
from scoring.figure_words import count
from scoring.report_words import RESULTS
from scoring.reporting import CentreMonth, Funnel, MonthCall, Published

pages = Blueprint("months", __name__)
MONTHS = "/months"


@dataclass(frozen=True, slots=True)
class InWords:
    """A month with its funnel and what to do about it."""

    month: Month
    funnel: Funnel
    centres: tuple[CentreMonth, ...]
    published: int
    ready: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A call of the list that a number leads to."""

    day: date
    centre: str
    href: str
    scenario: str
    assessor: str
    ended: str
    score: str
    standing: str


# What a list of calls may be narrowed to: its name in the address, its words, and which calls.
STAGES: dict[str, tuple[str, Callable[[MonthCall], bool]]] = {
    "planned": ("planned", lambda each: True),
    "open": ("still to come", lambda each: each.open),
    "made": ("made", lambda each: each.made),
    "unscored": ("waiting for a score", lambda each: each.unscored),
    "scored": ("scored", lambda each: each.scored),
    "unverified": ("waiting for a verifier", lambda each: each.unverified),
    "verified": ("verified", lambda each: each.verified),
}


@pages.get(MONTHS)
@allow(Role.ADMINISTRATOR)
def every() -> str:
    """Every month with calls, the latest first, and what the institute does next."""
    with desk().sessions.reading() as session:
        months = diary.months_with_calls(session)
        found = [_in_words(session, each, compare=False) for each in months]
        kept_back = hidden(session)
    rows = [each for each in found if each.centres]
    return page(
        "months/list.html", MONTHS, rows=rows, following=_next(rows), hidden=kept_back.sentence
    )


@pages.get("/months/<month>")
@allow(Role.ADMINISTRATOR)
def one(month: str) -> str:
    """One month as a funnel, and by centre what blocks what."""
    with desk().sessions.reading() as session:
        found = _in_words(session, _parsed(month), compare=True)
        if not found.centres:
            abort(404)
        kept_back = hidden(session)
        named = {each.centre.id for each in found.centres} | kept_back.centres
        without = [each.name for each in register.centres(session) if each.id not in named]
    return page(
        "months/month.html",
        MONTHS,
        found=found,
        without=without,
        notices=told(),
        hidden=kept_back.sentence,
    )


@pages.post("/months/<month>")
@allow(Role.ADMINISTRATOR)
def publish(month: str) -> Response:
    """Publish what is ready, and say what was."""
    own, parsed = desk(), _parsed(month)
    with own.sessions.reading() as session:
        centres = frozenset(
            each.centre.id for each in _in_words(session, parsed, compare=False).centres
        )
    if not centres:
        abort(404)
    published = reporting.publish_month(
        own.sessions, parsed, centres, own.clock(), str(person().id), own.zone
    )
    tell(published_in_words(published, parsed))
    return redirect(f"{MONTHS}/{parsed}", 303)


@pages.get("/months/<month>/calls")
@allow(Role.ADMINISTRATOR)
def calls(month: str) -> str:
    """The month's calls, narrowed to a stage and a centre."""
    parsed, stage = _parsed(month), request.args.get("stage", "planned")
    centre = request.args.get("centre", None, type=UUID)
    if stage not in STAGES:
        abort(404)
    words, belongs = STAGES[stage]
    with desk().sessions.reading() as session:
        names = {each.id: each.name for each in register.centres(session)}
        kept_back = hidden(session)
        found = [
            each
            for each in reporting.month_calls(session, parsed, centre)
            if belongs(each) and each.call.id not in kept_back.ids
        ]
        rows = list(_listed(session, found, names))
    return page(
        "months/calls.html",
        MONTHS,
        month=parsed,
        rows=rows,
        words=words,
        of=names.get(centre, "") if centre else "",
        stages=[(name, words, name == stage) for name, (words, _) in STAGES.items()],
        narrowed=f"&centre={centre}" if centre else "",
        hidden=kept_back.sentence,
    )


def published_in_words(published: Iterable[Published], month: Month) -> str:
    """What was published, in a sentence."""
    issues = [f"{each.seen.centre} (issue {each.issue.number})" for each in published]
    if not issues:
        return f"Nothing of {in_words(month)} was new or ready, so nothing was published."
    return f"Published for {in_words(month)}: {', '.join(issues)}."


def _parsed(text: str) -> Month:
    try:
        return Month.parse(text)
    except ValueError:
        abort(404)


def _in_words(session: Session, month: Month, *, compare: bool) -> InWords:
    own = desk()
    now = own.clock()
    kept_back, this_month = hidden(session), Month.of(civil_date(now, own.zone))
    standing = tuple(
        each
        for each in reporting.month_standing(session, month, now, own.zone, compare=compare)
        if not kept_back.keeps_back(each.centre.id, month, this_month)
    )
    funnel = Funnel.of(call for each in standing for call in each.calls)
    published = sum(each.issue is not None for each in standing)
    ready = sum(each.ready for each in standing)
    sentence = _what_next(funnel, len(standing), published, ready)
    return InWords(month, funnel, standing, published, ready, sentence)


def _what_next(funnel: Funnel, centres: int, published: int, ready: int) -> str:
    """What keeps a month from being finished, and what can be published meanwhile."""
    waiting = []
    if funnel.open:
        waiting.append(f"{_calls(funnel.open, 'is', 'are')} still to come")
    if funnel.unscored:
        waiting.append(f"{_calls(funnel.unscored, 'waits', 'wait')} for a score")
    if funnel.unverified:
        waiting.append(f"{_calls(funnel.unverified, 'waits', 'wait')} for a verifier")
    then = ", ".join(waiting)
    others = centres - published - ready
    if then and others > 0:
        then += f" before {'the other ' if ready else ''}{count(others, 'report')} can be published"
    if ready:
        first = f"{'1 report is' if ready == 1 else f'{ready} reports are'} ready to publish"
        return f"{first}; {then}." if then else f"{first}."
    if then:
        return f"{then}."
    if published == centres:
        return "Every report is published."
    return "The calls are done; reports can be published when the month is over."


def _calls(number: int, one: str, many: str) -> str:
    return f"{count(number, 'call')} {one if number == 1 else many}"


def _next(rows: list[InWords]) -> InWords | None:
    """The month in which something is to be done: one to publish first, else the oldest unready."""
    ready = [row for row in rows if row.ready]
    unfinished = [row for row in rows if row.published < len(row.centres)]
    return next(iter(reversed(ready or unfinished)), None)


def _listed(
    session: Session, found: Iterable[MonthCall], names: dict[UUID, str]
) -> Iterable[Listed]:
    assessors = {each.id: each.name for each in people.everybody(session)}
    titles: dict[UUID, str] = {}
    for each in found:
        call = each.call
        if call.scenario not in titles:
            titles[call.scenario] = scenario_versions.scenario(session, call.scenario).title
        official = each.official
        yield Listed(
            day=civil_date(call.drawn_moment, call.zone),
            centre=names[call.centre],
            href=f"/centres/{call.centre}/months/{call.month}",
            scenario=titles[call.scenario],
            assessor=assessors.get(call.assessor, "no longer here") if call.assessor else "nobody",
            ended=str(call.disposition),
            score="" if official is None or official.score is None else str(official.score),
            standing=_standing(each),
        )


def _standing(call: MonthCall) -> str:
    if call.unscored:
        return "waits for a score"
    if call.unverified:
        return "waits for a verifier"
    outcome = call.official.outcome if call.official else None
    return RESULTS[outcome] if outcome else ""

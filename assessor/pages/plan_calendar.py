"""The calendar of a month: each day's calls, who takes them, and what is still open."""

from calendar import monthrange
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from flask import Blueprint, abort, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from assessor.desk import desk, page
from assessor.hiding import hidden
from assessor.pages.plan_calls import FORMER, NOBODY, standing
from assessor.pages.plans import month_of
from assessor.policy import allow
from assessor.wording import place
from config.clock import Month, civil_date
from scheduler import diary, offers, people, register
from scheduler.access import Role
from scheduler.centre import DAYS as SHORT_DAYS
from scheduler.hidden_calls import Hidden
from scheduler.offers import Answer
from scheduler.outcome import Disposition

pages = Blueprint("plan_calendar", __name__)

MOST_A_DAY = 5  # calls that a day of the month shows; its own list shows all of them
MOST_OPEN = 20  # calls that are listed apart
FURTHEST = timedelta(days=1)  # a day begins somewhere so much before or after it does in UTC


@dataclass(frozen=True, slots=True)
class Shown:
    """One call of a day."""

    id: UUID
    moment: datetime
    zone: str
    town: str
    centre: str
    person: str  # "" where there is nobody
    state: str
    open: str  # "nobody", "offered", or "" where nothing is to be done


@dataclass(frozen=True, slots=True)
class Day:
    """A day and its calls."""

    day: date
    calls: tuple[Shown, ...]


@pages.get("/plan/calendar")
@allow(Role.ADMINISTRATOR, Role.AUDITOR)
def now() -> BaseResponse:
    """The month that goes on."""
    own = desk()
    return redirect(f"/plan/calendar/{Month.of(civil_date(own.clock(), own.zone))}")


@pages.get("/plan/calendar/<month>")
@allow(Role.ADMINISTRATOR, Role.AUDITOR)
def one(month: str) -> str:
    """A month day by day; ``?day=`` lists all calls of one of its days."""
    own, shown = desk(), month_of(month)
    with own.sessions.reading() as session:
        kept_back = hidden(session)
        days = _days(session, shown, kept_back)
        planned = [month for each in diary.plans(session) for month in each.period.month_list]
    if "day" in request.args:
        found = next((each for each in days if str(each.day) == request.args["day"]), None)
        if found is None:
            abort(404)
        return page("plans/day.html", "/plan", day=found, month=shown, hidden=kept_back.sentence)
    calls = [call for each in days for call in each.calls]
    return page(
        "plans/calendar.html",
        "/plan",
        month=shown,
        days=days,
        hidden=kept_back.sentence,
        today=civil_date(own.clock(), own.zone),
        calls=len(calls),
        nobody=[call for call in calls if call.open == NOBODY],
        offered=[call for call in calls if call.open == "offered"],
        most=MOST_A_DAY,
        weekdays=SHORT_DAYS,
        most_open=MOST_OPEN,
        earlier=shown.next(-1) if any(each < shown for each in planned) else None,
        later=shown.next() if any(each > shown for each in planned) else None,
    )


def _days(session: Session, month: Month, kept_back: Hidden) -> list[Day]:
    """Every day of a month with its calls, each on its day in its centre's zone."""
    since = datetime.combine(month.first, time(), UTC) - FURTHEST
    until = datetime.combine(month.next().first, time(), UTC) + FURTHEST
    centres = {each.id: each.name for each in register.centres(session)}
    names = {each.id: each.name for each in people.everybody(session)}
    rehearsed = {each.id for each in diary.plans(session) if each.purpose == "rehearsal"}
    found = {
        (each.call, each.person, each.moment): each
        for each in offers.offers(session, since=since, until=until)
    }
    by_day: defaultdict[date, list[Shown]] = defaultdict(list)
    for call in kept_back.left(diary.calls(session, sampled=True, since=since, until=until)):
        offer = found.get((call.id, call.assessor, call.moment)) if call.assessor else None
        planned = call.disposition is Disposition.PLANNED
        unanswered = planned and offer is not None and offer.answer is not Answer.ACCEPTED
        by_day[civil_date(call.moment, call.zone)].append(
            Shown(
                call.id,
                call.moment,
                call.zone,
                place(call.zone),
                centres[call.centre],
                names.get(call.assessor, FORMER) if call.assessor else "",
                standing(call, offer, offered=call.plan not in rehearsed),
                NOBODY if planned and call.assessor is None else "offered" if unanswered else "",
            )
        )
    _, length = monthrange(month.year, month.month)
    return [
        Day(day, tuple(sorted(by_day[day], key=lambda call: call.moment)))
        for day in (date(month.year, month.month, number) for number in range(1, length + 1))
    ]

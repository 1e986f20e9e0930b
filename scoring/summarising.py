"""Writes the Monday letter to the administrators, once a week, from what every room knows."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from config import journal, mail
from config.clock import Month, civil_date
from config.database import Sessions
from config.vault import Vault
from scheduler import (
    custody,
    diary,
    fresh_set,
    incidents,
    letter_log,
    metering,
    people,
    register,
    rules,
    tally,
)
from scheduler.access import Role
from scheduler.gathering import readiness_of
from scheduler.hidden_calls import Hidden, hidden_from
from scheduler.monday import (
    CentreStands,
    Facts,
    MondayLetter,
    MonthWaits,
    PlanShort,
    Reported,
    Untaken,
    iso_week,
    monday_letter,
    text,
)
from scheduler.outcome import Disposition
from scheduler.readiness_words import day
from scheduler.shortfall import is_of_a_week
from scoring.reporting import Funnel, month_standing

WEEK = timedelta(days=7)


def letter_now(
    session: Session, now: datetime, zone: str, reader: UUID, *, proved_everything: bool
) -> MondayLetter:
    """The letter as it would be written to somebody at a moment.

    Unless ``proved_everything``, a centre's number has to be proved by a check, as on the live
    telephone.
    """
    head = _head(*journal.latest(session, limit=1))
    hidden = hidden_from(session, reader, now)
    facts = _facts(session, now, zone, head, proved_everything, hidden)
    return monday_letter(facts, civil_date(now, zone))


def write_monday_letter(
    sessions: Sessions,
    vault: Vault,
    now: datetime,
    zone: str,
    origin: str,
    institute: str,
    *,
    proved_everything: bool,
) -> int:
    """Write the week's letter to every administrator, once; answers how many were written.

    A Monday on which no worker ran is made good later in the week.
    """
    week = iso_week(civil_date(now, zone))
    with sessions.reading() as session:
        if letter_log.monday_written(session, week):
            return 0
        administrators = people.holders(session, Role.ADMINISTRATOR)
        reached = [each for each in administrators if mail.is_address(each.email)]
        if not reached:
            return 0
        hidden = {each.id: hidden_from(session, each.id, now) for each in reached}
        facts = {
            alike.centres: _facts(session, now, zone, "", proved_everything, alike)
            for alike in {each.centres: each for each in hidden.values()}.values()
        }
    with sessions.begin() as session:
        if not letter_log.note_monday(session, week, now):
            return 0
        detail: dict[str, object] = {"letters": len(reached)}
        head = journal.record(session, now, "worker", "Monday letter written", week, detail)
        for each in reached:
            own = replace(facts[hidden[each.id].centres], journal=_head(head))
            letter = monday_letter(own, civil_date(now, zone))
            body = text(letter, origin, institute)
            mail.post(session, vault, now, each.email, letter.subject, body)
        return len(reached)


def _head(newest: journal.Entry | None = None) -> str:
    return f"entry {newest.seq}, {newest.hash}" if newest else "no entry yet"


def _facts(
    session: Session, now: datetime, zone: str, head: str, proved_everything: bool, hidden: Hidden
) -> Facts:
    """The facts without what a tie hides from the reader."""
    return Facts(
        centres=tuple(
            CentreStands(
                centre.id,
                centre.name,
                centre.provider_name,
                readiness_of(
                    session,
                    centre,
                    civil_date(now, centre.zone),
                    proved_everything=proved_everything,
                ),
            )
            for centre in register.centres(session)
        ),
        plans=tuple(_plans(session, now, zone, hidden)),
        months=tuple(_months(session, now, zone, hidden)),
        given_up=mail.count(session, mail.LetterState.GIVEN_UP),
        journal=head,
        reported=tuple(_reported(session, now, hidden)),
        hours_short=metering.short_of_hours(session, rules.in_force(session)),
    )


def _reported(session: Session, now: datetime, hidden: Hidden) -> Iterator[Reported]:
    """The week's incidents and late closures, and centres whose identities wear out."""
    since = now - WEEK
    for centre in register.centres(session):
        said = []
        for each in incidents.incidents(session, centre.id):
            if each.reported_at >= since:
                hours = round((each.until - each.reported_at).total_seconds() / 3600)
                said.append(f"a major incident for {hours} h, on {day(each.reported_at.date())}")
        for closure in register.closures_entered(session, centre.id, centre.zone):
            if closure.late and closure.on >= civil_date(since, centre.zone):
                said.append(
                    f"a closure from {day(closure.first)} entered on {day(closure.on)}, "
                    f"{closure.ahead} working days ahead"
                )
        months = hidden.left_of_months(tally.months_of_centre(session, centre.id), centre=centre.id)
        lately = sum(months[month] for month in sorted(months)[-3:])
        left = custody.calls_left(session, centre.id, civil_date(now, centre.zone))
        if left < lately and fresh_set.told_from(session, centre.id) is None:
            said.append(f"its identities are good for {left} more calls; ask for a fresh set")
        for what in said:
            yield Reported(centre.id, centre.name, centre.provider_name, what)


def _plans(session: Session, now: datetime, zone: str, hidden: Hidden) -> list[PlanShort]:
    """The drawn plans whose period isn't over, the first to begin first."""
    today = civil_date(now, zone)
    names = {each.id: each.name for each in register.centres(session)}
    found = []
    for plan in reversed(diary.plans(session)):
        if plan.purpose != "sampling" or plan.adds_to or plan.withdrawn_at:
            continue
        if plan.period.end <= today:
            continue
        keys = [plan.id, *(each.id for each in diary.additions(session, plan.id))]
        to_come = hidden.left(
            call
            for key in keys
            for call in diary.calls(
                session, plan=key, since=now, dispositions=[Disposition.PLANNED]
            )
        )
        of_centres = [
            (names[centre], of)
            for key in keys
            for centre, of in diary.plan_centres(session, key).items()
            if centre not in hidden.centres
        ]
        of_centres.sort(key=lambda pair: pair[0])
        found.append(
            PlanShort(
                plan.period.first,
                tuple(
                    Untaken(call.id, civil_date(call.moment, call.zone))
                    for call in to_come
                    if call.assessor is None
                ),
                tuple((name, of.uncovered) for name, of in of_centres if of.uncovered),
                tuple(
                    (name, words)
                    for name, of in of_centres
                    for words in of.short
                    if not is_of_a_week(words)  # it tells hours, which no letter does
                ),
            )
        )
    return found


def _months(session: Session, now: datetime, zone: str, hidden: Hidden) -> list[MonthWaits]:
    """The months that are over and not wholly published, the oldest first."""
    found, today = [], civil_date(now, zone)
    for month in reversed(diary.months_with_calls(session)):
        if today < month.next().first:
            continue
        standing = [
            each
            for each in month_standing(session, month, now, zone, compare=False)
            if not hidden.keeps_back(each.centre.id, month, Month.of(today))
        ]
        published = sum(each.issue is not None for each in standing)
        if published == len(standing):
            continue
        funnel = Funnel.of(call for each in standing for call in each.calls)
        found.append(
            MonthWaits(
                month=month,
                centres=len(standing),
                published=published,
                ready=sum(each.ready for each in standing),
                open=funnel.open,
                unscored=funnel.unscored,
                unverified=funnel.unverified,
            )
        )
    return found

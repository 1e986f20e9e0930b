"""Writes the Monday letter to the administrators, once a week, from what every room knows."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from config import journal, mail
from config.clock import civil_date
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
from scoring.reporting import Funnel, month_standing

WEEK = timedelta(days=7)


def letter_now(
    session: Session, now: datetime, zone: str, *, proved_everything: bool
) -> MondayLetter:
    """The letter as it would be written at a moment.

    Unless ``proved_everything``, a centre's number has to be proved by a check, as on the live
    telephone.
    """
    head = _head(*journal.latest(session, limit=1))
    facts = _facts(session, now, zone, head, proved_everything)
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
        addresses = [each.email for each in administrators if mail.is_address(each.email)]
        if not addresses:
            return 0
        facts = _facts(session, now, zone, "", proved_everything)
    with sessions.begin() as session:
        if not letter_log.note_monday(session, week, now):
            return 0
        detail: dict[str, object] = {"letters": len(addresses)}
        head = journal.record(session, now, "worker", "Monday letter written", week, detail)
        letter = monday_letter(replace(facts, journal=_head(head)), civil_date(now, zone))
        body = text(letter, origin, institute)
        for address in addresses:
            mail.post(session, vault, now, address, letter.subject, body)
        return len(addresses)


def _head(newest: journal.Entry | None = None) -> str:
    return f"entry {newest.seq}, {newest.hash}" if newest else "no entry yet"


def _facts(session: Session, now: datetime, zone: str, head: str, proved_everything: bool) -> Facts:
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
        plans=tuple(_plans(session, now, zone)),
        months=tuple(_months(session, now, zone)),
        given_up=mail.count(session, mail.LetterState.GIVEN_UP),
        journal=head,
        reported=tuple(_reported(session, now)),
        hours_short=metering.short_of_hours(session, rules.in_force(session)),
    )


def _reported(session: Session, now: datetime) -> Iterator[Reported]:
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
        months = tally.months_of_centre(session, centre.id)
        lately = sum(months[month] for month in sorted(months)[-3:])
        left = custody.calls_left(session, centre.id, civil_date(now, centre.zone))
        if left < lately and fresh_set.told_from(session, centre.id) is None:
            said.append(f"its identities are good for {left} more calls; ask for a fresh set")
        for what in said:
            yield Reported(centre.id, centre.name, centre.provider_name, what)


def _plans(session: Session, now: datetime, zone: str) -> list[PlanShort]:
    """The drawn plans whose period isn't over, the first to begin first."""
    today = civil_date(now, zone)
    names = {each.id: each.name for each in register.centres(session)}
    found = []
    for plan in reversed(diary.plans(session)):
        if plan.purpose != "sampling" or plan.adds_to or plan.period.end <= today:
            continue
        keys = [plan.id, *(each.id for each in diary.additions(session, plan.id))]
        to_come = [
            call
            for key in keys
            for call in diary.calls(
                session, plan=key, since=now, dispositions=[Disposition.PLANNED]
            )
        ]
        of_centres = [
            (names[centre], of)
            for key in keys
            for centre, of in diary.plan_centres(session, key).items()
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
                tuple((name, words) for name, of in of_centres for words in of.short),
            )
        )
    return found


def _months(session: Session, now: datetime, zone: str) -> list[MonthWaits]:
    """The months that are over and not wholly published, the oldest first."""
    found = []
    for month in reversed(diary.months_with_calls(session)):
        if civil_date(now, zone) < month.next().first:
            continue
        standing = month_standing(session, month, now, zone, compare=False)
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

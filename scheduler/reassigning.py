"""Offers drawn people their moments, and finds another person, identity or number where one fails.

The drawn moment stays. Who stands in comes first, then the next is drawn by the rules of the plan;
where nobody is left the call stays without a person, which its plan names, and is missed.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from config import journal, mail
from config.clock import civil_date
from config.database import Sessions, one_at_a_time
from config.vault import Vault
from scheduler import (
    attempts,
    caller_pool,
    codes,
    diary,
    follow_ups,
    leaves,
    offers,
    people,
    register,
    skills,
)
from scheduler.access import Role
from scheduler.call import PlannedCall
from scheduler.dialling import Desk, hold_to_level
from scheduler.following_up import plan_now
from scheduler.offers import Answer
from scheduler.outcome import Disposition
from scheduler.repeat import chance_for, deal, drawable, playable, plays, taker

LOOKS_AHEAD = timedelta(days=14)  # in which what fails is mended
ANSWER_WITHIN = timedelta(days=2)
TOO_NEAR = timedelta(days=1)  # an offer made so late stands without an answer
TOO_LATE = timedelta(minutes=2)  # a call that begins so soon is on its way to its person
LONGEST_REASON = 500
LOCK = 0x6F66666572  # one call at a time is given to somebody else
SUBJECT = "A call for you"
EXCUSED = "A call that isn't yours any more"

log = logging.getLogger(__name__)


class ExcuseRefused(Exception):
    """Why a call isn't given to somebody else; the text says what would mend it."""


@dataclass(frozen=True, slots=True)
class Finder:
    """What finding another person for a call needs."""

    vault: Vault = field(repr=False)
    origin: str  # of the pages that letters name
    zone: str
    live: bool  # real telephones ring
    actor: str = "worker"


def offer_calls(desk: Desk, zone: str, working_days: int, origin: str) -> int:
    """Offer every call of the coming working days to its person, once; answers how many."""
    now = desk.clock()
    until = (
        now
        + (working_day(civil_date(now, zone), working_days) - civil_date(now, zone))
        + timedelta(days=1)
    )
    return _each(desk, until, "offering", lambda s, c, at: _offer(desk, s, c, at, zone, origin))


def lapse_offers(desk: Desk) -> int:
    """Take what nobody answered in time for a no; an offer that came late needs no answer."""
    now = desk.clock()
    with desk.sessions.reading() as session:
        late = [
            each
            for each in offers.unanswered(session)
            if now >= each.offered_at + ANSWER_WITHIN
            and each.moment >= each.offered_at + ANSWER_WITHIN + TOO_NEAR
            and each.moment > now
        ]
    return sum(
        reply(desk.sessions, each.call, each.person, Answer.SILENT, "worker", now) for each in late
    )


def reply(
    sessions: Sessions, key: UUID, person: UUID, given: Answer, actor: str, now: datetime
) -> bool:
    """Keep what a person answers to a call that is theirs; the next scan finds another for a no.

    False when the call isn't theirs to answer: another's, over, on its way, or answered before.
    """
    with sessions.begin() as session:
        call = diary.find_call(session, key)
        if (
            call is None
            or call.assessor != person
            or call.disposition is not Disposition.PLANNED
            or call.moment <= now
        ):
            return False
        offers.offer(session, key, person, call.moment, now)  # ill before anything was offered
        if not offers.answer(session, key, person, call.moment, given, now):
            return False
        journal.record(session, now, actor, f"offer {given}", f"call {key}")
        return True


def excuse(sessions: Sessions, finder: Finder, key: UUID, reason: str, now: datetime) -> bool:
    """Find another person for a call whose own can't take it; the moment stays.

    A call that has nobody is offered to those who are left once more. Answers whether somebody was
    found. Raises ExcuseRefused where no reason is given, or nothing can be changed any more.
    """
    why = " ".join(reason.split())
    if not why or len(why) > LONGEST_REASON:
        raise ExcuseRefused(f"Say why in at most {LONGEST_REASON} signs; the journal keeps it.")
    with sessions.begin() as session:
        one_at_a_time(session, LOCK)
        call = diary.find_call(session, key)
        if call is None or diary.plan(session, call.plan).purpose != "sampling":
            raise ExcuseRefused("There is no such call of a plan.")
        if call.disposition is not Disposition.PLANNED or call.moment <= now + TOO_LATE:
            raise ExcuseRefused(
                "The call is over or about to begin. Whoever doesn't answer is replaced by their "
                "stand-in, else the call is drawn anew."
            )
        whom = {"person": str(call.assessor)} if call.assessor else {}
        aside = {"reason": why}
        journal.record(
            session, now, finder.actor, "person excused", f"call {key}", {**whom}, aside=aside
        )
        if call.assessor is not None:
            offers.offer(session, key, call.assessor, call.moment, now)
            offers.answer(session, key, call.assessor, call.moment, Answer.EXCUSED, now)
            _tell_excused(finder, session, call.assessor, call.moment, now)
        anew = _find_another(finder, session, call, "excused by an administrator", now)
        return anew.assessor is not None


def mend_calls(desk: Desk, zone: str) -> int:
    """Mend the calls of the next days whose person, number or identity serves no more."""
    finder = Finder(desk.vault, desk.hooks, zone, desk.live)
    return _each(
        desk, desk.clock() + LOOKS_AHEAD, "mending", lambda s, c, at: _mend(finder, s, c, at)
    )


def working_day(today: date, count: int) -> date:
    """The day that lies so many working days after a day; Saturdays and Sundays are none.

    >>> working_day(date(2026, 11, 25), 5)
    datetime.date(2026, 12, 2)
    """
    day = today
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def _each(
    desk: Desk, until: datetime, what: str, act: Callable[[Session, PlannedCall, datetime], bool]
) -> int:
    """Act on each coming call alone; what goes wrong with one is logged, and the others go on."""
    with desk.sessions.reading() as session:
        now = desk.clock()
        found = diary.calls(session, since=now, sampled=True, dispositions=[Disposition.PLANNED])
        rehearsed = {p.id for p in diary.plans(session) if p.purpose == "rehearsal"}
    done = 0
    for each in found:
        if now < each.moment < until and each.plan not in rehearsed:
            try:
                with desk.sessions.begin() as session:
                    one_at_a_time(session, LOCK)
                    call = diary.find_call(session, each.id)
                    if call is not None and call.disposition is Disposition.PLANNED:
                        done += act(session, call, now)
            except Exception:
                log.exception("%s call %s failed; it is tried again", what, each.id)
    return done


def _offer(
    desk: Desk, session: Session, call: PlannedCall, now: datetime, zone: str, origin: str
) -> bool:
    if call.assessor is None or not offers.offer(session, call.id, call.assessor, call.moment, now):
        return False
    _tell(desk.vault, session, call.assessor, call.moment, origin, now)
    journal.record(session, now, "worker", "call offered", f"call {call.id}")
    return True


def _tell(
    vault: Vault, session: Session, person: UUID, moment: datetime, origin: str, now: datetime
) -> None:
    """Date and time, and nothing else: a letter may be read by others."""
    said = (
        "a call was drawn for you on {moment}. Centre and scenario are shown that morning.\n\n"
        f"Say whether you take it; nobody asks why not: {origin}/calendar\n"
    )
    _write(vault, session, person, moment, SUBJECT, said, now)


def _tell_excused(
    finder: Finder, session: Session, person: UUID, moment: datetime, now: datetime
) -> None:
    said = (
        "the call on {moment} isn't yours any more: an administrator has given it to somebody "
        f"else. Was that wrong? Tell them.\n\n{finder.origin}/calendar\n"
    )
    _write(finder.vault, session, person, moment, EXCUSED, said, now)


def _write(
    vault: Vault,
    session: Session,
    person: UUID,
    moment: datetime,
    subject: str,
    said: str,
    now: datetime,
) -> None:
    who = people.find_person(session, person)
    if who is None or not mail.is_address(who.email):
        return
    local = moment.astimezone(ZoneInfo(who.zone))
    at = f"{local:%A %d %B %Y} at {local:%H:%M} ({who.zone})"
    body = f"{who.name},\n\n{said.format(moment=at)}"
    mail.post(session, vault, now, who.email, subject, body)


def _mend(finder: Finder, session: Session, call: PlannedCall, now: datetime) -> bool:
    if call.assessor is None:
        return False
    day = civil_date(call.moment, call.zone)
    hold_to_level(session, call, day)
    able = skills.may_play(session, call.assessor, call.centre, call.scenario, day)
    why = ""
    if call.assessor in _gave_up(session, call):
        why = "didn't take it"
    elif not leaves.may_call(
        session, call.assessor, call.centre, call.moment
    ) or not people.telephone_of(session, finder.vault, call.assessor):
        why = "may not take it any more"
    elif not able and not _deal_anew(finder, session, call, now):
        why = "may no longer play it"
    if why:
        call = _find_another(finder, session, call, why, now)
    mended = bool(why) or not able
    serves = (
        register.line_serves(session, call.number, day, proved=finder.live)
        and codes.identity_serves(session, call.identity, day)
        and _has_caller(session, call)
    )
    return mended if serves else _deal_anew(finder, session, call, now) or mended


def _has_caller(session: Session, call: PlannedCall) -> bool:
    """Whether the call has a number to show; by hand it needs none while the pool is empty."""
    if call.by_hand and not caller_pool.caller_numbers(session):
        return True
    number = call.caller_number
    return number is not None and caller_pool.caller_number(session, number) is not None


def _deal_anew(finder: Finder, session: Session, call: PlannedCall, now: datetime) -> bool:
    plan = plan_now(session, finder.vault, call, now, finder.zone, live=finder.live)
    stream = len(attempts.of_call(session, call.id))
    keystream = chance_for(plan.seed, plan.public_value, "deal", call, stream)
    (centre,) = (each for each in plan.inputs.centres if each.centre == call.centre)
    dealt = deal(plan.inputs, centre, call, call.moment, plan.others, keystream, call.assessor)
    if dealt is None:
        return False
    anew = {
        "number": dealt.number != call.number,
        "identity": dealt.identity != call.identity,
        "caller number": dealt.caller_number != call.caller_number,
        "scenario": dealt.scenario != call.scenario,
    }
    if not any(anew.values()):
        return False  # nothing better is there
    follow_ups.deal_anew(session, call.id, dealt)
    detail: dict[str, object] = {"changed": sorted(key for key, new in anew.items() if new)}
    journal.record(session, now, "worker", "call dealt anew", f"call {call.id}", detail)
    return True


def _find_another(
    finder: Finder, session: Session, call: PlannedCall, why: str, now: datetime
) -> PlannedCall:
    plan = plan_now(session, finder.vault, call, now, finder.zone, live=finder.live)
    (centre,) = (each for each in plan.inputs.centres if each.centre == call.centre)
    where, shifts = drawable(plan.inputs, centre)
    day = civil_date(call.moment, call.zone)
    allowed = where.allowed(plan.inputs.people, day)
    known = {each.person for each in plan.inputs.people}
    gone = _gave_up(session, call) | {call.assessor}
    also_others = {
        each.id
        for role in (Role.VERIFIER, Role.ADMINISTRATOR)
        for each in people.holders(session, role)
    }
    left = tuple(each for each in allowed if each not in gone)
    # Verifiers and administrators who make calls come after everybody else, as stand-ins too. The
    # last resort reckons the most at a centre by those who are left: else two couldn't share.
    ways = (
        (known - {call.stand_in} | also_others, allowed),
        (also_others, allowed),
        (also_others, left),
        (frozenset[UUID](), left),
    )
    found = None
    for way, (left_out, those) in enumerate(ways):
        stream = len(ways) * len(gone) + way
        keystream = chance_for(plan.seed, plan.public_value, "person", call, stream)
        excluded = {each for each in gone | left_out if each is not None}
        found = taker(plan.inputs, call, call.moment, those, shifts, keystream, excluded)
        if found is not None:
            break
    person, stand_in, scenario = None, None, call.scenario
    if found is not None:
        keystream = chance_for(plan.seed, plan.public_value, "scenario", call, len(gone))
        person = found.person
        scenario = playable(plan.inputs, centre, call, plan.others, keystream, person)
        stand_in = plays(plan.inputs, centre, found.stand_in, scenario, day)
    follow_ups.hand_over(session, call.id, person, stand_in, scenario)
    detail: dict[str, object] = {
        "why": why,
        "from": str(call.assessor) if call.assessor else "nobody",
        "to": str(person) if person else "nobody",
    }
    journal.record(session, now, finder.actor, "call re-assigned", f"call {call.id}", detail)
    if found is not None:
        offers.offer(session, call.id, found.person, call.moment, now)
        _tell(finder.vault, session, found.person, call.moment, finder.origin, now)
    return replace(call, assessor=person, stand_in=stand_in, scenario=scenario)


def _gave_up(session: Session, call: PlannedCall) -> frozenset[UUID]:
    """Those who declined a call at its moment, or were silent."""
    return frozenset(
        each.person
        for each in offers.offers(session, call=call.id)
        if each.answer not in (None, Answer.ACCEPTED) and each.moment == call.moment
    )

"""The alarms as the line shows them: what is amiss, with what, and what to do."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from assessor.wording import clock
from scheduler import alarms, deciding, diary, recordings, register
from scheduler.alarm import Alarm, Kind, Words

SHOWN = timedelta(days=7)  # after its end
MOST = 50


@dataclass(frozen=True, slots=True)
class Lasting:
    """All alarms of a kind that last."""

    kind: Kind
    words: Words
    since: datetime
    about: tuple[str, ...]  # each in words; empty where there is nothing to add


@dataclass(frozen=True, slots=True)
class Ended:
    """An alarm that has ended."""

    title: str
    raised_at: datetime
    ended_at: datetime


def lasting(
    session: Session, now: datetime, zone: str, hidden: Collection[UUID]
) -> tuple[Lasting, ...]:
    """What lasts, by kind; a hidden call isn't named."""
    found = alarms.lasting(session)
    named = _calls(session, found, now, zone, hidden)
    return tuple(
        Lasting(
            kind,
            of_kind[0].words,
            of_kind[0].raised_at,
            tuple(filter(None, (named.get(each.about, _worker(each)) for each in of_kind))),
        )
        for kind in Kind
        if (of_kind := [each for each in found if each.kind is kind])
    )


def ended(session: Session, now: datetime) -> tuple[Ended, ...]:
    """What ended in the last week, the newest first."""
    return tuple(
        Ended(each.words.title, each.raised_at, each.ended_at)
        for each in reversed(alarms.ended_since(session, now - SHOWN, MOST))
        if each.ended_at
    )


def unfetched(
    session: Session, zone: str, hidden: Collection[UUID]
) -> tuple[tuple[UUID, str], ...]:
    """The recordings that can't be fetched, each with its call in words, but of hidden calls."""
    return tuple(
        (each.id, _call(session, each.call, zone))
        for each in recordings.alarming(session)
        if each.call not in hidden
    )


def _worker(alarm: Alarm) -> str:
    """A worker's machine and process, of host:process:chance."""
    host, _, rest = alarm.about.partition(":")
    return f"on {host}, process {rest.partition(':')[0]}" if rest else ""


def _calls(
    session: Session, found: Iterable[Alarm], now: datetime, zone: str, hidden: Collection[UUID]
) -> dict[str, str]:
    """The call that each attempt or recording belongs to, in words."""
    kinds = {each.kind for each in found}
    calls: dict[str, UUID] = {}
    if Kind.UNKNOWN in kinds:
        calls |= {str(each.id): each.call for each in deciding.open_to_persons(session, now)}
    if Kind.RECORDING in kinds:
        calls |= {str(each.id): each.call for each in recordings.alarming(session)}
    return {
        about: _call(session, call, zone) for about, call in calls.items() if call not in hidden
    }


def _call(session: Session, key: UUID, zone: str) -> str:
    call = diary.find_call(session, key)
    assert call is not None
    centre = register.find_centre(session, call.centre)
    assert centre is not None
    return f"{centre.name}, {clock(call.moment, zone)}"

"""Raises and ends alarms by a look at the tables, and tells them: by letter, and by a post.

A condition is one alarm from the look that finds it to the look that finds it gone, however many
processes look. A letter is written in the transaction that raises it. The post is made with no
transaction open; one that fails is made again by later looks, a bounded number of times.
"""

import logging
from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy.orm import Session

from config import journal
from config.clock import Clock
from config.database import Sessions
from config.vault import Vault
from scheduler import alarms, deciding, line_state, notices, promises, recordings
from scheduler.alarm import (
    FETCHED_WITHIN,
    FORGOTTEN_AFTER,
    SAID,
    STOPPED_AFTER,
    Alarm,
    Kind,
    missing,
)
from scheduler.telephone import ACCOUNT_REFUSED

BATCH = 5  # posts of one look
Condition = tuple[Kind, str]
Post = Callable[[dict[str, str]], None]
"""Posts one alarm, or raises OSError."""
log = logging.getLogger(__name__)

LETTER = """{said}

{origin}/line shows what it is about, and when it has ended. This letter comes once.
"""


def look(sessions: Sessions, vault: Vault, now: datetime, origin: str) -> int:
    """Raise what has come and end what has gone; answers how many alarms changed."""
    with sessions.reading() as session:
        if _differs(session, now) == (frozenset(), ()):
            return 0
    with sessions.begin() as session:
        new, over = _differs(session, now)
        raised = [each for each in sorted(new) if alarms.note(session, *each, now)]
        ended = [each for each in over if alarms.end(session, each.id, now)]
        for act, kind, about in (
            *(("alarm raised", kind, about) for kind, about in raised),
            *(("alarm ended", each.kind, each.about) for each in ended),
        ):
            detail: dict[str, object] = {"about": about}
            journal.record(session, now, "worker", act, f"alarm {kind}", detail)
        if raised:
            _write(session, vault, now, origin, [kind for kind, _ in raised])
        alarms.forget_workers(session, now - FORGOTTEN_AFTER)
        return len(raised) + len(ended)


def tell(sessions: Sessions, post: Post, clock: Clock) -> int:
    """Post what lasts and wasn't told yet; answers how many were taken.

    The first failure ends the round: whoever doesn't answer is asked once a look.
    """
    with sessions.reading() as session:
        waiting = alarms.untold(session, clock(), BATCH)
    told = 0
    for alarm in waiting:
        with sessions.begin() as session:
            if not alarms.claim_telling(session, alarm, clock()):
                continue
        said = alarm.words
        try:
            post(
                {
                    "kind": alarm.kind,
                    "words": f"{said.title}. {said.remedy}",
                    "time": alarm.raised_at.isoformat(),
                }
            )
        except OSError as error:
            log.warning(
                "an alarm couldn't be posted (%s); try %d", type(error).__name__, alarm.tries + 1
            )
            break
        with sessions.begin() as session:
            alarms.told(session, alarm.id, clock())
        told += 1
    return told


def worker_lives(session: Session, now: datetime) -> bool:
    """Whether some worker has ticked lately, or none has ever been started here."""
    beat = line_state.last_beat(session, "worker")
    return beat is None or now - beat <= STOPPED_AFTER


def _differs(session: Session, now: datetime) -> tuple[frozenset[Condition], tuple[Alarm, ...]]:
    """The conditions without an alarm, and the alarms without their condition."""
    there, lasting = _conditions(session, now), alarms.lasting(session)
    known = {(each.kind, each.about) for each in lasting}
    return (
        there - known,
        tuple(each for each in lasting if (each.kind, each.about) not in there),
    )


def _conditions(session: Session, now: datetime) -> frozenset[Condition]:
    stop = line_state.stopped(session)
    overdue = promises.messages_waiting(session, now - FETCHED_WITHIN)
    stopped = {""} if not worker_lives(session, now) else missing(alarms.workers(session), now)
    return frozenset(
        (
            *([(Kind.ACCOUNT, "")] if stop and stop[1] == ACCOUNT_REFUSED else ()),
            *((Kind.WORKER, name) for name in stopped),
            *((Kind.UNKNOWN, str(each.id)) for each in deciding.open_to_persons(session, now)),
            *((Kind.RECORDING, str(each.id)) for each in recordings.alarming(session)),
            *((Kind.MESSAGE, str(each.id)) for each in overdue),
        )
    )


def _write(
    session: Session, vault: Vault, now: datetime, origin: str, kinds: Collection[Kind]
) -> None:
    """One letter of everything that one look raised."""
    said = [
        f"{SAID[kind].title}{f' ({n} of them)' if (n := list(kinds).count(kind)) > 1 else ''}.\n"
        f"{SAID[kind].remedy}"
        for kind in dict.fromkeys(kinds)
    ]
    subject = SAID[next(iter(kinds))].title + (", and more" if len(said) > 1 else "")
    body = LETTER.format(said="\n\n".join(said), origin=origin)
    notices.tell_administrators(session, vault, now, subject, body)

"""Takes down that a client's complaint about a centre arrived, and where it stands.

Nothing that a person could be known by is taken: no words, and a reference that is neither a name
nor a number to ring.
"""

import re
from datetime import date, datetime
from uuid import UUID

from config import journal
from config.clock import civil_date
from config.database import Sessions
from scheduler import complaints, register
from scheduler.complaints import Matter, Standing
from scheduler.refused import ChangedMeanwhile, FieldRefused

LONGEST_REFERENCE = 20
EARLIEST = date(2007, 1, 1)  # no code of practice before it
_REFERENCE = re.compile(r"(?=.*\d)(?!.*\d{7})[A-Za-z0-9][A-Za-z0-9./-]*")


def take_down(
    sessions: Sessions,
    centre: UUID,
    reference: str,
    arrived: date,
    matter: Matter,
    standing: Standing,
    now: datetime,
    actor: str,
) -> UUID:
    """Keep a complaint that arrived, and journal it; answers its key.

    Raises FieldRefused for a reference that isn't one or that the centre has, and for a day to
    come or before the code of practice.
    """
    said = reference.strip()
    if len(said) > LONGEST_REFERENCE or not _REFERENCE.fullmatch(said):
        raise FieldRefused(
            "reference",
            "Write the reference of the institute's file, as C-2027/14: letters, digits, points, "
            f"strokes and hyphens, at most {LONGEST_REFERENCE} signs. No name, and no number of a "
            "person.",
        )
    with sessions.begin() as session:
        found = register.find_centre(session, centre)
        if found is None:
            raise FieldRefused("reference", "Choose a centre of the register.")
        if arrived > civil_date(now, found.zone):
            raise FieldRefused("arrived", "The day on which it arrived is still to come.")
        if arrived < EARLIEST:
            raise FieldRefused("arrived", f"The first year of the code is {EARLIEST.year}.")
        key = complaints.add(session, centre, said, arrived, matter, standing, now)
        if key is None:
            raise FieldRefused(
                "reference", f"{said} is on record for this centre. Change where it stands instead."
            )
        detail: dict[str, object] = {
            "complaint": str(key),
            "arrived": arrived.isoformat(),
            "matter": matter,
            "standing": standing,
        }
        subject, aside = f"centre {centre}", {"reference": said}
        journal.record(session, now, actor, "complaint received", subject, detail, aside=aside)
        return key


def move(
    sessions: Sessions,
    centre: UUID,
    key: UUID,
    seen: Standing,
    standing: Standing,
    now: datetime,
    actor: str,
) -> None:
    """Say where a complaint about a centre stands now, and journal it.

    Raises ChangedMeanwhile when it doesn't stand any more where it was seen.
    """
    if standing is seen:
        return
    with sessions.begin() as session:
        if not complaints.move(session, key, seen, standing):
            raise ChangedMeanwhile
        detail: dict[str, object] = {"complaint": str(key), "from": seen, "to": standing}
        journal.record(session, now, actor, "complaint moved on", f"centre {centre}", detail)

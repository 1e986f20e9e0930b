"""What the ledger says of a trial's calls: dialled twice, stuck, or told untruly."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from config.database import Sessions
from scheduler import attempts, diary
from scheduler.diary_rows import AttemptRow
from scheduler.outcome import Attempt, Disposition, Ending, State

REACHED = (Ending.COMPLETED, Ending.BUSY, Ending.NO_ANSWER, Ending.FAILED)
NEVER_RUNG = (Ending.REFUSED, Ending.NOT_PLACED)
NEVER_DIALLED = (Disposition.MISSED, Disposition.ASSESSOR_ABSENT, Disposition.WITHDRAWN)


@dataclass
class Found:
    """The broken promises, each in words."""

    double: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    untrue: list[str] = field(default_factory=list)

    def add(self, other: "Found") -> None:
        self.double += other.double
        self.stuck += other.stuck
        self.untrue += other.untrue


class Dials:
    """The dials of a ledger, read on from where the last reading ended."""

    def __init__(self, path: Path) -> None:
        self._path, self._read = path, 0
        self.centre: Counter[str] = Counter()
        self.assessor: Counter[str] = Counter()

    def read_on(self) -> None:
        for row in self._rows():
            if row["kind"] == "dial":
                token = row["url"].split("/")[-2]
                (self.centre if "parent_sid" in row else self.assessor)[token] += 1

    def _rows(self) -> Iterator[dict[str, Any]]:
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            file.seek(self._read)
            whole, _, _ = file.read().rpartition(b"\n")
        self._read += len(whole) + 1 if whole else 0
        for line in whole.splitlines():
            yield json.loads(line)


def judge(sessions: Sessions, calls: Iterable[UUID], dials: Dials, now: datetime) -> Found:
    """Compare what was written down with what rang."""
    dials.read_on()
    found = Found()
    with sessions.reading() as session:
        for key in calls:
            call = diary.find_call(session, key)
            assert call is not None
            tried = attempts.of_call(session, key)
            waiting = session.scalars(
                select(AttemptRow.id).where(
                    AttemptRow.call_id == key, AttemptRow.refusal.is_not(None)
                )
            ).all()
            _double(found.double, tried, dials)
            _untrue(found.untrue, tried, call.disposition, dials)
            _stuck(found.stuck, tried, call.disposition, frozenset(waiting), now)
    return found


def _double(double: list[str], tried: tuple[Attempt, ...], dials: Dials) -> None:
    was_unknown = False
    for each in tried:
        centre, assessor = dials.centre[each.token], dials.assessor[each.token]
        if centre > 1:
            double.append(f"a centre was dialled {centre} times for one attempt")
        if assessor > 1:
            double.append(f"an assessor was rung {assessor} times for one attempt")
        if was_unknown and assessor:
            double.append("dialled again after an outcome was unknown")
        was_unknown = was_unknown or each.ever_unknown
    answered = [t for t in tried if t.ending is Ending.COMPLETED]
    if len(answered) > 1:
        double.append("dialled again after a centre had answered")


def _untrue(
    untrue: list[str], tried: tuple[Attempt, ...], disposition: Disposition, dials: Dials
) -> None:
    for each in tried:
        centre, assessor = dials.centre[each.token], dials.assessor[each.token]
        if centre and each.state is State.ENDED and each.ending not in REACHED:
            untrue.append(f"dialled, and yet {each.ending}")
        if not centre and each.ending in REACHED:
            untrue.append(f"{each.ending}, and yet never dialled")
        if assessor and each.ending in NEVER_RUNG:
            untrue.append(f"{each.ending}, and yet a telephone rang")
    if disposition in NEVER_DIALLED and dials.centre[tried[-1].token]:
        untrue.append(f"{disposition}, and yet a centre was dialled")


def _stuck(
    stuck: list[str],
    tried: tuple[Attempt, ...],
    disposition: Disposition,
    waiting: frozenset[UUID],
    now: datetime,
) -> None:
    live = [each for each in tried if each.state is not State.ENDED]
    if disposition.open != bool(live):
        stuck.append(f"{disposition} with {len(live)} live attempts")
    for each in live:
        later = each.state is State.INTENT and each.due > now
        visible = each.state is State.UNKNOWN and each.id in waiting
        if not later and not visible:
            stuck.append(f"stuck as {each.state}")

"""What the ledger says of a trial's calls: dialled twice, stuck, or told untruly."""

import json
from collections import Counter
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from config.database import Sessions
from scheduler import attempts, diary
from scheduler.diary_rows import AttemptRow
from scheduler.outcome import Attempt, Disposition, Ending, State, is_restored

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
        self.centre: Counter[str] = Counter()  # by the attempt's token
        self.assessor: Counter[str] = Counter()
        self._latest: list[tuple[str, str]] = []  # token and number of the last reading's centres

    def read_on(self) -> None:
        self._latest = []
        for row in self._rows():
            if row["kind"] == "dial":
                token = row["url"].split("/")[-2]
                if "parent_sid" in row:
                    self.centre[token] += 1
                    self._latest.append((token, row["to"]))
                else:
                    self.assessor[token] += 1

    def rung(self, number: str, *, but: Container[str] = ()) -> int:
        """How often a centre was dialled of late, other than for some tokens."""
        return sum(to == number and token not in but for token, to in self._latest)

    def _rows(self) -> Iterator[dict[str, Any]]:
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            file.seek(self._read)
            whole, _, _ = file.read().rpartition(b"\n")
        self._read += len(whole) + 1 if whole else 0
        for line in whole.splitlines():
            yield json.loads(line)


def judge(sessions: Sessions, calls: Mapping[UUID, str], dials: Dials, now: datetime) -> Found:
    """Compare what was written down of the calls to some numbers with what rang since the last."""
    dials.read_on()
    found = Found()
    with sessions.reading() as session:
        for key, number in calls.items():
            call = diary.find_call(session, key)
            assert call is not None
            tried = attempts.of_call(session, key)
            waiting = session.scalars(
                select(AttemptRow.id).where(
                    AttemptRow.call_id == key, AttemptRow.refusal.is_not(None)
                )
            ).all()
            _double(found.double, tried, number, dials)
            _untrue(found.untrue, tried, call.disposition, number, dials)
            _stuck(found.stuck, tried, call.disposition, frozenset(waiting), now)
    return found


def _double(double: list[str], tried: tuple[Attempt, ...], number: str, dials: Dials) -> None:
    if (times := dials.rung(number)) > 1:
        double.append(f"a centre was dialled {times} times for one call")
    was_unknown = False
    for each in tried:
        assessor = dials.assessor[each.token]
        if assessor > 1:
            double.append(f"an assessor was rung {assessor} times for one attempt")
        if was_unknown and assessor:
            double.append("dialled again after an outcome was unknown")
        was_unknown = was_unknown or each.ever_unknown


def _untrue(
    untrue: list[str],
    tried: tuple[Attempt, ...],
    disposition: Disposition,
    number: str,
    dials: Dials,
) -> None:
    # A restored attempt stands for all of its call that the backup doesn't know.
    lost = dials.rung(number, but={each.token for each in tried})
    for each in tried:
        centre, assessor = dials.centre[each.token], dials.assessor[each.token]
        if is_restored(each):
            centre += lost
        if centre and each.state is State.ENDED and each.ending not in REACHED:
            untrue.append(f"dialled, and yet {each.ending}")
        if not centre and each.ending in REACHED:
            untrue.append(f"{each.ending}, and yet never dialled")
        if assessor and each.ending in NEVER_RUNG:
            untrue.append(f"{each.ending}, and yet a telephone rang")
    if disposition in NEVER_DIALLED and dials.rung(number):
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

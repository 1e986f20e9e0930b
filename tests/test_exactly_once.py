"""Every planned call is made exactly once, whatever the network does: by the exchange's ledger.

The same check finds the protocol's seeded bugs, so that its silence means something.
"""

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from config.database import Sessions, connect
from scheduler import attempts, hearing, settling
from scheduler.diary_rows import AttemptRow
from scheduler.outcome import Attempt, Disposition, Ending, State
from scheduler.practice.behaviour import AssessorAnswers
from scheduler.telephone import Leg, NotPlaced, PerhapsPlaced, Ring
from tests.crash.seeds import anybody_passes
from tests.played_calls import BUSY, DEAD, SILENT, SOON, Case, FaultyTelephone, play

LOST = ("drop@call", "drop@parent.completed")  # nothing of the assessor's leg is ever heard
HELD = f"timeout_after:{2 * SOON}"
EXPECTED: dict[Case, Disposition] = {
    Case("plain"): Disposition.COMPLETED,
    Case("plain, at once"): Disposition.COMPLETED,
    Case("with it", together=True): Disposition.COMPLETED,
    Case("with them", together=True, centre=BUSY): Disposition.BUSY,
    Case("busy", centre=BUSY): Disposition.BUSY,
    Case("silent", centre=SILENT): Disposition.NO_ANSWER,
    Case("dead", centre=DEAD): Disposition.NUMBER_DEAD,
    Case("no key", assessor=AssessorAnswers(press="")): Disposition.ASSESSOR_ABSENT,
    Case("assessor busy", assessor=BUSY): Disposition.ASSESSOR_ABSENT,
    Case("too many requests", "429"): Disposition.COMPLETED,
    Case("refused for good", "refuse:21211"): Disposition.MISSED,
    Case("500, not made", "500_before"): Disposition.MISSED,
    Case("500, made", "500_after"): Disposition.COMPLETED,
    Case("held, made", HELD): Disposition.COMPLETED,
    Case("reset, made", "reset_after"): Disposition.COMPLETED,
    Case("bad body, made", "bad_body_after"): Disposition.COMPLETED,
    Case("500, made, busy", "500_after", centre=BUSY): Disposition.BUSY,
    Case("500, made, all lost", "500_after", LOST): Disposition.ASSESSOR_ABSENT,
    Case("held, made, all lost", HELD, LOST): Disposition.ASSESSOR_ABSENT,
    Case("held, made, unlisted", HELD, LOST, unlisted=True): Disposition.ASSESSOR_ABSENT,
    Case("500, not made, unlisted", "500_before", unlisted=True): Disposition.MISSED,
    Case("cue lost", webhooks=("drop@call",)): Disposition.ASSESSOR_ABSENT,
    Case("key lost", webhooks=("drop@gather",)): Disposition.ASSESSOR_ABSENT,
    Case("end lost", webhooks=("drop@child.completed", "drop@dial")): Disposition.COMPLETED,
    Case(
        "every end lost",
        webhooks=("drop@child.completed", "drop@dial", "drop@parent.completed"),
        centre=SILENT,
    ): Disposition.NO_ANSWER,
    Case(
        "doubled",
        webhooks=tuple(
            f"double@{purpose}"
            for purpose in ("call", "gather", "dial", "child.answered", "child.completed")
        ),
    ): Disposition.COMPLETED,
    Case(
        "late",
        webhooks=("late:20@child.initiated", "late:300@child.ringing", "late:400@child.completed"),
    ): Disposition.COMPLETED,
    Case("key late", webhooks=("late:60@gather",)): Disposition.COMPLETED,
    Case("key too late", webhooks=("late:130@gather",)): Disposition.MISSED,
    Case(
        "forged",
        webhooks=tuple(f"forged@{purpose}" for purpose in ("call", "gather", "dial", "completed")),
    ): Disposition.COMPLETED,
    Case("asked twice", twice=True): Disposition.COMPLETED,
    Case("asked twice, busy", twice=True, centre=BUSY): Disposition.BUSY,
    Case(
        "asked twice, key at once", twice=True, assessor=AssessorAnswers(press_after=0.2)
    ): Disposition.COMPLETED,
    Case("killed before", killed="before"): Disposition.MISSED,
    Case("killed after", killed="after"): Disposition.COMPLETED,
    Case("killed after, lost", webhooks=LOST, killed="after"): Disposition.ASSESSOR_ABSENT,
}


def test_every_planned_call_is_made_exactly_once_by_the_ledger(
    sessions: Sessions, tmp_path: Path
) -> None:
    played = play(sessions, tmp_path, EXPECTED)
    assert played.violations() == []
    assert played.became() == {case.name: became for case, became in EXPECTED.items()}
    faults = {row["fault"] for row in played.ledger.rows() if row["kind"] == "fault"}
    asked = {fault for case in EXPECTED for fault in (case.create, *case.webhooks) if fault}
    assert faults == asked  # every fault befell somebody


# --- seeded bugs ----------------------------------------------------------------------------------


class Hasty(FaultyTelephone):
    """Takes what is ambiguous for a refusal."""

    mistaken = ""

    def ring(self, ring: Ring) -> str:
        try:
            return super().ring(ring)
        except PerhapsPlaced as error:
            if self.mistaken in str(error):
                raise NotPlaced("surely not placed", permanent=False) from error
            raise


class TimeOutIsRefusal(Hasty):
    mistaken = "ReadTimeout"


class ServerErrorIsRefusal(Hasty):
    mistaken = "status 500"


class FailedListIsEmpty(FaultyTelephone):
    def rung(self, to: str, since: datetime) -> tuple[Leg, ...]:
        try:
            return super().rung(to, since)
        except PerhapsPlaced:
            return ()


class AsksAgain(FaultyTelephone):
    """Sends a request again whose answer was lost."""

    def ring(self, ring: Ring) -> str:
        try:
            return super().ring(ring)
        except PerhapsPlaced:
            return super().ring(ring)


def nothing_is_adopted(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(settling, "adopt", lambda *_: False)


def the_gate_has_no_condition(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(hearing, "assessor_answered", lambda *_: True)
    patch.setattr(hearing, "assessor_confirmed", anybody_passes)


def every_ending_has_a_new_attempt(patch: pytest.MonkeyPatch) -> None:
    def again(attempt: Attempt, ending: Ending, now: datetime) -> datetime | None:
        return now if attempt.ordinal == 1 else None

    patch.setattr("scheduler.dialling.new_attempt_at", again)


def the_first_sid_owns_nothing(patch: pytest.MonkeyPatch) -> None:
    def adopt(session: Session, token: str, call_sid: str, now: datetime) -> bool:
        session.execute(
            update(AttemptRow)
            .where(AttemptRow.token == token, AttemptRow.state != State.ENDED)
            .values(state=State.CREATED, call_sid=call_sid, dial_sid=None, heard_at=now)
        )
        return True

    patch.setattr(attempts, "adopt", adopt)


Seed = Callable[[pytest.MonkeyPatch], None] | type[FaultyTelephone]
SEEDS: dict[str, tuple[Seed, tuple[Case, ...], str]] = {
    "a time-out is taken for a refusal": (
        TimeOutIsRefusal,
        (Case("held", HELD),),
        "refused, and yet a telephone rang",
    ),
    "a server's error is taken for a refusal": (
        ServerErrorIsRefusal,
        (Case("500", "500_after"),),
        "refused, and yet a telephone rang",
    ),
    "a request is sent again": (
        AsksAgain,
        (Case("reset", "reset_after"),),
        "the assessor was rung 2 times",
    ),
    "nothing is adopted from the list": (
        nothing_is_adopted,
        (Case("lost", "500_after", LOST),),
        "stuck as unknown",
    ),
    "a failed listing is read as empty": (
        FailedListIsEmpty,
        (Case("lost", "500_after", LOST, unlisted=True),),
        "not placed, and yet a telephone rang",
    ),
    "the gate has no condition": (
        the_gate_has_no_condition,
        (Case("twice", twice=True),),
        "the centre was dialled 2 times",
    ),
    "the first sid owns nothing": (
        the_first_sid_owns_nothing,
        (Case("twice", twice=True, assessor=AssessorAnswers(press_after=0.2)),),
        "the centre was dialled 2 times",
    ),
    "every ending has a new attempt": (
        every_ending_has_a_new_attempt,
        (Case("busy", centre=BUSY),),
        "the centre was dialled 2 times",
    ),
}


@pytest.fixture
def on_sqlite(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Sessions]:
    shutil.copy(migrated_sqlite, tmp_path / "seeded.db")
    sessions = connect(f"sqlite:///{tmp_path / 'seeded.db'}")
    yield sessions
    sessions.engine.dispose()


@pytest.mark.parametrize("name", SEEDS)
def test_the_check_finds_a_seeded_bug(
    on_sqlite: Sessions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    seed, cases, symptom = SEEDS[name]
    if isinstance(seed, type):
        played = play(on_sqlite, tmp_path, cases, seed)
    else:
        seed(monkeypatch)
        played = play(on_sqlite, tmp_path, cases)
    assert any(symptom in violation for violation in played.violations())

"""A recording is asked for where it is permitted, fetched, sealed, stored, and then removed."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import update

from config import journal
from config.database import Sessions
from config.storage import FolderStorage, StorageFailed
from scheduler import diary, hearing, recordings
from scheduler.diary_rows import SamplingPlanRow
from scheduler.further import Further, Permission, What
from scheduler.keeping import GivingUpRefused, Keeper, give_up, keep_due, play
from scheduler.practice.sound import Part, wav
from scheduler.recording import Recording, RecordingState
from scheduler.telephone import PerhapsPlaced, Recorded
from tests.scheduler.switchboard import Switchboard, a_switchboard

SID = "RE" + "1" * 32
SOUND = b"".join(wav(((Part.MENU, 8.0), (Part.PERSON, 20.0)), "x"))


@dataclass
class FakeRecorder:
    """Holds sounds by sid and statuses by call; fails when told to."""

    sounds: dict[str, bytes] = field(default_factory=dict)
    listed: dict[str, tuple[Recorded, ...]] = field(default_factory=dict)
    fails: bool = False

    def recordings_of(self, call_sid: str) -> tuple[Recorded, ...]:
        self._may()
        return self.listed.get(call_sid, ())

    def sound(self, sid: str, channels: int = 2) -> bytes:
        self._may()
        return self.sounds[sid]

    def delete_recording(self, sid: str) -> None:
        self._may()
        self.sounds.pop(sid, None)

    def _may(self) -> None:
        if self.fails:
            raise PerhapsPlaced("no answer")


@dataclass
class Booth:
    """A switchboard with a recorder and a folder."""

    board: Switchboard
    recorder: FakeRecorder
    keeper: Keeper
    folder: Path

    def recorded_call(self, *, permitted: bool = True, ends: str = "completed") -> UUID:
        based = Further(permissions=(Permission(What.RECORDING, "GB", "Staff were told"),))
        centre = self.board.institute.centre(recording_permitted=permitted, further=based)
        call = self.board.call(centre=centre)
        assert self.board.dial() == 1
        assert self.board.answer(call)
        dial = self.board.confirm(call)
        assert dial is not None
        assert dial.record is permitted
        self.board.centre(call, ends, length=28)
        return call

    def told(self, call: UUID, status: str = "completed", sid: str = SID, owner: str = "") -> None:
        token = self.board.attempt(call).token
        hearing.recording_told(
            self.board.sessions,
            token,
            owner or self.board.sid(call),
            sid,
            status,
            self.board.clock(),
        )

    def of(self, call: UUID) -> Recording | None:
        with self.board.sessions.reading() as session:
            return recordings.of_call(session, call)

    def state(self, call: UUID) -> RecordingState | None:
        found = self.of(call)
        return found.state if found else None

    def keep(self, **later: float) -> int:
        self.board.clock.pass_by(**later)
        return keep_due(self.keeper)


@pytest.fixture
def booth(sessions: Sessions, tmp_path: Path) -> Booth:
    board = a_switchboard(sessions)
    recorder, storage = FakeRecorder({SID: SOUND}), FolderStorage(tmp_path / "recordings")
    keeper = Keeper(board.sessions, board.institute.vault, recorder, storage, board.clock)
    return Booth(board, recorder, keeper, tmp_path / "recordings")


def test_a_recording_is_stored_sealed_and_then_removed_from_the_network(booth: Booth) -> None:
    call = booth.recorded_call()
    assert booth.state(call) is RecordingState.EXPECTED
    booth.told(call)
    assert booth.keep() == 1
    assert booth.state(call) is RecordingState.STORED
    assert SID in booth.recorder.sounds
    assert booth.keep() == 1
    assert booth.state(call) is RecordingState.KEPT
    assert booth.recorder.sounds == {}
    assert booth.keep(hours=2) == 0

    found = booth.of(call)
    assert found is not None
    assert (found.length, found.person, found.size) == (28.0, 8.5, len(SOUND))
    assert found.sha256 == sha256(SOUND).hexdigest()
    (file,) = booth.folder.iterdir()
    stored = file.read_bytes()
    assert SOUND[1000:1100] not in stored
    assert b"RIFF" not in stored


def test_nothing_is_recorded_where_the_centre_does_not_permit_it(booth: Booth) -> None:
    call = booth.recorded_call(permitted=False)
    booth.told(call)
    assert (booth.of(call), booth.keep(hours=1)) == (None, 0)


def test_a_callback_of_another_call_or_one_told_twice_changes_nothing(booth: Booth) -> None:
    call = booth.recorded_call()
    booth.told(call, owner="CA" + "5" * 32)
    assert booth.state(call) is RecordingState.EXPECTED
    booth.told(call)
    booth.told(call, sid="RE" + "2" * 32)
    booth.told(call, status="absent")
    found = booth.of(call)
    assert found is not None
    assert (found.state, found.sid) == (RecordingState.TOLD, SID)


def test_a_lost_callback_is_found_by_asking_the_network(booth: Booth) -> None:
    call = booth.recorded_call()
    booth.recorder.listed[booth.board.sid(call)] = (Recorded(SID, "completed"),)
    assert booth.keep(minutes=1) == 0  # it may still be told
    assert booth.keep(minutes=2) == 1
    assert booth.state(call) is RecordingState.TOLD


def test_a_recording_that_is_told_as_absent_is_absent(booth: Booth) -> None:
    told = booth.recorded_call()
    booth.told(told, status="absent")
    assert booth.state(told) is RecordingState.ABSENT


def test_a_recording_that_the_network_lists_as_absent_is_absent(booth: Booth) -> None:
    call = booth.recorded_call()
    booth.recorder.listed[booth.board.sid(call)] = (Recorded(SID, "absent"),)
    assert booth.keep(minutes=3) == 1
    assert booth.state(call) is RecordingState.ABSENT


@pytest.mark.parametrize("ends", ["busy", "no-answer", "failed"])
def test_a_line_that_nobody_answered_has_no_recording_and_alarms_nobody(
    booth: Booth, ends: str
) -> None:
    call = booth.recorded_call(ends=ends)
    assert booth.keep(minutes=2) == 1
    assert booth.state(call) is RecordingState.ABSENT


def test_a_recording_that_never_comes_is_given_up_with_a_reason_and_once(booth: Booth) -> None:
    call = booth.recorded_call()
    given = booth.of(call)
    assert given is not None
    with pytest.raises(GivingUpRefused, match="come meanwhile"):
        give_up(booth.board.sessions, given.id, "too early", booth.board.clock(), "ada")
    for _ in range(6):
        booth.keep(hours=1)
    with pytest.raises(GivingUpRefused, match="Say why"):
        give_up(booth.board.sessions, given.id, " ", booth.board.clock(), "ada")
    give_up(booth.board.sessions, given.id, "the console has none", booth.board.clock(), "ada")
    assert booth.state(call) is RecordingState.ABSENT
    booth.recorder.listed[booth.board.sid(call)] = (Recorded(SID, "completed"),)
    assert booth.keep(hours=2) == 0
    with booth.board.sessions.reading() as session:
        assert recordings.alarming(session) == ()
        (entry,) = [e for e in journal.entries(session) if e.action == "recording given up"]
    assert entry.subject == f"call {call}"


def test_another_word_of_the_network_about_a_recording_changes_nothing(booth: Booth) -> None:
    call = booth.recorded_call()
    booth.told(call, "in-progress")
    assert booth.state(call) is RecordingState.EXPECTED


@pytest.mark.parametrize("purpose", ["sampling", "rehearsal"])
def test_what_is_rehearsed_or_has_no_assessor_is_not_recorded(booth: Booth, purpose: str) -> None:
    key = booth.recorded_call()
    with booth.board.sessions.begin() as session:
        session.execute(update(SamplingPlanRow).values(purpose=purpose))
        call = diary.find_call(session, key)
        assert call is not None
        assert hearing.may_be_recorded(session, call) is (purpose == "sampling")
        assert not hearing.may_be_recorded(session, replace(call, assessor=None))


@pytest.mark.parametrize("broken", [b"<html>", SOUND[:-9]])
def test_what_cannot_be_fetched_is_tried_later_and_then_alarms(booth: Booth, broken: bytes) -> None:
    call = booth.recorded_call()
    booth.told(call)
    booth.recorder.sounds[SID] = broken
    assert booth.keep() == 0
    assert booth.keep() == 0
    found = booth.of(call)
    assert found is not None
    assert (found.tries, found.state, found.alarming) == (1, RecordingState.TOLD, False)
    for _ in range(4):
        booth.keep(hours=1)
    with booth.board.sessions.reading() as session:
        (alarming,) = recordings.alarming(session)
    assert alarming.call == call
    assert SID in booth.recorder.sounds
    booth.recorder.sounds[SID] = SOUND
    assert booth.keep(hours=1) == 1
    assert booth.state(call) is RecordingState.STORED


def test_nothing_is_removed_from_the_network_before_it_is_stored(
    booth: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = booth.recorded_call()
    booth.told(call)

    def full(*_: object) -> None:
        raise StorageFailed("no space")

    monkeypatch.setattr(FolderStorage, "put", full)
    assert booth.keep() == 0
    assert booth.state(call) is RecordingState.TOLD
    assert SID in booth.recorder.sounds


def test_two_workers_fetch_a_recording_once(booth: Booth) -> None:
    call = booth.recorded_call()
    booth.told(call)
    with booth.board.sessions.reading() as session:
        (seen,) = recordings.due(session, RecordingState.TOLD, booth.board.clock(), 5)
    for expected in (True, False):
        with booth.board.sessions.begin() as session:
            assert recordings.claim(session, seen, booth.board.clock()) is expected


def test_playing_is_journalled_first_and_once_an_hour_and_any_part_is_opened(booth: Booth) -> None:
    call = booth.recorded_call()
    board, keeper = booth.board, booth.keeper
    vault, person = board.institute.vault, board.institute.verifier

    def played() -> tuple[Recording, object] | None:
        return play(board.sessions, vault, keeper.storage, call, person, board.clock())

    assert played() is None
    booth.told(call)
    booth.keep()
    found = play(board.sessions, vault, keeper.storage, call, person, board.clock())
    assert found is not None
    assert played() is not None
    part: Iterator[bytes] = found[1](70_000, 140_000)
    assert b"".join(part) == SOUND[70_000:140_000]
    with board.sessions.reading() as session:
        assert [e.actor for e in journal.entries(session) if e.action == "recording played"] == [
            str(person)
        ]


def test_a_deleted_recording_opens_to_nobody(booth: Booth) -> None:
    call = booth.recorded_call()
    booth.told(call)
    booth.keep()
    found = booth.of(call)
    assert found is not None
    board = booth.board
    for expected in (True, False):
        with board.sessions.begin() as session:
            assert recordings.deleted(session, found.id) is expected
            assert recordings.key_of(session, board.institute.vault, found.id) is None
    assert list(booth.folder.iterdir()) != []
    assert booth.keep() == 1
    assert (list(booth.folder.iterdir()), booth.keep()) == ([], 0)

"""Recordings end 90 days beyond the appeal window of their month's report, unless held."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from config.database import Sessions
from scheduler import attempts, diary, recordings
from scheduler.diary_rows import SamplingPlanRow
from scheduler.outcome import Disposition
from scheduler.recording import RecordingState
from scheduler.sound import Sound
from scoring import erasing, holds, ledger
from scoring.retention import APPEAL_WINDOW, BEYOND_APPEAL, RULES
from tests.builders import NOW, Institute, an_institute

LATER = timedelta(days=40)  # from the call to the report
YEAR = timedelta(days=365)
KEPT = timedelta(days=APPEAL_WINDOW + BEYOND_APPEAL)


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    return an_institute(sessions)


def recorded_call(institute: Institute) -> UUID:
    """A call whose recording is stored."""
    call = institute.call()
    with institute.sessions.begin() as session:
        (attempt,) = attempts.of_call(session, call)
        recordings.expect(session, attempt.id, call, NOW)
        recordings.told(session, attempt.id, "RE" + "1" * 32, NOW)
        found = recordings.of_call(session, call)
        assert found is not None
        recordings.stored(
            session,
            institute.vault,
            found.id,
            uuid4().hex,
            bytes(32),
            100,
            "0" * 64,
            Sound(9.0, (), None, ()),
            NOW,
        )
    return call


def publish(institute: Institute, call: UUID) -> None:
    with institute.sessions.begin() as session:
        found = diary.find_call(session, call)
        assert found is not None
        ledger.add_issue(session, found.centre, found.month, "{}", "", "test", NOW + LATER)


def ended(institute: Institute, after: timedelta) -> bool:
    """Whether a run so long after the call ended the recording."""
    done = erasing.retain(institute.sessions, RULES, NOW + after, lambda _letters: None)
    return any(each.kind == "recording" for each in done)


def state(institute: Institute, call: UUID) -> RecordingState:
    with institute.sessions.reading() as session:
        found = recordings.of_call(session, call)
        assert found is not None
        return found.state


def test_a_recording_ends_so_long_after_its_months_report_and_not_before(
    institute: Institute,
) -> None:
    call = recorded_call(institute)
    publish(institute, call)
    assert not ended(institute, LATER + KEPT)
    assert ended(institute, LATER + KEPT + timedelta(seconds=1))
    assert state(institute, call) is RecordingState.DELETED
    assert not ended(institute, LATER + 2 * KEPT)


@pytest.mark.parametrize(
    ("purpose", "kept"), [("sampling", KEPT + YEAR), ("rehearsal", KEPT + YEAR), ("practice", KEPT)]
)
def test_without_a_report_a_recording_ends_so_long_after_practice_else_a_year_later(
    institute: Institute, purpose: str, kept: timedelta
) -> None:
    call = recorded_call(institute)
    assert not ended(institute, 9 * YEAR), "the call isn't over"
    with institute.sessions.begin() as session:
        session.execute(update(SamplingPlanRow).values(purpose=purpose))
        diary.dispose(session, call, Disposition.COMPLETED, NOW)
    assert not ended(institute, kept)
    assert ended(institute, kept + timedelta(seconds=1))
    assert state(institute, call) is RecordingState.DELETED


def test_a_held_recording_is_kept(institute: Institute) -> None:
    call = recorded_call(institute)
    publish(institute, call)
    with institute.sessions.begin() as session:
        key = holds.place_hold(session, "call", call, "a lawsuit", NOW)
    assert not ended(institute, LATER + 2 * KEPT)
    with institute.sessions.begin() as session:
        assert holds.end_hold(session, key, NOW + LATER + 2 * KEPT)
    assert ended(institute, LATER + 2 * KEPT)

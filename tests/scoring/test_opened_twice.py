"""Two windows on one call: one draft, and a clear word to the one that comes second."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest

from config.database import Sessions
from scheduler.outcome import Disposition
from scoring import assessing, ledger
from scoring.assessing import ChangedElsewhere
from tests.builders import NOW, Institute, an_institute

WINDOWS = 4


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute."""
    return an_institute(sessions)


def test_windows_that_open_a_call_at_one_moment_share_one_draft(institute: Institute) -> None:
    call, together = institute.call(), Barrier(WINDOWS)

    def open_it(_window: int) -> UUID:
        together.wait()
        return assessing.open_assessment(institute.sessions, call, institute.assessor, NOW)

    with ThreadPoolExecutor(WINDOWS) as windows:
        drafts = set(windows.map(open_it, range(WINDOWS)))
    with institute.sessions.reading() as session:
        assert drafts == {each.id for each in ledger.assessments(session, calls=[call])}
    assert len(drafts) == 1


def test_of_windows_that_save_at_one_moment_one_is_told_of_the_other(institute: Institute) -> None:
    key = assessing.open_assessment(institute.sessions, institute.call(), institute.assessor, NOW)
    with institute.sessions.reading() as session:
        found = ledger.find_assessment(session, key)
        assert found is not None
    together = Barrier(WINDOWS)

    def save(window: int) -> bool:
        together.wait()
        try:
            assessing.save(
                institute.sessions,
                key,
                institute.assessor,
                {},
                notes=f"window {window}",
                suspected=False,
                said=Disposition.COMPLETED,
                revision=found.revision,
            )
        except ChangedElsewhere:
            return False
        return True

    with ThreadPoolExecutor(WINDOWS) as windows:
        assert sum(windows.map(save, range(WINDOWS))) == 1

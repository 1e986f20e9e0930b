"""What an assessor says of a sampled call burns its identity where the analyst saw through it."""

import pytest

from config.database import Sessions
from scheduler import codes, diary
from scheduler.outcome import Disposition
from scoring import assessing
from tests.builders import NOW, an_institute, identity
from tests.scheduler.planned import calls, draw


@pytest.mark.parametrize(
    ("said", "suspected", "burnt"),
    [
        (Disposition.DETECTED, False, True),
        (Disposition.CODE_REFUSED, True, True),
        (Disposition.CODE_REFUSED, False, False),
    ],
)
def test_a_call_that_was_seen_through_burns_its_identity(
    sessions: Sessions, said: Disposition, suspected: bool, burnt: bool
) -> None:
    institute = an_institute(sessions)
    institute.centre(identities=(identity("1", "11"), identity("2", "22")))
    call = calls(institute, plan=draw(institute).plan)[0]
    assert call.assessor is not None
    with sessions.begin() as session:
        for disposition in (Disposition.RUNNING, Disposition.COMPLETED):
            assert diary.dispose(session, call.id, disposition, NOW)
    key = assessing.open_assessment(sessions, call.id, call.assessor, NOW)
    assessing.save(sessions, key, call.assessor, {}, notes="", suspected=suspected, said=said)
    assessing.submit(sessions, key, call.assessor, NOW)
    with sessions.reading() as session:
        usable = {each.id for each in codes.usable_identities(session, call.centre)}
    assert (call.identity not in usable) is burnt

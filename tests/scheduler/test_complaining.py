"""Clients' complaints: kept once by their reference, journalled, and never naming anybody."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from config import journal, journal_aside
from config.database import Sessions
from scheduler import complaints
from scheduler.complaining import move, take_down
from scheduler.complaints import Matter, Standing
from scheduler.refused import ChangedMeanwhile, FieldRefused
from tests.builders import NOW, Institute, an_institute

ARRIVED = date(2026, 11, 20)


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute."""
    return an_institute(sessions)


def received(
    institute: Institute, centre: UUID, reference: str = "C-2026/14", arrived: date = ARRIVED
) -> UUID:
    return take_down(
        institute.sessions,
        centre,
        reference,
        arrived,
        Matter.ANSWER,
        Standing.RECEIVED,
        NOW,
        "Ada",
    )


def stands(institute: Institute, centre: UUID) -> list[tuple[str, Standing]]:
    with institute.sessions.reading() as session:
        return [(each.reference, each.standing) for each in complaints.complaints(session, centre)]


def test_a_complaint_is_kept_moves_on_and_both_are_journalled(institute: Institute) -> None:
    centre = institute.centre(1)
    key = received(institute, centre)
    move(institute.sessions, centre, key, Standing.RECEIVED, Standing.UPHELD, NOW, "Ada")
    assert stands(institute, centre) == [("C-2026/14", Standing.UPHELD)]
    with institute.sessions.reading() as session:
        told = [e for e in journal.entries(session) if e.action.startswith("complaint")]
        beside = journal_aside.asides(session, [each.seq for each in told])
    assert [each.action for each in told] == ["complaint received", "complaint moved on"]
    assert "C-2026/14" not in told[0].detail  # the chain is for ever, what stands beside it isn't
    assert beside[told[0].seq] == {"reference": "C-2026/14"}


def test_the_reference_is_taken_once_a_centre(institute: Institute) -> None:
    centre, another = institute.centre(1), institute.centre(2)
    received(institute, centre)
    received(institute, another)
    with pytest.raises(FieldRefused, match="on record for this centre"):
        received(institute, centre, " C-2026/14 ")
    assert len(stands(institute, centre)) == 1


@pytest.mark.parametrize(
    "reference",
    ["", "Smith", "John Smith 1", "ann@client.example", "07700900123", "C-1632960500", "C-1" * 7],
)
def test_what_may_be_a_person_is_no_reference(institute: Institute, reference: str) -> None:
    centre = institute.centre(1)
    with pytest.raises(FieldRefused, match="reference of the institute's file"):
        received(institute, centre, reference)
    assert stands(institute, centre) == []


def test_no_complaint_arrives_tomorrow_before_the_code_or_of_nobody(institute: Institute) -> None:
    centre = institute.centre(1)
    with pytest.raises(FieldRefused, match="first year of the code"):
        received(institute, centre, arrived=date(2006, 12, 31))
    with pytest.raises(FieldRefused, match="still to come"):
        received(institute, centre, arrived=NOW.date() + timedelta(days=1))
    with pytest.raises(FieldRefused, match="of the register"):
        received(institute, uuid4())


def test_a_newer_state_is_never_written_over(institute: Institute) -> None:
    centre = institute.centre(1)
    key = received(institute, centre)
    for wanted in (Standing.NOT_UPHELD, Standing.NOT_UPHELD):
        with institute.sessions.reading() as session:
            (now,) = complaints.complaints(session, centre)
        move(institute.sessions, centre, key, now.standing, wanted, NOW, "Ada")
    with pytest.raises(ChangedMeanwhile):
        move(institute.sessions, centre, key, Standing.RECEIVED, Standing.UPHELD, NOW, "Bea")
    assert stands(institute, centre) == [("C-2026/14", Standing.NOT_UPHELD)]
    with institute.sessions.reading() as session:
        moved = [e for e in journal.entries(session) if e.action == "complaint moved on"]
    assert len(moved) == 1

"""What a provider's contact sends, acknowledges and reports; and that a reported incident holds."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from config import journal
from config.database import Sessions
from scheduler import incidents, people, register, supplying
from scheduler.access import Person, Role
from scheduler.outcome import Disposition
from scheduler.supplying import NotTheirs, SupplyRefused
from tests.builders import NOW, Institute, an_institute
from tests.scheduler.stored import rows
from tests.scheduler.switchboard import a_switchboard

TODAY = NOW.date()
FILES = (("acme.xlsx", b"PK\x00melon-anchor-4519"),)


def a_contact(institute: Institute, centre: UUID, name: str = "Per") -> Person:
    """A contact of a centre's provider."""
    with institute.sessions.reading() as session:
        found = register.find_centre(session, centre)
    assert found is not None
    key = institute.person(name, Role.PROVIDER_CONTACT, provider=found.provider)
    with institute.sessions.reading() as session:
        person = people.find_person(session, key)
    assert person is not None
    return person


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    return an_institute(sessions)


@pytest.fixture
def centre(institute: Institute) -> UUID:
    return institute.centre(0)


@pytest.fixture
def contact(institute: Institute, centre: UUID) -> Person:
    return a_contact(institute, centre)


def keep(institute: Institute, person: Person) -> UUID:
    return supplying.keep(institute.sessions, institute.vault, person, "acme.xlsx", FILES, NOW)


def kept(institute: Institute, person: Person, upload: UUID, hours: float = 0) -> object:
    with institute.sessions.reading() as session:
        now = NOW + timedelta(hours=hours)
        return supplying.kept(session, institute.vault, person, upload, now).files


def test_what_was_sent_is_kept_for_a_day_and_for_its_sender_alone(
    institute: Institute, contact: Person, centre: UUID
) -> None:
    upload = keep(institute, contact)
    assert kept(institute, contact, upload, 24) == FILES
    for person, key, hours in (
        (contact, upload, 24.1),
        (a_contact(institute, centre, "Pia"), upload, 0),
        (contact, uuid4(), 0),
    ):
        with pytest.raises(NotTheirs):
            kept(institute, person, key, hours)


def test_what_was_sent_lies_sealed(institute: Institute, contact: Person) -> None:
    keep(institute, contact)
    stored = repr(rows(institute.sessions)["upload"])
    assert "acme.xlsx" in stored
    assert "melon" not in stored
    assert "bWVsb24" not in stored


def test_what_was_sent_is_replaced_and_forgotten(institute: Institute, contact: Person) -> None:
    first, second = keep(institute, contact), keep(institute, contact)
    with pytest.raises(NotTheirs):
        kept(institute, contact, first)
    supplying.forget(institute.sessions, second)
    assert rows(institute.sessions)["upload"] == []


def acknowledge(institute: Institute, person: Person, centre: UUID, day: date) -> None:
    supplying.acknowledge_notice(institute.sessions, person, centre, day, NOW)


def test_an_acknowledged_notice_counts_and_the_journal_says_who(
    institute: Institute, contact: Person, centre: UUID
) -> None:
    acknowledge(institute, contact, centre, TODAY)
    acknowledge(institute, contact, centre, TODAY - timedelta(days=364))
    with institute.sessions.reading() as session:
        assert register.notice_in_force(session, centre, TODAY + timedelta(days=364))
        entry = journal.entries(session)[-2]
    assert (entry.actor, entry.action) == (str(contact.id), "notice acknowledged")
    assert str(TODAY) in entry.detail


@pytest.mark.parametrize("days", [1, -365])
def test_a_notice_to_come_or_over_is_refused(
    institute: Institute, contact: Person, centre: UUID, days: int
) -> None:
    before = rows(institute.sessions)
    with pytest.raises(SupplyRefused):
        acknowledge(institute, contact, centre, TODAY + timedelta(days=days))
    assert rows(institute.sessions) == before


def report(institute: Institute, person: Person, centre: UUID, hours: int = 4) -> None:
    supplying.report_incident(institute.sessions, person, centre, hours, " Power  cut ", NOW)


def test_a_reported_incident_is_kept_with_its_hours(
    institute: Institute, contact: Person, centre: UUID
) -> None:
    report(institute, contact, centre)
    until = NOW + timedelta(hours=4)
    with institute.sessions.reading() as session:
        assert incidents.incidents(session, centre) == (
            incidents.Incident(NOW, until, "Power cut"),
        )
        assert incidents.paused_until(session, centre, until - timedelta(seconds=1)) == until
        assert incidents.paused_until(session, centre, until) is None
        entry = journal.entries(session)[-1]
    assert (entry.actor, entry.action) == (str(contact.id), "incident reported")
    assert '"hours":4' in entry.detail


def test_reporting_the_same_twice_changes_nothing_and_longer_counts(
    institute: Institute, contact: Person, centre: UUID
) -> None:
    report(institute, contact, centre)
    before = rows(institute.sessions)
    report(institute, contact, centre)
    report(institute, contact, centre, hours=3)
    assert rows(institute.sessions) == before
    report(institute, contact, centre, hours=24)
    with institute.sessions.reading() as session:
        assert incidents.paused_until(session, centre, NOW) == NOW + timedelta(hours=24)


@pytest.mark.parametrize(("hours", "what"), [(0, "x"), (25, "x"), (1, " "), (1, "x" * 501)])
def test_an_incident_without_words_or_beyond_a_day_is_refused(
    institute: Institute, contact: Person, centre: UUID, hours: int, what: str
) -> None:
    before = rows(institute.sessions)
    with pytest.raises(SupplyRefused):
        supplying.report_incident(institute.sessions, contact, centre, hours, what, NOW)
    assert rows(institute.sessions) == before


def test_nothing_is_done_to_a_centre_of_another_provider(
    institute: Institute, contact: Person
) -> None:
    other = institute.centre(1)
    before = rows(institute.sessions)
    with pytest.raises(NotTheirs):
        acknowledge(institute, contact, other, TODAY)
    with pytest.raises(NotTheirs):
        report(institute, contact, other)
    assert rows(institute.sessions) == before


def test_nothing_is_dialled_while_an_incident_goes_on(sessions: Sessions) -> None:
    board = a_switchboard(sessions)
    during, elsewhere = board.call(0), board.call(1)
    with sessions.reading() as session:
        centre = next(c.id for c in register.centres(session) if c.name == "Centre 0")
    report(board.institute, a_contact(board.institute, centre), centre)
    assert board.dial() == 1
    assert board.disposition(during) is Disposition.MISSED
    assert board.disposition(elsewhere) is Disposition.RUNNING

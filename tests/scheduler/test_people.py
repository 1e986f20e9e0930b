"""People: their roles, ties and offered hours, and the telephone that nobody is shown."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from config.database import Sessions
from config.vault import VaultRefused, new_vault
from scheduler import people, sign_ins
from scheduler.access import Role
from scheduler.centre import OpenSpan
from scheduler.enrolling import enrol
from scheduler.people_rows import PersonRow
from tests.builders import NOW, ZONE, a_return

OURS = new_vault()
TELEPHONE = "+447700900123"
HOURS = (OpenSpan(3, 540, 720), OpenSpan(0, 600, 1020))


def add(
    sessions: Sessions,
    name: str,
    *roles: Role,
    telephone: str | None = None,
    offered: tuple[OpenSpan, ...] = (),
    planted: bool = False,
) -> UUID:
    with sessions.begin() as session:
        return people.add_person(
            session,
            OURS,
            NOW,
            name=name,
            email=f"{name}@Institute.example",
            zone="Europe/Dublin",
            roles=roles,
            password_hash="a hash",
            telephone=telephone,
            offered=offered,
            planted=planted,
        )


def test_a_person_is_found_with_every_role(sessions: Sessions) -> None:
    key = add(sessions, "Ash", Role.ASSESSOR, Role.VERIFIER)
    with sessions.reading() as session:
        person = people.find_person(session, key)
        assert person is not None
        assert (person.name, person.email) == ("Ash", "ash@institute.example")
        assert person.zone == "Europe/Dublin"
        assert person.roles == {Role.ASSESSOR, Role.VERIFIER}
        assert people.find_person(session, uuid4()) is None


def test_an_address_belongs_to_one_person_however_it_is_written(sessions: Sessions) -> None:
    add(sessions, "Ash", Role.ASSESSOR)
    with pytest.raises(IntegrityError):
        add(sessions, "ASH", Role.VERIFIER)
    with sessions.reading() as session:
        assert people.password_of(session, "aSh@institute.EXAMPLE") is not None
        assert len(people.everybody(session)) == 1


def test_who_holds_a_role_is_told_and_nobody_else(sessions: Sessions) -> None:
    add(sessions, "Ash", Role.ASSESSOR)
    add(sessions, "Birch", Role.VERIFIER)
    add(sessions, "Cedar", Role.ASSESSOR, Role.VERIFIER)
    with sessions.reading() as session:
        assert [p.name for p in people.holders(session, Role.ASSESSOR)] == ["Ash", "Cedar"]
        assert [p.name for p in people.holders(session, Role.AUDITOR)] == []
        assert [p.name for p in people.everybody(session)] == ["Ash", "Birch", "Cedar"]


def test_who_is_no_longer_active_is_nobody(sessions: Sessions) -> None:
    key = add(sessions, "Ash", Role.ASSESSOR)
    with sessions.begin() as session:
        sign_ins.open_sign_in(session, "a key", key, NOW)
        session.execute(update(PersonRow).values(active=False))
    with sessions.reading() as session:
        assert people.find_person(session, key) is None
        assert people.everybody(session) == ()
        assert people.holders(session, Role.ASSESSOR) == ()
        assert people.password_of(session, "ash@institute.example") is None
        assert sign_ins.find_sign_in(session, "a key") is None


def test_a_telephone_is_sealed_to_its_person(sessions: Sessions) -> None:
    one = add(sessions, "Ash", Role.ASSESSOR, telephone=TELEPHONE)
    other = add(sessions, "Birch", Role.ASSESSOR)
    with sessions.reading() as session:
        assert people.telephone_of(session, OURS, one) == TELEPHONE
        assert people.telephone_of(session, OURS, other) is None
        assert "7700900" not in repr(session.execute(text("SELECT * FROM person")).all())
    with sessions.begin() as session:
        sealed = session.scalar(select(PersonRow.telephone_sealed).where(PersonRow.id == one))
        session.execute(
            update(PersonRow).where(PersonRow.id == other).values(telephone_sealed=sealed)
        )
    with sessions.reading() as session, pytest.raises(VaultRefused, match="it was moved"):
        people.telephone_of(session, OURS, other)


def test_offered_hours_come_in_the_order_asked_and_of_the_week(sessions: Sessions) -> None:
    one = add(sessions, "Ash", Role.ASSESSOR, offered=HOURS)
    other = add(sessions, "Birch", Role.ASSESSOR)
    with sessions.reading() as session:
        found = people.offers(session, [other, one])
    assert found == (
        people.Offer(other, "Europe/Dublin", ()),
        people.Offer(one, "Europe/Dublin", tuple(sorted(HOURS))),
    )


def test_a_tie_is_between_one_person_and_one_provider(sessions: Sessions) -> None:
    one, other = add(sessions, "Ash", Role.ASSESSOR), add(sessions, "Birch", Role.ASSESSOR)
    ours, theirs = (
        enrol(sessions, OURS, a_return(number), NOW, "test", ZONE).provider for number in (1, 2)
    )
    with sessions.begin() as session:
        people.declare_tie(session, one, ours, "worked there", NOW)
    with sessions.reading() as session:
        assert people.ties(session) == {(one, ours)}
        assert people.tied(session, one, ours)
        assert not people.tied(session, one, theirs)
        assert not people.tied(session, other, ours)


def test_whether_anybody_is_planted_is_told(sessions: Sessions) -> None:
    add(sessions, "Ash", Role.ASSESSOR)
    with sessions.reading() as session:
        assert not people.planted_people(session)
    add(sessions, "Birch", Role.ASSESSOR, planted=True)
    with sessions.reading() as session:
        assert people.planted_people(session)


def test_refusals_are_counted_by_key_and_forgotten_in_time(sessions: Sessions) -> None:
    window = timedelta(minutes=5)
    for minute in range(8):
        now = NOW + timedelta(minutes=minute)
        with sessions.begin() as session:
            sign_ins.note_refusal(session, "one", now, now - window)
            sign_ins.note_refusal(session, "other", now, now - window)
    with sessions.reading() as session:
        assert sign_ins.refusals_since(session, "one", now - window) == 6
        assert sign_ins.refusals_since(session, "one", now) == 1
        assert sign_ins.refusals_since(session, "one", NOW) == 6
        assert sign_ins.refusals_since(session, "nobody", NOW) == 0


def test_a_session_ends_once(sessions: Sessions) -> None:
    key = add(sessions, "Ash", Role.ASSESSOR)
    with sessions.begin() as session:
        sign_ins.open_sign_in(session, "a key", key, NOW)
    with sessions.begin() as session:
        assert sign_ins.end_sign_in(session, "a key", NOW)
        assert not sign_ins.end_sign_in(session, "a key", NOW)
        assert not sign_ins.end_sign_in(session, "another key", NOW)

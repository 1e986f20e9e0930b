"""Cover identities and codes: sealed to their row, valid when they say, opened by nobody else."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from config.database import Sessions
from config.vault import VaultRefused, new_vault
from scheduler import codes, register_entry
from scheduler.centre import CodeKind
from scheduler.enrolling import enrol
from scheduler.register_rows import CoverIdentityRow
from tests.builders import NOW, ZONE, a_return, identity

TODAY = NOW.date()
ONE_DAY = timedelta(days=1)
OURS = new_vault()


def test_a_code_that_was_moved_to_another_row_does_not_open(sessions: Sessions) -> None:
    enrol(sessions, OURS, a_return(1, identities=(identity("1", "11"),)), NOW, "test", ZONE)
    enrol(sessions, OURS, a_return(2, identities=(identity("2", "22"),)), NOW, "test", ZONE)
    with sessions.begin() as session:
        one, other = session.scalars(select(CoverIdentityRow)).all()
        one.code_sealed, other.code_sealed = other.code_sealed, one.code_sealed
        moved = one.id
    with sessions.reading() as session, pytest.raises(VaultRefused, match="it was moved"):
        codes.open_identity(session, OURS, moved)


def test_an_account_in_the_place_of_a_code_does_not_open(sessions: Sessions) -> None:
    enrol(sessions, OURS, a_return(), NOW, "test", ZONE)
    with sessions.begin() as session:
        session.execute(
            update(CoverIdentityRow).values(code_sealed=CoverIdentityRow.account_sealed)
        )
        key = session.scalars(select(CoverIdentityRow.id)).one()
    with sessions.reading() as session, pytest.raises(VaultRefused, match="it was moved"):
        codes.open_identity(session, OURS, key)


def test_another_key_opens_nothing(sessions: Sessions) -> None:
    centre = enrol(sessions, OURS, a_return(), NOW, "test", ZONE).centre
    with sessions.reading() as session:
        (entitled,) = codes.usable_identities(session, centre)
        with pytest.raises(VaultRefused, match="the key is wrong"):
            codes.open_persona(session, new_vault(), entitled.id)


def test_the_persona_comes_without_the_code(sessions: Sessions) -> None:
    centre = enrol(sessions, OURS, a_return(), NOW, "test", ZONE).centre
    with sessions.reading() as session:
        (entitled,) = codes.usable_identities(session, centre)
        assert codes.open_persona(session, OURS, entitled.id) == (
            "Alex Birch",
            "410001",
            CodeKind.PIN,
        )
        assert codes.open_identity(session, OURS, entitled.id) == identity()


def test_an_identity_serves_from_its_first_day_to_its_last(sessions: Sessions) -> None:
    stated = replace(identity(), valid_from=TODAY, valid_until=TODAY + ONE_DAY)
    centre = enrol(sessions, OURS, a_return(identities=(stated,)), NOW, "test", ZONE).centre
    with sessions.reading() as session:
        (entitled,) = codes.usable_identities(session, centre)
        days = [TODAY + n * ONE_DAY for n in range(-1, 3)]
        found = [codes.identity_serves(session, entitled.id, day) for day in days]
        assert found == [entitled.serves(day) for day in days] == [False, True, True, False]


def test_an_identity_without_a_first_day_serves_from_the_day_of_its_return(
    sessions: Sessions,
) -> None:
    stated = replace(identity(), valid_from=None)
    centre = enrol(sessions, OURS, a_return(identities=(stated,)), NOW, "test", ZONE).centre
    with sessions.reading() as session:
        (entitled,) = codes.usable_identities(session, centre)
    assert (entitled.valid_from, entitled.valid_until) == (TODAY, None)


def test_a_burnt_identity_serves_no_more(sessions: Sessions) -> None:
    centre = enrol(sessions, OURS, a_return(), NOW, "test", ZONE).centre
    with sessions.begin() as session:
        (entitled,) = codes.usable_identities(session, centre)
        session.execute(update(CoverIdentityRow).values(burnt_on=TODAY))
    with sessions.reading() as session:
        assert codes.usable_identities(session, centre) == ()
        assert not codes.identity_serves(session, entitled.id, TODAY)


def test_equal_codes_of_two_centres_do_not_look_equal(sessions: Sessions) -> None:
    for number in (1, 2):
        enrol(sessions, OURS, a_return(number), NOW, "test", ZONE)
    with sessions.reading() as session:
        rows = session.scalars(select(CoverIdentityRow)).all()
        assert len({row.code_index for row in rows}) == 2
        assert len({row.account_index for row in rows}) == 2
        assert len({row.code_sealed for row in rows}) == 2


def test_equal_codes_are_sealed_anew_and_found_by_their_index(sessions: Sessions) -> None:
    two = (identity("1", "0188"), identity("2", "0188"))
    with sessions.begin() as session:
        _, centre, _ = register_entry.enter_centre(session, a_return(), NOW, invented=False)
        begun, _, _ = codes.enter_identities(session, OURS, centre, two, TODAY)
        assert len(begun) == 2
        session.flush()
        assert codes.enter_identities(session, OURS, centre, two, TODAY) == ([], [], [])
        rows = session.scalars(select(CoverIdentityRow)).all()
        assert len({row.code_index for row in rows}) == 1
        assert len({row.code_sealed for row in rows}) == 2


def test_neither_an_identity_nor_a_code_shows_itself() -> None:
    shown = repr(a_return(identities=(identity("account-of-a-test", "code-of-a-test"),)))
    assert "account-of-a-test" not in shown
    assert "code-of-a-test" not in shown
    assert "Alex Birch" not in shown
    assert "2026" in shown


def test_an_identity_that_nobody_entered_is_not_opened(sessions: Sessions) -> None:
    with sessions.reading() as session, pytest.raises(Exception, match="No row was found"):
        codes.open_identity(session, OURS, uuid4())


def test_validity_is_counted_with_both_its_days() -> None:
    entitled = codes.EntitledIdentity(uuid4(), date(2026, 1, 1), date(2026, 1, 1))
    assert entitled.serves(date(2026, 1, 1))
    assert not entitled.serves(date(2026, 1, 2))

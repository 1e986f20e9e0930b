"""A provider's own return: only for its own centres, and only what was agreed to."""

import re
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from config import journal
from config.database import Sessions
from config.vault import new_vault
from scheduler import codes, register
from scheduler.centre import ON_FILE, Return, SecurityCode
from scheduler.changes import About, Became, Change, digest
from scheduler.enrolling import (
    Agreed,
    ChangesDiffer,
    Enrolled,
    NotOwnCentre,
    ReturnRefused,
    consider,
    enrol,
    weigh,
)
from tests.builders import NOW, ZONE, a_return, identity
from tests.scheduler.stored import rows

TODAY = NOW.date()
OURS = new_vault()
MINE = a_return(0, identities=(identity("410001", "7301"), identity("410002", "7302")))


def enter(sessions: Sessions, stated: Return, agreed: Agreed | None = None) -> Enrolled:
    return enrol(sessions, OURS, stated, NOW, "test", ZONE, agreed=agreed)


@pytest.fixture
def provider(sessions: Sessions) -> UUID:
    """The provider of the first of two centres of two providers."""
    enter(sessions, a_return(1))
    return enter(sessions, MINE).provider


def weighed(sessions: Sessions, stated: Return, provider: UUID) -> tuple[Change, ...]:
    with sessions.reading() as session:
        return weigh(session, OURS, stated, provider, TODAY)[1]


def on_file(account: str) -> Return:
    """The return with one identity, of which nothing but the account is told."""
    each = identity(account)
    left = replace(each, name=ON_FILE, code=SecurityCode(each.code.kind, ON_FILE))
    return replace(MINE, identities=(left,))


def test_what_was_agreed_to_is_entered(sessions: Sessions, provider: UUID) -> None:
    stated = replace(MINE, zone="Europe/Oslo")
    found = weighed(sessions, stated, provider)
    enter(sessions, stated, Agreed(provider, digest(found)))
    with sessions.reading() as session:
        (centre,) = register.centres_of(session, provider)
    assert centre.zone == "Europe/Oslo"
    assert weighed(sessions, stated, provider) == ()


def test_other_changes_than_those_agreed_to_are_not_entered(
    sessions: Sessions, provider: UUID
) -> None:
    stated = replace(MINE, zone="Europe/Oslo")
    agreed = Agreed(provider, digest(weighed(sessions, stated, provider)))
    enter(sessions, replace(MINE, zone="Europe/Rome"))
    before = rows(sessions)
    with pytest.raises(ChangesDiffer):
        enter(sessions, stated, agreed)
    assert rows(sessions) == before


@pytest.mark.parametrize(
    "stated",
    [
        a_return(1),
        a_return(1, provider="Provider 0"),
        replace(MINE, provider="Provider 1"),
        replace(MINE, centre="Nowhere"),
        a_return(9),
    ],
)
def test_no_other_centre_is_weighed_or_entered(
    sessions: Sessions, provider: UUID, stated: Return
) -> None:
    before = rows(sessions)
    with pytest.raises(NotOwnCentre):
        weighed(sessions, stated, provider)
    with pytest.raises(NotOwnCentre):
        consider(sessions, OURS, stated, provider, NOW, "test", ZONE)
    with pytest.raises(NotOwnCentre):
        enter(sessions, stated, Agreed(provider, ""))
    assert rows(sessions) == before


def test_a_provider_cannot_lengthen_its_own_accreditation(
    sessions: Sessions, provider: UUID
) -> None:
    stated = replace(MINE, accredited_until=date(2090, 1, 1), accredited_from=date(2000, 1, 1))
    assert weighed(sessions, stated, provider) == ()
    enter(sessions, stated, Agreed(provider, digest(())))
    with sessions.reading() as session:
        (centre,) = register.centres_of(session, provider)
    assert (centre.accredited_from, centre.accredited_until) == (
        MINE.accredited_from,
        MINE.accredited_until,
    )


def test_identities_are_told_by_account_and_nothing_of_them_is(
    sessions: Sessions, provider: UUID
) -> None:
    changed = replace(identity("410001", "9999"), name="Kit Moor", valid_until=date(2027, 5, 1))
    stated = replace(MINE, identities=(changed, identity("410009", "7309")))
    found = weighed(sessions, stated, provider)
    assert found == (
        Change(
            *(About.IDENTITY, "410001", Became.CHANGED),
            *(None, "name, security code, last day"),
        ),
        Change(About.IDENTITY, "410002", Became.ENDED),
        Change(About.IDENTITY, "410009", Became.BEGUN),
    )
    assert not re.search("7301|7302|9999|7309|Kit|Alex", repr(found))


def test_what_is_on_file_of_an_identity_stays(sessions: Sessions, provider: UUID) -> None:
    with sessions.reading() as session:
        (centre,) = register.centres_of(session, provider)
        usable = codes.usable_identities(session, centre.id)
        before = {codes.open_identity(session, OURS, each.id).account: each.id for each in usable}
    later = on_file("410001")
    later = replace(later, identities=(replace(later.identities[0], valid_until=date(2028, 1, 1)),))
    assert [change.after for change in weighed(sessions, later, provider)] == ["last day", None]
    enter(sessions, later)
    with sessions.reading() as session:
        kept = codes.open_identity(session, OURS, before["410001"])
    assert kept == replace(MINE.identities[0], valid_until=date(2028, 1, 1))


def test_nothing_is_on_file_of_an_unknown_account(sessions: Sessions, provider: UUID) -> None:
    before = rows(sessions)
    with pytest.raises(ReturnRefused, match=r"Identities: 1 row says \(on file\)"):
        weighed(sessions, on_file("419999"), provider)
    with pytest.raises(ReturnRefused, match="nothing on file"):
        enter(sessions, on_file("419999"))
    with pytest.raises(ReturnRefused, match="nothing on file"):
        enter(sessions, replace(on_file("410001"), centre="A new one", numbers=()))
    assert rows(sessions) == before


def test_a_code_that_another_identity_keeps_on_file_is_refused(
    sessions: Sessions, provider: UUID
) -> None:
    before = rows(sessions)
    stays = on_file("410001").identities[0]
    for other in (identity("410002", "7301"), identity("410009", "7301")):
        stated = replace(MINE, identities=(stays, other))
        with pytest.raises(ReturnRefused, match="identity 2 of those stated has the code") as said:
            weighed(sessions, stated, provider)
        assert "write a code of its own" in str(said.value)
        assert not re.search("7301|4100", str(said.value))
        with pytest.raises(ReturnRefused, match="identity 2 of those stated has the code"):
            enter(sessions, stated)
    assert rows(sessions) == before
    swapped = (identity("410001", "7302"), identity("410002", "7301"))
    enter(sessions, replace(MINE, identities=swapped))


def test_a_number_held_elsewhere_is_refused_before_anything_is_shown(
    sessions: Sessions, provider: UUID
) -> None:
    before = rows(sessions, without=("journal",))
    stated = replace(MINE, numbers=a_return(1).numbers)
    with pytest.raises(ReturnRefused) as refused:
        consider(sessions, OURS, stated, provider, NOW, "somebody", ZONE)
    assert "the institute has been told" in str(refused.value)
    assert "Provider" not in str(refused.value)
    assert rows(sessions, without=("journal",)) == before
    with sessions.reading() as session:
        assert journal.entries(session)[-1].actor == "somebody"

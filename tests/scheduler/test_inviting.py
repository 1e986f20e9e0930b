"""Invitations and resets: a link by mail that works once, and tells a stranger nothing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text

from config.database import Sessions
from config.mail import OutboxRow
from scheduler import admitting, inviting, people, single_use_links
from scheduler.access import Role, SignInRefused
from scheduler.inviting import InvitingRefused, LinkEnded
from scheduler.people import Stated
from scheduler.people_rows import SingleUseLinkRow
from scheduler.refused import ChangedMeanwhile
from tests.builders import ALWAYS, NOW, Institute, an_institute
from tests.scheduler.entering import HEAD, HERE, THERE, acts, letters, link, sign_in

EMAIL = "hazel@institute.example"
CHOSEN, OTHER = "quiet lamp by the harbour", "seven herons over Leeds"
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
VERIFIER = Stated("Hazel", "Europe/London", frozenset({Role.VERIFIER}), None, (), "")


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute with an administrator."""
    institute = an_institute(sessions)
    institute.person("Ada", Role.ADMINISTRATOR)
    return institute


def administrator(institute: Institute) -> UUID:
    with institute.sessions.reading() as session:
        return people.holders(session, Role.ADMINISTRATOR)[0].id


def invite(institute: Institute, stated: Stated = VERIFIER, email: str = EMAIL) -> UUID:
    return inviting.invite(
        institute.sessions, institute.vault, HEAD, email, stated, NOW, administrator(institute)
    )


def choose(institute: Institute, token: str, password: str = CHOSEN, now: datetime = NOW) -> None:
    inviting.set_password(institute.sessions, institute.vault, HEAD, token, password, now, HERE)


def forget(
    institute: Institute, email: str = EMAIL, now: datetime = NOW, origin: str = HERE
) -> None:
    inviting.ask_for_reset(institute.sessions, institute.vault, HEAD, email, now, origin)


def test_who_is_invited_sets_a_password_by_the_mailed_link_and_signs_in(
    institute: Institute,
) -> None:
    invite(institute, email="Hazel@Institute.Example ")
    with pytest.raises(SignInRefused):
        sign_in(institute, EMAIL, "", NOW)
    subject, body = letters(institute, EMAIL)[0]
    assert subject == "Test institute: set your password"
    assert "until Friday 27 November 2026, 09:00 (Europe/London)" in body
    choose(institute, link(institute, EMAIL))
    admitted = sign_in(institute, EMAIL, CHOSEN, NOW)
    signed_in = admitting.who(institute.sessions, admitted.token, NOW)
    assert signed_in is not None
    assert signed_in.person.roles == {Role.VERIFIER}
    done = acts(institute)
    assert done[-4:] == ["person invited", "sign-in refused", "password set", "signed in"]
    assert len(letters(institute, EMAIL)) == 1  # a first password is no change to be told of


def test_a_password_that_a_reset_has_changed_is_told_of(institute: Institute) -> None:
    invite(institute)
    choose(institute, link(institute, EMAIL))
    forget(institute)
    choose(institute, link(institute, EMAIL), OTHER)
    assert "your password was changed" in letters(institute, EMAIL)[-1][1]


def test_of_two_who_change_a_person_the_second_is_told(institute: Institute) -> None:
    person, ada = invite(institute), administrator(institute)
    inviting.change(institute.sessions, institute.vault, person, VERIFIER, 0, NOW, ada)
    stale = Stated("Typed", "Europe/London", frozenset({Role.AUDITOR}), None, (), "")
    with pytest.raises(ChangedMeanwhile):
        inviting.change(institute.sessions, institute.vault, person, stale, 0, NOW, ada)
    with institute.sessions.reading() as session:
        found = people.profile(session, person)
    assert found is not None
    assert (found.person.name, found.version) == ("Hazel", 1)
    assert found.person.roles == {Role.VERIFIER}


def test_a_link_works_once(institute: Institute) -> None:
    invite(institute)
    token = link(institute, EMAIL)
    choose(institute, token)
    with pytest.raises(LinkEnded):
        choose(institute, token, OTHER)
    assert sign_in(institute, EMAIL, CHOSEN, NOW)


def test_two_who_use_a_link_at_once_set_one_password(institute: Institute) -> None:
    invite(institute)
    token = link(institute, EMAIL)

    def use(password: str) -> bool:
        try:
            choose(institute, token, password)
        except LinkEnded:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        assert sum(threads.map(use, (CHOSEN, OTHER))) == 1
    with institute.sessions.begin() as session:
        assert not single_use_links.use_link(session, token, NOW)


def test_looking_at_a_link_leaves_it_as_it_was(institute: Institute) -> None:
    invite(institute)
    token, before = link(institute, EMAIL), acts(institute)
    for _ in range(3):
        assert inviting.look(institute.sessions, token, NOW)
    assert acts(institute) == before
    choose(institute, token)
    assert inviting.look(institute.sessions, token, NOW) is None


@pytest.mark.parametrize("hours", [48, 1])
def test_a_link_ends_by_itself(institute: Institute, hours: int) -> None:
    invite(institute)
    if hours == 1:
        forget(institute)
    token = link(institute, EMAIL)
    assert inviting.look(institute.sessions, token, NOW + hours * HOUR - SECOND)
    with pytest.raises(LinkEnded):
        choose(institute, token, now=NOW + hours * HOUR)


def test_a_newer_link_ends_the_older_one(institute: Institute) -> None:
    person = invite(institute)
    first = link(institute, EMAIL)
    inviting.invite_again(
        institute.sessions, institute.vault, HEAD, person, NOW + SECOND, administrator(institute)
    )
    with pytest.raises(LinkEnded):
        choose(institute, first)
    choose(institute, link(institute, EMAIL))
    with pytest.raises(InvitingRefused, match="have a password"):
        inviting.invite_again(
            institute.sessions, institute.vault, HEAD, person, NOW, administrator(institute)
        )


def test_a_refused_password_leaves_the_link(institute: Institute) -> None:
    invite(institute)
    token = link(institute, EMAIL)
    with pytest.raises(InvitingRefused, match="at least 12"):
        choose(institute, token, "short")
    choose(institute, token)


def test_a_link_that_never_was_one_opens_nothing(institute: Institute) -> None:
    invite(institute)
    for token in ("", "a", link(institute, EMAIL)[:-1], f"{link(institute, EMAIL)}a"):
        with pytest.raises(LinkEnded):
            choose(institute, token)


def test_no_table_holds_the_token_of_a_link_in_clear(institute: Institute) -> None:
    invite(institute)
    token = link(institute, EMAIL)
    with institute.sessions.reading() as session:
        assert len(session.scalars(select(SingleUseLinkRow)).all()) == 1
        for table in ("single_use_link", "outbox", "journal"):
            assert token not in repr(session.execute(text(f"SELECT * FROM {table}")).all()), table
        assert token not in repr(session.scalars(select(OutboxRow.subject)).all())


def test_an_address_belongs_to_one_person(institute: Institute) -> None:
    invite(institute)
    before = acts(institute)
    with pytest.raises(InvitingRefused, match="has that address"):
        invite(institute, email=EMAIL.upper())
    assert acts(institute) == before
    assert len(letters(institute, EMAIL)) == 1


@pytest.mark.parametrize("email", ["", "hazel", "a@b\nBcc: c@d", "a b@institute.example"])
def test_what_is_no_address_gets_no_letter(institute: Institute, email: str) -> None:
    with pytest.raises(InvitingRefused, match="no e-mail address"):
        invite(institute, email=email)


@pytest.mark.parametrize(
    ("roles", "provider", "said"),
    [
        ({Role.PROVIDER_CONTACT}, None, "Choose the provider"),
        ({Role.PROVIDER_CONTACT, Role.VERIFIER}, UUID(int=1), "holds no other role"),
        ({Role.VERIFIER}, UUID(int=1), "Leave the provider out"),
        (set(), None, "at least one role"),
    ],
)
def test_roles_that_would_let_a_provider_learn_of_plans_are_refused(
    institute: Institute, roles: set[Role], provider: UUID | None, said: str
) -> None:
    stated = Stated("Hazel", "Europe/London", frozenset(roles), provider, (), "")
    with pytest.raises(InvitingRefused, match=said):
        invite(institute, stated)
    person = invite(institute)
    with pytest.raises(InvitingRefused, match=said):
        inviting.change(
            institute.sessions, institute.vault, person, stated, 0, NOW, administrator(institute)
        )


def test_an_assessors_telephone_and_hours_are_kept_and_journalled_by_name_only(
    institute: Institute,
) -> None:
    stated = Stated(
        "Hazel", "Europe/Paris", frozenset({Role.ASSESSOR}), None, ALWAYS, "+447700900123"
    )
    person = invite(institute)
    inviting.change(
        institute.sessions, institute.vault, person, stated, 0, NOW, administrator(institute)
    )
    with institute.sessions.reading() as session:
        found = people.profile(session, person)
        assert people.telephone_of(session, institute.vault, person) == "+447700900123"
        journal = repr(session.execute(text("SELECT * FROM journal")).all())
    assert found is not None
    assert found.person.roles == {Role.ASSESSOR}
    assert (found.person.zone, found.offered) == ("Europe/Paris", ALWAYS)
    assert found.has_telephone
    assert "7700900123" not in journal
    assert '"changed":["hours","telephone","zone"]' in journal
    with pytest.raises(InvitingRefused, match="Only an assessor"):
        invite(institute, Stated("Ivy", "UTC", frozenset({Role.AUDITOR}), None, ALWAYS, ""), "i@b")


def test_nobody_takes_the_last_key_from_themselves(institute: Institute) -> None:
    ada = administrator(institute)
    with pytest.raises(InvitingRefused, match="another administrator"):
        inviting.change(institute.sessions, institute.vault, ada, VERIFIER, 0, NOW, ada)
    with pytest.raises(InvitingRefused, match="another administrator"):
        inviting.let_in(institute.sessions, ada, False, NOW, ada)


def test_ended_access_ends_sessions_and_links_and_letting_in_revives_neither(
    institute: Institute,
) -> None:
    person, ada = invite(institute), administrator(institute)
    choose(institute, link(institute, EMAIL))
    token = sign_in(institute, EMAIL, CHOSEN, NOW).token
    forget(institute)
    assert inviting.let_in(institute.sessions, person, False, NOW, ada)
    with pytest.raises(SignInRefused):
        sign_in(institute, EMAIL, CHOSEN, NOW)
    assert not inviting.let_in(institute.sessions, person, False, NOW, ada)
    assert inviting.let_in(institute.sessions, person, True, NOW, ada)
    assert admitting.who(institute.sessions, token, NOW) is None
    assert inviting.look(institute.sessions, link(institute, EMAIL), NOW) is None
    assert sign_in(institute, EMAIL, CHOSEN, NOW)


# --- resets -------------------------------------------------------------------------------------


def test_a_reset_sets_another_password_and_ends_every_session(institute: Institute) -> None:
    invite(institute)
    choose(institute, link(institute, EMAIL))
    token = sign_in(institute, EMAIL, CHOSEN, NOW).token
    forget(institute, f" {EMAIL.title()} ", NOW + SECOND)
    assert admitting.who(institute.sessions, token, NOW)
    choose(institute, link(institute, EMAIL), OTHER, NOW + SECOND)
    assert admitting.who(institute.sessions, token, NOW) is None
    with pytest.raises(SignInRefused):
        sign_in(institute, EMAIL, CHOSEN, NOW)
    assert sign_in(institute, EMAIL, OTHER, NOW)


def test_who_asks_for_an_unknown_address_leaves_the_same_trace_but_no_letter(
    institute: Institute,
) -> None:
    person = invite(institute)
    forget(institute)
    forget(institute, "nobody@institute.example")
    assert acts(institute)[-2:] == ["reset asked for"] * 2
    assert letters(institute, "nobody@institute.example") == []
    inviting.let_in(institute.sessions, person, False, NOW, administrator(institute))
    forget(institute, now=NOW + SECOND)
    assert len(letters(institute, EMAIL)) == 2


def test_a_stranger_who_asks_again_and_again_ends_no_link_for_good(institute: Institute) -> None:
    invite(institute)
    for number in range(30):
        forget(institute, now=NOW + number * SECOND, origin=f"203.0.113.{number}")
    assert len(letters(institute, EMAIL)) == 1 + inviting.LETTERS
    choose(institute, link(institute, EMAIL), now=NOW + 30 * SECOND)
    forget(institute, now=NOW + 2 * HOUR)
    assert len(letters(institute, EMAIL)) == 2 + inviting.LETTERS


def test_one_place_may_ask_for_a_few_addresses_only(institute: Institute) -> None:
    invite(institute)
    for number in range(inviting.FROM_ONE_PLACE):
        forget(institute, f"{number}@institute.example")
    forget(institute)
    assert len(letters(institute, EMAIL)) == 1
    forget(institute, origin=THERE)
    assert len(letters(institute, EMAIL)) == 2

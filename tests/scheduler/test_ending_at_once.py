"""What ends every session of a person ends those too that begin at the same moment."""

from collections.abc import Callable
from datetime import timedelta
from threading import Thread
from time import sleep
from uuid import UUID

import pytest

from config.database import Sessions, connect
from scheduler import admitting, inviting, password, people, securing, sign_ins
from scheduler.access import Role, SignInRefused
from scheduler.notices import Letterhead
from scheduler.securing import SecuringRefused, key_of
from tests.builders import NOW, Institute, an_institute

EMAIL, OLD = "rowan@institute.example", "a password for tests"
NEW, HERE = "another password for tests", "198.51.100.7"
HEAD = Letterhead("Test institute", "https://institute.example")
LATER = NOW + timedelta(seconds=1)


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute in which Rowan may sign in."""
    return an_institute(sessions)


@pytest.fixture
def rowan(institute: Institute) -> UUID:
    """Who may sign in."""
    return institute.person("Rowan", Role.VERIFIER, password=OLD)


@pytest.fixture
def while_checked(
    institute: Institute, rowan: UUID, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], None]:
    """Let Rowan's password be another before a check of the old one has ended."""

    def matches(hashed: str | None, typed: str) -> bool:
        right = checks(hashed, typed)
        with institute.sessions.begin() as session:
            new = password.hashed(NEW)
            securing.keep_password(session, institute.vault, HEAD, rowan, new, NOW)
        return right

    checks = password.matches
    return lambda: monkeypatch.setattr(password, "matches", matches)


def enter(institute: Institute) -> str:
    return admitting.sign_in(institute.sessions, EMAIL, OLD, NOW, HERE).token


def test_a_password_that_was_changed_while_it_was_checked_opens_nothing(
    institute: Institute, while_checked: Callable[[], None]
) -> None:
    while_checked()
    with pytest.raises(SignInRefused, match="don't go together"):
        enter(institute)


def test_nor_does_it_confirm_an_older_sign_in(
    institute: Institute, while_checked: Callable[[], None]
) -> None:
    token = enter(institute)
    while_checked()
    with pytest.raises(SignInRefused, match="isn't your password"):
        admitting.confirm(institute.sessions, token, OLD, LATER, HERE)
    assert admitting.who(institute.sessions, token, LATER) is None


def test_nor_does_it_set_another(institute: Institute, while_checked: Callable[[], None]) -> None:
    while_checked()
    with pytest.raises(SecuringRefused, match="is wrong"):
        securing.change_password(
            institute.sessions, institute.vault, HEAD, EMAIL, OLD, NEW + "!", NOW, HERE
        )


@pytest.mark.parametrize("ends", ["password", "access", "sessions"])
def test_a_session_that_goes_on_from_another_meanwhile_ends_with_it(
    institute: Institute, rowan: UUID, database_url: str, ends: str
) -> None:
    old, fresh = enter(institute), "fresh"

    def end() -> None:
        own = connect(database_url)
        if ends == "access":
            inviting.let_in(own, rowan, False, LATER, institute.verifier)
            inviting.let_in(own, rowan, True, LATER, institute.verifier)
        elif ends == "sessions":
            securing.end_sessions(own, rowan, LATER, rowan)
        else:
            with own.begin() as session:
                new = password.hashed(NEW)
                securing.keep_password(session, institute.vault, HEAD, rowan, new, LATER)
        own.engine.dispose()

    ending = Thread(target=end)
    with institute.sessions.begin() as session:
        people.hold(session, rowan)
        assert sign_ins.end_sign_in(session, key_of(old), LATER)
        ending.start()
        sleep(0.2)  # it waits for us by now
        sign_ins.open_sign_in(session, key_of(fresh), rowan, LATER, NOW)
    ending.join()
    assert admitting.who(institute.sessions, fresh, LATER) is None

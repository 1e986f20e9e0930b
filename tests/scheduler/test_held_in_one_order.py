"""Who signs in and who asks for a reset hold what they need in one order: none stops the other.

PostgreSQL would end one of two that wait for each other.
"""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy.orm import Session

from config import journal
from config.database import Sessions
from scheduler import inviting, password, people, sign_ins
from scheduler.access import SignInRefused
from tests.builders import NOW, an_institute
from tests.scheduler.entering import HEAD, HERE, acts, sign_in
from tests.scheduler.hazel import CHOSEN, EMAIL, Hazel

A_WHILE = 0.3  # seconds, in which the other comes to wait


@pytest.fixture
def hazel(sessions: Sessions) -> Hazel:
    """A verifier, signed in."""
    return Hazel(an_institute(sessions))


def while_one_holds(
    sessions: Sessions,
    first: Callable[[Session], object],
    other: Callable[[], object],
    then: Callable[[Session], object],
) -> Future[object]:
    """Do something, and more in the same transaction while another waits for it."""
    with ThreadPoolExecutor(1) as threads:
        with sessions.begin() as session:
            first(session)
            begun = threads.submit(other)
            time.sleep(A_WHILE)
            then(session)
        begun.exception()
        return begun


def test_a_sign_in_and_a_reset_of_one_person_go_side_by_side(hazel: Hazel) -> None:
    asked = while_one_holds(
        hazel.sessions,
        lambda session: people.hold(session, hazel.id),
        lambda: inviting.ask_for_reset(hazel.sessions, hazel.vault, HEAD, EMAIL, NOW, HERE),
        lambda session: journal.record(session, NOW, str(hazel.id), "signed in", ""),
    )
    assert asked.exception() is None
    assert acts(hazel.institute)[-2:] == ["signed in", "reset asked for"]


def test_a_password_that_was_changed_meanwhile_is_refused_beside_a_second_step(
    hazel: Hazel, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked, counted = Event(), Event()

    def slow(_hashed: str | None, _typed: str) -> bool:
        with hazel.sessions.begin() as session:
            people.set_password(session, hazel.id, "another hash")
        checked.set()
        return counted.wait(10)

    def count(session: Session) -> None:
        assert checked.wait(10)
        sign_ins.spend_try(session, "code", NOW, 1, sign_ins.FORGET_AFTER)
        counted.set()

    monkeypatch.setattr(password, "matches", slow)
    with ThreadPoolExecutor(1) as threads:
        entering = threads.submit(sign_in, hazel.institute, EMAIL, CHOSEN, NOW)
        assert checked.wait(10)
        with hazel.sessions.begin() as session:
            count(session)
            time.sleep(A_WHILE)
            people.hold(session, hazel.id)
        assert isinstance(entering.exception(), SignInRefused)
    assert acts(hazel.institute)[-1] == "sign-in refused"

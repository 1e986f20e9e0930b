"""Mail from a centre that promised to write is kept once, sealed, and counts when it is said to."""

from datetime import timedelta

import pytest

from config.database import Sessions
from config.mailbox import Arrived
from scheduler import awaiting, mail_back, promises
from scheduler.promise import Basis, CameBack, Kept, Way
from scoring import assessing
from tests.assessor.assessor_desk import Desk


@pytest.fixture
def desk(sessions: Sessions) -> Desk:
    """Ann's call ended in a promise."""
    desk = Desk(sessions)
    desk.line.whole()
    assessing.await_return(
        sessions,
        desk.draft(),
        desk.institute.assessor,
        desk.clock(),
        way=Way.WRITE,
        what="A mail with the steps",
        basis=Basis.ESCALATION,
    )
    desk.clock.pass_by(minutes=5)
    return desk


def mail_from(desk: Desk, sender: str = "desk@provider.example", key: str = "<1>") -> Arrived:
    return Arrived(key, sender, "alex@mail.example", desk.clock(), "Your ticket", "It works again")


def came(desk: Desk) -> tuple[CameBack, ...]:
    with desk.sessions.reading() as session:
        return promises.came_back(session, desk.call, desk.institute.vault)


def take_in(desk: Desk, *messages: Arrived) -> int:
    return mail_back.take_in(desk.sessions, desk.institute.vault, messages, desk.clock)


def test_a_message_is_kept_once_and_settles_when_the_assessor_says_what_it_is(desk: Desk) -> None:
    message = mail_from(desk)
    assert [take_in(desk, message, message), take_in(desk, message)] == [1, 0]
    (kept,) = came(desk)
    assert (kept.gist, kept.counts) == ("Your ticket: It works again", False)
    person = desk.institute.assessor
    awaiting.let_count(desk.sessions, desk.call, kept.id, person, desk.clock())
    with desk.sessions.reading() as session:
        promise = promises.of_call(session, desk.call)
    assert promise is not None
    assert promise.outcome is Kept.KEPT


@pytest.mark.parametrize("sender", ["desk@elsewhere.example", "desk", "", "x@sub.provider.example"])
def test_mail_from_anybody_else_is_not_kept(desk: Desk, sender: str) -> None:
    assert take_in(desk, mail_from(desk, sender)) == 0
    assert came(desk) == ()


def test_what_came_before_the_call_is_not_what_was_promised_on_it(desk: Desk) -> None:
    message = mail_from(desk)
    desk.clock.now -= timedelta(hours=1)
    early = mail_from(desk, key="<2>")
    assert take_in(desk, early) == 0
    assert take_in(desk, message) == 1

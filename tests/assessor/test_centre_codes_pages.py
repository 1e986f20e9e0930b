"""An administrator sees a code for a reason: journalled first, shown once, masked elsewhere."""

from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, text

from config import journal, journal_aside
from config.database import Sessions
from scheduler import custody, people, register
from scheduler.access import RECENT, Role
from tests.builders import NOW, Institute, an_institute, identity
from tests.fakes import SettableClock
from tests.workspace import PASSWORD, client, workspace

CODE = "Rk7/40718"
WHY = {"reason": "the provider asks whether it was typed right"}


@dataclass
class World:
    """A centre with an identity, and Ada at its page."""

    institute: Institute
    clock: SettableClock
    ada: FlaskClient
    centre: UUID
    identity: UUID

    @property
    def path(self) -> str:
        return f"/centres/{self.centre}/identities/{self.identity}/code"

    def newest(self) -> journal.Entry:
        with self.institute.sessions.reading() as session:
            return journal.latest(session, limit=1)[0]


@pytest.fixture
def world(sessions: Sessions) -> World:
    """An institute with an administrator and others."""
    institute = an_institute(sessions)
    centre = institute.centre(identities=(identity("410001", CODE),))
    for name, role in (("Ada", Role.ADMINISTRATOR), ("Audrey", Role.AUDITOR)):
        institute.person(name, role, password=PASSWORD)
    clock = SettableClock(NOW)
    with sessions.reading() as session:
        (wear,) = custody.wear(session, centre)
    ada = client(workspace(institute, clock), "ada@institute.example")
    return World(institute, clock, ada, centre, wear.identity)


def test_a_code_is_shown_for_a_reason_with_how_it_is_said_and_no_page_keeps_it(
    world: World,
) -> None:
    answer = world.ada.post(world.path, data=WHY)
    assert answer.status_code == 200
    assert CODE in answer.text
    assert "capital romeo kilo, seven, slash, four zero seven one eight" in answer.text
    assert "410001" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert world.ada.get(world.path).status_code == 405
    assert CODE not in world.ada.get(f"/centres/{world.centre}").text


def test_the_journal_says_who_looked_and_why_and_not_at_what(world: World) -> None:
    world.ada.post(world.path, data=WHY)
    entry = world.newest()
    assert entry.action == "code shown to administrator"
    assert entry.subject == f"identity {world.identity}"
    with world.institute.sessions.reading() as session:
        aside = journal_aside.asides(session, [entry.seq])[entry.seq]
        whole = repr(session.execute(text("SELECT * FROM journal")).all())
    assert aside["reason"] == WHY["reason"]
    assert CODE not in whole + repr(aside)
    auditor = client(workspace(world.institute, world.clock), "audrey@institute.example")
    assert WHY["reason"] in auditor.get("/journal").text


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_without_a_reason_nothing_is_shown(world: World, reason: str) -> None:
    before = world.newest().seq
    answer = world.ada.post(world.path, data={"reason": reason})
    assert answer.status_code == 422
    assert CODE not in answer.text
    assert f'href="#f-code-{world.identity}"' in answer.text
    assert world.newest().seq == before


def test_an_old_sign_in_is_confirmed_first(world: World) -> None:
    for _ in range(5):  # so that the session doesn't idle out
        world.clock.pass_by(seconds=RECENT.total_seconds() / 5 + 1)
        assert world.ada.get(f"/centres/{world.centre}").status_code == 200
    answer = world.ada.post(world.path, data=WHY)
    assert (answer.status_code, answer.location) == (303, f"/confirm?back=/centres/{world.centre}")
    assert world.newest().action != "code shown to administrator"


def test_where_the_journal_cannot_be_written_nothing_is_shown(world: World) -> None:
    def broken(*heard: object) -> None:
        if "INSERT INTO journal " in str(heard[2]):
            raise OSError("the disk is full")

    event.listen(world.institute.sessions.engine, "before_cursor_execute", broken)
    world.ada.application.config["PROPAGATE_EXCEPTIONS"] = False
    answer = world.ada.post(world.path, data=WHY)
    assert answer.status_code == 500
    assert CODE not in answer.text


def test_an_administrator_with_a_tie_sees_none_of_that_providers_codes(world: World) -> None:
    with world.institute.sessions.begin() as session:
        ada = people.find_by_address(session, "ada@institute.example")
        centre = register.find_centre(session, world.centre)
        assert ada is not None
        assert centre is not None
        people.declare_tie(session, ada.id, centre.provider, "a share", NOW)
    answer = world.ada.post(world.path, data=WHY)
    assert answer.status_code == 422
    assert "You have a tie to this provider" in answer.text
    assert CODE not in answer.text


def test_an_identity_is_looked_at_on_its_own_centres_page(world: World) -> None:
    other = world.institute.centre(1)
    for centre, key in ((other, world.identity), (world.centre, uuid4()), (uuid4(), uuid4())):
        path = f"/centres/{centre}/identities/{key}/code"
        assert world.ada.post(path, data=WHY).status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_nobody_else_finds_it(world: World, role: Role) -> None:
    with world.institute.sessions.reading() as session:
        provider = register.centres(session)[0].provider
    more = {"provider": provider} if role is Role.PROVIDER_CONTACT else {}
    world.institute.person("Somebody", role, password=PASSWORD, **more)
    browser = client(workspace(world.institute, world.clock), "somebody@institute.example")
    assert browser.post(world.path, data=WHY).status_code == 404

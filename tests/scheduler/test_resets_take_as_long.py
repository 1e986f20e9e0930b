"""How long an answer to *Set a new password* takes doesn't tell whether the address is known."""

from typing import Any

from sqlalchemy import event

from config.database import Sessions
from scheduler import inviting
from scheduler.access import Role
from tests.builders import NOW, Institute, an_institute
from tests.scheduler.entering import HEAD, HERE, THERE, letters, link

EMAIL = "hazel@institute.example"
MARKS = ("SAVEPOINT", "RELEASE", "ROLLBACK TO")


def statements_of_a_reset(institute: Institute, email: str, origin: str) -> list[str]:
    """The statements behind the answer, but for the marks of what was taken back or not."""
    said: list[str] = []

    def listen(_c: Any, _k: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(MARKS):
            said.append(statement)

    event.listen(institute.sessions.engine, "before_cursor_execute", listen)
    inviting.ask_for_reset(institute.sessions, institute.vault, HEAD, email, NOW, origin)
    event.remove(institute.sessions.engine, "before_cursor_execute", listen)
    return said


def test_a_known_and_an_unknown_address_take_the_same_work(sessions: Sessions) -> None:
    institute = an_institute(sessions)
    institute.person("Hazel", Role.VERIFIER, password="a password for tests")
    known = statements_of_a_reset(institute, EMAIL, HERE)
    assert any("outbox" in each for each in known)
    assert statements_of_a_reset(institute, "nobody@institute.example", THERE) == known


def test_the_letter_that_was_taken_back_reaches_nobody_and_ends_no_link(
    sessions: Sessions,
) -> None:
    institute = an_institute(sessions)
    everybody = ("an.assessor", "a.verifier", "hazel")
    institute.person("Hazel", Role.VERIFIER, password="a password for tests")
    for name in everybody:
        statements_of_a_reset(institute, f"{name}@institute.example", HERE)
    before = [letters(institute, f"{name}@institute.example") for name in everybody]
    statements_of_a_reset(institute, "nobody@institute.example", THERE)
    assert [letters(institute, f"{name}@institute.example") for name in everybody] == before
    for name in everybody:
        assert inviting.look(sessions, link(institute, f"{name}@institute.example"), NOW)

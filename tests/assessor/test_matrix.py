"""Every route, as every visitor, on every kind of object: what ``access_table`` says comes true."""

import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from werkzeug.test import TestResponse

from assessor.policy import roles_of
from scheduler.access import Role
from tests.assessor.access_table import TABLE, Access, Otherwise, Visitor
from tests.assessor.access_world import AccessWorld, Answered

TOKEN = re.compile(rb"[\w-]{20,}\.[\w-]{6}\.[\w-]{27}")  # it holds the second in which it was made
LET_IN = {"GET": (200, 204, 302, 303, 422), "POST": (200, 204, 302, 303, 400, 409, 422)}
OLD_FORM = b"This form has grown old"


@pytest.fixture(scope="module")
def world(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AccessWorld]:
    """The workspace and its objects, made once."""
    folder = tmp_path_factory.mktemp("access")
    database = folder / "unannounced.db"
    shutil.copy(migrated_sqlite, database)
    with closing(AccessWorld(database, folder / "recordings")) as world:
        yield world


def test_the_table_holds_every_route_and_no_other(world: AccessWorld) -> None:
    assert sorted(set(world.rules) - set(TABLE)) == [], "these stand in no row"
    assert sorted(set(TABLE) - set(world.rules)) == [], "these are routes no more"


def test_the_table_lets_in_the_roles_that_the_routes_declare(world: AccessWorld) -> None:
    for route, access in TABLE.items():
        endpoint = world.rules[route].endpoint
        declared = None if endpoint == "static" else roles_of(world.app.view_functions[endpoint])
        named = frozenset(role for role in Role if access.of_role(role))
        assert declared == (None if access.public else named), route


def test_the_world_holds_every_object_that_the_table_names(world: AccessWorld) -> None:
    for route, access in TABLE.items():
        for visitor in Visitor:
            asked = world.asked_for(route, access.of, visitor)
            assert set(access.let_in(visitor)) <= set(asked), (route, visitor)
            assert not access.of or "missing" in asked, (route, visitor)


@pytest.mark.parametrize("route", TABLE)
def test_each_visitor_gets_what_the_table_says(world: AccessWorld, route: str) -> None:
    access, method = TABLE[route], route.partition(" ")[0]
    wrong = []
    for visitor in Visitor:
        asked = world.asked_for(route, access.of, visitor)
        answers = {name: world.ask(visitor, route, values) for name, values in asked.items()}
        nowhere = world.nowhere(visitor, method)
        gone = answers.get("missing", nowhere)
        for name, answer in answers.items():
            if name in access.let_in(visitor):
                fault = _not_let_in(method, access, answer.response)
            elif answer.changed:
                fault = "refused, and yet something changed"
            elif access.otherwise is Otherwise.UNSIGNED:
                fault = _not_forbidden(answer.response)
            elif not world.is_a_route(route, asked[name]):
                fault = _differs(answer, nowhere, 404)
            elif visitor is Visitor.NOBODY and not access.public:
                fault = _not_sent_to_sign_in(world.address(route, asked[name]), method, answer)
            elif access.tells(visitor) and name != "missing parent":
                fault = _differs(answer, gone, 422)
            else:
                fault = _differs(answer, gone if access.public else nowhere, 404)
            if fault:
                wrong.append(f"{visitor}, {name}: {fault}")
    assert not wrong, "\n".join([route, *wrong])


def _not_let_in(method: str, access: Access, response: TestResponse) -> str:
    to_sign_in = not access.public and (response.location or "").startswith("/sign-in")
    if response.status_code in LET_IN[method] and not to_sign_in and OLD_FORM not in response.data:
        return ""
    return f"should be let in, and got {response.status}"


def _not_sent_to_sign_in(address: str, method: str, answer: Answered) -> str:
    back = f"?back={quote(address, safe='')}" if method == "GET" else ""
    got = answer.response.status_code, unquote(answer.response.location or "")
    return "" if got == (302, unquote(f"/sign-in{back}")) else f"not sent to sign in: {got}"


def _not_forbidden(response: TestResponse) -> str:
    if (response.status_code, response.data) == (403, b""):
        return ""
    return f"should be forbidden in no words, and got {response.status}"


def _differs(answer: Answered, other: Answered, status: int) -> str:
    """What is another in an answer than in that to what doesn't exist."""
    ours, theirs = answer.response, other.response
    if ours.status_code != status:
        return f"should be refused with {status}, and got {ours.status}"
    if TOKEN.sub(b"", ours.data) != TOKEN.sub(b"", theirs.data):
        return "another page than for what doesn't exist"
    return "" if dict(ours.headers) == dict(theirs.headers) else "other headers than for nothing"

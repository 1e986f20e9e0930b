"""Odd values in every address, query and form: a clear answer, and never a fault of ours."""

from collections.abc import Iterator
from io import BytesIO
from itertools import product
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from config.database import Sessions
from scheduler import diary
from scheduler.access import Role
from tests.builders import NOW, Institute, an_institute
from tests.fakes import SettableClock
from tests.workspace import PASSWORD, client, workspace

ODD_TEXTS = (
    "0001-01",
    "9999-12",
    "2026-13",
    "2026-11",
    "-1",
    "9" * 5000,
    "²",
    "%",
    "x" * 300,
    "\N{PILE OF POO}",
    "\udcff".encode("utf-8", "surrogatepass").decode("latin-1"),
)
ODD_NUMBERS = ("9" * 19, "9" * 5000, "-1", "²", "0001-01-01", "9999-12-31")
QUERY = ("after", "back", "before", "centre", "code", "from", "month", "page", "q", "seen", "stage")
FORM = (
    "access",
    "analysts",
    "answer",
    "calls",
    "email",
    "exceptions",
    "given_on",
    "hours",
    "made_on",
    "most_uses",
    "name",
    "provider",
    "reason",
    "roles",
    "seen",
    "seen_uses",
    "signed_on",
    "until",
    "version",
    "weeks",
    "why",
    "zone",
)


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute with a call and an administrator."""
    institute = an_institute(sessions)
    institute.call()
    institute.person("Ada", Role.ADMINISTRATOR, Role.ASSESSOR, Role.VERIFIER, password=PASSWORD)
    return institute


@pytest.fixture
def app(institute: Institute) -> Flask:
    """Its workspace."""
    app = workspace(institute, SettableClock(NOW))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@pytest.fixture
def ada(app: Flask) -> FlaskClient:
    """An administrator, who may open most pages."""
    return client(app, "ada@institute.example")


def keys(institute: Institute) -> tuple[UUID, ...]:
    """Ids of every kind of thing that an address may name, and one of nothing."""
    with institute.sessions.reading() as session:
        (call,) = diary.calls(session)
    return (call.id, call.centre, call.provider, call.plan, institute.assessor, uuid4())


def addresses(app: Flask, method: str, keys: tuple[UUID, ...]) -> Iterator[str]:
    """Every route of a method with every kind of value in the place of its parameters."""
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or ()) and rule.endpoint not in (
            "static",
            "signing_in.sign_out",
        ):
            yield from _addresses(app, rule, keys)


def _addresses(app: Flask, rule: Rule, keys: tuple[UUID, ...]) -> Iterator[str]:
    kinds = {name: type(each).__name__ for name, each in rule._converters.items()}
    texts = [name for name, kind in kinds.items() if kind != "UUIDConverter"]
    for key, odd in product(keys if len(texts) < len(kinds) else keys[:1], ODD_TEXTS):
        values = {name: odd if name in texts else key for name in kinds}
        with app.test_request_context():
            try:
                built = rule.build(values)
            except ValueError:  # an integer's place, and no integer
                built = None
        if built is not None:
            yield built[1]
        if not texts:
            break


def test_an_odd_value_in_an_address_is_not_found(
    app: Flask, institute: Institute, ada: FlaskClient
) -> None:
    for address in addresses(app, "GET", keys(institute)):
        answer = ada.get(address)
        assert answer.status_code < 500, address[:200]
    for address in addresses(app, "POST", keys(institute)):
        if not address.endswith(("/sessions/end", "/access")):
            assert ada.post(address).status_code < 500, address[:200]


def test_an_odd_value_in_a_query_or_form_is_refused_in_words(
    app: Flask, institute: Institute, ada: FlaskClient
) -> None:
    one = keys(institute)[1:2]
    for address, odd in product(set(addresses(app, "GET", one)), ODD_NUMBERS):
        answer = ada.get(address, query_string=dict.fromkeys(QUERY, odd))
        assert answer.status_code < 500, (address[:200], odd[:20])
    for address, odd in product(set(addresses(app, "POST", one)), ODD_NUMBERS):
        answer = ada.post(address, data=dict.fromkeys(FORM, odd))
        assert answer.status_code < 500, (address[:200], odd[:20])


@pytest.mark.parametrize("name", ["r\0.xlsx", "x" * 5000 + ".xlsx", "\N{PILE OF POO}\u202e.xlsx"])
def test_an_odd_name_of_a_file_is_refused_or_kept(
    app: Flask, institute: Institute, name: str
) -> None:
    _, centre, provider, *_ = keys(institute)
    institute.person("Con", Role.PROVIDER_CONTACT, password=PASSWORD, provider=provider)
    con = client(app, "con@institute.example")
    on_file = con.get(f"/supplies/{centre}.xlsx").data
    answer = con.post("/supplies/upload", data={"files": (BytesIO(on_file), name)})
    assert answer.status_code == (400 if "\0" in name else 303)


def test_a_sign_that_no_person_types_is_refused_wherever_it_stands(ada: FlaskClient) -> None:
    form = {"name": "Bea", "email": "bea@institute.example", "zone": "Europe/London"}
    assert ada.post("/people/new", data={**form, "roles": ["auditor", "\0"]}).status_code == 400
    assert ada.get("/plan/2027%00-01").status_code == 400

import re
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter, Rule

from assessor.policy import (
    PolicyMissing,
    allow,
    anybody_signed_in,
    check_policies,
    public,
    roles_of,
)
from assessor.signing_in import cookie_name
from config.database import Sessions
from scheduler import register, sign_ins
from scheduler.access import Role
from tests.builders import NOW, Institute, an_institute
from tests.fakes import SettableClock
from tests.workspace import workspace

TOKEN = re.compile(r"[\w-]{20,}\.[\w-]{6}\.[\w-]{27}")  # it holds the second in which it was made

# What anybody may open; whoever adds to it has to mean it.
PUBLIC = {
    "calendar_address.read",
    "health",
    "passkeys.ask_to_sign_in",
    "passkeys.sign_in",
    "public_register.listed",
    "seals.as_text",
    "seals.listed",
    "seals.one",
    "signing_in.ask_code",
    "signing_in.form",
    "signing_in.front",
    "signing_in.sign_in",
    "signing_in.sign_out",
    "signing_in.take_code",
    "welcome.ask",
    "welcome.forgot",
    "welcome.set_password",
    "welcome.show",
}


def rules(app: Flask, method: str) -> Iterator[Rule]:
    """The routes of a method, static files and hooks left out."""
    for rule in app.url_map.iter_rules():
        ours = rule.endpoint != "static" and not rule.endpoint.startswith(
            ("hooks.", "hooks_inbound.")
        )
        if ours and method in (rule.methods or ()):
            yield rule


def address(app: Flask, rule: Rule) -> str:
    """An address of a route whose parameters name nothing that exists."""
    samples = {"UUIDConverter": uuid4(), "IntegerConverter": 1}
    values = {
        name: min(converter.items)
        if isinstance(converter, AnyConverter)
        else samples.get(type(converter).__name__, "2027-01")
        for name, converter in rule._converters.items()
    }
    with app.test_request_context():
        built = rule.build(values)
        assert built is not None
        return built[1]


def declared(app: Flask, rule: Rule) -> frozenset[Role] | None:
    """The roles that a route declares."""
    return roles_of(app.view_functions[rule.endpoint])


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute with a centre and a call to come."""
    institute = an_institute(sessions)
    institute.call()
    return institute


@pytest.fixture
def app(institute: Institute) -> Flask:
    """Its workspace."""
    return workspace(institute, SettableClock(NOW))


@pytest.fixture
def clients(app: Flask, institute: Institute) -> dict[Role, FlaskClient]:
    """A client of each role, signed in without the slow check of a password."""
    app.config["WTF_CSRF_ENABLED"] = False
    clients = {}
    with institute.sessions.reading() as session:
        provider = register.centres(session)[0].provider
    for role in Role:
        more: dict[str, Any] = {"provider": provider} if role is Role.PROVIDER_CONTACT else {}
        person = institute.person(f"The {role}", role, **more)
        with institute.sessions.begin() as session:
            sign_ins.open_sign_in(session, sha256(role.encode()).hexdigest(), person, NOW)
        clients[role] = app.test_client()
        clients[role].set_cookie(cookie_name(secure=False), role)
    return clients


def test_every_route_declares_who_may_open_it(app: Flask) -> None:
    check_policies(app)
    open_to_all = {
        rule.endpoint
        for method in ("GET", "POST")
        for rule in rules(app, method)
        if declared(app, rule) is None
    }
    assert open_to_all == PUBLIC


def forgotten() -> str:
    return ""


@pytest.mark.parametrize(
    ("declare", "roles"),
    [
        (public, None),
        (anybody_signed_in, frozenset(Role)),
        (allow(Role.AUDITOR), {Role.AUDITOR}),
        (allow(Role.AUDITOR, Role.VERIFIER), {Role.AUDITOR, Role.VERIFIER}),
    ],
)
def test_a_view_bears_what_it_declares_and_is_itself_still(
    declare: Callable[[Callable[[], str]], Callable[[], str]], roles: object
) -> None:
    def view() -> str:
        return "seen"

    assert declare(view) is view
    assert roles_of(view) == roles


def test_a_route_that_declares_nobody_stops_the_start() -> None:
    bare = Flask(__name__)
    bare.add_url_rule("/told", "told", public(lambda: ""))
    check_policies(bare)
    bare.add_url_rule("/forgotten", "forgotten", forgotten)
    with pytest.raises(PolicyMissing, match=r"^forgotten declares nobody who may open it$"):
        check_policies(bare)


def test_an_empty_list_of_roles_is_no_declaration() -> None:
    with pytest.raises(ValueError, match=r"^name the roles, or declare the page public$"):
        allow()


def test_pages_open_for_the_declared_roles_and_do_not_exist_for_the_others(
    app: Flask, clients: dict[Role, FlaskClient]
) -> None:
    opened = 0
    for rule in rules(app, "GET"):
        roles = declared(app, rule)
        for role, browser in clients.items():
            answer = browser.get(address(app, rule))
            if roles is not None and role not in roles:
                assert answer.status_code == 404, (rule.rule, role)
            elif not rule.arguments:
                assert answer.status_code in (200, 302, 303), (rule.rule, role)
                opened += 1
    assert opened > len(Role)


def test_what_is_not_theirs_reads_like_what_does_not_exist(
    app: Flask, clients: dict[Role, FlaskClient]
) -> None:
    for role, browser in clients.items():
        browser.get("/no-such-page")  # the first answer sets the cookie of the forms' token
        missing = browser.get("/no-such-page")
        assert missing.status_code == 404
        for rule in rules(app, "GET"):
            if role not in (declared(app, rule) or Role):
                refused = browser.get(address(app, rule))
                assert TOKEN.sub("", refused.text) == TOKEN.sub("", missing.text), (rule.rule, role)
                assert dict(refused.headers) == dict(missing.headers), (rule.rule, role)


def test_posts_of_others_do_not_exist_either(app: Flask, clients: dict[Role, FlaskClient]) -> None:
    for rule in rules(app, "POST"):
        for role, browser in clients.items():
            if role not in (declared(app, rule) or Role):
                assert browser.post(address(app, rule)).status_code == 404, (rule.rule, role)


def test_the_signed_out_are_sent_to_sign_in(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    nobody = app.test_client()
    for method in ("GET", "POST"):
        for rule in rules(app, method):
            if declared(app, rule) is not None:
                answer = nobody.open(address(app, rule), method=method)
                assert answer.status_code == 302, rule.rule
                assert answer.location.startswith("/sign-in"), rule.rule


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_signed_out_while_a_part_is_asked_for_leads_back_to_the_whole_page(app: Flask) -> None:
    here = f"/calls/{uuid4()}"
    asked = {"HX-Request": "true", "HX-Current-URL": f"https://workspace.example{here}"}
    answer = app.test_client().get(f"{here}/line?seen=waiting", headers=asked)
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == f"/sign-in?back={here}"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("address", ["http://[", "", "https://workspace.example"])
def test_a_page_whose_address_cannot_be_read_leads_to_the_sign_in_alone(
    app: Flask, address: str
) -> None:
    asked = {"HX-Request": "true", "HX-Current-URL": address}
    answer = app.test_client().get("/today", headers=asked)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/sign-in")


def test_a_post_without_its_token_is_refused(app: Flask) -> None:
    for rule in rules(app, "POST"):
        answer = app.test_client().post(address(app, rule))
        assert answer.status_code == 400, rule.rule


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_browser_asks_for_each_script_and_look_again_but_not_for_fonts(
    app: Flask,
) -> None:
    browser = app.test_client()
    for own in ("app.js", "typed.js", "shelf.js", "style.css", "vendor/htmx.min.js"):
        with browser.get(f"/static/{own}") as answer:
            assert answer.headers["Cache-Control"] == "no-cache"
        seen = {"If-None-Match": answer.headers["ETag"]}
        with browser.get(f"/static/{own}", headers=seen) as again:
            assert again.status_code == 304
    font = "source-sans-3-latin-400-normal.woff2"
    with browser.get(f"/static/vendor/fonts/{font}") as kept:
        assert "max-age=3600" in kept.headers["Cache-Control"]

"""A workspace full of objects, asked as any visitor, and set back after whatever changed it."""

import re
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from sqlalchemy import event
from werkzeug.routing import Rule, UUIDConverter
from werkzeug.test import TestResponse

from assessor.signing_in import cookie_name
from config.database import connect
from config.settings import SignOn
from scheduler.issuer import Issuer
from scheduler.softphone_twilio import Softphone
from tests.assessor import access_calls, access_objects
from tests.assessor.access_cast import Cast, Objects, Values
from tests.assessor.access_table import BODIES, Visitor
from tests.builders import NOW
from tests.workspace import ACCOUNT, workspace

SITE = "http://localhost:8321"  # a name, so that there can be passkeys
OUTSIDE = SignOn("http://127.0.0.1:9", "client", "secret", "Institute account")
SOFTPHONE = Softphone(ACCOUNT, "SK" + "0" * 32, "secret", "AP" + "0" * 32)
PLACE = re.compile(r"<(?:[^:<>]+:)?(\w+)>")  # of a parameter in a rule
NOWHERE = "/no-such-page"
FIELD = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back, and whether anything in the database is another than before."""

    response: TestResponse
    changed: bool


class AccessWorld:
    """The objects of each kind, and a workspace that shows them."""

    def __init__(self, database: Path, folder: Path) -> None:
        sessions = connect(f"sqlite:///{database}")
        event.listen(sessions.engine, "connect", _without_waiting)
        self._engine = sessions.engine
        cast = Cast(sessions, folder)
        self.objects: dict[str, Objects] = access_calls.reported(cast)
        cast.admit()
        for made in (
            access_calls.planned,
            access_objects.registered_things,
            access_objects.supplied_things,
            access_objects.people_things,
            access_objects.account_things,
            access_objects.kept_things,
            access_objects.plan_things,
        ):
            self.objects |= made(cast)
        cast.tie()
        cast.clock.now = NOW
        self.app = workspace(
            cast.institute,
            cast.clock,
            SITE,
            cast.storage,
            issuer=Issuer(OUTSIDE, SITE),
            softphone=SOFTPHONE,
        )
        self.rules: dict[str, Rule] = {
            method + " " + PLACE.sub(r"<\1>", rule.rule): rule
            for rule in self.app.url_map.iter_rules()
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        }
        form = self.app.test_client()
        found = FIELD.search(form.get("/sign-in").text)
        assert found is not None
        self.form_token, self.form_cookie = found[1], form.get_cookie("csrf")
        self._nowhere: dict[tuple[Visitor, str], Answered] = {}
        self.file = sqlite3.connect(database, isolation_level=None)
        _without_waiting(self.file)
        self.as_it_was = sqlite3.connect(":memory:")
        self.file.backup(self.as_it_was)

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()
        self.file.close()
        self.as_it_was.close()

    def of(self, kind: str, visitor: Visitor) -> dict[str, Values]:
        """The objects of a kind by name, as a visitor has them."""
        found = self.objects[kind]
        return {
            each: found[each, visitor] if (each, visitor) in found else found[each]
            for each in dict.fromkeys(e if isinstance(e, str) else e[0] for e in found)
            if each in found or (each, visitor) in found
        }

    def asked_for(self, route: str, kind: str, visitor: Visitor) -> dict[str, Values]:
        """What is put into a route's address: every object, ids of nothing, and no ids."""
        known = self.of(kind, visitor)
        like = next(iter(known.values()))
        of_ids = self.rules[route]._converters.items()
        ids = [name for name, each in of_ids if isinstance(each, UUIDConverter)]
        for name, of in zip(reversed(ids), ("", " parent"), strict=False):
            known[f"missing{of}"] = like | {name: uuid4()}
        if ids:
            known["malformed"] = like | {ids[-1]: "not-an-id"}
        return known

    def ask(self, visitor: Visitor, route: str, values: Values) -> Answered:
        """Ask as a visitor; what that changes is set back."""
        method, target = route.partition(" ")[0], self.address(route, values)
        before = self._version()
        response = self._browser(visitor).open(
            target, method=method, data=self._body(route) if method == "POST" else None
        )
        response.get_data()  # what is streamed is read while it is there
        response.close()
        changed = self._version() != before
        if changed:
            self.as_it_was.backup(self.file)
        return Answered(response, changed)

    def nowhere(self, visitor: Visitor, method: str) -> Answered:
        """What a visitor is told of an address that no route has."""
        if (visitor, method) not in self._nowhere:
            self._nowhere[visitor, method] = self.ask(visitor, f"{method} {NOWHERE}", {})
        return self._nowhere[visitor, method]

    def address(self, route: str, values: Values) -> str:
        """The address of a route with values in the place of its parameters."""
        rule = route.partition(" ")[2]
        return PLACE.sub(lambda found: quote(str(values[found[1]])), rule)

    def is_a_route(self, route: str, values: Values) -> bool:
        """Whether the address is of any route at all, whatever lies there."""
        routes = self.app.url_map.bind("localhost")
        return routes.test(self.address(route, values), method=route.partition(" ")[0])

    def _body(self, route: str) -> dict[str, str]:
        return {"csrf_token": self.form_token, **BODIES.get(route, {})}

    def _browser(self, visitor: Visitor) -> Any:
        """A browser that has the cookies of its visitor's session and of a form."""
        browser = self.app.test_client()
        assert self.form_cookie is not None
        browser.set_cookie("csrf", self.form_cookie.value)
        if visitor is not Visitor.NOBODY:
            browser.set_cookie(cookie_name(secure=False), visitor.name)
        return browser

    def _version(self) -> int:
        """Another number once any other connection has changed the file."""
        (version,) = self.file.execute("PRAGMA data_version").fetchone()
        return int(version)


def _without_waiting(connection: Any, *_record: object) -> None:
    """Nothing here has to outlive a power cut."""
    connection.execute("PRAGMA synchronous=OFF")

"""What was typed outlives a server that goes away, on the pages of each who types."""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from config.database import Sessions
from scheduler import certifying, register
from scheduler.access import Role
from scheduler.language import read_languages
from scheduler.practice.server import Listener
from tests.builders import NOW, Institute, an_institute
from tests.fakes import SettableClock
from tests.services.chromium import violations
from tests.workspace import PASSWORD, sign_in, workspace

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class Place:
    """A workspace on one port, which can be away, answer as a broken one, and come back."""

    def __init__(self, app: Flask) -> None:
        self.status = ""
        self._app = app
        self._listener = Listener(self._answer, "127.0.0.1", 0)
        self.origin = self._listener.origin

    def go_away(self) -> None:
        self._listener.close()

    def come_back(self) -> None:
        port = urlsplit(self.origin).port
        assert port is not None
        self._listener = Listener(self._answer, "127.0.0.1", port)

    def _answer(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        if self.status and environ["REQUEST_METHOD"] == "POST":
            start_response(self.status, [("Content-Type", "text/html")])
            return [b"<h1>Bad gateway</h1>"]
        return self._app(environ, start_response)


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute with a centre, and one person of each kind who types on pages."""
    institute = an_institute(sessions)
    institute.centre(0)
    with sessions.reading() as session:
        provider = register.centres(session)[0].provider
    for name, role in (("Ada", Role.ADMINISTRATOR), ("Ann", Role.ASSESSOR)):
        institute.person(name, role, password=PASSWORD)
    institute.person("Per", Role.PROVIDER_CONTACT, password=PASSWORD, provider=provider)
    return institute


def stored(page: Page) -> str:
    page.wait_for_load_state()  # whose device it is, the page's scripts look at
    return str(page.evaluate("JSON.stringify({...localStorage})"))


KINDS = {
    "administrator": (
        "ada",
        "/centres/{centre}",
        "Change the languages",
        "Languages it serves in",
        ("english!", "en, no"),
        "Save languages",
        "The centre's languages are saved.",
    ),
    "provider": (
        "per",
        "/supplies/{centre}/incident",
        "",
        "What happened",
        ("   ", "The exchange is out of order"),
        "Report the incident",
        "Nothing is dialled",
    ),
    "assessor": (
        "ann",
        "/account",
        "",
        "Reason",
        ("   ", "I worked there until May"),
        "Declare the tie",
        "I worked there until May",
    ),
}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kind", KINDS)
def test_a_page_keeps_what_was_typed_while_the_server_is_away(
    institute: Institute, page: Page, kind: str
) -> None:
    who, path, fold, label, (wrong, words), send, accepted = KINDS[kind]
    with institute.sessions.reading() as session:
        path = path.format(centre=register.centres(session)[0].id)
    place = Place(workspace(institute, SettableClock(NOW)))

    def field() -> Locator:
        return page.get_by_label(label, exact=True)

    def arrive() -> None:
        page.goto(place.origin + path)

    try:
        sign_in(page, place.origin, f"{who}@institute.example")
        expect(page.get_by_role("navigation", name="Workspace")).to_be_visible()
        arrive()
        if fold:
            page.get_by_text(fold, exact=True).click()
        if kind == "assessor":
            page.get_by_label("Provider", exact=True).select_option(index=1)
            page.get_by_label("the organisation").check()
        field().fill(words)

        place.go_away()
        page.get_by_role("button", name=send).click()
        expect(page.locator(".saved.wrong")).to_have_text(
            "No answer came from the server. What you typed is still here, and kept on this "
            "device. Send it again in a moment."
        )
        expect(field()).to_have_value(words)
        assert violations(page) == []

        place.come_back()
        place.status = "502 Bad Gateway"
        page.get_by_role("button", name=send).click()
        expect(page.locator(".saved.wrong")).to_contain_text("The server failed (502).")
        expect(field()).to_have_value(words)
        place.status = ""

        arrive()
        expect(page.get_by_text("Brought back what was typed on this device")).to_be_visible()
        expect(field()).to_have_value(words)
        assert violations(page) == []

        field().fill(wrong)  # a refusal shows what it refused, and what was kept before is gone
        page.get_by_role("button", name=send).click()
        expect(page.get_by_role("alert")).to_be_focused()
        expect(field()).to_have_value(wrong)
        assert words not in stored(page)

        field().fill(words)
        page.get_by_role("button", name=send).click()
        expect(page.get_by_text(accepted).first).to_be_visible()
        assert "kept:" not in stored(page)
    finally:
        place.go_away()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_somebody_saved_meanwhile_is_shown_and_the_older_typing_is_only_offered(
    institute: Institute, page: Page
) -> None:
    with institute.sessions.reading() as session:
        centre = register.centres(session)[0].id
    place = Place(workspace(institute, SettableClock(NOW)))
    languages = page.get_by_label("Languages it serves in", exact=True)
    try:
        sign_in(page, place.origin, "ada@institute.example")
        expect(page.get_by_role("navigation", name="Workspace")).to_be_visible()
        page.goto(f"{place.origin}/centres/{centre}")
        page.get_by_text("Change the languages", exact=True).click()
        languages.fill("en, no")
        certifying.state_languages(
            institute.sessions, centre, read_languages("en, sv"), "en", NOW, "ann"
        )
        page.goto(f"{place.origin}/centres/{centre}")
        expect(languages).to_have_value("en, sv")
        page.get_by_text("Change the languages", exact=True).click()
        expect(page.get_by_text("Changed since; an older unsaved copy")).to_be_visible()
        page.get_by_role("button", name="Use it").click()
        expect(languages).to_have_value("en, no")
    finally:
        place.go_away()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nobody_else_finds_it_a_telephone_is_never_stored_and_signing_out_empties_it(
    institute: Institute, page: Page
) -> None:
    place = Place(workspace(institute, SettableClock(NOW)))
    try:
        sign_in(page, place.origin, "ada@institute.example")
        expect(page.get_by_role("navigation", name="Workspace")).to_be_visible()
        page.goto(f"{place.origin}/people/new")
        page.get_by_label("Name").fill("Hazel Rowe")
        page.get_by_label("Telephone", exact=False).fill("+447700900123")
        page.get_by_label("E-mail").fill("hazel@institute.example")
        page.get_by_label("Assessor").check()
        assert "Hazel" in stored(page)
        assert "900123" not in stored(page)

        page.context.clear_cookies(name="unannounced")  # the session ended meanwhile
        page.get_by_role("button", name="Send the invitation").click()
        expect(page.locator(".saved.wrong")).to_have_text(
            "You are signed out. What you typed is still here, and kept on this device but for "
            "what is secret. Sign in again in another tab, then send it again."
        )
        expect(page.get_by_label("Telephone", exact=False)).to_have_value("+447700900123")

        with page.context.new_page() as other:
            sign_in(other, place.origin, "ada@institute.example")
            expect(other.get_by_role("navigation", name="Workspace")).to_be_visible()
        page.get_by_role("button", name="Send the invitation").click()
        expect(page.get_by_text("on its way to hazel@institute.example")).to_be_visible()
        assert "kept:" not in stored(page)

        page.goto(f"{place.origin}/people/new")
        page.get_by_label("Name").fill("Rowan Ash")
        page.context.clear_cookies(name="unannounced")
        sign_in(page, place.origin, "ada@institute.example")
        expect(page.get_by_role("navigation", name="Workspace")).to_be_visible()
        page.goto(f"{place.origin}/people/new")
        expect(page.get_by_label("Name")).to_have_value("Rowan Ash")
        page.get_by_role("button", name="Throw it away").click()
        expect(page.get_by_label("Name")).to_have_value("")
        assert "Rowan" not in stored(page)

        page.get_by_label("Name").fill("Rowan Ash")
        page.context.clear_cookies(name="unannounced")
        sign_in(page, place.origin, "ann@institute.example")
        expect(page.get_by_role("navigation", name="Workspace")).to_be_visible()
        assert "Rowan" not in stored(page)

        page.goto(f"{place.origin}/account")
        page.get_by_label("Reason", exact=True).fill("I worked there")
        assert "worked" in stored(page)
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("button", name="Sign in")).to_be_visible()
        assert "kept:" not in stored(page)
    finally:
        place.go_away()

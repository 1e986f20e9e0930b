"""From adding a passkey to signing in with it, in a real browser with a virtual device."""

import socket
from contextlib import closing

import pytest
from playwright.sync_api import CDPSession, Page, expect

from config.database import Sessions
from scheduler.access import RECENT, Role
from scheduler.practice.server import Listener
from tests.builders import NOW, an_institute
from tests.fakes import SettableClock
from tests.services.chromium import open_link, violations
from tests.workspace import PASSWORD, sign_in, workspace

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def device(page: Page) -> tuple[CDPSession, str]:
    """Give the browser a device that makes sure of its owner."""
    browser = page.context.new_cdp_session(page)
    browser.send("WebAuthn.enable")
    made = browser.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return browser, str(made["authenticatorId"])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_passkey_is_added_and_opens_the_account_by_itself(sessions: Sessions, page: Page) -> None:
    institute, clock = an_institute(sessions), SettableClock(NOW)
    institute.person("Hazel", Role.ASSESSOR, password=PASSWORD)
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    origin = f"http://localhost:{port}"
    served = Listener(workspace(institute, clock, origin), "127.0.0.1", port)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    browser, key = device(page)
    try:
        sign_in(page, origin, "hazel@institute.example")
        page.goto(f"{origin}/account")
        page.get_by_role("link", name="Add or take away").click()
        expect(page.get_by_role("heading", level=1, name="Passkeys")).to_be_visible()
        assert violations(page) == []
        page.get_by_label("Name").fill("my telephone")
        page.get_by_role("button", name="Add a passkey").click()
        expect(page.get_by_text("The passkey is added.")).to_be_visible()
        assert violations(page) == []

        page.goto(f"{origin}/account/passkeys")
        page.get_by_label("Name").fill("the same again")
        page.get_by_role("button", name="Add a passkey").click()
        expect(page.get_by_role("alert")).to_have_text(
            "This device has a passkey of yours already."
        )
        page.set_viewport_size({"width": 320, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        assert violations(page) == []
        page.set_viewport_size({"width": 1240, "height": 800})
        page.get_by_role("button", name="Sign out").click()

        expect(page.get_by_role("heading", level=1, name="Sign in")).to_be_visible()
        assert violations(page) == []
        page.get_by_role("button", name="Use a passkey").click()
        expect(page.get_by_role("heading", level=1, name="Today")).to_be_visible()

        for _ in range(5):  # the sign-in grows old, the session doesn't
            clock.pass_by(seconds=RECENT.total_seconds() / 5 + 1)
            page.goto(f"{origin}/account/passkeys")
        open_link(page, page.get_by_role("link", name="Confirm"))
        assert violations(page) == []
        page.get_by_role("button", name="Confirm with a passkey").click()
        expect(page.get_by_role("button", name="Add a passkey")).to_be_visible()
        page.get_by_role("button", name="Take my telephone away").click()
        expect(page.get_by_text("no longer opens your account")).to_be_visible()
        page.get_by_role("button", name="Sign out").click()

        page.get_by_role("button", name="Use a passkey").click()
        expect(page.get_by_role("alert")).to_contain_text("wasn't accepted")
        browser.send("WebAuthn.clearCredentials", {"authenticatorId": key})
        browser.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
        page.get_by_role("button", name="Use a passkey").click()
        expect(page.get_by_text("No passkey was given")).to_be_visible()
        sign_in(page, origin, "hazel@institute.example")
        expect(page.get_by_role("heading", level=1, name="Today")).to_be_visible()
    finally:
        served.close()
    assert [each for each in complaints if "Security Policy" in each or "Uncaught" in each] == []

"""From an invitation to a revoked session, in a browser: what a new colleague goes through."""

import pyotp
import pytest
from playwright.sync_api import Page, expect

from config.database import Sessions
from scheduler import people, sign_ins
from scheduler.access import Role
from tests.builders import NOW, an_institute
from tests.fakes import SettableClock
from tests.scheduler.entering import code, letters
from tests.services.chromium import open_link, violations
from tests.workspace import PASSWORD, served, sign_in, workspace

EMAIL, CHOSEN = "hazel@institute.example", "quiet lamp by the harbour"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_colleague_is_invited_secures_the_way_in_and_ends_a_session(
    sessions: Sessions, page: Page
) -> None:
    institute = an_institute(sessions)
    institute.centre()
    institute.person("Ada", Role.ADMINISTRATOR, password=PASSWORD)
    clock = SettableClock(NOW)
    app = workspace(institute, clock, "https://calls.institute.example")

    def link() -> str:
        body = letters(institute, EMAIL)[-1][1]
        return next(line for line in body.splitlines() if line.startswith("https:"))

    with served(app) as origin:
        sign_in(page, origin, "ada@institute.example")
        page.goto(f"{origin}/people")
        open_link(page, page.get_by_role("link", name="Invite a person"))
        assert violations(page) == []
        page.get_by_label("Name").fill("Hazel Rowe")
        page.get_by_label("E-mail").fill(EMAIL)
        page.get_by_label("Assessor").check()
        page.get_by_label("Telephone", exact=False).fill("+44 12")
        page.get_by_label("Offered hours", exact=False).fill("Mon-Fri 09:00-12:30")
        page.get_by_role("button", name="Send the invitation").click()
        expect(page.get_by_role("alert")).to_contain_text("too short")
        assert violations(page) == []
        page.get_by_label("Telephone", exact=False).fill("+44 7700 900123")
        page.get_by_role("button", name="Send the invitation").click()
        expect(page.get_by_text(f"on its way to {EMAIL}")).to_be_visible()
        page.get_by_role("link", name="Hazel Rowe").click()
        expect(page.get_by_text("They were invited and have no password yet.")).to_be_visible()
        assert violations(page) == []
        page.get_by_role("button", name="Sign out").click()

        page.goto(link().replace("https://calls.institute.example", origin))
        expect(page.get_by_role("heading", level=1, name="Welcome")).to_be_visible()
        assert violations(page) == []
        page.get_by_label("New password").fill(CHOSEN)
        page.get_by_label("The same again").fill(CHOSEN)
        page.get_by_role("button", name="Set the password").click()
        expect(page.get_by_text("Your password is set.")).to_be_visible()
        page.get_by_label("E-mail").fill(EMAIL)
        page.get_by_label("Password").fill(CHOSEN)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", level=1, name="Today")).to_be_visible()

        page.get_by_role("link", name="Hazel Rowe").click()
        expect(page.get_by_role("heading", level=1, name="Account")).to_be_visible()
        assert violations(page) == []
        page.get_by_role("button", name="Add a second step").click()
        expect(page.get_by_role("img", name="QR code")).to_be_visible()
        assert violations(page) == []
        page.get_by_text("The picture can't be scanned").click()
        secret = page.locator("details .mono").inner_text().replace(" ", "")
        page.get_by_role("textbox", name="Code").fill(pyotp.TOTP(secret).at(clock()))
        page.get_by_role("button", name="Add the second step").click()
        expect(page.get_by_role("heading", level=1, name="Recovery codes")).to_be_visible()
        expect(
            page.get_by_role("region", name="Recovery codes").get_by_role("listitem")
        ).to_have_count(10)
        assert violations(page) == []
        page.get_by_role("link", name="I have them").click()
        page.get_by_role("button", name="Sign out").click()

        clock.pass_by(seconds=30)
        page.get_by_label("E-mail").fill(EMAIL)
        page.get_by_label("Password").fill(CHOSEN)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", level=1, name="Second step")).to_be_visible()
        assert violations(page) == []
        page.get_by_role("textbox", name="Code").fill("000000")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_contain_text("isn't right")
        page.get_by_role("textbox", name="Code").fill(code(institute, EMAIL, clock()))
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", level=1, name="Today")).to_be_visible()

        clock.pass_by(seconds=30)
        with sessions.begin() as session:
            hazel = people.find_by_address(session, EMAIL)
            assert hazel is not None
            sign_ins.open_sign_in(session, "elsewhere", hazel.id, clock())
        page.goto(f"{origin}/account")
        rows = page.get_by_role("region", name="Where you are signed in").get_by_role("row")
        expect(rows).to_have_count(3)
        page.get_by_role("button", name="End the session of").click()
        expect(page.get_by_text("That session has ended.")).to_be_visible()
        expect(rows).to_have_count(2)
        page.set_viewport_size({"width": 320, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        assert violations(page) == []

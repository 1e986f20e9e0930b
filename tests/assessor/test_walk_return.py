"""A provider's yearly update in a browser, by the keyboard alone."""

from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, expect

from config.database import Sessions
from scheduler import incidents, register
from scheduler.access import Role
from tests.builders import NOW, an_institute
from tests.fakes import SettableClock
from tests.services.chromium import press, violations
from tests.workspace import PASSWORD, served, sign_in, workspace


def tab_to(page: Page, place: Locator) -> None:
    """Go on by the tabulator until a place has the focus."""
    for _ in range(60):
        if place.evaluate("node => node === document.activeElement"):
            return
        press(page, "Tab")
    raise AssertionError(f"{place} can't be reached by the tabulator")


def follow(page: Page, role: str, name: str) -> None:
    """Reach a link or button by the keyboard and open it."""
    tab_to(page, page.get_by_role(role, name=name))  # type: ignore[arg-type]
    press(page, "Enter")


def download(page: Page, name: str, path: Path) -> Path:
    """Reach a link by the keyboard and keep the file that it leads to."""
    tab_to(page, page.get_by_role("link", name=name))
    with page.expect_download() as begun:
        press(page, "Enter")
    begun.value.save_as(path)
    return path


def send(page: Page, path: Path) -> None:
    """Choose a file and send it, by the keyboard."""
    tab_to(page, page.get_by_label("Return", exact=True))
    with page.expect_file_chooser() as chooser:
        press(page, "Space")
    chooser.value.set_files(path)
    follow(page, "button", "Show what would change")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_contact_brings_the_register_up_to_date_by_the_keyboard_alone(
    sessions: Sessions, page: Page, tmp_path: Path
) -> None:
    institute = an_institute(sessions)
    centre = institute.centre(0)
    with sessions.reading() as session:
        provider = register.centres(session)[0].provider
    institute.person("Per", Role.PROVIDER_CONTACT, password=PASSWORD, provider=provider)
    # A chooser is caught from here on, not from a moment that races with the key that opens it.
    page.on("filechooser", lambda _: None)
    with served(workspace(institute, SettableClock(NOW))) as origin:
        sign_in(page, origin, "per@institute.example")
        follow(page, "link", "Send a return")
        expect(page.get_by_role("heading", level=1, name="Send a return")).to_be_visible()
        assert violations(page) == []
        template = download(page, "Empty workbook", tmp_path / "template.xlsx")
        mine = download(page, "Centre 0, as on file", tmp_path / "mine.xlsx")

        send(page, template)
        expect(page.get_by_text("16 things are wrong with template.xlsx")).to_be_visible()
        fault = page.get_by_role("row").nth(1)
        expect(fault).to_contain_text("B (Provider)")
        expect(fault).to_contain_text("Fill in Provider")
        assert violations(page) == []

        book = load_workbook(mine)
        book["Centre"]["B9"] = datetime(2026, 11, 20)
        book["Identities"]["F2"] = datetime(2027, 12, 31)
        book.save(mine)
        send(page, mine)
        expect(
            page.get_by_role("heading", level=1, name="What would change at Centre 0")
        ).to_be_visible()
        expect(page.get_by_role("heading", name="2 changes")).to_be_visible()
        expect(page.get_by_role("row").nth(2)).to_contain_text("changes: last day")
        assert violations(page) == []
        page.set_viewport_size({"width": 320, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        page.set_viewport_size({"width": 1240, "height": 800})
        follow(page, "button", "Enter these changes")
        expect(page.get_by_text("The changes to Centre 0 are entered.")).to_be_visible()

        follow(page, "link", "Report a major incident")
        tab_to(page, page.get_by_label("What happened"))
        page.keyboard.type("Power cut")
        assert violations(page) == []
        follow(page, "button", "Report the incident")
        expect(page.get_by_text("Nothing is dialled to Centre 0 before")).to_be_visible()

        follow(page, "link", "Acknowledge: notice to staff of Centre 0")
        tab_to(page, page.get_by_label("Day on which they were told"))
        page.keyboard.type("11252026")
        assert violations(page) == []
        follow(page, "button", "Acknowledge the notice")
        expect(page.get_by_text("The notice of 25 November 2026 is kept")).to_be_visible()
    with sessions.reading() as session:
        assert len(register.notice_spans(session, centre)) == 3
        assert incidents.paused_until(session, centre, NOW) is not None

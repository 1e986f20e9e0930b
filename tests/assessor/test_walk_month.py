import csv
from io import StringIO
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from config.database import Sessions, connect
from scheduler import register
from scheduler.access import Role
from scoring import ledger
from tests.assessor.month_of_calls import assess_all, draw_month, verify
from tests.builders import NOW, an_institute
from tests.fakes import SettableClock
from tests.services.chromium import open_link, press, violations
from tests.workspace import PASSWORD, served, sign_in, workspace


@pytest.fixture
def sessions(migrated_sqlite: Path, tmp_path: Path) -> Sessions:
    """A walk needs one database, not two."""
    path = tmp_path / "unannounced.db"
    path.write_bytes(migrated_sqlite.read_bytes())
    return connect(f"sqlite:///{path}")


def test_a_month_is_verified_published_and_read(page: Page, sessions: Sessions) -> None:
    institute = an_institute(sessions)
    centre = institute.centre(1)
    draw_month(institute, centre)
    keys = assess_all(institute)
    verify(institute, *keys[2:])
    with sessions.reading() as session:
        found = register.find_centre(session, centre)
    assert found is not None
    institute.person("Vera", Role.VERIFIER, password=PASSWORD)
    institute.person("Ada", Role.ADMINISTRATOR, password=PASSWORD)
    contact = (Role.PROVIDER_CONTACT,)
    institute.person("Connie", *contact, password=PASSWORD, provider=found.provider)
    with served(workspace(institute, SettableClock(NOW))) as origin:
        _verifier_confirms_one_and_differs_on_one(page, origin)
        _administrator_publishes(page, origin)
        _contact_reads(page, origin)
    with sessions.reading() as session:
        judged = ledger.verifications(session, assessments=keys[:2])
        (issue,) = ledger.issues(session)
    assert sorted(each.judgement for each in judged) == ["confirmed", "differs"]
    assert issue.centre == centre
    sessions.engine.dispose()


def _verifier_confirms_one_and_differs_on_one(page: Page, origin: str) -> None:
    sign_in(page, origin, "vera@institute.example")
    expect(page.get_by_role("heading", level=1)).to_have_text("Queue")
    expect(page.get_by_text("2 assessments wait")).to_be_visible()
    assert violations(page) == []

    open_link(page, page.get_by_role("link", name="Review the oldest"))
    assert violations(page) == []
    expect(page.get_by_role("button", name="Differ")).to_be_hidden()
    press(page, "Control+Enter")
    expect(page.get_by_text("Confirmed: ")).to_be_visible()

    open_link(page, page.get_by_role("link", name="Review the oldest"))
    criterion = page.get_by_role("group").filter(has=page.locator('input[value="4"]')).first
    criterion.locator('input[value="4"]').focus()
    press(page, "2")
    expect(page.get_by_role("button", name="Confirm")).to_be_hidden()
    page.get_by_role("button", name="Differ").click()
    expect(page.get_by_role("alert")).to_contain_text("Say why you differ")
    expect(criterion.locator('input[value="2"]')).to_be_checked()
    assert violations(page) == []
    page.get_by_label("Why you differ").fill("The third step was not explained.")
    press(page, "Control+Enter")
    expect(page.get_by_text("You differed on 1 answer")).to_be_visible()
    expect(page.get_by_text("Nothing waits for you")).to_be_visible()

    page.get_by_role("link", name="My reviews").first.click()
    expect(page.get_by_text("The third step was not explained.")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Sign out").click()


def _administrator_publishes(page: Page, origin: str) -> None:
    sign_in(page, origin, "ada@institute.example")
    expect(page.get_by_role("heading", level=1)).to_have_text("Months")
    expect(page.get_by_text("1 report is ready to publish.").first).to_be_visible()
    assert violations(page) == []
    open_link(page, page.get_by_role("link", name="Open October 2026"))
    assert violations(page) == []
    page.get_by_role("link", name="calls verified").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Calls of October 2026")
    assert violations(page) == []
    page.get_by_role("link", name="Centre 1").first.click()
    expect(page.get_by_text("Not published")).to_be_visible()
    page.get_by_role("link", name="October 2026", exact=True).click()
    page.get_by_role("button", name="Publish what is ready").click()
    expect(page.get_by_text("Published for October 2026: Centre 1 (issue 1).")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Sign out").click()


def _contact_reads(page: Page, origin: str) -> None:
    sign_in(page, origin, "connie@institute.example")
    open_link(page, page.get_by_role("link", name="Reports"))
    assert violations(page) == []
    page.get_by_role("link", name="Centre 1", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Centre 1")
    expect(page.get_by_text("issue 1 of October 2026")).to_be_visible()
    page.get_by_text("Table of this picture").first.click()
    expect(page.get_by_role("columnheader", name="Average").first).to_be_visible()
    assert violations(page) == []
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV", exact=True).click()
    assert download.value.suggested_filename == "centre-1-2026-10.csv"
    text = download.value.path().read_text("utf-8-sig")
    kinds = {row["kind"] for row in csv.DictReader(StringIO(text, newline=""))}
    assert {"report", "verdict", "figure", "call", "answer", "note"} <= kinds

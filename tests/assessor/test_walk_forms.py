"""A provider's whole yearly update by its forms, in a browser, by the keyboard alone."""

import pytest
from playwright.sync_api import Page, expect

from config.database import Sessions
from scheduler import accreditation, codes, custody, register, register_further
from scheduler.access import Role
from tests.assessor.test_walk_return import follow, tab_to
from tests.builders import NOW, an_institute, identity
from tests.fakes import SettableClock
from tests.services.chromium import press, violations
from tests.workspace import PASSWORD, served, sign_in, workspace

DAY = "12312027"  # as a date field takes it, month first

UPDATE = (
    ("numbers", "Change: contact numbers of Centre 0", (("Valid until", DAY),)),
    (
        "identities",
        "Change: cover identities of Centre 0",
        (("Security code", "7744"), ("Valid until", DAY)),
    ),
    (
        "custodian",
        "Change: custodian of Centre 0",
        (
            ("Custodian's name", "Kim Elm"),
            ("Custodian's e-mail", "records@provider.example"),
            ("Declared: no mark or alert", "11202026"),
            ("Declared: fictitious or consented", "11202026"),
            ("Declared: not billed or counted", "11202026"),
        ),
    ),
    ("hours", "Change: hours of Centre 0", (("Opens", "08:00"), ("Closes", "18:00"))),
    ("closures", "Change: closures of Centre 0", (("From", DAY), ("Reason", "New Year's Eve"))),
    (
        "holidays",
        "Change: public holidays of Centre 0",
        (("Closed on public holidays", "yes"), ("Region", "ENG")),
    ),
    ("service-level", "Change: service level of Centre 0", (("Exclusions", "Printers"),)),
    ("volume", "Change: ordinary calls of Centre 0", (("Number of analysts", "9"),)),
    (
        "products",
        "Change: products of Centre 0",
        (("Product", "Ledger suite"), ("Published fix", "Article 1204")),
    ),
    (
        "permissions",
        "Change: recording and listening of Centre 0",
        (("Calls may be recorded", "yes"), ("Permitted", "live"), ("Country", "GB"),
         ("Legal basis", "Consent by contract")),
    ),
    (
        "contacts",
        "Change: contact and place of Centre 0",
        (("Contact e-mail", "new@provider.example"),),
    ),
)  # fmt: skip


def type_into(page: Page, label: str, text: str) -> None:
    """Reach the first control of a label by the tabulator and type in the place of what stands."""
    control = page.get_by_label(label, exact=True).first
    tab_to(page, control)
    if control.evaluate("node => node.matches('input:not([type=date]), textarea')"):
        press(page, "ControlOrMeta+a")
    page.keyboard.type(text)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_contact_renews_everything_by_forms_and_keyboard(sessions: Sessions, page: Page) -> None:
    institute = an_institute(sessions)
    centre = institute.centre(0, identities=(identity("410001", "7301"),))
    with sessions.reading() as session:
        provider = register.centres(session)[0].provider
    institute.person("Per", Role.PROVIDER_CONTACT, password=PASSWORD, provider=provider)
    with served(workspace(institute, SettableClock(NOW))) as origin:
        sign_in(page, origin, "per@institute.example")
        for part, link, typed in UPDATE:
            follow(page, "link", link)
            expect(page).to_have_url(f"{origin}/supplies/{centre}/{part}")
            assert violations(page) == [], part
            for label, text in typed:
                type_into(page, label, text)
            follow(page, "button", "Show what would change")
            expect(page.get_by_text("Nothing is entered yet.")).to_be_visible()
            assert "7744" not in page.content()
            if part == "numbers":
                assert violations(page) == []
            follow(page, "button", "Enter these changes")
            expect(page.get_by_text("The changes to Centre 0 are entered.")).to_be_visible()
        follow(page, "link", "Acknowledge: notice to staff of Centre 0")
        type_into(page, "Day on which they were told", "11252026")
        follow(page, "button", "Acknowledge the notice")
        expect(page.get_by_text("The notice of 25 November 2026 is kept")).to_be_visible()
        assert violations(page) == []
        for part, _, _ in UPDATE:
            page.set_viewport_size({"width": 320, "height": 700})
            page.goto(f"{origin}/supplies/{centre}/{part}")
            assert page.evaluate("document.documentElement.scrollWidth") == 320, part
    with sessions.reading() as session:
        found = register.find_centre(session, centre)
        assert found is not None
        assert (found.contact_email, found.keeps_holidays) == ("new@provider.example", True)
        (usable,) = codes.usable_identities(session, centre)
        opened = codes.open_identity(session, institute.vault, usable.id)
        assert (opened.name, opened.code.text) == ("Alex Birch", "7744")
        assert custody.custodian(session, centre)[0] is not None
        assert accreditation.volume(session, centre)[1] == 9
        assert register_further.products(session, centre)[0].fix == "Article 1204"
        assert [span.opens for span in register.hours(session, centre)] == [480] * 7
        assert len(register.closures(session, centre)) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_was_typed_outlives_a_server_that_went_away(sessions: Sessions, page: Page) -> None:
    institute = an_institute(sessions)
    centre = institute.centre(0, identities=(identity("410001", "7301"),))
    with sessions.reading() as session:
        provider = register.centres(session)[0].provider
    institute.person("Per", Role.PROVIDER_CONTACT, password=PASSWORD, provider=provider)
    with served(workspace(institute, SettableClock(NOW))) as origin:
        sign_in(page, origin, "per@institute.example")
        path = f"{origin}/supplies/{centre}/closures"
        page.goto(path)
        page.get_by_label("Reason").first.fill("Stocktaking")
        page.context.set_offline(True)
        page.get_by_role("button", name="Show what would change").click()
        expect(page.get_by_text("No answer came from the server.").first).to_be_visible()
        expect(page.get_by_label("Reason").first).to_have_value("Stocktaking")
        page.context.set_offline(False)
        page.goto(path)
        expect(page.get_by_label("Reason").first).to_have_value("Stocktaking")
        page.goto(f"{origin}/supplies/{centre}/identities")
        page.get_by_label("Security code").first.fill("7799")
        page.get_by_label("Name").nth(1).fill("Robin Ash")
        page.get_by_label("Account").nth(1).fill("410009")
        page.get_by_label("Valid until").nth(1).fill("2027-12-31")
        kept = page.evaluate("JSON.stringify({...localStorage})")
        assert "2027-12-31" in kept
        assert "410009" not in kept
        assert "7799" not in kept
        assert "Robin" not in kept

"""What the institute reads of how a provider kept its centre current."""

from datetime import timedelta

from config.database import Sessions
from scheduler.access import Role
from scheduler.centre import Closure
from scheduler.further import Further, Permission, Product, What
from scheduler.register import centres
from scoring.summarising import letter_now
from tests.assessor.test_supplies_pages import visible
from tests.builders import NOW, ZONE, an_institute
from tests.fakes import SettableClock
from tests.workspace import PASSWORD, client, workspace


def test_incidents_late_closures_products_and_worn_identities_are_listed(
    sessions: Sessions,
) -> None:
    institute = an_institute(sessions)
    today = NOW.date()
    shut = Closure(today + timedelta(days=2), today + timedelta(days=2), "Move")
    further = Further(
        products=(Product("Ledger suite", "3", "No totals", "Article 1204"),),
        permissions=(Permission(What.LISTENING, "GB", "Consent"),),
    )
    centre = institute.centre(0, closures=(shut,), further=further)
    with sessions.reading() as session:
        provider = centres(session)[0].provider
    institute.person("Per", Role.PROVIDER_CONTACT, password=PASSWORD, provider=provider)
    institute.person("Ada", Role.ADMINISTRATOR, password=PASSWORD)
    app = workspace(institute, SettableClock(NOW))
    client(app, "per@institute.example").post(
        f"/supplies/{centre}/incident", data={"hours": "6", "what": "Power cut"}
    )
    browser = client(app, "ada@institute.example")
    words = visible(browser.get(f"/centres/{centre}").text)
    for said in (
        "6 h Power cut",
        "1 in all, 6 hours",
        "27 November 2026 25 November 2026 2",
        "Ledger suite 3 No totals Article 1204",
        "Live listening in GB Consent",
        "the workspace lets nobody listen to a running call",
        "The identities are good for 6 more calls",
    ):
        assert said in words, said
    assert browser.post(f"/centres/{centre}/fresh-set").status_code == 303
    assert "from 1 December 2026 on" in visible(browser.get(f"/centres/{centre}").text)
    with sessions.reading() as session:
        letter = letter_now(session, NOW, ZONE, institute.verifier, proved_everything=True)
    told = " ".join(item.sentence for section in letter.sections for item in section.items)
    assert "a major incident for 6 h, on 25 November 2026" in told
    assert "entered on 25 November 2026, 2 working days ahead" in told

"""Administrators change the institute's record of a centre; nobody else, and never blindly."""

import re
from datetime import date
from html import unescape
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from config import journal
from config.clock import Month, Period
from config.database import Sessions
from scheduler import codes, register
from scheduler.access import Role
from scheduler.centre import ProviderStatus, Reach
from scheduler.gathering import gather
from tests.builders import NOW, ZONE, Institute, an_institute, identity
from tests.fakes import SettableClock
from tests.scheduler.planned import RULE
from tests.workspace import PASSWORD, client, workspace

TODAY = NOW.date()


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute with an administrator, an auditor and a centre of two identities."""
    institute = an_institute(sessions)
    institute.person("Ada", Role.ADMINISTRATOR, password=PASSWORD)
    institute.person("Audrey", Role.AUDITOR, password=PASSWORD)
    institute.centre(identities=(identity("410001", "7301"), identity("410002", "7302")))
    return institute


@pytest.fixture
def ada(institute: Institute) -> FlaskClient:
    """The administrator, signed in."""
    return client(workspace(institute, SettableClock(NOW)), "ada@institute.example")


def centre_of(institute: Institute) -> register.Centre:
    with institute.sessions.reading() as session:
        return register.centres(session)[0]


def words(text: str) -> str:
    """The visible words of a page's main part."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", text[text.index("<main") :])).split())


def test_an_auditor_sees_the_record_and_no_form(institute: Institute) -> None:
    browser = client(workspace(institute, SettableClock(NOW)), "audrey@institute.example")
    page = f"/centres/{centre_of(institute).id}"
    text = browser.get(page).text
    assert "none on record" in text
    assert "Save accreditation" not in text
    assert browser.post(f"{page}/accreditation", data={}).status_code == 404


def test_a_suspended_provider_stands_on_the_list_with_whose_turn_it_is(
    institute: Institute, ada: FlaskClient
) -> None:
    institute.centre(1, notice_given_on=None)
    page = f"/centres/{centre_of(institute).id}"
    form = {"status": "suspended", "signed_on": "2026-01-05", "code": "1.01", "version": "1"}
    assert ada.post(f"{page}/accreditation", data=form).status_code == 303
    assert centre_of(institute).status is ProviderStatus.SUSPENDED
    listed = words(ada.get("/centres").text)
    assert "its provider is suspended the institute's turn" in listed
    assert "no notice to staff is in force the provider's turn" in listed
    shown = words(ada.get(page).text)
    assert "signed on 5 January 2026, code 1.01" in shown
    assert "its provider is suspended (the institute's turn)" in shown


def test_a_stale_form_is_shown_beside_the_newer_change(
    institute: Institute, ada: FlaskClient
) -> None:
    page = f"/centres/{centre_of(institute).id}/accreditation"
    ada.post(page, data={"status": "suspended", "signed_on": "", "code": "", "version": "1"})
    stale = {"status": "applicant", "signed_on": "2026-03-01", "code": "1.01", "version": "1"}
    answer = ada.post(page, data=stale)
    assert answer.status_code == 422
    assert "Somebody saved a newer change meanwhile" in answer.text
    assert 'value="2026-03-01"' in answer.text
    assert re.search(r"What stands now.*suspended.*What you typed", words(answer.text))
    assert centre_of(institute).status is ProviderStatus.SUSPENDED
    again = {**stale, "version": "2"}
    assert 'name="version" value="2"' in answer.text
    assert ada.post(page, data=again).status_code == 303
    assert centre_of(institute).status is ProviderStatus.APPLICANT


def test_holidays_are_kept_with_exceptions_and_shown_for_the_year(
    institute: Institute, ada: FlaskClient
) -> None:
    page = f"/centres/{centre_of(institute).id}"
    assert "not kept" in words(ada.get(page).text)
    lines = "2026-12-28 open\r\n2026-12-24 shut\r\n"
    form = {"keeps": "1", "region": "ENG", "exceptions": lines, "version": "1"}
    assert ada.post(f"{page}/holidays", data=form).status_code == 303
    with institute.sessions.reading() as session:
        exceptions = register.holiday_exceptions(session, centre_of(institute).id)
    assert exceptions == {date(2026, 12, 24): False, date(2026, 12, 28): True}
    text = words(ada.get(page).text)
    assert "24 December 2026 shut; 28 December 2026 open" in text
    assert "25 December 2026: Christmas Day" in text
    assert "28 December 2026: " not in text
    stale = ada.post(f"{page}/holidays", data={**form, "keeps": "", "exceptions": ""})
    assert stale.status_code == 422
    assert re.search(r"What stands now.*24 December 2026.*What you typed", words(stale.text))


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("2026-12-28 perhaps", "isn't understood"),
        ("28.12.2026 open", "is no day"),
    ],
)
def test_an_exception_that_is_not_understood_is_named_and_kept(
    institute: Institute, ada: FlaskClient, lines: str, said: str
) -> None:
    page = f"/centres/{centre_of(institute).id}/holidays"
    form = {"keeps": "1", "region": "ENG", "exceptions": lines, "version": "1"}
    answer = ada.post(page, data=form)
    assert answer.status_code == 422
    assert said in words(answer.text)
    assert lines in answer.text
    assert not centre_of(institute).keeps_holidays


@pytest.mark.parametrize("year", ["0001", "1989", "2101", "9999"])
def test_the_institute_keeps_no_day_that_the_provider_could_not_send_back(
    institute: Institute, ada: FlaskClient, year: str
) -> None:
    page = f"/centres/{centre_of(institute).id}"
    form = {"keeps": "1", "region": "ENG", "exceptions": f"{year}-12-31 shut", "version": "1"}
    answer = ada.post(f"{page}/holidays", data=form)
    assert answer.status_code == 422
    assert "is in no likely year" in answer.text
    with institute.sessions.reading() as session:
        assert register.holiday_exceptions(session, centre_of(institute).id) == {}


def test_a_check_is_recorded_with_its_identity_burnt(
    institute: Institute, ada: FlaskClient
) -> None:
    centre = centre_of(institute).id
    with institute.sessions.reading() as session:
        (line,) = register.lines(session, centre)
        spare: UUID = codes.usable_identities(session, centre)[0].id
    form = {
        "number": str(line.id),
        "identity": str(spare),
        "made_on": str(TODAY),
        "result": "proved",
        "note": "Two menus",
    }
    page = f"/centres/{centre}"
    assert "counts as proved" in ada.get(page).text
    assert ada.post(f"{page}/checks", data=form).status_code == 303
    text = words(ada.get(page).text)
    assert "25 November 2026 +44 1632 960500 proved Ada Two menus" in text
    assert "The check is on record." in text
    with institute.sessions.reading() as session:
        assert len(codes.usable_identities(session, centre)) == 1
    answer = ada.post(f"{page}/checks", data=form)
    assert answer.status_code == 422
    assert "burnt or gone" in answer.text


def test_a_reach_is_changed_and_journalled(institute: Institute, ada: FlaskClient) -> None:
    centre = centre_of(institute).id
    with institute.sessions.reading() as session:
        (line,) = register.lines(session, centre)
    page = f"/centres/{centre}/numbers/{line.id}/reach"
    form = {"seen": Reach.PUBLIC, "reach": Reach.OWN_NETWORK}
    assert ada.post(page, data=form).status_code == 303
    assert "no contact number is valid" in ada.get("/centres").text
    assert ada.post(page, data=form).status_code == 422
    with institute.sessions.reading() as session:
        assert sum(e.action == "reach changed" for e in journal.entries(session)) == 1


def test_forms_of_a_centre_that_does_not_exist_are_not_found(ada: FlaskClient) -> None:
    nowhere = f"/centres/{UUID(int=1)}"
    for form in ("accreditation", "holidays", "checks", f"numbers/{UUID(int=2)}/reach"):
        assert ada.post(f"{nowhere}/{form}", data={}).status_code == 404


def test_a_custodian_is_named_with_what_they_declared(
    institute: Institute, ada: FlaskClient
) -> None:
    page = f"/centres/{centre_of(institute).id}"
    assert "Nobody outside the support team is named" in ada.get(page).text
    form = {"name": "Cleo Ash", "email": "liaison0@provider.example", "unmarked_on": "2026-02-01"}
    answer = ada.post(f"{page}/custodian", data={**form, "version": "0"})
    assert answer.status_code == 422
    assert "the custodian stands outside it" in answer.text
    form["email"] = "ash@provider.example"
    assert ada.post(f"{page}/custodian", data={**form, "version": "0"}).status_code == 303
    text = words(ada.get(page).text)
    assert "Cleo Ash, ash@provider.example" in text
    assert "No mark or alert declared on 1 February 2026" in text
    assert "Fictitious or consented not declared" in text
    stale = ada.post(f"{page}/custodian", data={**form, "name": "Another", "version": "0"})
    assert stale.status_code == 422
    assert "Cleo Ash" in words(stale.text)
    assert 'value="Another"' in stale.text


def test_an_identity_has_a_limit_of_its_own(institute: Institute, ada: FlaskClient) -> None:
    centre = centre_of(institute).id
    with institute.sessions.reading() as session:
        first = codes.usable_identities(session, centre)[0].id
    page = f"/centres/{centre}"
    assert "Identity 1 •••••• from 1 January 2026, no end 0 of 6 not said" in words(
        ada.get(page).text
    )
    form = {"seen_uses": "6", "seen_risk": "", "most_uses": "3", "risk": "high"}
    assert ada.post(f"{page}/identities/{first}/limit", data=form).status_code == 303
    assert "0 of 3 high" in words(ada.get(page).text)
    again = ada.post(f"{page}/identities/{first}/limit", data=form)
    assert again.status_code == 422
    assert "Somebody changed this identity meanwhile" in again.text
    nonsense = {**form, "seen_uses": "3", "seen_risk": "high", "most_uses": "many"}
    assert "from 1 to 100" in ada.post(f"{page}/identities/{first}/limit", data=nonsense).text


def test_volume_and_analysts_are_declared_and_steer_the_draw(
    institute: Institute, ada: FlaskClient
) -> None:
    page = f"/centres/{centre_of(institute).id}"
    text = ada.get(page).text
    assert "the draw goes by the sector" in text
    (seen,) = re.findall(r'name="seen" value="([0-9a-f]{16})"', text)
    calls = "\n".join([" ".join(["2"] * 24)] * 7)
    form = {"calls": calls, "weeks": "9", "analysts": "14", "seen": seen}
    wrong = ada.post(f"{page}/volume", data={**form, "weeks": "nine"})
    assert wrong.status_code == 422
    assert "is no whole number" in wrong.text
    assert calls in wrong.text
    assert ada.post(f"{page}/volume", data=form).status_code == 303
    text = words(ada.get(page).text)
    assert "336 a week, by a log of 9 weeks" in text
    assert "Analysts 14" in text
    with institute.sessions.reading() as session:
        january = Period(Month(2027, 1), 1)
        inputs = gather(session, january, RULE, ZONE, None, january.start, proved_everything=True)
    assert inputs.centres[0].volume == ((1,) * 24,) * 7
    stale = ada.post(f"{page}/volume", data={**form, "weeks": ""})
    assert stale.status_code == 422
    assert "336 a week" in words(stale.text)
    assert ada.post(f"{page}/volume", data={**form, "seen": ""}).status_code == 422

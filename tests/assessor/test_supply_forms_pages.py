"""A provider's forms: each field by hand, on the same path as the workbook."""

import re
from collections.abc import Mapping
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from config import journal
from config.database import Sessions
from scheduler import accreditation, codes, custody, register, register_further
from scheduler.access import Role
from scheduler.centre import Reach
from scheduler.returns_form import PARTS
from tests.assessor.test_supplies_pages import QUIET_TABLES, provider_of, statements, visible
from tests.builders import NOW, Institute, a_return, an_institute, identity
from tests.fakes import SettableClock
from tests.scheduler.stored import rows
from tests.workspace import PASSWORD, client, workspace

CODE = "7301"
WEEK = "\n".join(
    f"{day} " + " ".join(["5"] * 24) for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
)
TYPED: Mapping[str, tuple[Mapping[str, str], str]] = {
    "contacts": ({"time-zone": "Europe/Oslo", "contact-e-mail": "d@provider.example"}, "Oslo"),
    "numbers": (
        {"2-label": "Night line", "2-number": "01632 960777", "2-menu-keys": "press 2, then 1",
         "2-valid-until": "2027-11-30", "2-reach": "own network only"},
        "+44 1632 960777",
    ),
    "identities": (
        {"1-security-code": "8899", "3-name": "Robin Ash", "3-account": "410003",
         "3-security-code": "0042", "3-kind-of-code": "PIN", "3-valid-until": "2027-12-31"},
        "account 410003",
    ),
    "custodian": (
        {"custodian-s-name": "Kim Elm", "custodian-s-e-mail": "records@provider.example",
         "declared-no-mark-or-alert": "2026-11-01"},
        "Kim Elm, records@provider.example",
    ),
    "hours": (
        {"1-days": "Mon-Fri", "1-opens": "08:00", "1-closes": "12:00",
         "2-days": "Mon-Fri", "2-opens": "13:00", "2-closes": "17:30",
         "3-days": "Sat", "3-opens": "22:00", "3-closes": "06:00"},
        "08:00 to 12:00 and 13:00 to 17:30",
    ),
    "closures": (
        {"1-from": "2026-12-24", "1-until": "2026-12-27", "1-reason": "Christmas"},
        "24 December 2026 to 27 December 2026: Christmas",
    ),
    "holidays": (
        {"closed-on-public-holidays": "yes", "region": "ENG", "1-day": "2026-12-28",
         "1-open-or-shut": "open"},
        "closed on those of ENG, but 28 December 2026 open",
    ),
    "service-level": ({"answer-within-seconds": "20", "exclusions": "Printers"}, "Printers"),
    "volume": (
        {"calls": WEEK, "log-of-calls-weeks": "12", "log-kept-by": "Our exchange",
         "number-of-analysts": "9"},
        "840 a week by a log of 12 weeks kept by Our exchange, 9 analysts",
    ),
    "products": (
        {"1-product": "Ledger suite", "1-version": "3.2", "1-usual-enquiry": "No totals",
         "1-published-fix": "Article 1204"},
        "Ledger suite 3.2: No totals (fix: Article 1204)",
    ),
    "permissions": (
        {"calls-may-be-recorded": "yes", "1-permitted": "live listening", "1-country": "GB",
         "1-legal-basis": "Consent by contract"},
        "Permission: live listening GB",
    ),
}  # fmt: skip


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute with two centres of two providers."""
    institute = an_institute(sessions)
    institute.centre(0, identities=(identity("410001", CODE), identity("410002", "7302")))
    institute.centre(1)
    return institute


@pytest.fixture
def contact(institute: Institute) -> FlaskClient:
    """The first provider's contact, signed in."""
    provider = provider_of(institute, "Provider 0")
    institute.person("Per", Role.PROVIDER_CONTACT, password=PASSWORD, provider=provider)
    return client(workspace(institute, SettableClock(NOW)), "per@institute.example")


@pytest.fixture
def centre(institute: Institute) -> UUID:
    """The first centre."""
    with institute.sessions.reading() as session:
        return next(c.id for c in register.centres(session) if c.name == "Centre 0")


def fields(text: str) -> dict[str, str]:
    """What a form on a page would send as it stands."""
    form = text[text.index('id="supply-') :]
    form = form[: form.index("</form>")]
    found = dict(
        re.findall(r'<input[^>]* name="([^"]+)" type="(?:text|date)" value="([^"]*)"', form)
    )
    found |= dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    for name, body in re.findall(r'<select[^>]* name="([^"]+)"(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', body)
        found[name] = chosen[1] if chosen else ""
    for name, body in re.findall(
        r'<textarea[^>]* name="([^"]+)"[^>]*>\n(.*?)</textarea>', form, re.DOTALL
    ):
        found[name] = body
    return found


def fill(browser: FlaskClient, path: str, typed: Mapping[str, str]) -> tuple[int, str, str]:
    """Open a form, type into it and send it; answers status, text and where it leads."""
    text = browser.get(path).text
    stands = fields(text)
    known = set(re.findall(r' name="([^"]+)"', text))
    assert set(typed) <= known, set(typed) - known
    answer = browser.post(path, data=stands | dict(typed))
    return answer.status_code, answer.text, answer.location or ""


def enter(browser: FlaskClient, preview: str) -> int:
    """Agree to what a preview shows."""
    found = re.search(r'name="shown" value="(\w+)"', browser.get(preview).text)
    assert found is not None
    return browser.post(preview, data={"shown": found[1]}).status_code


def test_every_form_is_previewed_then_entered_whole_and_journalled(
    institute: Institute, contact: FlaskClient, centre: UUID
) -> None:
    secret = f"{CODE}|7302|8899|0042|Alex"
    assert set(TYPED) == set(PARTS)
    for part, (typed, shown) in TYPED.items():
        path = f"/supplies/{centre}/{part}"
        before = rows(institute.sessions, without=("upload", "sign_in"))
        status, text, preview = fill(contact, path, typed)
        assert status == 303, visible(text)
        words = visible(contact.get(preview).text)
        assert shown in words
        assert "Nothing is entered yet" in words
        assert not re.search(secret, words)
        assert rows(institute.sessions, without=("upload", "sign_in")) == before
        assert enter(contact, preview) == 303
        with institute.sessions.reading() as session:
            entry = journal.entries(session)[-1]
        assert entry.action == "return entered"
        assert not re.search(secret, visible(contact.get(path).text))
        _, _, preview = fill(contact, path, {})
        assert "there is nothing to enter" in contact.get(preview).text
    _check_register(institute, centre)


def _check_register(institute: Institute, centre: UUID) -> None:
    """What was typed stands there."""
    with institute.sessions.reading() as session:
        found = register.find_centre(session, centre)
        assert found is not None
        assert (found.zone, found.recording_permitted, found.region) == ("Europe/Oslo", True, "ENG")
        night = next(line for line in register.lines(session, centre) if "777" in line.number.e164)
        assert (night.number.menu_keys, night.reach) == ("2ww1", Reach.OWN_NETWORK)
        usable = codes.usable_identities(session, centre)
        opened = [codes.open_identity(session, institute.vault, each.id) for each in usable]
        assert {(i.name, i.code.text) for i in opened} == {
            ("Alex Birch", "8899"), ("Alex Birch", "7302"), ("Robin Ash", "0042"),
        }  # fmt: skip
        assert len(register.hours(session, centre)) == 11
        assert register.service_levels(session, centre)[-1].level.answer_within == 20
        declared, analysts = accreditation.volume(session, centre)
        assert declared is not None
        assert (declared.weeks, declared.source, analysts) == (12, "Our exchange", 9)
        assert [each.name for each in register_further.products(session, centre)] == [
            "Ledger suite"
        ]
        assert [each.country for each in register_further.permissions(session, centre)] == ["GB"]
        custodian, _ = custody.custodian(session, centre)
        assert custodian is not None
        assert custodian.name == "Kim Elm"


FAULTS: tuple[tuple[str, Mapping[str, str], str], ...] = (
    ("contacts", {"time-zone": "Europe/Lundon"}, "no time zone. Write Europe/London"),
    ("numbers", {"2-label": "x", "2-number": "12"}, "Number 2, Number: 12 is"),
    ("identities", {"3-account": "410001"}, "the same account stands in row 1 already"),
    ("identities", {"3-account": "9", "3-kind-of-code": "PIN"}, "3, Name: This is empty"),
    ("custodian", {"custodian-s-name": "Kim"}, "Custodian's e-mail: This is empty"),
    ("hours", {"2-days": "Tue", "2-opens": "09:00", "2-closes": "17"}, "overlap those"),
    ("closures", {"1-from": "2027-01-01", "1-until": "2027-12-31"}, "lasts a year or longer"),
    ("holidays", {"closed-on-public-holidays": "yes", "region": "XX"}, "GB has no region XX"),
    ("service-level", {"answered-within-that-time": "140"}, "140 is not between 1 and 100"),
    ("volume", {"calls": "Mon 1 2 3"}, "Line 1: "),
    ("products", {"1-version": "3"}, "Product 1, Product: This is empty"),
    ("permissions", {"1-permitted": "recording", "1-country": "GB"}, "basis: This is empty"),
)  # fmt: skip


def test_a_fault_is_named_by_field_and_remedy_and_what_was_typed_is_kept(
    institute: Institute, contact: FlaskClient, centre: UUID
) -> None:
    before = rows(institute.sessions)
    for part, typed, said in FAULTS:
        status, text, _ = fill(contact, f"/supplies/{centre}/{part}", typed)
        assert status == 422, part
        words = visible(text).replace("&#39;", "'")
        assert said.lower() in words.lower()
        sent = fields(text)
        assert {name: sent[name] for name in typed} == typed
        targets = re.findall(r'<li><a href="#([^"]+)"', text)
        assert targets
        assert all(f'id="{target}"' in text for target in targets)
    assert rows(institute.sessions) == before


def test_the_form_says_that_live_listening_is_only_kept_on_record(
    contact: FlaskClient, centre: UUID
) -> None:
    words = visible(contact.get(f"/supplies/{centre}/permissions").text)
    assert "a verifier or trainer beside the caller hears the call while it goes on" in words
    assert "The workspace itself lets nobody listen to a running call." in words


def test_a_code_that_was_typed_is_not_shown_back(contact: FlaskClient, centre: UUID) -> None:
    typed = {"1-security-code": "5566", "3-account": "410003", "3-name": "Robin Ash"}
    status, text, _ = fill(contact, f"/supplies/{centre}/identities", typed)
    assert status == 422
    assert "5566" not in text
    assert "Robin Ash" in text
    typed = {"1-security-code": "5566"}
    _, _, preview = fill(contact, f"/supplies/{centre}/identities", typed)
    for path in (preview, f"{preview}/form"):
        assert "5566" not in contact.get(path).text


def test_a_code_of_another_identity_is_refused_without_being_repeated(
    contact: FlaskClient, centre: UUID
) -> None:
    typed = {"1-security-code": "5566", "2-security-code": "5566"}
    status, text, _ = fill(contact, f"/supplies/{centre}/identities", typed)
    assert status == 422
    assert "same security code stands in row 1 already" in text
    assert "5566" not in text


def test_what_is_left_out_ends(institute: Institute, contact: FlaskClient, centre: UUID) -> None:
    _, _, preview = fill(contact, f"/supplies/{centre}/identities", {"2-out": "1"})
    assert "account 410002 on file ends today" in visible(contact.get(preview).text)
    assert enter(contact, preview) == 303
    with institute.sessions.reading() as session:
        stated = codes.stated_identities(session, institute.vault, centre)
    assert [each.account for each in stated] == ["410001"]


def test_more_rows_keep_what_was_typed(contact: FlaskClient, centre: UUID) -> None:
    typed = {"1-from": "2026-12-24", "act": "more"}
    path = f"/supplies/{centre}/closures"
    text = contact.post(path, data=fields(contact.get(path).text) | typed).text
    assert fields(text)["1-from"] == "2026-12-24"
    assert "Closure 8" in visible(text)


def test_a_form_saved_over_a_newer_change_shows_both(
    institute: Institute, contact: FlaskClient, centre: UUID
) -> None:
    path = f"/supplies/{centre}/contacts"
    stale = fields(contact.get(path).text) | {"time-zone": "Europe/Oslo"}
    institute.centre(0, zone="Europe/Rome", identities=(identity("410001", CODE),))
    answer = contact.post(path, data=stale)
    assert answer.status_code == 409
    assert "Time zone Europe/Rome" in visible(answer.text)
    assert fields(answer.text)["time-zone"] == "Europe/Oslo"
    assert contact.post(path, data=fields(answer.text)).status_code == 303


def test_a_change_elsewhere_between_preview_and_entry_is_not_undone(
    institute: Institute, contact: FlaskClient, centre: UUID
) -> None:
    _, _, first = fill(contact, f"/supplies/{centre}/contacts", {"time-zone": "Europe/Oslo"})
    shown = re.search(r'name="shown" value="(\w+)"', contact.get(first).text)
    institute.centre(
        0, contact_email="new@provider.example", identities=(identity("410001", CODE),)
    )
    assert shown is not None
    answer = contact.post(first, data={"shown": shown[1]})
    assert answer.status_code == 409
    assert "new@provider.example" in answer.text  # the form would put the older one back


def test_a_number_held_elsewhere_is_refused_and_the_institute_told(
    institute: Institute, contact: FlaskClient, centre: UUID
) -> None:
    typed = {"2-label": "x", "2-number": a_return(1).numbers[0].e164}
    status, text, _ = fill(contact, f"/supplies/{centre}/numbers", typed)
    assert status == 422
    assert "can&#39;t be accepted; the institute has been told" in text
    assert "Provider 1" not in text
    with institute.sessions.reading() as session:
        assert journal.entries(session)[-1].action == "return refused"


def test_another_providers_form_is_as_missing_as_none(
    institute: Institute, contact: FlaskClient
) -> None:
    with institute.sessions.reading() as session:
        other = next(c.id for c in register.centres(session) if c.name == "Centre 1")
    for part in PARTS:
        answers = [contact.get(f"/supplies/{each}/{part}") for each in (other, uuid4())]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert visible(answers[0].text) == visible(answers[1].text)
        assert contact.post(f"/supplies/{other}/{part}").status_code == 404


def test_no_page_of_a_providers_touches_a_plan_and_answers_alike_with_and_without_one(
    institute: Institute, contact: FlaskClient, centre: UUID, engine: Engine
) -> None:
    """Every route that a provider's contact may open, whichever come later."""
    adapter = contact.application.url_map.bind("")
    rules = [
        rule
        for rule in contact.application.url_map.iter_rules()
        if rule.rule.startswith("/supplies") and "GET" in (rule.methods or ())
    ]
    assert len(rules) >= 9
    _, _, upload = fill(contact, f"/supplies/{centre}/closures", TYPED["closures"][0])
    kept = UUID(upload.rsplit("/", 1)[1])
    values = {"centre": centre, "upload": kept, "name": "notice-to-staff"}

    def visit() -> dict[str, str]:
        seen = {}
        for rule in rules:
            for part in PARTS if "part" in rule.arguments else [""]:
                given = {name: {**values, "part": part}[name] for name in rule.arguments}
                path = adapter.build(rule.endpoint, given)
                answer = contact.get(path)
                assert answer.status_code == 200, path
                seen[path] = "" if path.endswith((".xlsx", ".txt")) else visible(answer.text)
        return seen

    without = visit()
    institute.call(centre)
    with statements(engine) as sent:
        planned = visit()
        for part, (typed, _) in TYPED.items():
            _, _, preview = fill(contact, f"/supplies/{centre}/{part}", typed)
            assert enter(contact, preview) == 303
    assert planned == without
    for table in QUIET_TABLES:
        assert [each for each in sent if re.search(rf"\b{table}\b", each)] == [], table

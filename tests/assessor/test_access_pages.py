import re
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from config.database import Sessions
from scheduler import leaves, people, register, second_steps
from scheduler.access import Role
from tests.builders import NOW, Institute, an_institute
from tests.fakes import SettableClock
from tests.scheduler.entering import acts, letters
from tests.workspace import PASSWORD, client, workspace

SITE = "https://calls.institute.example"
HAZEL = {
    "name": "Hazel Rowe",
    "email": "hazel@institute.example",
    "zone": "Europe/Paris",
    "roles": ["assessor", "verifier"],
    "provider": "",
    "telephone": "+44 7700 900123",
    "hours": "Mon-Fri 09:00-12:30\nSat 10:00-12:00",
}
CHOSEN = "quiet lamp by the harbour"
FORM_TOKEN = re.compile(r"[\w-]{20,}\.[\w-]{6}\.[\w-]{27}")  # it holds the second it was made in


class Ada:
    """An administrator at the people."""

    def __init__(self, sessions: Sessions) -> None:
        self.institute: Institute = an_institute(sessions)
        self.institute.centre()
        self.app = workspace(self.institute, SettableClock(NOW), SITE)
        self.id = self.institute.person("Ada", Role.ADMINISTRATOR, password=PASSWORD)
        self.browser = client(self.app, "ada@institute.example")
        self.nobody = self.app.test_client()

    def invite(self, **changes: object) -> UUID:
        """Invite Hazel; answers her key."""
        answer = self.browser.post("/people/new", data=HAZEL | changes)
        assert answer.status_code == 303, answer.text
        return self.find("hazel@institute.example")

    def find(self, email: str) -> UUID:
        with self.institute.sessions.reading() as session:
            found = people.find_by_address(session, email)
        assert found is not None
        return found.id

    def link(self, to: str = "hazel@institute.example") -> str:
        """The path of the last link mailed to an address."""
        body = letters(self.institute, to)[-1][1]
        return next(line.removeprefix(SITE) for line in body.splitlines() if line.startswith(SITE))

    def profile(self, key: UUID) -> people.Profile:
        with self.institute.sessions.reading() as session:
            found = people.profile(session, key)
        assert found is not None
        return found


@pytest.fixture
def ada(sessions: Sessions) -> Ada:
    """An administrator, signed in."""
    return Ada(sessions)


def signs_in(browser: FlaskClient, password: str = CHOSEN) -> bool:
    data = {"email": "hazel@institute.example", "password": password}
    return browser.post("/sign-in", data=data).status_code == 302


def test_who_is_invited_chooses_a_password_and_signs_in(ada: Ada) -> None:
    key = ada.invite()
    found = ada.profile(key)
    assert found.person.roles == {Role.ASSESSOR, Role.VERIFIER}
    assert (found.person.zone, len(found.offered)) == ("Europe/Paris", 6)
    assert ada.link().startswith("/welcome/")
    page = ada.nobody.get(ada.link())
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    data = {"password": CHOSEN, "again": CHOSEN}
    assert ada.nobody.post(ada.link(), data=data).location == "/sign-in"
    assert "Your password is set" in ada.nobody.get("/sign-in").text
    assert signs_in(ada.nobody)
    assert ada.nobody.post(ada.link(), data=data).status_code == 404


def test_a_scanner_that_opens_a_link_leaves_it_working(ada: Ada) -> None:
    ada.invite()
    before = acts(ada.institute)
    for method in ("GET", "HEAD", "GET"):
        assert ada.app.test_client().open(ada.link(), method=method).status_code == 200
    assert acts(ada.institute) == before


def test_a_links_form_comes_back_with_what_is_wrong_and_without_what_was_typed(ada: Ada) -> None:
    ada.invite()
    for data, said in (
        ({"password": CHOSEN, "again": "other words entirely"}, "two passwords differ"),
        ({"password": "tiny words", "again": "tiny words"}, "at least 12"),
    ):
        answer = ada.nobody.post(ada.link(), data=data)
        assert answer.status_code == 422
        assert said in answer.text
        assert data["password"] not in answer.text
    assert not signs_in(ada.nobody)


def test_forgetting_answers_alike_whoever_asks(ada: Ada) -> None:
    known = ada.nobody.post("/forgot", data={"email": "ada@institute.example"})
    unknown = ada.nobody.post("/forgot", data={"email": "nobody@institute.example"})
    nothing = ada.nobody.post("/forgot")
    assert known.status_code == unknown.status_code == nothing.status_code == 200
    texts = {FORM_TOKEN.sub("", each.text) for each in (known, unknown, nothing)}
    assert len(texts) == 1
    assert ada.link("ada@institute.example").startswith("/reset/")
    data = {"password": CHOSEN, "again": CHOSEN}
    assert ada.nobody.post(ada.link("ada@institute.example"), data=data).status_code == 303
    assert ada.browser.get("/people").status_code == 302


def test_a_mailed_link_begins_with_the_configured_site_whatever_a_request_says(ada: Ada) -> None:
    host = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    ada.nobody.post("/forgot", data={"email": "ada@institute.example"}, headers=host)
    assert "evil" not in letters(ada.institute, "ada@institute.example")[-1][1]
    assert ada.link("ada@institute.example").startswith("/reset/")


WRONG: tuple[tuple[dict[str, object], str], ...] = (
    ({"name": " "}, "Write a name"),
    ({"email": "hazel"}, "no e-mail address"),
    ({"email": "ada@institute.example"}, "has that address already"),
    ({"zone": "Europe/Nowhere"}, "Choose a zone"),
    ({"roles": []}, "at least one role"),
    ({"roles": ["emperor"]}, "of the lists"),
    ({"roles": ["provider contact"], "telephone": "", "hours": ""}, "Choose the provider"),
    (
        {"roles": ["provider contact"], "provider": str(uuid4()), "telephone": "", "hours": ""},
        "isn&#39;t on the register",
    ),
    ({"telephone": "+44 12"}, "too short"),
    ({"telephone": "0207 946 0123"}, "code of no country"),
    ({"hours": "Mon-Fri"}, "names no days and hours"),
    ({"hours": "Mon 17:00-09:00"}, "ends before it begins"),
    ({"hours": "Mon 09:00-12:00\nMon 11:00-13:00"}, "overlaps"),
    ({"roles": ["auditor"]}, "Only an assessor"),
)


def test_what_is_wrong_in_an_invitation_is_said_and_what_was_typed_stays(ada: Ada) -> None:
    before = acts(ada.institute)
    for changes, said in WRONG:
        answer = ada.browser.post("/people/new", data=HAZEL | changes)
        assert answer.status_code == 422, changes
        assert said in answer.text, changes
        assert 'value="Hazel Rowe"' in answer.text or "name" in changes
    assert acts(ada.institute) == before
    assert letters(ada.institute, "hazel@institute.example") == []


def test_a_person_is_changed_and_the_telephone_on_file_stays_unless_typed(ada: Ada) -> None:
    key = ada.invite()
    page = ada.browser.get(f"/people/{key}").text
    assert "900123" not in page
    assert "Mon-Fri 09:00-12:30\nSat 10:00-12:00" in page
    assert 'name="version" value="0"' in page
    changes = HAZEL | {"roles": ["assessor"], "telephone": "", "hours": "daily 08:00-24:00"}
    changes |= {"version": "0"}
    assert ada.browser.post(f"/people/{key}", data=changes).status_code == 303
    found = ada.profile(key)
    assert found.person.roles == {Role.ASSESSOR}
    assert len(found.offered) == 7
    with ada.institute.sessions.reading() as session:
        assert people.telephone_of(session, ada.institute.vault, key) == "+447700900123"
    refused = ada.browser.post(f"/people/{key}", data=changes | {"roles": [], "name": "Typed"})
    assert refused.status_code == 422
    assert 'value="Typed"' in refused.text


def test_a_stale_form_is_shown_beside_the_newer_change(ada: Ada) -> None:
    key = ada.invite()
    newer = HAZEL | {"name": "Hazel Newer", "version": "0"}
    assert ada.browser.post(f"/people/{key}", data=newer).status_code == 303
    answer = ada.browser.post(f"/people/{key}", data=HAZEL | {"name": "Typed", "version": "0"})
    assert answer.status_code == 422
    assert "Somebody saved a newer change meanwhile" in answer.text
    assert re.search(r"What stands now.*Hazel Newer.*What you typed", answer.text, re.S)
    assert 'value="Typed"' in answer.text
    assert 'name="version" value="1"' in answer.text
    assert ada.profile(key).person.name == "Hazel Newer"
    again = HAZEL | {"name": "Typed", "version": "1"}
    assert ada.browser.post(f"/people/{key}", data=again).status_code == 303
    for odd in ("", "-1", "9" * 30, "x"):
        refused = ada.browser.post(f"/people/{key}", data=HAZEL | {"version": odd})
        assert refused.status_code == 422, odd


def test_a_tie_is_lifted_for_a_centre_and_a_while_with_a_reason(ada: Ada) -> None:
    key = ada.invite()
    with ada.institute.sessions.begin() as session:
        centre = register.centres(session)[0]
        people.declare_tie(session, key, centre.provider, "her sister works there", NOW)
    page = ada.browser.get(f"/people/{key}").text
    assert "Lift a tie for a while" in page
    path = f"/people/{key}/leaves"
    typed = {"centre": str(centre.id), "until": "2026-12-01", "reason": "all others are ill"}
    for wrong, said in (
        ({"centre": ""}, "Choose the centre"),
        ({"until": "someday"}, "Choose the centre"),
        ({"until": "2026-11-24"}, "within the next 92 days"),
        ({"until": "2027-12-01"}, "within the next 92 days"),
        ({"reason": " "}, "Say why nobody else can"),
        ({"centre": str(uuid4())}, "No tie keeps them"),
    ):
        refused = ada.browser.post(path, data=typed | wrong)
        assert refused.status_code == 422, wrong
        assert said in refused.text, wrong
    assert ada.browser.post(path, data=typed).status_code == 303
    page = ada.browser.get(f"/people/{key}").text
    assert "all others are ill" in page
    assert "by Ada" in page
    with ada.institute.sessions.reading() as session:
        (leave,) = leaves.leaves(session, key)
    assert leave.until == datetime(2026, 12, 2, tzinfo=UTC)
    other = f"/people/{ada.institute.verifier}/leaves/{leave.id}/end"
    assert ada.browser.post(other).status_code == 404
    assert ada.browser.post(f"{path}/{leave.id}/end").status_code == 303
    assert ada.browser.post(f"{path}/{leave.id}/end").status_code == 404
    assert acts(ada.institute)[-2:] == ["tie lifted", "tie binds again"]


def test_auditors_see_every_tie_that_was_lifted_with_its_reason_and_who_lifted_it(
    ada: Ada,
) -> None:
    key = ada.invite()
    ada.institute.person("Audrey", Role.AUDITOR, password=PASSWORD)
    audrey = client(ada.app, "audrey@institute.example")
    assert "No tie has been lifted." in audrey.get("/ties-lifted").text
    with ada.institute.sessions.begin() as session:
        centre = register.centres(session)[0]
        people.declare_tie(session, key, centre.provider, "her sister works there", NOW)
    typed = {"centre": str(centre.id), "until": "2026-12-01", "reason": "all others are ill"}
    assert ada.browser.post(f"/people/{key}/leaves", data=typed).status_code == 303
    for browser in (audrey, ada.browser):
        page = browser.get("/ties-lifted").text
        row = page[page.index("<table") : page.index("</table>")]
        for said in ("Hazel", centre.name, "all others are ill", "Ada", "counts now"):
            assert said in row, said
        assert "her sister" not in page
    assert 'href="/ties-lifted"' in audrey.get("/journal").text
    assert 'href="/ties-lifted"' in ada.browser.get("/people").text
    with ada.institute.sessions.reading() as session:
        (leave,) = leaves.leaves(session, key)
    assert ada.browser.post(f"/people/{key}/leaves/{leave.id}/end").status_code == 303
    page = audrey.get("/ties-lifted").text
    assert "taken back" in page
    assert "counts now" not in page


def test_access_ends_and_begins_again(ada: Ada) -> None:
    key = ada.invite()
    ada.nobody.post(ada.link(), data={"password": CHOSEN, "again": CHOSEN})
    assert signs_in(ada.nobody)
    assert "1 session is open" in ada.browser.get(f"/people/{key}").text
    assert ada.browser.post(f"/people/{key}/sessions/end").status_code == 303
    assert ada.nobody.get("/account").status_code == 302
    assert signs_in(ada.nobody)
    ada.browser.post(f"/people/{key}/access", data={"access": "ended"})
    assert ada.nobody.get("/account").status_code == 302
    assert not signs_in(ada.nobody)
    assert "No longer with access" in ada.browser.get("/people").text
    ada.browser.post(f"/people/{key}/access", data={"access": "open"})
    assert signs_in(ada.nobody)
    assert ada.browser.post(f"/people/{key}/invitation").status_code == 422
    assert ada.browser.post(f"/people/{ada.id}/access").status_code == 422


def test_another_invitation_ends_the_first(ada: Ada) -> None:
    key = ada.invite()
    first = ada.link()
    assert ada.browser.post(f"/people/{key}/invitation").status_code == 303
    assert ada.nobody.get(first).status_code == 404


def test_a_lost_second_step_is_taken_away_with_a_reason(ada: Ada) -> None:
    key = ada.invite()
    path = f"/people/{key}/second-step/remove"
    assert ada.browser.post(path, data={"why": "there is none"}).status_code == 404
    with ada.institute.sessions.begin() as session:
        second_steps.begin(session, ada.institute.vault, key, "A" * 32, NOW)
        second_steps.confirm(session, key, NOW)
    assert ada.browser.post(path, data={"why": ""}).status_code == 422
    assert ada.browser.post(path, data={"why": "she rang me"}).status_code == 303
    with ada.institute.sessions.reading() as session:
        assert second_steps.confirmed(session, key) is None


def test_a_tie_is_seen_and_ended_with_a_reason(ada: Ada) -> None:
    key = ada.invite()
    with ada.institute.sessions.begin() as session:
        provider = register.centres(session)[0].provider
        tie = people.declare_tie(session, key, provider, "her sister works there", NOW)
    assert "her sister works there" in ada.browser.get(f"/people/{key}").text
    path = f"/people/{key}/ties/{tie}/end"
    refused = ada.browser.post(path, data={"reason": " "})
    assert refused.status_code == 422
    assert "Say why" in refused.text
    assert ada.browser.post(path, data={"reason": "she left"}).status_code == 303
    assert "she left" in ada.browser.get(f"/people/{key}").text
    assert ada.browser.post(path, data={"reason": "again"}).status_code == 404


# --- own, other, foreign, missing ---------------------------------------------------------------

ACTS = ("", "/leaves", "/access", "/invitation", "/sessions/end", "/second-step/remove")


def test_a_person_who_is_not_there_is_not_found(ada: Ada) -> None:
    missing = uuid4()
    assert ada.browser.get(f"/people/{missing}").status_code == 404
    for act in (*ACTS, f"/ties/{uuid4()}/end"):
        assert ada.browser.post(f"/people/{missing}{act}", data=HAZEL).status_code == 404, act


def test_a_tie_of_somebody_else_is_not_found(ada: Ada) -> None:
    key = ada.invite()
    with ada.institute.sessions.begin() as session:
        provider = register.centres(session)[0].provider
        tie = people.declare_tie(session, key, provider, "her sister works there", NOW)
    for other in (ada.institute.verifier, uuid4()):
        path = f"/people/{other}/ties/{tie}/end"
        assert ada.browser.post(path, data={"reason": "whose?"}).status_code == 404
    with ada.institute.sessions.reading() as session:
        assert people.ties(session) == {(key, provider)}


def test_nobody_but_administrators_finds_people_not_even_themselves(ada: Ada) -> None:
    with ada.institute.sessions.reading() as session:
        provider = register.centres(session)[0].provider
    for role in Role:
        if role is Role.ADMINISTRATOR:
            continue
        own = ada.institute.person(
            f"Some {role}",
            role,
            password=PASSWORD,
            provider=provider if role is Role.PROVIDER_CONTACT else None,
        )
        browser = client(ada.app, f"some.{role.replace(' ', '.')}@institute.example")
        for key in (own, ada.id, uuid4()):
            assert browser.get(f"/people/{key}").status_code == 404
            for act in (*ACTS, f"/ties/{uuid4()}/end"):
                path = f"/people/{key}{act}"
                assert browser.post(path, data=HAZEL).status_code == 404, (role, act)
        assert browser.get("/people/new").status_code == 404
        assert browser.post("/people/new", data=HAZEL).status_code == 404

import csv
import re
from dataclasses import dataclass, replace
from io import BytesIO, StringIO
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from config.database import Sessions
from scheduler import diary, register, scenario_versions
from scheduler.access import Role
from scheduler.outcome import Disposition
from scoring import ledger, reporting
from scoring.report_csv import write_csv
from scoring.report_view import from_json, to_json
from tests.assessor.month_of_calls import OCTOBER, assess_all, calls_of, draw_month, verify
from tests.builders import NOW, ZONE, Institute, an_institute
from tests.fakes import SettableClock
from tests.workspace import PASSWORD, client, workspace


@dataclass
class Desk:
    institute: Institute
    app: Flask
    centres: tuple[UUID, UUID]

    def publish(self) -> dict[UUID, ledger.ReportIssue]:
        """Publish October for both centres; answers the issues by centre."""
        reporting.publish_month(
            self.institute.sessions, OCTOBER, frozenset(self.centres), NOW, "test", ZONE
        )
        with self.institute.sessions.reading() as session:
            return {each.centre: each for each in ledger.issues(session)}

    def contact(self, centre: UUID, name: str = "Connie") -> FlaskClient:
        """A contact of the centre's provider, signed in."""
        with self.institute.sessions.reading() as session:
            found = register.find_centre(session, centre)
        assert found is not None
        self.institute.person(
            name, Role.PROVIDER_CONTACT, password=PASSWORD, provider=found.provider
        )
        return client(self.app, f"{name.lower()}@institute.example")

    def person(self, *roles: Role) -> FlaskClient:
        self.institute.person("Ada", *roles, password=PASSWORD)
        return client(self.app, "ada@institute.example")


@pytest.fixture
def desk(sessions: Sessions) -> Desk:
    institute = an_institute(sessions)
    centres = institute.centre(1), institute.centre(2)
    draw_month(institute, *centres)
    verify(institute, *assess_all(institute))
    return Desk(institute, workspace(institute, SettableClock(NOW)), centres)


def test_a_contact_reads_the_reports_of_the_own_provider_alone(desk: Desk) -> None:
    ours, theirs = (desk.publish()[centre] for centre in desk.centres)
    contact = desk.contact(desk.centres[0])
    page = contact.get("/reports").text
    assert f"/reports/{ours.id}" in page
    assert f"/reports/{theirs.id}" not in page
    assert "Centre 2" not in page
    for ending in ("", ".csv"):
        assert contact.get(f"/reports/{ours.id}{ending}").status_code == 200
        assert contact.get(f"/reports/{theirs.id}{ending}").status_code == 404
        assert contact.get(f"/reports/{uuid4()}{ending}").status_code == 404


def test_a_contact_sees_no_draft_and_no_month(desk: Desk) -> None:
    contact = desk.contact(desk.centres[0])
    assert "No report is published yet" in contact.get("/reports").text
    assert contact.get(f"/centres/{desk.centres[0]}/months/2026-10").status_code == 404
    assert contact.post(f"/centres/{desk.centres[0]}/months/2026-10").status_code == 404


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_administrators_and_auditors_read_every_issue(desk: Desk, role: Role) -> None:
    issues = desk.publish()
    reader = desk.person(role)
    page = reader.get("/reports").text
    for issue in issues.values():
        assert f"/reports/{issue.id}" in page
        assert reader.get(f"/reports/{issue.id}").status_code == 200


def test_nobody_else_reads_reports(desk: Desk) -> None:
    issue = desk.publish()[desk.centres[0]]
    other = desk.person(Role.ASSESSOR, Role.VERIFIER, Role.PANEL_MEMBER)
    for path in ("/reports", f"/reports/{issue.id}", f"/reports/{issue.id}.csv"):
        assert other.get(path).status_code == 404


def test_a_report_says_its_verdict_its_figures_its_calls_and_how_to_read_them(desk: Desk) -> None:
    issue = desk.publish()[desk.centres[0]]
    seen = from_json(issue.content)
    page = desk.contact(desk.centres[0]).get(f"/reports/{issue.id}").text
    assert "issue 1 of October 2026 · published 25 November 2026" in page
    for text in (*seen.verdict, *seen.notes):
        assert escaped(text) in re.sub("</?b>", "", page)
    for figure in seen.figures:
        assert escaped(figure.text) in page
    for rubric in seen.rubrics:
        assert escaped(rubric.picture_title) in page
    assert page.count('<svg class="chart months"') == len(seen.rubrics)
    for call in seen.calls:
        assert call.day.replace(" ", "\N{NO-BREAK SPACE}") in page
    assert issue.journal_head in page.replace("<wbr>", "")


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("'", "&#39;").replace('"', "&#34;")


def test_a_report_tells_no_time_no_person_no_scenario_and_no_key_of_a_call(desk: Desk) -> None:
    issue = desk.publish()[desk.centres[0]]
    contact = desk.contact(desk.centres[0])
    html, table = (contact.get(f"/reports/{issue.id}{ending}").text for ending in ("", ".csv"))
    with desk.institute.sessions.reading() as session:
        titles = {
            scenario_versions.scenario(session, c.scenario).title for c in calls_of(desk.institute)
        }
    for page in (html.partition("<main")[2].partition("</main>")[0], table):
        assert not re.search(r"\b\d\d:\d\d\b", page)
        assert "An assessor" not in page
        assert not any(title in page for title in titles)
        assert not any(str(call.id) in page for call in calls_of(desk.institute))


def test_the_csv_is_the_issue_and_is_named_after_centre_and_month(desk: Desk) -> None:
    issue = desk.publish()[desk.centres[0]]
    answer = desk.contact(desk.centres[0]).get(f"/reports/{issue.id}.csv")
    expected = BytesIO()
    write_csv(from_json(issue.content), expected)
    assert answer.data == expected.getvalue()
    assert answer.headers["Content-Disposition"] == "attachment; filename=centre-1-2026-10.csv"
    assert answer.content_type == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(StringIO(answer.data.decode("utf-8-sig"), newline="")))
    assert sum(row["kind"] == "call" for row in rows) == len(from_json(issue.content).calls)


def test_an_issue_stays_as_it_was_published(desk: Desk) -> None:
    """The page is built of what is stored, even where the register says otherwise by now."""
    seen = from_json(desk.publish()[desk.centres[0]].content)
    with desk.institute.sessions.begin() as session:
        told = replace(seen, centre="The old <desk>", verdict=("So it was.",))
        key = ledger.add_issue(
            session, desk.centres[0], "2026-10", to_json(told), "0" * 64, "test", NOW
        ).id
    contact = desk.contact(desk.centres[0])
    page = contact.get(f"/reports/{key}").text
    assert "The old &lt;desk&gt;" in page
    assert "So it was." in page
    named = contact.get(f"/reports/{key}.csv").headers["Content-Disposition"]
    assert named == "attachment; filename=the-old-desk-2026-10.csv"


def test_an_issue_that_was_replaced_leads_to_the_newest(desk: Desk) -> None:
    first = desk.publish()[desk.centres[0]]
    call = next(c for c in calls_of(desk.institute) if c.centre == desk.centres[0])
    with desk.institute.sessions.begin() as session:
        diary.correct_disposition(session, call.id, Disposition.DETECTED)
    desk.publish()
    contact = desk.contact(desk.centres[0])
    page = contact.get(f"/reports/{first.id}").text
    newest = re.search(r'href="/reports/([^"]+)">Read issue 2<', page)
    assert newest is not None
    assert "was replaced" not in contact.get(f"/reports/{newest[1]}").text
    assert "1, replaced" in contact.get("/reports").text


def test_a_draft_says_that_it_is_not_published_and_can_be(desk: Desk) -> None:
    administrator = desk.person(Role.ADMINISTRATOR)
    address = f"/centres/{desk.centres[0]}/months/2026-10"
    page = administrator.get(address).text
    assert "Not published" in page
    assert "Nothing keeps it from being published" in page
    answer = administrator.post(address)
    assert answer.status_code == 303
    page = administrator.get(answer.location).text
    assert "Published for October 2026: Centre 1 (issue 1)." in page
    with desk.institute.sessions.reading() as session:
        assert [each.centre for each in ledger.issues(session)] == [desk.centres[0]]

    again = administrator.post(address)
    assert again.location == address
    page = administrator.get(address).text
    assert "nothing was published" in page
    assert "Nothing has changed since the last issue" in page


def test_a_draft_of_a_month_without_calls_says_so(desk: Desk) -> None:
    administrator = desk.person(Role.ADMINISTRATOR)
    page = administrator.get(f"/centres/{desk.centres[0]}/months/2026-08").text
    assert "No call was planned in this month." in page
    assert administrator.get(f"/centres/{uuid4()}/months/2026-10").status_code == 404
    assert administrator.post(f"/centres/{uuid4()}/months/2026-10").status_code == 404
    assert administrator.get(f"/centres/{desk.centres[0]}/months/soon").status_code == 404

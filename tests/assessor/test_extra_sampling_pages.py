"""Reasons to sample a centre more, on the centre's page."""

import re
from dataclasses import replace
from datetime import date
from fractions import Fraction
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from config.database import Sessions
from scheduler import extra_sampling, raising
from scheduler.access import Role
from scheduler.extra_sampling import Why
from scoring import ledger, reporting
from scoring.report import Standing
from scoring.report_view import to_json
from scoring.report_words import view
from tests.assessor.month_of_calls import OCTOBER, assess_all, draw_month
from tests.builders import NOW, Institute, an_institute
from tests.fakes import SettableClock
from tests.scheduler.planned import draw
from tests.services.chromium import violations
from tests.workspace import PASSWORD, client, served, sign_in, workspace

TYPED = {"why": "complaint", "words": "They <hang> up", "factor": "2", "months": "3"}
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute with an administrator."""
    institute = an_institute(sessions)
    institute.person("Ada", Role.ADMINISTRATOR, password=PASSWORD)
    return institute


@pytest.fixture
def administrator(institute: Institute) -> FlaskClient:
    """The administrator, signed in."""
    return client(workspace(institute, SettableClock(NOW)), "ada@institute.example")


def suggested(page: str) -> dict[str, str] | None:
    """What the one suggestion of a centre's page would post, without its token."""
    form = re.search(r"<form[^>]*>(?:(?!</form>).)*This may speak for.*?</form>", page, re.S)
    if form is None:
        return None
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form.group()))
    fields.pop("csrf_token", None)
    return fields


def take(administrator: FlaskClient, page: str) -> dict[str, str]:
    """Press a suggestion's button, after which it is gone; answers what it posted."""
    fields = suggested(administrator.get(page).text)
    assert fields is not None
    assert administrator.post(f"{page}/extra-sampling", data=fields).status_code == 303
    assert suggested(administrator.get(page).text) is None
    return fields


def found(institute: Institute, centre: UUID) -> tuple[extra_sampling.Reason, ...]:
    with institute.sessions.reading() as session:
        return extra_sampling.reasons(session, centre)


def test_a_reason_is_added_shown_counted_in_the_plan_and_ended(
    institute: Institute, administrator: FlaskClient
) -> None:
    centre = institute.centre(1)
    page = f"/centres/{centre}"
    assert "Sampled as the rule says." in administrator.get(page).text
    added = administrator.post(f"{page}/extra-sampling", data=TYPED, follow_redirects=True)
    assert "The centre is sampled more from the next plan on." in added.text
    assert "They &lt;hang&gt; up" in added.text
    assert "25 November 2026 to 28 February 2027, by Ada" in added.text
    draw(institute)
    plan = re.sub(r"\s+", " ", administrator.get("/plan/2027-01").text)
    assert "Sampled 2 times as much, for reasons on its page" in plan
    (reason,) = found(institute, centre)
    ended = administrator.post(
        f"{page}/extra-sampling/{reason.id}/end", data={"words": "settled"}, follow_redirects=True
    )
    assert "ended: settled" in ended.text
    assert found(institute, centre)[0].ended_words == "settled"


@on_sqlite
def test_what_is_missing_comes_back_as_a_sentence(
    institute: Institute, administrator: FlaskClient
) -> None:
    centre = institute.centre(1)
    page = f"/centres/{centre}/extra-sampling"
    answer = administrator.post(page, data={**TYPED, "words": " "})
    assert answer.status_code == 422
    assert "Say in a few words why the centre is sampled more." in answer.text
    assert administrator.post(page, data={**TYPED, "why": "whim"}).status_code == 400
    for factor in ("much", "1e999999999", "2/0"):  # the second would be computed for ever
        assert administrator.post(page, data={**TYPED, "factor": factor}).status_code == 400
    assert found(institute, centre) == ()
    elsewhere = institute.centre(2)
    administrator.post(page, data=TYPED)
    (reason,) = found(institute, centre)
    wrong = f"/centres/{elsewhere}/extra-sampling/{reason.id}/end"
    assert administrator.post(wrong, data={"words": "x"}).status_code == 404
    assert administrator.post(f"{page}/{reason.id}/end", data={"words": ""}).status_code == 422
    assert found(institute, centre)[0].ended_at is None


def test_a_centre_in_its_first_period_is_suggested_once(
    institute: Institute, administrator: FlaskClient
) -> None:
    centre = institute.centre(1, accredited_from=date(2026, 11, 1))
    took = take(administrator, f"/centres/{centre}")
    assert took == {"why": "new centre", "words": "Accredited since 1 November 2026", "months": "3"}
    (reason,) = found(institute, centre)
    assert (reason.why, reason.factor) == (Why.NEW, Fraction(3, 2))
    raising.end_extra(institute.sessions, reason.id, "known by now", NOW, "test")
    assert suggested(administrator.get(f"/centres/{centre}").text) is None


@on_sqlite
@pytest.mark.parametrize("since", [date(2026, 7, 31), date(2026, 11, 26)])
def test_nobody_calls_a_centre_new_before_its_first_period_or_after_it(
    institute: Institute, administrator: FlaskClient, since: date
) -> None:
    centre = institute.centre(1, accredited_from=since)
    assert suggested(administrator.get(f"/centres/{centre}").text) is None


@on_sqlite
def test_who_was_sampled_before_is_not_new_when_accredited_again(
    institute: Institute, administrator: FlaskClient
) -> None:
    centre = institute.centre(1)
    draw_month(institute, centre)
    institute.centre(1, accredited_from=date(2026, 11, 1))
    assert suggested(administrator.get(f"/centres/{centre}").text) is None


def publish(institute: Institute, centre: UUID, standing: Standing) -> None:
    """Issue a report of October that puts a centre somewhere against the standard."""
    with institute.sessions.reading() as session:
        seen = view(reporting.report_of(session, centre, OCTOBER))
    first, *others = seen.rubrics
    told = replace(seen, rubrics=(replace(first, standing=standing), *others))
    with institute.sessions.begin() as session:
        ledger.add_issue(session, centre, str(OCTOBER), to_json(told), "", "test", NOW)


def test_a_report_below_the_standard_is_suggested_until_it_is_taken(
    institute: Institute, administrator: FlaskClient
) -> None:
    centre = institute.centre(1)
    page = f"/centres/{centre}"
    draw_month(institute, centre)
    assess_all(institute)
    publish(institute, centre, Standing.CANNOT_TELL)
    assert suggested(administrator.get(page).text) is None
    publish(institute, centre, Standing.BELOW)
    assert take(administrator, page) == {
        "why": "below the standard",
        "words": "Below the standard in the report of October 2026",
        "months": "3",
    }
    (reason,) = found(institute, centre)
    assert (reason.why, reason.factor) == (Why.BELOW, Fraction(2))
    publish(institute, centre, Standing.ABOVE)
    assert suggested(administrator.get(page).text) is None


@on_sqlite
def test_an_auditor_reads_reasons_and_changes_none(institute: Institute) -> None:
    centre = institute.centre(1, accredited_from=date(2026, 11, 1))
    institute.person("Otto", Role.AUDITOR, password=PASSWORD)
    browser = client(workspace(institute, SettableClock(NOW)), "otto@institute.example")
    shown = browser.get(f"/centres/{centre}").text
    assert "Sample this centre more" not in shown
    assert suggested(shown) is None
    assert browser.post(f"/centres/{centre}/extra-sampling", data=TYPED).status_code == 404


@on_sqlite
def test_a_rule_and_a_reason_are_kept_by_keyboard(institute: Institute, page: Page) -> None:
    centre, new = institute.centre(1), institute.centre(2, accredited_from=date(2026, 11, 1))
    with served(workspace(institute, SettableClock(NOW))) as origin:
        sign_in(page, origin, "ada@institute.example")
        page.goto(f"{origin}/plan/rule")
        page.get_by_label("Calls a period, on average").fill("24")
        page.get_by_text("Hours drawn more, less or never").click()
        page.get_by_label("Hours never drawn").fill("Wed 12-13")
        expect(page.locator("#meter")).to_contain_text("Nothing drawn on Wed 12-13")
        assert violations(page) == []
        page.get_by_label("Reason, kept on record").fill("lunch")
        page.get_by_role("button", name="Use this rule").press("Enter")
        expect(page.get_by_text("The rule is in force")).to_be_visible()
        expect(page.locator(".items")).to_contain_text("24 calls a centre in a quarter")
        page.set_viewport_size({"width": 320, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        assert violations(page) == []

        page.goto(f"{origin}/centres/{centre}")
        page.get_by_text("Sample this centre more").press("Enter")
        page.get_by_label("What happened").fill("A complaint of 20 November")
        assert violations(page) == []
        page.get_by_role("button", name="Sample more").press("Enter")
        expect(page.get_by_text("1.5 times as many calls")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        assert violations(page) == []

        page.goto(f"{origin}/centres/{new}")
        assert violations(page) == []
        page.get_by_role("button", name="Sample 1.5 times as much").press("Enter")
        expect(page.get_by_text("1.5 times as many calls")).to_be_visible()

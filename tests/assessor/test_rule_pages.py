"""The rule under the meter, on its page."""

import re
from dataclasses import replace
from fractions import Fraction

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from assessor.pages.rule_form import Asked, RuleRefused, Typed, amount, read, sentence
from config.database import Sessions
from scheduler import admitting, register, rules
from scheduler.access import Role, TiedTo
from scheduler.centre import OpenSpan
from scheduler.declaring import declare
from scheduler.rule import Rule, default_rule
from tests.builders import NOW, ZONE, Institute, an_institute
from tests.fakes import SettableClock
from tests.scheduler.planned import draw
from tests.services.chromium import violations
from tests.workspace import PASSWORD, client, served, sign_in, workspace

DEFAULT = Typed("21", "3", "12")
EXACTLY_SIX = "/plan/rule?mean=6&months=1&floor=6&ceiling=6&free_days=0&centre="

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    """An institute with an administrator and a centre."""
    institute = an_institute(sessions)
    institute.person("Ada", Role.ADMINISTRATOR, password=PASSWORD)
    institute.centre(0)
    return institute


@pytest.fixture
def administrator(institute: Institute) -> FlaskClient:
    """The administrator, signed in."""
    return client(workspace(institute, SettableClock(NOW)), "ada@institute.example")


def figures(text: str) -> list[str]:
    return re.findall(r'<dd class="value mono">([\d.]+)</dd>', text)


@on_sqlite
def test_the_page_opens_with_the_default_rule(administrator: FlaskClient) -> None:
    answer = administrator.get("/plan/rule")
    assert answer.status_code == 200
    assert figures(answer.text) == ["1.02", "1.00", "1.00"]
    assert "<b>1.02 times</b>" in answer.text
    assert re.search(r"wrong by 20 % an hour</td>.*>1.32 .<", answer.text)
    assert "The rule leaks" not in answer.text


@on_sqlite
def test_exactly_six_a_month_is_told_what_it_gives_away(administrator: FlaskClient) -> None:
    answer = administrator.get(EXACTLY_SIX)
    assert figures(answer.text) == ["1.96", "1.13", "1.10"]
    assert "With exactly 6 a month a watchful centre would catch <b>1.96 times</b>" in answer.text
    assert "The rule leaks" in answer.text
    assert "safe: no call can come" in answer.text


@on_sqlite
def test_a_centre_is_measured_on_its_own_calendar(
    administrator: FlaskClient, institute: Institute
) -> None:
    page = administrator.get("/plan/rule").text
    centre = re.findall(r'<option value="([0-9a-f-]{36})">', page)[0]
    answer = administrator.get(
        f"/plan/rule?mean=21&months=3&floor=12&ceiling=&free_days=0&centre={centre}"
    )
    assert "the calendar of" in answer.text
    assert figures(answer.text)[0] == "1.02"
    unknown = administrator.get("/plan/rule?mean=21&months=3&centre=nowhere")
    assert "There is no such centre" in unknown.text


@on_sqlite
def test_a_budget_of_hours_is_enough_to_find_a_rule(administrator: FlaskClient) -> None:
    answer = administrator.get("/plan/rule?hours=2.23")  # 8 calls in a quarter, 50 minutes each
    assert 'name="mean" type="text" value="8"' in answer.text
    assert 'name="floor" type="text" value="3"' in answer.text
    assert re.search(r"Calls to 1 centre</td>\s*<td[^>]*>3<", answer.text)
    assert "more hours" in administrator.get("/plan/rule?hours=.01").text
    assert "must be a number over 0" in administrator.get("/plan/rule?hours=").text
    assert 'name="months"' in administrator.get("/plan/rule?hours=&money=100").text
    assert "allow more money" in administrator.get("/plan/rule?money=.5").text


@on_sqlite
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (replace(DEFAULT, mean="4", ceiling="30"), "under the floor of 12"),
        (replace(DEFAULT, mean="many"), "must be a number"),
        (replace(DEFAULT, mean="201", floor="0"), "over 200 calls"),
        (replace(DEFAULT, floor="-1"), "write a whole number"),
        (replace(DEFAULT, months="5"), "does not divide the year"),
        (replace(DEFAULT, months=""), "Nothing can&#39;t be counted"),
        (replace(DEFAULT, bands="evenings twice"), "“evenings twice” says no band"),
        (replace(DEFAULT, never="Mon 9"), "“Mon 9” says no hours"),
        (replace(DEFAULT, shut="Christmas"), "“Christmas” says no days"),
        (replace(DEFAULT, flat="some"), "must be per cent"),
        (replace(DEFAULT, bands="Mon x 2\n" * 21), "Keep it to 20 lines"),
    ],
)
def test_an_impossible_rule_is_refused_in_a_sentence(
    administrator: FlaskClient, typed: Typed, words: str
) -> None:
    with pytest.raises(RuleRefused, match=words.replace("&#39;", "'")):
        read(typed)
    fields = {name: getattr(typed, name) for name in Typed.__dataclass_fields__}
    answer = administrator.get("/plan/rule", query_string=fields)
    assert answer.status_code == 200
    assert words in answer.text
    assert figures(answer.text) == []


@pytest.mark.parametrize("typed", ["1e999999999", "1E99", "-1e-99999999", "1.5e9999999", "1_0"])
def test_a_few_signs_never_ask_for_endless_reckoning(typed: str) -> None:
    assert amount(typed) is None
    with pytest.raises(RuleRefused, match="must be a number"):
        read(replace(DEFAULT, mean=typed))


def test_what_is_typed_becomes_the_rule() -> None:
    assert read(DEFAULT) == Asked(default_rule(), 0)
    assert read(Typed(" 6,5 ", "1", "", "10", "1")) == Asked(Rule(1, Fraction(13, 2), 0, 10), 1)
    words = "".join(sentence(Asked(Rule(1, Fraction(13, 2), 4, 10), 1), 1.89))
    assert words.startswith("With this rule and 1 free day after each call a watchful centre would")


@on_sqlite
def test_the_meter_follows_the_hand(institute: Institute, page: Page) -> None:
    with served(workspace(institute, SettableClock(NOW))) as origin:
        sign_in(page, origin, "ada@institute.example")
        page.get_by_role("navigation").get_by_role("link", name="Plan", exact=True).click()
        page.get_by_role("link", name="Rule", exact=True).click()
        expect(page.locator(".statement")).to_contain_text("1.02 times")
        assert violations(page) == []
        page.get_by_label("Free days after a call").fill("1")
        expect(page.locator(".statement")).to_contain_text("1 free day after each call")
        expect(page.locator("#meter .notice")).to_contain_text("The rule leaks")
        assert violations(page) == []
        page.get_by_label("At least").fill("99")
        expect(page.locator("#meter .notice")).to_contain_text("can't be measured")
        assert violations(page) == []


EXACT = {"mean": "6", "months": "1", "floor": "6", "ceiling": "6"}
LATE = {"mean": "21", "months": "3", "floor": "12", "bands": "Mon-Fri 15-18 x 2"}


def in_force(institute: Institute) -> Rule:
    with institute.sessions.reading() as session:
        return rules.in_force(session)


def test_a_rule_is_put_in_force_and_told_with_who_and_what_was_measured(
    institute: Institute, administrator: FlaskClient
) -> None:
    typed = {"mean": "20", "months": "3", "floor": "11", "capped": "1"}
    answer = administrator.post("/plan/rule", data=typed, follow_redirects=True)
    assert "The rule is in force" in answer.text
    assert in_force(institute) == Rule(3, Fraction(20), 11, capped=True)
    assert "by Ada; guard 1.0" in answer.text
    assert "This is the rule in force." in answer.text
    assert 'name="mean" type="text" value="20"' in answer.text


@on_sqlite
@pytest.mark.parametrize("typed", [EXACT, LATE])
def test_a_rule_that_leaks_is_used_only_with_a_reason_on_record(
    institute: Institute, administrator: FlaskClient, typed: dict[str, str]
) -> None:
    shown = administrator.get("/plan/rule", query_string=typed)
    assert "of the rule, at a 20 % guard. Most of it comes from" in shown.text
    assert "Above 1.05 a rule needs one." in shown.text
    refused = administrator.post("/plan/rule", data=typed)
    assert refused.status_code == 422
    assert "write down why it is used all the same" in refused.text
    assert in_force(institute) == default_rule()
    reason = {"reason": "the board's wish <b>"}
    answer = administrator.post("/plan/rule", data={**typed, **reason}, follow_redirects=True)
    assert "the board&#39;s wish &lt;b&gt;" in answer.text
    assert in_force(institute) == read(Typed(**typed)).rule


@on_sqlite
def test_what_cannot_be_drawn_is_never_put_in_force(
    institute: Institute, administrator: FlaskClient
) -> None:
    for typed, words in (
        ({**EXACT, "mean": "4"}, "under the floor of 6"),
        ({**LATE, "free_days": "1"}, "Plans leave no free days"),
        ({**LATE, "centre": "nowhere"}, "There is no such centre"),
        ({"mean": "195", "months": "1", "floor": "190"}, "Hardly a draw has 190 calls"),
    ):
        answer = administrator.post("/plan/rule", data={**typed, "reason": "because"})
        assert answer.status_code == 422
        assert words in answer.text
    assert in_force(institute) == default_rule()


@on_sqlite
def test_hours_that_nobody_offered_are_shown_with_what_they_give_away(
    institute: Institute, administrator: FlaskClient
) -> None:
    with institute.sessions.reading() as session:
        (centre,) = register.centres(session)
    asked = f"/plan/rule?mean=21&months=3&floor=12&centre={centre.id}"
    assert "100 % of its ordinary calls fall into hours that somebody offered" in (
        administrator.get(asked).text
    )
    reason = "I worked there"
    tied = TiedTo.ORGANISATION
    declare(institute.sessions, institute.assessor, centre.provider, tied, reason, NOW)
    assert "Nobody who may call it offered any of its hours" in administrator.get(asked).text
    office = tuple(OpenSpan(day, 540, 1020) for day in range(5))
    admitting.admit(
        institute.sessions,
        institute.vault,
        NOW,
        "test",
        name="Bea",
        email="bea@institute.example",
        zone=ZONE,
        roles=(Role.ASSESSOR,),
        password=None,
        offered=office,
    )
    text = administrator.get(asked).text
    assert "Saturday and Sunday 00:00 to 24:00" in text
    assert re.search(r"With only the hours that were offered the 20 % guard is [1-9]\.", text)


@on_sqlite
def test_an_auditor_sees_the_meter_and_uses_no_rule(institute: Institute) -> None:
    institute.person("Otto", Role.AUDITOR, password=PASSWORD)
    browser = client(workspace(institute, SettableClock(NOW)), "otto@institute.example")
    text = browser.get("/plan/rule", query_string=EXACT).text
    assert "1.96" in text
    assert "Use this rule" not in text
    assert browser.post("/plan/rule", data=EXACT).status_code == 404


@on_sqlite
def test_a_plan_says_what_its_rule_cannot_give(
    institute: Institute, administrator: FlaskClient
) -> None:
    draw(institute)
    text = administrator.get("/plan/2027-01").text
    assert "What this rule can" in text
    assert "Three voices a centre can&#39;t be had with one assessor" in text

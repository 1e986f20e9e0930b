"""The rule under the meter, on its page."""

import re
from dataclasses import replace
from fractions import Fraction

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from assessor.pages.rule import Asked, RuleRefused, Typed, read, sentence
from config.database import Sessions
from scheduler.access import Role
from scheduler.draw import Rule, default_rule
from tests.builders import NOW, Institute, an_institute
from tests.fakes import SettableClock
from tests.services.chromium import violations
from tests.workspace import PASSWORD, client, served, sign_in, workspace

DEFAULT = Typed("21", "3", "12", "", "0", "")
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
    assert "1 centre · 3 calls a month · 2 hours of assessors a month" in answer.text
    assert "more hours" in administrator.get("/plan/rule?hours=.01").text
    assert "must be a number over 0" in administrator.get("/plan/rule?hours=").text


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


def test_what_is_typed_becomes_the_rule() -> None:
    assert read(DEFAULT) == Asked(default_rule(), 0)
    assert read(Typed(" 6,5 ", "1", "", "10", "1", "")) == Asked(Rule(1, Fraction(13, 2), 0, 10), 1)
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

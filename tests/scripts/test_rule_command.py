"""``plan rule``: from a budget to a rule, a plan, and plain words about what can't be had."""

import json
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner, Result

from config.canary import check_canary
from config.clock import system_clock
from config.database import Sessions
from config.vault import load_vault
from scheduler import admitting, caller_pool, metering, people, rules, skills
from scheduler.access import Role
from scheduler.centre import ContactNumber, OpenSpan
from scheduler.rule import Rule, default_rule
from scheduler.skills import Skill
from scripts.command.main import unannounced
from scripts.progress import Progress
from scripts.texts import load_texts
from tests.builders import NOW, ZONE, Institute, identity
from tests.scheduler.planned import calls

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
OFFICE = tuple(OpenSpan(day, 540, 1020) for day in range(5))
MORNINGS = tuple(OpenSpan(day, 540, 780) for day in range(5))  # 9 to 13
AFTERNOONS = tuple(OpenSpan(day, 780, 960) for day in range(5))  # 13 to 16
SHORT, LAPSES = "tiny-letters", date(2100, 1, 1)
EXACT = {"months": 1, "mean": 6, "floor": 6, "ceiling": 6}


@pytest.fixture
def institute(
    sessions: Sessions, tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Institute:
    """Ten centres open in office hours and three part-time assessors; the commands find it."""
    monkeypatch.setenv("UNANNOUNCED_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("DATABASE_URL", database_url)
    vault = load_vault(tmp_path / "var/keys/vault.json", create=True)
    check_canary(sessions, vault, NOW)
    institute = Institute(sessions, vault, UUID(int=0), UUID(int=0))
    load_texts(sessions, NOW)
    with sessions.begin() as session:
        caller_pool.keep_caller_numbers(session, [f"+44163296000{n}" for n in range(4)])
    for number in range(10):
        a_centre(institute, number)
    for number, offered in enumerate((MORNINGS, MORNINGS, AFTERNOONS)):
        admitting.admit(
            sessions,
            vault,
            NOW,
            "test",
            name=f"Assessor {number}",
            email=f"assessor{number}@institute.example",
            zone=ZONE,
            country="GB",
            roles=(Role.ASSESSOR,),
            password=None,
            telephone=f"+44770090000{number}",
            offered=offered,
            planted=True,
        )
    return institute


def a_centre(institute: Institute, number: int, **changes: object) -> None:
    """A centre that can be called in office hours for a year to come."""
    today = system_clock().date()
    since = today - timedelta(days=30)
    stated: dict[str, object] = {
        "hours": OFFICE,
        "accredited_from": since,
        "accredited_until": today + timedelta(days=1000),
        "notice_given_on": today,
        "numbers": (ContactNumber("Main line", f"+441632960{500 + number}", "", since),),
        "identities": tuple(identity(str(418000 + n), f"{1000 + n}") for n in range(9)),
    }
    institute.centre(number, **{**stated, **changes})


def run(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(unannounced, ["plan", *words])
    assert result.exit_code == code, result.output
    return result


def in_force(institute: Institute) -> Rule:
    with institute.sessions.reading() as session:
        return rules.in_force(session)


def half_year() -> str:
    return str(metering.next_period(date.today(), 6).first)


def test_ten_centres_three_part_time_assessors_and_four_calls_a_quarter(
    institute: Institute,
) -> None:
    told = json.loads(run("rule", "--hours", str(Fraction(10 * 4 * 50, 3 * 60)), "--json").stdout)
    assert in_force(institute) == Rule(6, Fraction(8), 3, capped=True)
    assert told["rule"]["mean"] == 8
    assert told["figures"]["guard"] <= 1.05
    assert round(told["cost_a_month"]["calls"], 1) == 13.5
    limits = " ".join(told["limits"])
    for words in (
        "A month says nothing by itself",
        "once 9 months are taken together",
        "The period is a half-year",
        "Three voices a centre take all three assessors",
        "The cap holds 10 centres together at 98 calls",
    ):
        assert words in limits
    plan = json.loads(run("draw", "--from", half_year(), "--json").stdout)
    assert plan["centres"] == 10
    assert plan["without"] == []
    assert 30 <= plan["calls"] <= 98
    assert plan["short"] == 0
    assert plan["limits"] == told["limits"]
    cover = [each for each in plan["lacking"] if each["reason"].startswith("Nobody offered")]
    assert len({each["centre"] for each in cover}) == 10
    (reason,) = {each["reason"] for each in cover}
    assert "Monday to Friday 16:00 to 17:00" in reason
    assert "would bring the cover to 96" in reason
    said = run("draw", "--from", half_year()).stdout
    assert said.count("obody offered the hours of") == 1
    assert "  Every centre with a call: Nobody offered the hours of 12 % of its" in said
    assert "A month says nothing by itself" in said


def test_what_a_small_institute_cannot_have_is_said_by_name_and_the_rest_goes_on(
    institute: Institute,
) -> None:
    a_centre(institute, 10, notice_given_on=None)
    a_centre(institute, 11, identities=())
    a_centre(institute, 12, hours=())
    with institute.sessions.begin() as session:
        mornings, _, afternoons = people.everybody(session)
        skills.keep_skill(session, afternoons.id, Skill(("de",)))
        skills.keep_skill(session, mornings.id, Skill((), ((SHORT, LAPSES),)))
    run("rule", "--hours", str(Fraction(13 * 4 * 50, 3 * 60)))
    said = run("draw", "--from", half_year()).stdout
    for words in (
        "Centres on the register: 13; without a call: 3",
        "Provider 10, Centre 10: no notice to staff is in force in the period",
        "Provider 11, Centre 11: no cover identity with a security code is valid in the period",
        "Provider 12, Centre 12: no open hour in the period",
        "ordinary calls: Monday to Friday 13:00 to 17:00. They are safe",
        "(Europe/London) from somebody who speaks English would bring the cover to 96 %.",
        "only 2 may make its calls; of the others 1 speaks no English",
        "The cap holds 10 centres together",
    ):
        assert words in said
    plan = json.loads(run("draw", "--from", half_year(), "--json").stdout)
    called = {call.centre for call in calls(institute)}
    assert (len(called), plan["short"], plan["short_by_week"]) == (10, 0, [])


@on_sqlite
def test_a_rule_of_a_file_is_put_in_force_and_told(institute: Institute, tmp_path: Path) -> None:
    said = run("rule").stdout
    assert "21 calls a centre in a quarter on average" in said
    assert "It is the default" in said
    file = tmp_path / "rule.json"
    file.write_text(json.dumps(EXACT))
    refused = run("rule", "--rule", str(file), code=1)
    assert "write down why it is used all the same" in refused.stderr
    assert in_force(institute) == default_rule()
    said = run("rule", "--rule", str(file), "--reason", "the board insists").stdout
    assert in_force(institute) == Rule(1, Fraction(6), 6, 6)
    assert "It leaks: On guard for a fifth" in said
    assert "1.96 times" in said
    assert "by command line: the board insists" in said
    again = tmp_path / "again.json"
    again.write_text(json.dumps(json.loads(run("rule", "--json").stdout)["rule"]))
    run("rule", "--rule", str(again), "--reason", "once more")
    assert in_force(institute) == Rule(1, Fraction(6), 6, 6)
    run("rule", "--default")
    assert in_force(institute) == default_rule()


@on_sqlite
def test_money_is_a_budget_too(institute: Institute) -> None:
    run("rule", "--money", "100")
    rule = in_force(institute)
    assert (rule.months, rule.capped) == (12, True)
    assert "allow more money" in run("rule", "--money", "1", code=1).stderr
    assert "offer more hours" in run("rule", "--hours", ".1", code=1).stderr


@on_sqlite
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--hours", "0"], "no number over 0"),
        (["--hours", "8", "--money", "8"], "give one of"),
        (["--reason", "because"], "--reason belongs to a rule"),
    ],
)
def test_what_is_asked_wrongly_is_a_usage_error(
    institute: Institute, words: list[str], said: str
) -> None:
    assert said in run("rule", *words, code=2).output


@on_sqlite
def test_an_impossible_file_is_refused_by_its_name(institute: Institute, tmp_path: Path) -> None:
    file = tmp_path / "rule.json"
    file.write_text('{"months": 3, "mean": 4, "floor": 12, "ceiling": 30}')
    refused = run("rule", "--rule", str(file), code=1).stderr
    assert f"{file}: The mean of 4 lies under the floor of 12" in refused
    assert in_force(institute) == default_rule()


@on_sqlite
def test_the_months_of_a_draw_follow_the_rule(institute: Institute) -> None:
    run("rule", "--hours", str(Fraction(10 * 4 * 50, 3 * 60)))
    assert "multiple of 6" in run("draw", "--from", half_year(), "--months", "3", code=2).output
    assert (
        "must begin a period of 6 months: month 01, 07"
        in run(
            "draw", "--from", half_year().replace("-01", "-03").replace("-07", "-08"), code=2
        ).output
    )


@on_sqlite
def test_a_long_draw_tells_how_far_it_is_beside_its_answer(
    institute: Institute, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Progress, "at_times", Progress.step)  # as if each step were long
    drawn = CliRunner().invoke(unannounced, ["plan", "draw", "--from", half_year()])
    for step in ("1 of 5, finding", "2 of 5, drawing", "3 of 5, placing", "5 of 5, writing"):
        assert f"{half_year()}, step {step}" in drawn.stderr
    assert "step" not in drawn.stdout

"""A scenario: complete before anyone is briefed, and the same text for the same scenario."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.settings import CHECKOUT
from scheduler.scenario import (
    RULES,
    Scenario,
    ScenarioRefused,
    fingerprint,
    from_json,
    parse_scenario,
    refusals,
    to_json,
)

SHIPPED = sorted((CHECKOUT / "config" / "scenarios").glob("*.yaml"))
TEXT: dict[str, Any] = {
    "name": "lost-umbrella",
    "title": "The lost umbrella",
    "version": 2,
    "rubric": "visits",
    "products": ["umbrellas", "e-mail"],
    "languages": ["en"],
    "minutes": 10,
    "promise": True,
    "emphasis": ["waited"],
    "persona": "A wet person.",
    "situation": "It rained.",
    "opening": "Have you seen an umbrella?",
    "facts_only_when_asked": ["It is black."],
    "script": [{"heard": "What colour?", "say": "Black."}],
    "right_answer": "In the stand by the door.",
    "right_label": "named the stand",
    "wrong_label": "sent me home",
    "wrong_answers": [{"answer": "Take mine.", "why": "It isn't yours."}],
    "must_not": ["Cry."],
    "closing": "Thank you.",
    "stop": "I'll run for it.",
}


def changed(change: dict[str, object]) -> Scenario:
    """The scenario of TEXT with a change."""
    return parse_scenario({**deepcopy(TEXT), **change})


def shipped() -> dict[str, Scenario]:
    """The scenarios that come with the product, by the name of their file."""
    return {path.stem: parse_scenario(yaml.safe_load(path.read_text("utf-8"))) for path in SHIPPED}


def test_a_scenario_is_read_as_it_is_written() -> None:
    scenario = parse_scenario(TEXT)
    assert refusals(scenario) == ()
    assert (scenario.promise, scenario.escalation) == (True, False)
    assert scenario.script[0].heard == "What colour?"
    assert scenario.wrong_answers[0].why == "It isn't yours."
    assert scenario.facts_only_when_asked == ("It is black.",)


@pytest.mark.parametrize(
    ("declared", "fits"),
    [
        ("", False),
        ("Umbrellas and parasols", True),
        ("Umbrellastands", False),
        ("Desktop, E-mail and accounts", True),
        ("e-mailing", False),
    ],
)
def test_a_scenario_of_a_product_is_for_centres_that_declared_it(declared: str, fits: bool) -> None:
    assert parse_scenario(TEXT).fits(declared) is fits
    assert changed({"products": []}).fits(declared)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"colour": "black"}, "there is no key 'colour'"),
        ({"title": 3}, "title is 3; write a text"),
        ({"version": None}, "version is None; write a whole number"),
        ({"minutes": "10"}, "minutes is '10'; write a whole number"),
        ({"minutes": True}, "minutes is True"),
        ({"promise": "no"}, "promise is 'no'; write true or false"),
        ({"products": "umbrellas"}, "products must be a list"),
        ({"must_not": [{"Say": "it"}]}, "must_not: .*put it in quotes"),
        ({"script": [{"heard": "x", "says": "y"}]}, "script, 1: there is no key 'says'"),
        ({"wrong_answers": ["x"]}, "wrong_answers, 1 must be a mapping"),
    ],
)
def test_a_text_of_another_form_is_refused_by_place(change: dict[str, object], says: str) -> None:
    with pytest.raises(ScenarioRefused, match=says):
        changed(change)


def test_what_is_no_mapping_is_no_scenario() -> None:
    with pytest.raises(ScenarioRefused, match="must be a mapping"):
        parse_scenario(["x"])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"stop": " "}, "stop is missing"),
        ({"right_answer": None}, "right_answer is missing"),
        ({"name": "n" * 101}, "longer than 100"),
        ({"version": 0}, "version is 0"),
        ({"minutes": 0}, "minutes is 0"),
        ({"minutes": 31}, "minutes is 31"),
        ({"languages": []}, "languages is empty"),
        ({"languages": ["english"]}, "english is no ISO 639-1 code"),
        ({"emphasis": []}, "emphasis is empty"),
        ({"emphasis": ["waited", "waited"]}, "emphasis says something twice"),
        ({"must_not": [""]}, "must_not says something twice, or nothing"),
        ({"facts_only_when_asked": None}, "facts_only_when_asked is empty"),
        ({"script": []}, "script is empty"),
        ({"script": [{"heard": "x"}]}, "script, turn 1"),
        ({"wrong_answers": [{"answer": "x"}]}, "wrong_answers, 1"),
        ({"right_label": "one two three four five six seven"}, "right_label: shorten it"),
    ],
)
def test_an_unfinished_scenario_briefs_nobody(change: dict[str, object], says: str) -> None:
    faults = refusals(changed(change))
    assert len(faults) == 1
    assert says in faults[0]


def test_a_scenario_survives_being_stored_and_its_fingerprint_knows_each_letter() -> None:
    scenario = parse_scenario(TEXT)
    assert from_json(to_json(scenario)) == scenario
    assert fingerprint(from_json(to_json(scenario))) == fingerprint(scenario)
    assert fingerprint(changed({"closing": "Thank you!"})) != fingerprint(scenario)
    assert len(fingerprint(scenario)) == 64


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_each_shipped_scenario_can_be_played(path: Path) -> None:
    scenario = shipped()[path.stem]
    assert refusals(scenario) == ()
    assert scenario.name == path.stem
    assert from_json(to_json(scenario)) == scenario
    assert len(scenario.facts_only_when_asked) >= 4
    assert len(scenario.script) >= 4
    assert len(scenario.wrong_answers) >= 3
    assert scenario.must_not


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_each_shipped_scenario_emphasises_criteria_of_its_rubric(path: Path) -> None:
    scenario = shipped()[path.stem]
    text = (CHECKOUT / "config" / "rubrics" / f"{scenario.rubric}.yaml").read_text("utf-8")
    rubric = yaml.safe_load(text)
    known = {each["id"] for section in rubric["sections"] for each in section["criteria"]}
    assert rubric["name"] == scenario.rubric
    assert set(scenario.emphasis) <= known


def test_the_shipped_scenarios_hold_what_the_scheme_asks_for() -> None:
    scenarios = list(shipped().values())
    assert len(scenarios) >= 10
    assert len({each.title for each in scenarios}) == len(scenarios)
    assert len({each.opening for each in scenarios}) == len(scenarios)
    for flag in ("complaint", "exclusion", "escalation", "promise"):
        assert any(getattr(each, flag) for each in scenarios), flag
    assert sum(each.rubric == "remote-coaching" for each in scenarios) >= 4
    assert {each.rubric for each in scenarios if not each.products} == {
        "call-handling",
        "remote-coaching",
    }


def test_every_scenario_shares_one_set_of_rules() -> None:
    titles = [rule.title for rule in RULES]
    assert titles[:2] == ["Is this a test?", "Stop"]
    assert len(set(titles)) == len(titles)
    assert all("Is this a test" not in to_json(each) for each in shipped().values())

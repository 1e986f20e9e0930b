"""A rubric: read exactly, refused where it can't work, the same text for the same rubric."""

import json
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from config.settings import CHECKOUT
from scoring.rubric import (
    CLAUSES,
    Kind,
    Rubric,
    RubricRefused,
    Tag,
    fingerprint,
    from_json,
    parse_rubric,
    refusals,
    to_json,
    unworkable,
)

SHIPPED = sorted((CHECKOUT / "config" / "rubrics").glob("*.yaml"))
TEXT: dict[str, Any] = {
    "name": "visits",
    "title": "Visits",
    "version": 3,
    "pass_mark": "72.5",
    "sections": [
        {
            "id": "door",
            "title": "At the door",
            "weight": "1.50",
            "min": "40.0",
            "criteria": [
                {
                    "id": "knocked",
                    "title": "Knocked",
                    "ask": "Was there a knock?",
                    "weight": 1,
                    "na_allowed": False,
                    "critical": True,
                    "tag": "procedure",
                    "clauses": ["SA1", "IC5a"],
                    "levels": {
                        0: {"label": "no knock", "behaviour": "The door opened at once."},
                        1: {"label": "knock", "behaviour": "A knock was heard."},
                    },
                },
                {
                    "id": "waited",
                    "title": "Waited",
                    "ask": "How long was the wait?",
                    "weight": "0.25",
                    "na_hint": "The door stood open.",
                    "tag": "coaching",
                    "clauses": ["IC2"],
                    "levels": {
                        0: {"label": "not at all", "behaviour": "Came in while knocking."},
                        1: {"label": "a breath", "behaviour": "Came in after a breath."},
                        2: {"label": "until asked", "behaviour": "Came in when asked."},
                    },
                },
            ],
        }
    ],
}


def changed(change: dict[str, object], *path: str | int) -> Rubric:
    """The rubric of TEXT with a change to the mapping at the path; None stands for absent."""
    text = deepcopy(TEXT)
    part: Any = text
    for step in path:
        part = part[step]
    for key, value in change.items():
        part[key] = value
    return parse_rubric(text)


SECTION = ("sections", 0)
KNOCKED = (*SECTION, "criteria", 0)
WAITED = (*SECTION, "criteria", 1)


def test_a_rubric_is_read_as_it_is_written() -> None:
    rubric = parse_rubric(TEXT)
    section = rubric.sections[0]
    knocked, waited = section.criteria
    assert refusals(rubric) == ()
    assert (rubric.pass_mark, section.weight, section.minimum) == (
        Decimal("72.5"),
        Decimal("1.5"),
        Decimal(40),
    )
    assert (knocked.kind, knocked.top, knocked.tag) == (Kind.YES_NO, 1, Tag.PROCEDURE)
    assert (waited.kind, waited.top, waited.weight) == (Kind.SCALE, 2, Decimal("0.25"))
    assert knocked.clauses == ("SA1", "IC5a")
    assert [level.value for level in waited.levels] == [0, 1, 2]
    assert rubric.criteria == (knocked, waited)


def test_what_is_left_out_has_its_meaning() -> None:
    bare = parse_rubric(
        {
            "pass_mark": 80,
            "sections": [
                {"id": "s", "weight": 1, "criteria": [{"id": "c", "weight": 1, "max": 10}]}
            ],
        }
    )
    criterion = bare.sections[0].criteria[0]
    assert bare.sections[0].minimum is None
    assert (criterion.critical, criterion.critical_at, criterion.na_allowed) == (False, 0, True)
    assert (criterion.tag, criterion.top, bare.standard) == (None, 10, bare.pass_mark)
    assert unworkable(bare) == ()
    assert refusals(bare) != ()


def test_the_standard_can_differ_from_the_pass_mark() -> None:
    assert changed({"standard": "80.0"}).standard == Decimal(80)


@pytest.mark.parametrize("number", [0.5, True, "1/3", "1e2", "NaN", "٣", " 1", ".5", [], "1" * 101])
def test_a_number_that_could_be_read_inexactly_is_refused(number: object) -> None:
    with pytest.raises(RubricRefused, match=r"section door: weight is .*decimal in quotes"):
        changed({"weight": number}, *SECTION)


@pytest.mark.parametrize(
    ("change", "path", "says"),
    [
        ({"critcal": True}, KNOCKED, "section door, criterion 1: there is no key 'critcal'"),
        ({"sections": None}, (), "the rubric: sections must be a list"),
        ({"pass_mark": None}, (), "the rubric: pass_mark is None"),
        ({"version": "3"}, (), "version is '3'; write a whole number"),
        ({"id": None}, SECTION, "section 1 needs an id"),
        ({"id": 7}, KNOCKED, "section door, criterion 1: id is 7, no text"),
        ({"critical": 1}, KNOCKED, "criterion knocked: critical is 1; write true or false"),
        ({"critical_at": True}, KNOCKED, "criterion knocked: critical_at is True"),
        ({"levels": None}, KNOCKED, "criterion knocked: max is None"),
        ({"levels": []}, KNOCKED, "criterion knocked: write its levels as a mapping"),
        ({"levels": {"01": {}}}, KNOCKED, "criterion knocked: '01' is no level"),
        ({"levels": {0: "x"}}, KNOCKED, "criterion knocked, level 0 must be a mapping"),
        ({"tag": "manner"}, KNOCKED, "criterion knocked: 'manner' is no tag; write one of"),
    ],
)
def test_a_text_of_another_form_is_refused_by_place(
    change: dict[str, object], path: tuple[str | int, ...], says: str
) -> None:
    with pytest.raises(RubricRefused, match=says):
        changed(change, *path)


@pytest.mark.parametrize("content", [None, [], "text", 3])
def test_what_is_no_mapping_is_no_rubric(content: object) -> None:
    with pytest.raises(RubricRefused, match="the rubric must be a mapping"):
        parse_rubric(content)


@pytest.mark.parametrize(
    ("change", "path", "says"),
    [
        ({"pass_mark": "79.95"}, (), "pass mark is 79.95; give at most one decimal"),
        ({"pass_mark": "80." + "0" * 40 + "1"}, (), "at most one decimal"),
        ({"pass_mark": 101}, (), "pass mark is 101; give a value from 0 to 100"),
        ({"pass_mark": "1" * 60}, (), "give a value from 0 to 100"),
        ({"standard": "-1"}, (), "standard is -1; give a value from 0 to 100"),
        ({"min": "60.25"}, SECTION, "minimum of section door is 60.25; give at most one"),
        ({"weight": 0}, SECTION, "no section has a weight"),
        ({"weight": -1}, SECTION, "section door: its weight -1 is negative"),
        ({"criteria": []}, SECTION, "section door has no criterion"),
        ({"weight": "-0.5"}, KNOCKED, "criterion knocked: its weight -0.5 is negative"),
        ({"critical_at": 1}, KNOCKED, "critical_at is 1; give a value from 0 to 0"),
        ({"critical_at": 2}, WAITED, "critical_at is 2; give a value from 0 to 1"),
        ({"critical_at": -1}, KNOCKED, "critical_at is -1"),
        ({"max": 0}, KNOCKED, "criterion knocked: its top value is 0"),
        ({"id": "waited"}, KNOCKED, "criterion waited stands 2 times"),
    ],
)
def test_a_rubric_that_can_score_no_call_is_refused_with_the_remedy(
    change: dict[str, object], path: tuple[str | int, ...], says: str
) -> None:
    rubric = changed(change, *path)
    assert any(says in fault for fault in unworkable(rubric)), unworkable(rubric)
    assert set(unworkable(rubric)) <= set(refusals(rubric))


def test_a_weighted_section_of_weightless_criteria_is_refused() -> None:
    text = deepcopy(TEXT)
    for criterion in text["sections"][0]["criteria"]:
        criterion["weight"] = 0
    assert len(unworkable(parse_rubric(text))) == 1
    text["sections"].append({**deepcopy(text["sections"][0]), "id": "gate", "weight": 0})
    text["sections"][0]["criteria"][0]["weight"] = 1
    for criterion in text["sections"][1]["criteria"]:
        criterion["id"] += " at the gate"
    assert unworkable(parse_rubric(text)) == ()
    text["sections"][1]["id"] = "door"
    assert unworkable(parse_rubric(text)) == ("section door stands 2 times: give each its own id",)


@pytest.mark.parametrize(
    ("change", "path", "says"),
    [
        ({"name": ""}, (), "needs a name and a title"),
        ({"version": 0}, (), "version is 0; count from 1"),
        ({"title": None}, SECTION, "section door needs a title"),
        ({"ask": ""}, KNOCKED, "criterion knocked needs a title and the question"),
        ({"id": "k" * 41}, KNOCKED, "longer than 40 characters"),
        ({"tag": None}, KNOCKED, "criterion knocked needs a tag: procedure, answer, coaching"),
        ({"clauses": []}, KNOCKED, "criterion knocked names no clause"),
        ({"clauses": ["SA3"]}, KNOCKED, "there is no clause SA3"),
        ({"na_allowed": True}, KNOCKED, "write when N/A is right"),
        ({"na_hint": None}, WAITED, "write when N/A is right"),
        ({"max": 3}, WAITED, "criterion waited: write out each level from 0 to 3"),
        ({"behaviour": " "}, (*WAITED, "levels", 1), "level 1: write its behaviour"),
        ({"label": "one two three four five six seven"}, (*WAITED, "levels", 1), "to 6 words"),
        ({"behaviour": "Came in when asked."}, (*WAITED, "levels", 1), "the same behaviour"),
    ],
)
def test_a_rubric_that_isnt_written_out_is_not_published(
    change: dict[str, object], path: tuple[str | int, ...], says: str
) -> None:
    rubric = changed(change, *path)
    assert unworkable(rubric) == ()
    assert len(refusals(rubric)) == 1
    assert says in refusals(rubric)[0]


def test_the_code_has_thirty_nine_clauses() -> None:
    assert len(CLAUSES) == 39
    assert {"PP5", "SL1", "SA2", "IC5", "IC5f", "EC3", "CP5", "CC6", "AP1"} <= CLAUSES


def test_a_rubric_survives_being_stored() -> None:
    rubric = parse_rubric(TEXT)
    assert from_json(to_json(rubric)) == rubric
    assert to_json(from_json(to_json(rubric))) == to_json(rubric)


def test_the_fingerprint_knows_numbers_by_their_value_and_texts_by_their_letters() -> None:
    mark = fingerprint(parse_rubric(TEXT))
    assert fingerprint(changed({"weight": "1.5"}, *SECTION)) == mark
    assert fingerprint(changed({"standard": "72.50"})) == mark
    assert fingerprint(changed({"title": "Knocked!"}, *KNOCKED)) != mark
    assert fingerprint(changed({"weight": "1.5000001"}, *SECTION)) != mark
    assert len(mark) == 64


@given(st.decimals(min_value=0, max_value=10**9, allow_nan=False, places=12))
def test_every_weight_is_stored_exactly(weight: Decimal) -> None:
    rubric = changed({"weight": format(weight, "f")}, *KNOCKED)
    assert rubric.criteria[0].weight == weight
    assert from_json(to_json(rubric)).criteria[0].weight == weight
    stored = json.loads(to_json(rubric))["sections"][0]["criteria"][0]["weight"]
    assert Decimal(stored) == weight
    assert not stored.endswith((".", ".0"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_each_shipped_rubric_can_be_published(path: Path) -> None:
    rubric = parse_rubric(yaml.safe_load(path.read_text("utf-8")))
    assert refusals(rubric) == ()
    assert rubric.name == path.stem
    assert from_json(to_json(rubric)) == rubric
    assert {criterion.top for criterion in rubric.criteria} == {1, 4}
    assert 10 <= len(rubric.criteria) <= 13
    behaviours = [level.behaviour for each in rubric.criteria for level in each.levels]
    assert len(set(behaviours)) == len(behaviours)
    assert min(len(behaviour.split()) for behaviour in behaviours) >= 5
    assert len({criterion.title for criterion in rubric.criteria}) == len(rubric.criteria)


def test_two_rubrics_are_shipped_and_their_critical_criteria_are_few() -> None:
    rubrics = {path.stem: parse_rubric(yaml.safe_load(path.read_text("utf-8"))) for path in SHIPPED}
    assert set(rubrics) == {"call-handling", "remote-coaching"}
    for rubric in rubrics.values():
        critical = {criterion.id for criterion in rubric.criteria if criterion.critical}
        assert critical == {"security-check", "courtesy", "no-harm"}
        assert {Tag.PROCEDURE, Tag.ANSWER} <= {criterion.tag for criterion in rubric.criteria}
    coaching = [each for each in rubrics["remote-coaching"].criteria if each.tag is Tag.COACHING]
    assert {"hands", "check-alone", "alone"} <= {criterion.id for criterion in coaching}

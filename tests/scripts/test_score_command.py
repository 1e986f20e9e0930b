"""``score`` on the command line: every fault a sentence, nothing half-printed."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from scripts.command.main import unannounced

RUBRIC: dict[str, Any] = {
    "pass_mark": "60.0",
    "sections": [
        {
            "id": "words",
            "weight": "2.5",
            "criteria": [
                {"id": "W1", "weight": 1, "max": 4},
                {"id": "W2", "weight": 2, "max": 1, "critical": True},
            ],
        },
        {"id": "deeds", "weight": "2.5", "criteria": [{"id": "D1", "weight": 1, "max": 2}]},
    ],
}
CALL: dict[str, Any] = {
    "name": "a good call",
    "rubric": RUBRIC,
    "answers": {"W1": 3, "W2": 1, "D1": 1},
}
RESULT = {
    "score": "70.8",
    "exact": "425/6",
    "sections": {"words": "91.7", "deeds": "50.0"},
    "coverage": "1",
    "outcome": "pass",
    "critical_failed": [],
    "critical_na": [],
    "counts_in_mean": True,
    "counts_in_pass_rate": True,
}


def run(tmp_path: Path, content: object, *options: str) -> Result:
    """The command on a file with this content; text is written as it is."""
    path = tmp_path / "calls.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return CliRunner().invoke(unannounced, ["score", str(path), *options])


def test_one_object_gives_a_list_of_one_with_the_published_keys(tmp_path: Path) -> None:
    answer = run(tmp_path, CALL, "--json")
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.stdout) == [RESULT]
    assert answer.stderr == ""


def test_what_is_printed_is_legible(tmp_path: Path) -> None:
    void = {**CALL, "name": "a void call", "answers": {"W1": "NA", "W2": "NA", "D1": "NA"}}
    failed = {**CALL, "name": "a failed call", "answers": {"W1": 4, "W2": 0, "D1": 2}}
    answer = run(tmp_path, [CALL, void, failed])
    assert answer.exit_code == 0, answer.output
    good, empty, critical = answer.stdout.split("\n\n")
    assert good.splitlines()[0] == "a good call"
    assert "70.8 (exactly 425/6)" in good
    assert "words 91.7, deeds 50.0" in good
    assert "the mean and the pass rate" in good
    assert "words not assessed, deeds not assessed" in empty
    assert "void" in empty
    assert "nothing" in empty
    assert [line.split()[-1] for line in empty.splitlines() if "N/A" in line] == ["W2"]
    assert "fail_critical" in critical
    assert [line.split()[-1] for line in critical.splitlines() if "failures" in line] == ["W2"]


def test_no_calls_are_no_results(tmp_path: Path) -> None:
    assert run(tmp_path, [], "--json").stdout == "[]\n"


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    assert run(tmp_path, "\ufeff" + json.dumps(CALL)).exit_code == 0


def test_what_is_expected_and_agrees_passes(tmp_path: Path) -> None:
    answer = run(tmp_path, {**CALL, "expected": RESULT}, "--json")
    assert (answer.exit_code, answer.stderr) == (0, "")


def test_what_differs_from_the_expected_is_named(tmp_path: Path) -> None:
    expected = {**RESULT, "score": "70.9", "counts_in_mean": 1, "colour": "red"}
    answer = run(tmp_path, [{**CALL, "expected": expected}], "--json")
    assert answer.exit_code == 1
    assert json.loads(answer.stdout) == [RESULT]
    assert answer.stderr.splitlines() == [
        'a good call: score is "70.8", but "70.9" was expected',
        "a good call: counts_in_mean is true, but 1 was expected",
        "a good call: there is no colour to compare; take it out of expected",
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "can't be read as JSON"),
        ("", "can't be read as JSON"),
        ('{"name": "x", "name": "y"}', "the key 'name' stands twice"),
        ("[" * 100_000, "nested too deeply"),
        ("3", "example 1: write an object with name, rubric and answers"),
        ([CALL, None], "example 2: write an object"),
        ({**CALL, "rubric": None}, "a good call: the rubric must be a mapping"),
        ({**CALL, "rubric": {**RUBRIC, "pass_mark": 60.5}}, "pass_mark is 60.5; write a whole"),
        ({**CALL, "rubric": {**RUBRIC, "pass_mark": "60.55"}}, "give at most one decimal"),
        ({**CALL, "answers": None}, "a good call: answers must be an object"),
        ({**CALL, "answers": {"W1": "N/A"}}, "W1 can't be 'N/A': write a whole number or \"NA\""),
        ({**CALL, "answers": {"W1": 3.0}}, "W1 can't be 3.0"),
        ({**CALL, "answers": {"W1": True}}, "W1 can't be True"),
        ({**CALL, "answers": {"W1": None}}, "W1 can't be None"),
        ({**CALL, "answers": {"W1": 3, "W2": 1}}, "a good call: D1 is not answered: give a"),
        ({**CALL, "answers": {**CALL["answers"], "D1": 3}}, "a good call: D1 can't be 3: give"),
        ({**CALL, "expected": []}, "a good call: expected must be an object"),
    ],
)
def test_a_file_that_is_refused_prints_sentences_and_no_result(
    tmp_path: Path, content: object, says: str
) -> None:
    for options in ((), ("--json",)):
        answer = run(tmp_path, content, *options)
        assert answer.exit_code == 1, answer.output
        assert says in answer.stderr
        assert answer.stdout == ""


def test_one_refused_call_keeps_the_others_from_being_half_printed(tmp_path: Path) -> None:
    bad = {**CALL, "name": "a bad call", "answers": {"W1": 9, "W2": 1, "X": 1}}
    answer = run(tmp_path, [CALL, bad], "--json")
    assert answer.exit_code == 1
    assert answer.stdout == ""
    assert answer.stderr.splitlines() == [
        "a bad call: W1 can't be 9: give a value from 0 to 4",
        "a bad call: D1 is not answered: give a value from 0 to 2, or N/A",
        "a bad call: the rubric has no criterion X: take the answer out or correct its id",
    ]


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "calls.json"
    path.write_bytes(json.dumps({**CALL, "name": "\u00e9"}, ensure_ascii=False).encode("latin-1"))
    answer = CliRunner().invoke(unannounced, ["score", str(path)])
    assert answer.exit_code == 1
    assert "is not in UTF-8" in answer.stderr


def test_a_missing_file_is_a_usage_error(tmp_path: Path) -> None:
    assert CliRunner().invoke(unannounced, ["score"]).exit_code == 2
    assert CliRunner().invoke(unannounced, ["score", str(tmp_path / "no.json")]).exit_code == 2


@pytest.mark.shared
def test_the_published_examples_are_as_expected(shared: Path) -> None:
    path = shared / "data" / "scoring_examples.json"
    answer = CliRunner().invoke(unannounced, ["score", str(path), "--json"])
    assert answer.exit_code == 0, answer.stderr
    expected = [example["expected"] for example in json.loads(path.read_text("utf-8"))]
    assert json.loads(answer.stdout) == expected

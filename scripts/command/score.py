"""Score calls out of a file, with no database: ``scripts/unannounced score``."""

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from scoring.rubric import RubricRefused, parse_rubric, unworkable
from scoring.score import NA, Answer, AnswersRefused, Scored
from scoring.score import score as score_call


class FileRefused(ValueError):
    """A file that can't be scored; ``faults`` has a sentence for each reason."""

    def __init__(self, faults: list[str]) -> None:
        """Keep the faults; the message is all of them."""
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Example:
    """One call of the file: its name, its result, and the result that the file expects."""

    name: str
    scored: Scored
    expected: Mapping[str, Any] | None


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument(
    "file",
    type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path),
    metavar="FILE.json",
)
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects, for a program.")
def score(file: Path, as_json: bool) -> None:
    """Score the calls in FILE.json by the rubric that stands beside their answers.

    The file holds one object or a list of {name, rubric, answers[, expected]}. Weights, marks and
    minima are whole numbers or decimals in quotes; an answer is a whole number or "NA". Where an
    object says what is expected and something differs, that is named and the exit code is 1.

    Example: scripts/unannounced score calls.json --json
    """
    try:
        examples = _read(file)
    except FileRefused as refused:
        for fault in refused.faults:
            click.echo(fault, err=True)
        sys.exit(1)
    if as_json:
        click.echo(json.dumps([result(each.scored) for each in examples], indent=1))
    else:
        click.echo("\n\n".join(_legible(each) for each in examples))
    differences = [line for each in examples for line in _differences(each)]
    for line in differences:
        click.echo(line, err=True)
    if differences:
        sys.exit(1)


def result(scored: Scored) -> dict[str, object]:
    """A result as plain values: scores as "86.3" or None, fractions as "345/4"."""
    return {
        "score": _shown(scored.score),
        "exact": _shown(scored.score_exact),
        "sections": {name: _shown(each) for name, each in scored.sections.items()},
        "coverage": str(scored.coverage),
        "outcome": str(scored.outcome),
        "critical_failed": list(scored.critical_failed),
        "critical_na": list(scored.critical_na),
        "counts_in_mean": scored.counts_in_mean,
        "counts_in_pass_rate": scored.counts_in_pass_rate,
    }


def _shown(number: object) -> str | None:
    return None if number is None else str(number)


def _read(file: Path) -> list[Example]:
    try:
        content = json.loads(file.read_text("utf-8-sig"), object_pairs_hook=_once)
    except UnicodeDecodeError:
        raise FileRefused([f"{file} is not in UTF-8: save it as UTF-8"]) from None
    except RecursionError:
        raise FileRefused([f"{file} is nested too deeply to be a list of calls"]) from None
    except ValueError as error:
        raise FileRefused([f"{file} can't be read as JSON: {error}"]) from None
    examples, faults = [], []
    for position, each in enumerate(content if isinstance(content, list) else [content], 1):
        name = f"example {position}"
        try:
            if not isinstance(each, dict):
                raise FileRefused(["write an object with name, rubric and answers"])
            if isinstance(each.get("name"), str):
                name = each["name"]
            examples.append(_example(name, each))
        except FileRefused as refused:
            faults += [f"{name}: {fault}" for fault in refused.faults]
    if faults:
        raise FileRefused(faults)
    return examples


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    content = dict(pairs)
    if len(content) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} stands twice in one object; keep one of them")
    return content


def _example(name: str, content: Mapping[str, Any]) -> Example:
    try:
        rubric = parse_rubric(content.get("rubric"))
    except RubricRefused as refused:
        raise FileRefused([str(refused)]) from None
    faults = unworkable(rubric)
    if faults:
        raise FileRefused(list(faults))
    expected = content.get("expected")
    if expected is not None and not isinstance(expected, dict):
        raise FileRefused(["expected must be an object; correct it or leave it out"])
    try:
        return Example(name, score_call(rubric, _answers(content.get("answers"))), expected)
    except AnswersRefused as refused:
        raise FileRefused(list(refused.faults)) from None


def _answers(content: object) -> dict[str, Answer]:
    if not isinstance(content, dict):
        raise FileRefused(["answers must be an object of criteria and their values"])
    answers: dict[str, Answer] = {}
    faults = []
    for criterion, value in content.items():
        if value == "NA":
            answers[criterion] = NA
        elif isinstance(value, int) and not isinstance(value, bool):
            answers[criterion] = value
        else:
            faults.append(f'{criterion} can\'t be {value!r}: write a whole number or "NA"')
    if faults:
        raise FileRefused(faults)
    return answers


def _differences(example: Example) -> Iterator[str]:
    if example.expected is None:
        return
    found = result(example.scored)
    for key, expected in example.expected.items():
        if key not in found:
            yield f"{example.name}: there is no {key} to compare; take it out of expected"
        elif json.dumps(found[key], sort_keys=True) != json.dumps(expected, sort_keys=True):
            yield (
                f"{example.name}: {key} is {json.dumps(found[key])}, "
                f"but {json.dumps(expected)} was expected"
            )


def _legible(example: Example) -> str:
    scored = example.scored
    sections = ", ".join(
        f"{name} {'not assessed' if each is None else each}"
        for name, each in scored.sections.items()
    )
    counts = [
        measure
        for measure, counted in (
            ("the mean", scored.counts_in_mean),
            ("the pass rate", scored.counts_in_pass_rate),
        )
        if counted
    ]
    exact = "" if scored.score is None else f" (exactly {scored.score_exact})"
    lines = {
        "score": f"{'none' if scored.score is None else scored.score}{exact}",
        "sections": sections,
        "coverage": str(scored.coverage),
        "outcome": str(scored.outcome),
        "critical failures": ", ".join(scored.critical_failed) or "none",
        "critical N/A, not tested": ", ".join(scored.critical_na) or "none",
        "counts in": " and ".join(counts) or "nothing",
    }
    return "\n".join([example.name, *(f"  {key:<26}{text}" for key, text in lines.items())])

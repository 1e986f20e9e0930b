import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from config.settings import CHECKOUT
from scripts.command.main import COMMANDS, unannounced


def walk(command: click.Command, path: tuple[str, ...]) -> list[tuple[tuple[str, ...], str]]:
    """Each command that does something, by its path, with its help."""
    if not isinstance(command, click.Group):
        return [(path, command.help or "")]
    context = click.Context(command)
    return [
        found
        for name in command.list_commands(context)
        if (child := command.get_command(context, name))
        for found in walk(child, (*path, name))
    ]


def test_each_command_has_help_with_an_example() -> None:
    found = walk(unannounced, ())
    assert {path[0] for path, _ in found} == set(COMMANDS)
    without = [
        " ".join(path)
        for path, text in found
        if not any(line.strip().startswith("Example:") for line in text.splitlines())
    ]
    assert without == []


@pytest.mark.parametrize("name", [*COMMANDS, "--help"])
def test_each_name_answers_to_help(name: str) -> None:
    arguments = [name] if name == "--help" else [name, "--help"]
    answer = CliRunner().invoke(unannounced, arguments)
    assert answer.exit_code == 0
    assert "Usage:" in answer.output


def test_a_plan_that_does_not_begin_there_is_not_withdrawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNANNOUNCED_VAR", str(tmp_path))
    words = ["plan", "withdraw", "--from", "2027-01", "--reason", "Suspended"]
    answer = CliRunner().invoke(unannounced, words)
    assert (answer.exit_code, "No plan begins with 2027-01." in answer.output) == (1, True)


def test_an_unknown_command_is_a_usage_error() -> None:
    assert CliRunner().invoke(unannounced, ["guess"]).exit_code == 2


def test_score_starts_without_the_slow_libraries() -> None:
    code = (
        "import sys; from scripts.command.main import unannounced;"
        "unannounced.get_command(None, 'score');"
        "print([name for name in ('pandas', 'scipy', 'sqlalchemy') if name in sys.modules])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"

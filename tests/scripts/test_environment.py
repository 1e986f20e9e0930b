import ast
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from scripts import environment
from scripts.environment import RUN, TESTS, NoEnvironment, ensure, find_python

PROGRAMS = ("start", "test", "check", "unannounced", "environment.py", "progress.py")


def program(folder: Path, name: str, text: str) -> Path:
    """A shell program on the path of a test."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text("#!/bin/sh\n" + textwrap.dedent(text))
    path.chmod(0o755)
    return path


class Installer:
    """A stand-in for uv: writes down what it is asked, and does what a test tells it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._asked = folder / "asked.txt"
        self.will("exit 0")

    def will(self, act: str) -> None:
        program(self._folder, "uv", f'echo "$@" >> {self._asked}\n{act}\n')

    @property
    def asked(self) -> list[str]:
        return self._asked.read_text().splitlines() if self._asked.exists() else []


@pytest.fixture
def installer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installer:
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    return Installer(tmp_path / "bin")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = tmp_path / "checkout"
    (folder / "tests").mkdir(parents=True)
    (folder / "requirements.txt").write_text("click==8.5.1\n    # via us\n")
    (folder / "tests" / "requirements.txt").write_text("ruff==0.17.6\n")
    return folder


def made_anew(checkout: Path) -> bool:
    """Whether the mark that a test has left in an environment is gone."""
    return not (checkout / ".venv" / "mark").exists()


def mark(checkout: Path) -> None:
    (checkout / ".venv" / "mark").touch()


@pytest.mark.parametrize("name", PROGRAMS)
def test_an_old_python_can_read_what_it_has_to_run(name: str) -> None:
    text = (environment.CHECKOUT / "scripts" / name).read_text()
    tree = ast.parse(text, feature_version=(3, 8))
    futures = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert not name.endswith(".py") or futures[0].module == "__future__"


def test_an_old_python_gets_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(NoEnvironment, match=r"needs Python 3\.11 or later; this is 3\.9\.2 .*apt"):
        find_python("/usr/bin/python3", (3, 9, 2))


def test_an_old_python_leaves_the_work_to_a_newer_one_on_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "bin", "python3.13", "exit 127")
    newer = program(tmp_path / "bin", "python3.12", "echo 3 12")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert find_python("/usr/bin/python3", (3, 9, 2)) == str(newer)


def test_the_second_start_installs_nothing(installer: Installer, checkout: Path) -> None:
    python = ensure(RUN, checkout)
    assert ensure(RUN, checkout) == python
    assert len(installer.asked) == 1
    answer = subprocess.run([python, "-c", "import sys; print(sys.prefix)"], capture_output=True)
    assert answer.stdout.decode().strip() == str(checkout / ".venv")


def test_only_wheels_are_installed_so_that_nobody_needs_a_compiler(
    installer: Installer, checkout: Path
) -> None:
    ensure(RUN, checkout)
    assert "--only-binary :all:" in installer.asked[0]


def test_changed_requirements_complete_the_environment(
    installer: Installer, checkout: Path
) -> None:
    ensure(RUN, checkout)
    mark(checkout)
    (checkout / "requirements.txt").write_text("click==8.5.2\n")
    ensure(RUN, checkout)
    assert len(installer.asked) == 2
    assert not made_anew(checkout)


def test_the_tests_requirements_are_added_to_the_same_environment(
    installer: Installer, checkout: Path
) -> None:
    ensure(RUN, checkout)
    mark(checkout)
    ensure(TESTS, checkout)
    ensure(RUN, checkout)
    assert len(installer.asked) == 2
    assert installer.asked[1].endswith("tests/requirements.txt")
    assert not made_anew(checkout)


def test_a_start_with_new_requirements_keeps_what_the_tests_need(
    installer: Installer, checkout: Path
) -> None:
    ensure(TESTS, checkout)
    (checkout / "requirements.txt").write_text("click==8.5.2\n")
    ensure(RUN, checkout)
    ensure(TESTS, checkout)
    assert len(installer.asked) == 2


def test_an_environment_made_by_hand_is_completed(installer: Installer, checkout: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", checkout / ".venv"], check=True)
    mark(checkout)
    ensure(RUN, checkout)
    assert len(installer.asked) == 1
    assert not made_anew(checkout)


def test_an_interrupted_installation_is_made_anew(
    installer: Installer, checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    installer.will("echo something broke; exit 1")
    with pytest.raises(NoEnvironment, match="something broke"):
        ensure(RUN, checkout)
    mark(checkout)
    installer.will("exit 0")
    ensure(RUN, checkout)
    assert made_anew(checkout)
    assert "left half-made" in capsys.readouterr().err


def test_an_environment_without_a_running_python_is_made_anew(
    installer: Installer, checkout: Path
) -> None:
    python = ensure(RUN, checkout)
    mark(checkout)
    python.unlink()
    python.symlink_to("/nowhere/python3")
    ensure(RUN, checkout)
    assert made_anew(checkout)
    assert len(installer.asked) == 2


def test_an_empty_folder_is_no_environment(installer: Installer, checkout: Path) -> None:
    (checkout / ".venv").mkdir()
    mark(checkout)
    ensure(RUN, checkout)
    assert made_anew(checkout)


def test_a_moved_checkout_gets_a_new_environment(installer: Installer, checkout: Path) -> None:
    ensure(RUN, checkout)
    mark(checkout)
    moved = checkout.rename(checkout.with_name("elsewhere"))
    ensure(RUN, moved)
    assert made_anew(moved)


def test_a_closed_network_is_told_with_the_remedy(installer: Installer, checkout: Path) -> None:
    installer.will("echo 'error sending request: dns error' >&2; exit 2")
    with pytest.raises(NoEnvironment, match=r"could not be fetched.*HTTPS_PROXY.*UV_DEFAULT_INDEX"):
        ensure(RUN, checkout)


def test_a_full_disk_is_told(installer: Installer, checkout: Path) -> None:
    installer.will("echo 'No space left on device'; exit 1")
    with pytest.raises(NoEnvironment, match="disk is full"):
        ensure(RUN, checkout)


def test_debians_missing_package_is_named(
    installer: Installer, checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = program(tmp_path / "bare", "python3", "exit 1")
    monkeypatch.setattr(sys, "_base_executable", str(bare), raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(NoEnvironment, match="sudo apt install python3-venv"):
        ensure(RUN, checkout)


def test_two_starts_make_one_environment(installer: Installer, checkout: Path) -> None:
    installer.will("sleep 0.5")
    code = (
        "from pathlib import Path; from scripts.environment import RUN, ensure;"
        f"ensure(RUN, Path({str(checkout)!r}))"
    )
    both = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONPATH": str(environment.CHECKOUT)},
            stderr=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    said = [start.communicate()[1].decode() for start in both]
    assert [start.returncode for start in both] == [0, 0]
    assert len(installer.asked) == 1
    assert sum("waiting for it" in text for text in said) == 1


def test_progress_says_the_steps_where_nobody_watches(
    installer: Installer, checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ensure(RUN, checkout)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Installing 1 packages with uv" in captured.err
    assert "\r" not in captured.err

from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from config.settings import CHECKOUT

ROOMS = ("config", "scheduler", "scoring", "assessor", "scripts", "tests")


def test_imports_point_upstream_and_every_file_has_its_place(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(CHECKOUT)
    assert lint_imports(no_cache=True, no_logo=True) == 0, capsys.readouterr().out


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    def is_too_long(path: Path) -> bool:
        return len(path.read_text(encoding="utf-8").splitlines()) > 400

    files = {path for room in ROOMS for path in (CHECKOUT / room).rglob("*.py")}
    written = files - set((CHECKOUT / "config" / "migrations").rglob("*.py"))
    assert written
    assert [str(path) for path in written if is_too_long(path)] == []

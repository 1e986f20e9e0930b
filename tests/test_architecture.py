import subprocess
import sys
from pathlib import Path

from config.settings import CHECKOUT

ROOMS = ("config", "scheduler", "scoring", "assessor", "scripts", "tests")


def test_imports_point_upstream_and_every_file_has_its_place() -> None:
    # In a process of its own, since it turns off every logger that is there.
    lint = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    told = subprocess.run(lint, cwd=CHECKOUT, capture_output=True, text=True)
    assert told.returncode == 0, told.stdout + told.stderr


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    def is_too_long(path: Path) -> bool:
        return len(path.read_text(encoding="utf-8").splitlines()) > 400

    files = {path for room in ROOMS for path in (CHECKOUT / room).rglob("*.py")}
    written = files - set((CHECKOUT / "config" / "migrations").rglob("*.py"))
    assert written
    assert [str(path) for path in written if is_too_long(path)] == []

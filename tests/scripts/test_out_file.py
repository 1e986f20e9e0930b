"""A command that writes a file looks for its folder before it does anything."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from scripts.command.main import unannounced


@pytest.mark.parametrize(
    "command",
    [
        ("seal", "--from", "2027-01", "--out"),
        ("disclose", "--from", "2027-01", "--out"),
        ("simulate", "--centres", "1", "--months", "1", "--csv"),
    ],
)
def test_without_the_folder_nothing_is_done(
    command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNANNOUNCED_VAR", str(tmp_path / "var"))
    out = tmp_path / "gone" / "file"
    result = CliRunner().invoke(unannounced, ["plan", *command, str(out)])
    assert result.exit_code == 2
    assert f"there is no folder {out.parent}; make it first" in result.stderr
    assert list(tmp_path.iterdir()) == []

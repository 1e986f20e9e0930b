"""``returns import``: every form of a return, what is said of each, and how far it is."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scheduler.enrolling import enrol
from scripts.command import returns
from scripts.command.main import unannounced
from tests.scheduler.csv_returns import csv_files, zipped
from tests.workbooks import write_return


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation of its own, and where files lie."""
    monkeypatch.setenv("UNANNOUNCED_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("DATABASE_URL", "")
    return tmp_path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(unannounced, ["returns", "import", *map(str, arguments)])


def test_a_workbook_csv_files_and_a_zip_enter_and_a_broken_file_does_not(folder: Path) -> None:
    workbook = write_return(folder / "a.xlsx")
    for name, data in csv_files(";", bom=True).items():
        (folder / name).write_bytes(data)
    packed = folder / "b.zip"
    packed.write_bytes(zipped(csv_files()))
    broken = folder / "c.xlsx"
    broken.write_bytes(b"PK")
    done = run(workbook, folder / "acme.Hours.csv", folder / "acme.Centre.csv", broken, packed)
    assert done.exit_code == 1
    assert done.stdout.splitlines() == [
        "a.xlsx: Penzance service desk entered",
        "acme.*.csv: Penzance service desk brought up to date",
        "c.xlsx: refused, nothing of it was entered",
        "  The file is no Excel workbook; save it as an Excel workbook (.xlsx) and send that",
        "b.zip: Penzance service desk brought up to date",
    ]
    assert done.stderr == ""


def test_json_tells_the_same(folder: Path) -> None:
    broken = folder / "c.xlsx"
    broken.write_bytes(b"PK")
    done = run("--json", write_return(folder / "a.xlsx"), broken)
    first, second = json.loads(done.stdout)
    assert (first["file"], first["entered"], first["faults"]) == ("a.xlsx", True, [])
    assert (second["entered"], second["centre"], len(second["faults"])) == (False, None, 1)


def test_of_many_returns_it_says_how_far_it_is(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(returns, "FEW", 2)
    monkeypatch.setattr(returns, "A_LINE", 2)
    done = run(*(write_return(folder / f"{number}.xlsx") for number in range(5)))
    assert done.exit_code == 0
    assert done.stderr.splitlines() == [f"{number} of 5 returns imported" for number in (2, 4, 5)]
    assert len(done.stdout.splitlines()) == 5


def test_what_was_entered_is_said_when_the_rest_is_broken_off(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered: list[int] = []

    def enrol_one(*arguments: object, **more: object) -> object:
        if entered:
            raise KeyboardInterrupt
        entered.append(1)
        return enrol(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(returns, "enrol", enrol_one)
    done = run(write_return(folder / "a.xlsx"), write_return(folder / "b.xlsx"))
    assert done.exit_code == 1
    assert "a.xlsx: Penzance service desk entered" in done.stdout
    assert "b.xlsx" not in done.stdout

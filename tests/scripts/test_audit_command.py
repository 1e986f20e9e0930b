"""``plan audit``, as a person types it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from config.canary import check_canary
from config.database import Sessions
from config.vault import load_vault
from scheduler.advancing import advance_plans
from scripts.command.main import unannounced
from tests.builders import NOW, ZONE, Institute, an_institute
from tests.scheduler.planned import calls, draw
from tests.scheduler.tried import AFTER, made, missed


@pytest.fixture
def institute(
    sessions: Sessions, tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Institute:
    """An institute with three centres and a drawn month; the command finds it."""
    monkeypatch.setenv("UNANNOUNCED_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("DATABASE_URL", database_url)
    institute = an_institute(sessions, load_vault(tmp_path / "var/keys/vault.json", create=True))
    check_canary(sessions, institute.vault, NOW)
    for number in range(3):
        institute.centre(number)
    draw(institute)
    return institute


def audit(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(unannounced, ["plan", "audit", "--from", "2027-01", *words])
    assert result.exit_code == code, result.output
    return result


def test_an_audit_is_told_once_the_plan_is_closed(institute: Institute) -> None:
    assert "the period from January 2027 isn't closed" in audit(code=1).stderr
    every = calls(institute)
    for number, call in enumerate(every):
        (missed if number < 4 else made)(institute, call)
    advance_plans(institute.sessions, AFTER, ZONE)

    said = audit().stdout
    assert f"{len(every):7}  drawn\n" in said
    assert "      4  missed: the centre is closed\n" in said
    assert "Compared with 999 plans drawn by the same design." in said
    assert f"The {len(every)} calls as drawn " in said
    assert f"The {len(every) - 4} calls as made" in said
    assert "found in four of five plans: the busiest weekday" in said
    assert "No value proves that a plan was fair" in said
    assert audit().stdout == audit("--months", "1").stdout == said
    assert "no plan begins with February 2027" in audit("--months", "2", code=1).stderr

    told = json.loads(audit("--json", "--simulations", "199").stdout)
    assert told["drawn"] == len(every)
    assert (told["months"], told["plans"]) == (1, 1)
    assert told["missed"] == {"the centre is closed": 4}
    assert told["simulations"] == 199
    assert [each["kind"] for each in told["questions"]["drawn"]] == [
        "weekday",
        "hour",
        "gaps",
        "echo",
        "months",
    ]
    assert all(0 < each["p"] <= each["holm"] <= 1 for each in told["questions"]["made"])
    assert [each["kind"] for each in told["questions"]["missed"]] == ["weekday", "hour"]

"""Loads the rubrics and scenarios of ``config`` into their immutable versions."""

from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from config.database import Sessions
from config.settings import CHECKOUT
from scheduler import diary
from scheduler.scenario import parse_scenario
from scoring import rubric_versions
from scoring.rubric import parse_rubric

RUBRICS = CHECKOUT / "config" / "rubrics"
SCENARIOS = CHECKOUT / "config" / "scenarios"


def load_texts(sessions: Sessions, now: datetime) -> None:
    """Store every text once; those in the folders now are the current ones."""
    rubrics = [parse_rubric(body) for body in _bodies(RUBRICS)]
    scenarios = [parse_scenario(body) for body in _bodies(SCENARIOS)]
    with sessions.begin() as session:
        rubric_versions.keep_rubrics(session, rubrics, now)
        diary.keep_scenarios(session, scenarios, now)


def _bodies(folder: Path) -> list[dict[str, Any]]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return [yaml.load(p.read_text("utf-8"), loader) for p in sorted(folder.glob("*.yaml"))]

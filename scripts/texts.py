"""Loads the rubrics and scenarios of ``config`` into their immutable versions."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import yaml

from config.database import Sessions
from config.settings import CHECKOUT
from scheduler import scenario_versions
from scheduler.scenario import Scenario, parse_scenario
from scheduler.scenario import refusals as scenario_faults
from scoring import rubric_versions
from scoring.rubric import Rubric, parse_rubric
from scoring.rubric import refusals as rubric_faults

Text = TypeVar("Text", Rubric, Scenario)
RUBRICS = CHECKOUT / "config" / "rubrics"
SCENARIOS = CHECKOUT / "config" / "scenarios"


class TextRefused(Exception):
    """A rubric or scenario that can't be used; the text says what to mend."""


def load_texts(sessions: Sessions, now: datetime) -> None:
    """Store every text once; those in the folders now are the current ones.

    Raises TextRefused, naming the text and its faults, when one can't be used.
    """
    rubrics = [_checked(parse_rubric(body), rubric_faults) for body in _bodies(RUBRICS)]
    scenarios = [_checked(parse_scenario(body), scenario_faults) for body in _bodies(SCENARIOS)]
    with sessions.begin() as session:
        rubric_versions.keep_rubrics(session, rubrics, now)
        scenario_versions.keep_scenarios(session, scenarios, now)


def _checked(text: Text, faults: Callable[[Text], tuple[str, ...]]) -> Text:
    found = faults(text)
    if found:
        raise TextRefused(f"the text {text.name} can't be used: {'; '.join(found)}")
    return text


def _bodies(folder: Path) -> list[dict[str, Any]]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return [yaml.load(p.read_text("utf-8"), loader) for p in sorted(folder.glob("*.yaml"))]

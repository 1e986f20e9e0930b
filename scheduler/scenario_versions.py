"""The place of every stored text of a scenario: the current ones, and those that calls name."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from scheduler.diary_rows import ScenarioVersionRow
from scheduler.scenario import Scenario, from_json


@dataclass(frozen=True, slots=True)
class StoredScenario:
    """One immutable version, whether new calls are drawn with it, and since when it is here."""

    id: UUID
    scenario: Scenario
    current: bool
    loaded_at: datetime


def find_scenario(session: Session, version: UUID) -> StoredScenario | None:
    """One version, or None."""
    row = session.get(ScenarioVersionRow, version)
    return StoredScenario(row.id, from_json(row.body), row.current, row.loaded_at) if row else None

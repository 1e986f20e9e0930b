"""The place of every stored text of a scenario: the current ones, and those that calls name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from scheduler.diary_rows import ScenarioVersionRow
from scheduler.scenario import Scenario, fingerprint, from_json, to_json


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


def keep_scenarios(session: Session, scenarios: Iterable[Scenario], now: datetime) -> None:
    """Store each text once as an immutable version; the stated ones become the current ones."""
    session.execute(update(ScenarioVersionRow).values(current=False))
    for scenario in scenarios:
        mark = fingerprint(scenario)
        row = session.scalar(
            select(ScenarioVersionRow).where(
                ScenarioVersionRow.name == scenario.name, ScenarioVersionRow.fingerprint == mark
            )
        )
        if row is None:
            row = ScenarioVersionRow(
                id=uuid4(),
                name=scenario.name,
                version=scenario.version,
                fingerprint=mark,
                body=to_json(scenario),
                loaded_at=now,
            )
            session.add(row)
        row.current = True


def current_scenarios(session: Session) -> tuple[tuple[UUID, Scenario], ...]:
    """The current versions, in a steady order."""
    rows = session.scalars(
        select(ScenarioVersionRow)
        .where(ScenarioVersionRow.current)
        .order_by(ScenarioVersionRow.name)
    )
    return tuple((row.id, from_json(row.body)) for row in rows)


def scenario(session: Session, version: UUID) -> Scenario:
    """One version."""
    return from_json(session.get_one(ScenarioVersionRow, version).body)

"""The place of the institute's rules: every one that was put in force, the last one first."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from scheduler.plan_inputs import rule_from_json
from scheduler.rule import Rule, default_rule
from scheduler.rule_reading import Figures
from scheduler.sampling_rows import RuleVersionRow
from scheduler.seal import canonical


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """A rule that was put in force: by whom, why, and what was measured of it then."""

    number: int
    at: datetime
    actor: str
    reason: str
    rule: Rule
    figures: Figures


def in_force(session: Session) -> Rule:
    """The rule that the next plan is drawn by: the last one put in force, else the default."""
    found = versions(session, 1)
    return found[0].rule if found else default_rule()


def versions(session: Session, count: int | None = None) -> tuple[RuleVersion, ...]:
    """The rules that were put in force, the last one first; none where none ever was."""
    rows = session.scalars(
        select(RuleVersionRow).order_by(RuleVersionRow.number.desc()).limit(count)
    )
    return tuple(
        RuleVersion(
            row.number,
            row.at,
            row.actor,
            row.reason,
            rule_from_json(row.rule),
            Figures(float(row.guard), float(row.day), float(row.hour), row.measured_on),
        )
        for row in rows
    )


def put_in_force(
    session: Session, rule: Rule, figures: Figures, reason: str, now: datetime, actor: str
) -> int:
    """Keep a rule as the one in force; answers its number. One at a time, or numbers collide."""
    number = (session.scalar(select(func.max(RuleVersionRow.number))) or 0) + 1
    session.add(
        RuleVersionRow(
            number=number,
            at=now,
            actor=actor,
            reason=reason,
            rule=canonical(rule).decode(),
            guard=f"{figures.guard:.4f}",
            day=f"{figures.day:.4f}",
            hour=f"{figures.hour:.4f}",
            measured_on=figures.on[:300],
        )
    )
    return number

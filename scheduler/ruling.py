"""Puts the institute's rule in force; plans that are sealed keep their own."""

from datetime import datetime

from config import journal
from config.database import Sessions, one_at_a_time
from scheduler import rules
from scheduler.rule import Rule, refusals
from scheduler.rule_reading import Figures
from scheduler.rule_text import rule_to_file

LOCK = 0x72756C65  # one rule at a time
LONGEST_REASON = 500


class RulingRefused(ValueError):
    """A rule that can't be put in force; the text says why and what would mend it."""


def use_rule(
    sessions: Sessions, rule: Rule, figures: Figures, reason: str, now: datetime, actor: str
) -> int:
    """Draw the plans that are sealed from now on by a rule; answers its number.

    ``figures`` are what the meter read of it just now. Raises RulingRefused for an impossible rule,
    and without a reason for one that gives away more than the goal.
    """
    if faults := refusals(rule):
        raise RulingRefused(" ".join(faults))
    said = " ".join(reason.split())
    if len(said) > LONGEST_REASON:
        raise RulingRefused(f"Keep the reason to {LONGEST_REASON} signs.")
    if figures.leaks and not said:
        raise RulingRefused(
            f"This rule gives away more than the goal (on {figures.on}: guard "
            f"{figures.guard:.2f}, day {figures.day:.2f}, hour {figures.hour:.2f}): write down "
            "why it is used all the same, or change it."
        )
    with sessions.begin() as session:
        one_at_a_time(session, LOCK)
        number = rules.put_in_force(session, rule, figures, said, now, actor)
        detail: dict[str, object] = {
            "rule": rule_to_file(rule),
            "guard": f"{figures.guard:.3f}",
            "day": f"{figures.day:.3f}",
            "hour": f"{figures.hour:.3f}",
            "measured_on": figures.on,
        }
        why = {"reason": said} if said else None
        journal.record(
            session, now, actor, "rule put in force", f"rule {number}", detail, aside=why
        )
        return number

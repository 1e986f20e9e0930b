"""What a person may play, as their page shows it and its form holds it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from scheduler import scenario_versions, skills
from scheduler.certifying import skill_mark
from scheduler.language import languages_in_words


@dataclass(frozen=True, slots=True)
class Certificate:
    """A scenario on the form, and until when somebody is certified for it."""

    name: str
    title: str
    until: str  # as typed; "" where they aren't
    holds: bool


@dataclass(frozen=True, slots=True)
class SkillCard:
    """What a person declared, in words and as their form holds it; ``faults`` by field."""

    words: tuple[str, ...]
    languages: str
    certificates: tuple[Certificate, ...]
    seen: str
    faults: Mapping[str, str]
    stands: bool  # somebody else saved a newer change meanwhile


def skill_card(
    session: Session,
    person: UUID,
    today: date,
    typed: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
    *,
    stands: bool = False,
) -> SkillCard:
    """The card of a person; ``typed`` is a form that came back."""
    own = skills.skill(session, person)
    until = dict(own.certified)
    titles = {text.name: text.title for _, text in scenario_versions.current_scenarios(session)}
    titles |= {name: name for name in until if name not in titles}
    kept = {"languages": ", ".join(own.languages)}
    kept |= {f"until-{name}": day.isoformat() for name, day in until.items()}
    shown = kept if typed is None else typed
    return SkillCard(
        words=_in_words(own, len(titles), today),
        languages=shown.get("languages", ""),
        certificates=tuple(
            Certificate(
                name,
                title,
                shown.get(f"until-{name}", ""),
                name in until and until[name] >= today,
            )
            for name, title in titles.items()
        ),
        seen=skill_mark(own),
        faults=faults or {},
        stands=stands,
    )


def _in_words(own: skills.Skill, known: int, today: date) -> tuple[str, ...]:
    plays = (
        f"Plays in {languages_in_words(own.languages)}."
        if own.languages
        else "Plays in every language, as none is declared."
    )
    if not own.certified:
        return plays, "Plays every scenario, as no certificate is on record."
    holding = sum(until >= today for _, until in own.certified)
    lapsed = len(own.certified) - holding
    ended = f"; {lapsed} lapsed" if lapsed else ""
    return plays, f"Certified for {holding} of {known} scenarios{ended}."

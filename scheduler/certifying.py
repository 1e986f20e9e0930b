"""Takes down what people may play, and the languages that centres serve in."""

import json
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from config import journal
from config.database import Sessions, one_at_a_time
from scheduler import people, register, skills
from scheduler.access import Role
from scheduler.refused import ChangedMeanwhile, FieldRefused
from scheduler.skills import Skill

LOCK = 0x736B696C  # two who state one person's skill at once: the second is told
MOST_LANGUAGES = 20


def state_skill(
    sessions: Sessions, person: UUID, wanted: Skill, seen: str, now: datetime, actor: str
) -> None:
    """Keep the languages that a person plays in and their certificates; plans sealed stay.

    ``seen`` is the mark (see ``skill_mark``) of what stood when the form was opened. Raises
    FieldRefused, or ChangedMeanwhile when something else stands by now.
    """
    if len(wanted.languages) > MOST_LANGUAGES:
        raise FieldRefused("languages", f"Write at most {MOST_LANGUAGES} languages.")
    with sessions.begin() as session:
        one_at_a_time(session, LOCK)
        found = people.profile(session, person)
        if found is None or Role.ASSESSOR not in found.person.roles:
            raise FieldRefused("languages", "Only an assessor plays scenarios. Give them the role.")
        before = skills.skill(session, person)
        if skill_mark(before) != seen:
            raise ChangedMeanwhile
        if before == wanted:
            return
        skills.keep_skill(session, person, wanted)
        detail: dict[str, object] = {"before": _plain(before), "after": _plain(wanted)}
        journal.record(session, now, actor, "skill changed", f"person {person}", detail)


def skill_mark(stands: Skill) -> str:
    """A short mark of what is declared: another declaration has another."""
    return sha256(json.dumps(_plain(stands)).encode()).hexdigest()[:16]


def state_languages(
    sessions: Sessions,
    centre: UUID,
    wanted: tuple[str, ...],
    seen: str,
    now: datetime,
    actor: str,
    origin: str = "",
) -> None:
    """Keep the languages that a centre serves in; ``seen`` are those that were shown.

    Raises FieldRefused, or ChangedMeanwhile when others stand by now.
    """
    if not 0 < len(wanted) <= MOST_LANGUAGES:
        raise FieldRefused("languages", f"Write one to {MOST_LANGUAGES} languages.")
    with sessions.begin() as session:
        one_at_a_time(session, LOCK)
        found = register.find_centre(session, centre)
        assert found is not None
        if " ".join(found.languages) != seen:
            raise ChangedMeanwhile
        if found.languages == wanted:
            return
        skills.keep_languages(session, centre, wanted)
        detail: dict[str, object] = {"before": found.languages, "after": wanted}
        subject = f"centre {centre}"
        journal.record(session, now, actor, "languages changed", subject, detail, origin)


def _plain(skill: Skill) -> dict[str, object]:
    certified = {name: until.isoformat() for name, until in skill.certified}
    return {"languages": list(skill.languages), "certified": certified}

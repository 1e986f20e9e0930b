"""The place of skills: languages that people play in, and scenarios they are certified for."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from scheduler import register, scenario_versions
from scheduler.people_rows import CertificateRow, PersonRow
from scheduler.register_rows import CentreRow


@dataclass(frozen=True, slots=True)
class Skill:
    """What a person declared: codes of languages, and until when each scenario, by its name.

    Without a language they play in every one, without a certificate everything.
    """

    languages: tuple[str, ...] = ()
    certified: tuple[tuple[str, date], ...] = ()

    def plays(self, scenario: str, day: date) -> bool:
        """Whether they are certified for a scenario on a day, or nothing was asked of them."""
        return not self.certified or any(
            name == scenario and day <= until for name, until in self.certified
        )


def skill(session: Session, person: UUID) -> Skill:
    """What one person declared."""
    return skills(session).get(person, Skill())


def skills(session: Session) -> Mapping[UUID, Skill]:
    """What everybody declared who declared anything."""
    certified: defaultdict[UUID, list[tuple[str, date]]] = defaultdict(list)
    for row in session.scalars(select(CertificateRow).order_by(CertificateRow.scenario)):
        certified[row.person_id].append((row.scenario, row.until))
    spoken = {
        row.id: row.languages
        for row in session.execute(
            select(PersonRow.id, PersonRow.languages).where(PersonRow.languages != "")
        )
    }
    return {
        person: Skill(tuple(spoken.get(person, "").split()), tuple(certified[person]))
        for person in {*spoken, *certified}
    }


def keep_skill(session: Session, person: UUID, stated: Skill) -> None:
    """Write what a person declares in the place of what they declared before."""
    session.get_one(PersonRow, person).languages = " ".join(stated.languages)
    session.execute(delete(CertificateRow).where(CertificateRow.person_id == person))
    session.add_all(
        CertificateRow(person_id=person, scenario=name, until=until)
        for name, until in stated.certified
    )
    session.flush()


def keep_languages(session: Session, centre: UUID, languages: tuple[str, ...]) -> None:
    """Write the languages that a centre serves in."""
    session.get_one(CentreRow, centre).languages = " ".join(languages)


def may_play(session: Session, person: UUID, centre: UUID, scenario: UUID, day: date) -> bool:
    """Whether a person may play a version of a scenario at a centre on a day."""
    own = skill(session, person)
    text = scenario_versions.scenario(session, scenario)
    at = register.find_centre(session, centre)
    assert at is not None
    shared = {*at.languages} & {*text.languages}
    speaks = not own.languages or not shared.isdisjoint(own.languages)
    return speaks and own.plays(text.name, day)

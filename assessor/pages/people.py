"""The people of the institute and the providers' contacts: roles, hours and ties, no telephone."""

from collections import Counter
from dataclasses import dataclass

from flask import Blueprint

from assessor.desk import desk, page
from assessor.policy import allow
from assessor.wording_supplies import hours_in_words
from scheduler import people, register
from scheduler.access import Person, Role

pages = Blueprint("people", __name__)


@dataclass(frozen=True, slots=True)
class Listed:
    """A person on the list."""

    person: Person
    provider: str  # "" for the institute's own
    offered: str
    ties: tuple[str, ...]


@pages.get("/people")
@allow(Role.ADMINISTRATOR)
def every() -> str:
    """Every active person, by name."""
    with desk().sessions.reading() as session:
        everybody = people.everybody(session)
        providers = {c.provider: c.provider_name for c in register.centres(session)}
        offers = {o.person: o.spans for o in people.offers(session, [p.id for p in everybody])}
        ties = people.ties(session)
    listed = [
        Listed(
            person,
            providers.get(person.provider, "") if person.provider else "",
            hours_in_words(offers[person.id]),
            tuple(sorted(providers[p] for who, p in ties if who == person.id and p in providers)),
        )
        for person in everybody
    ]
    counts = Counter(role for person in everybody for role in person.roles)
    return page(
        "people/list.html",
        "/people",
        people=listed,
        counts=[(role, counts[role]) for role in Role if counts[role]],
    )

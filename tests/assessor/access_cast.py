"""Who visits the workspace, and the others whose things those are that the visitors may not see."""

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from config.database import Sessions
from config.storage import FolderStorage
from scheduler import declaring, people, register, sign_ins
from scheduler.access import Person, Role, TiedTo
from tests.assessor.access_table import Visitor
from tests.builders import NOW, Institute, an_institute
from tests.fakes import SettableClock

Values = dict[str, Any]
"""What stands in the place of an address's parameters, by their names."""
Objects = dict[str | tuple[str, Visitor], Values]
"""The objects of one kind by name; another one for the visitors to whom another belongs."""


class Cast:
    """An institute with three providers, and everybody who plays a part."""

    def __init__(self, sessions: Sessions, folder: Path) -> None:
        self.clock = SettableClock(NOW - timedelta(hours=3))
        self.institute: Institute = an_institute(sessions)
        self.sessions, self.vault = sessions, self.institute.vault
        self.storage = FolderStorage(folder)
        self.own, self.foreign, self.third = (self.institute.centre(each) for each in range(3))
        self.sister = self.institute.centre(3, provider="Provider 0")
        self.tied = self.institute.centre(4)

    def admit(self) -> None:
        """Let everybody in, and sign in who visits."""
        provider: dict[str, Any] = {"provider": self.provider_of(self.own)}
        self.who = {
            visitor: self.institute.person(
                f"The {visitor}", *visitor.roles, **provider if visitor is Visitor.CONTACT else {}
            )
            for visitor in Visitor
            if visitor.roles
        }
        self.ada, self.vera = self.who[Visitor.ADMINISTRATOR], self.who[Visitor.VERIFIER]
        self.contact = self.who[Visitor.CONTACT]
        self.ann, self.both = self.who[Visitor.ASSESSOR], self.who[Visitor.BOTH]
        self.bob = self.institute.person("Bob", Role.ASSESSOR)
        self.gone = self.institute.person("Gil", Role.ASSESSOR)
        self.colleague = self.institute.person("Colin", Role.PROVIDER_CONTACT, **provider)
        of_foreign = self.provider_of(self.foreign)
        self.stranger = self.institute.person("Fay", Role.PROVIDER_CONTACT, provider=of_foreign)
        with self.sessions.begin() as session:
            people.set_active(session, self.gone, False)
            for token, person in self._tokens():
                sign_ins.open_sign_in(session, key_of(token), person, NOW)

    def tie(self) -> None:
        """Tie whoever calls and reviews to the foreign provider, who plans to another."""
        provider = self.provider_of(self.foreign)
        for who in (self.ann, self.vera, self.both):
            declaring.declare(self.sessions, who, provider, TiedTo.PERSON, "family", NOW)
        tied_to = self.provider_of(self.tied)
        declaring.declare(self.sessions, self.ada, tied_to, TiedTo.PERSON, "family", NOW)

    def provider_of(self, centre: UUID) -> UUID:
        """Whose centre it is."""
        return self.centre(centre).provider

    def centre(self, centre: UUID) -> register.Centre:
        """A centre as it is registered."""
        with self.sessions.reading() as session:
            found = register.find_centre(session, centre)
        assert found is not None
        return found

    def person(self, key: UUID) -> Person:
        """A person as they are known."""
        with self.sessions.reading() as session:
            found = people.find_person(session, key)
        assert found is not None
        return found

    def _tokens(self) -> Iterator[tuple[str, UUID]]:
        for visitor, person in self.who.items():
            yield visitor.name, person
            yield f"second of {visitor.name}", person
        yield from (("bob", self.bob), ("stranger", self.stranger))


def key_of(token: str) -> str:
    """Under which the session of a token is kept."""
    return sha256(token.encode()).hexdigest()

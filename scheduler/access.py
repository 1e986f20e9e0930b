"""Who may open what: the roles, and the person who is signed in."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What somebody does here; one person may hold several."""

    ADMINISTRATOR = "administrator"
    ASSESSOR = "assessor"
    VERIFIER = "verifier"
    PROVIDER_CONTACT = "provider contact"
    PANEL_MEMBER = "panel member"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True)
class Person:
    """A person of the institute, or a provider's contact (then with the provider)."""

    id: UUID
    name: str
    email: str
    zone: str
    roles: frozenset[Role]
    provider: UUID | None = None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person behind a page, since when."""

    person: Person
    since: datetime

    def has(self, *roles: Role) -> bool:
        """Whether the person holds one of the roles."""
        return not self.person.roles.isdisjoint(roles)

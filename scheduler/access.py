"""Who may open what: the roles, and the person who is signed in."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

RECENT = timedelta(hours=2)
ERASED = "@erased.invalid"  # how the address ends of somebody who was erased


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
    country: str = ""  # ISO 3166-1 alpha-2; "" where nobody said

    @property
    def erased(self) -> bool:
        """Whether nothing but an id is left of them."""
        return self.email.endswith(ERASED)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person behind a page, since when, and when they last proved that it is they."""

    person: Person
    since: datetime
    confirmed: datetime

    def has(self, *roles: Role) -> bool:
        """Whether the person holds one of the roles."""
        return not self.person.roles.isdisjoint(roles)

    def recently(self, now: datetime) -> bool:
        """Whether the proof is recent enough for what must stay quiet."""
        return now - self.confirmed <= RECENT


class SignInRefused(Exception):
    """Why somebody isn't let in, in words that don't tell whether the address is known."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """The token for the cookie; while it ``waits_for_code`` it opens no page."""

    token: str = field(repr=False)
    waits_for_code: bool


@dataclass(frozen=True, slots=True)
class Vouched:
    """For whom a sign-in service vouches: its own name for them, and what it says of an address.

    ``proved`` is when they last signed in there, where the service says so.
    """

    issuer: str
    subject: str
    email: str
    verified: bool
    proved: datetime | None = None


class TiedTo(StrEnum):
    """What a tie to a provider is with."""

    ORGANISATION = "organisation"
    PERSON = "person"


def why_not_roles(roles: Collection[Role], *, provider: bool) -> str:
    """Why nobody may hold these roles, with or without a provider; "" when somebody may.

    A provider's contact is nothing else, since every other role may learn of a plan.
    """
    if not roles:
        return "Choose at least one role."
    contact = Role.PROVIDER_CONTACT in roles
    if contact and len(roles) > 1:
        return "A provider's contact holds no other role. Choose one or the other."
    if contact and not provider:
        return "Choose the provider whose contact this is."
    if provider and not contact:
        return "Only a provider's contact belongs to a provider. Leave the provider out."
    return ""

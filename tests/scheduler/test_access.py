"""Roles: who holds one, how long a proof is recent, and which may be held together."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

import pytest

from scheduler.access import Person, Role, SignedIn, why_not_roles
from tests.builders import NOW, ZONE


def a_person(*roles: Role, email: str = "ada@institute.example") -> Person:
    return Person(UUID(int=1), "Ada", email, ZONE, frozenset(roles))


def signed_in(*roles: Role) -> SignedIn:
    return SignedIn(a_person(*roles), NOW, NOW)


def test_one_of_the_roles_is_enough_and_none_is_not() -> None:
    who = signed_in(Role.ASSESSOR, Role.VERIFIER)
    assert who.has(Role.ADMINISTRATOR, Role.VERIFIER)
    assert not who.has(Role.ADMINISTRATOR)
    assert not who.has()


def test_a_proof_is_recent_for_two_hours() -> None:
    who = signed_in(Role.ASSESSOR)
    assert who.recently(NOW + timedelta(hours=2))
    assert not who.recently(NOW + timedelta(hours=2, microseconds=1))


def test_who_was_erased_is_known_by_the_end_of_the_address() -> None:
    assert a_person(email="1@erased.invalid").erased
    assert not a_person(email="erased.invalid@institute.example").erased


@pytest.mark.parametrize(
    ("roles", "provider", "why_not"),
    [
        ((), False, "Choose at least one role."),
        ((), True, "Choose at least one role."),
        ((Role.PROVIDER_CONTACT,), True, ""),
        (
            (Role.PROVIDER_CONTACT,),
            False,
            "Choose the provider whose contact this is.",
        ),
        ((Role.ASSESSOR,), False, ""),
        (set(Role) - {Role.PROVIDER_CONTACT}, False, ""),
        (
            (Role.ASSESSOR, Role.VERIFIER),
            True,
            "Only a provider's contact belongs to a provider. Leave the provider out.",
        ),
    ],
)
def test_roles_that_nobody_may_hold_are_refused_with_what_to_do(
    roles: Collection[Role], provider: bool, why_not: str
) -> None:
    assert why_not_roles(roles, provider=provider) == why_not


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.PROVIDER_CONTACT}))
@pytest.mark.parametrize("provider", [True, False])
def test_a_providers_contact_is_nothing_else(role: Role, provider: bool) -> None:
    assert why_not_roles({Role.PROVIDER_CONTACT, role}, provider=provider) == (
        "A provider's contact holds no other role. Choose one or the other."
    )

"""What a browser is asked for a passkey, and whether its answer proves one (WebAuthn, level 3).

The only file that knows the package. A key proves itself to one origin alone, the configured one,
after its device has made sure of its owner; so it counts for both steps of a sign-in.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TypeVar
from urllib.parse import urlsplit
from uuid import UUID

import webauthn
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    parse_authentication_credential_json,
)
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

__all__ = [
    "CHALLENGE_BYTES",
    "ProofRefused",
    "PublicKey",
    "base64url_to_bytes",
    "bytes_to_base64url",
    "claimed",
    "proved",
    "registered",
    "to_register",
    "to_sign_in",
    "works_at",
]
CHALLENGE_BYTES = 32
SELECTION = AuthenticatorSelectionCriteria(
    resident_key=ResidentKeyRequirement.REQUIRED,
    require_resident_key=True,
    user_verification=UserVerificationRequirement.REQUIRED,
)
Answer = TypeVar("Answer")


class ProofRefused(Exception):
    """An answer that proves no passkey."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A credential's id and public key, both base64url, and how often it has signed."""

    credential: str
    text: str
    count: int


@dataclass(frozen=True, slots=True)
class Claimed:
    """Whose passkey an answer says to come from; nothing is proved by it."""

    credential: str
    person: UUID | None


def works_at(site: str) -> bool:
    """Whether passkeys can belong to a site: it needs a name, ``localhost`` or over https."""
    parts = urlsplit(site)
    try:
        ip_address(parts.hostname or "")
    except ValueError:
        return parts.scheme == "https" or parts.hostname == "localhost"
    return False


def to_register(
    site: str,
    institute: str,
    person: UUID,
    email: str,
    name: str,
    challenge: bytes,
    known: Iterable[str],
) -> str:
    """What a browser needs to make a passkey, as JSON; ``known`` credentials make no second one."""
    return webauthn.options_to_json(
        webauthn.generate_registration_options(
            rp_id=_host(site),
            rp_name=institute,
            user_id=person.bytes,
            user_name=email,
            user_display_name=name,
            challenge=challenge,
            authenticator_selection=SELECTION,
            exclude_credentials=[
                PublicKeyCredentialDescriptor(id=base64url_to_bytes(each)) for each in known
            ],
        )
    )


def registered(site: str, challenge: bytes, answer: str) -> PublicKey:
    """The key that a browser made for this challenge here. Raises ProofRefused."""
    made = _or_refused(
        lambda: webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=_host(site),
            expected_origin=site,
            require_user_verification=True,
        )
    )
    return PublicKey(
        bytes_to_base64url(made.credential_id),
        bytes_to_base64url(made.credential_public_key),
        made.sign_count,
    )


def to_sign_in(site: str, challenge: bytes) -> str:
    """What a browser needs to use a passkey, as JSON; it offers those that it has for the site."""
    return webauthn.options_to_json(
        webauthn.generate_authentication_options(
            rp_id=_host(site),
            challenge=challenge,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def claimed(answer: str) -> Claimed:
    """The passkey that an answer names. Raises ProofRefused where it can't be read."""
    read = _or_refused(lambda: parse_authentication_credential_json(answer))
    handle = read.response.user_handle
    person = UUID(bytes=handle) if handle and len(handle) == 16 else None
    return Claimed(bytes_to_base64url(read.raw_id), person)


def proved(site: str, challenge: bytes, answer: str, key: PublicKey) -> int:
    """The key's new count, where it signed this challenge here, and never before.

    Raises ProofRefused: for another origin, challenge or key, an owner of whom the device didn't
    make sure, and a count that didn't rise, as that of a copied key doesn't.
    """
    return _or_refused(
        lambda: webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=_host(site),
            expected_origin=site,
            credential_public_key=base64url_to_bytes(key.text),
            credential_current_sign_count=key.count,
            require_user_verification=True,
        )
    ).new_sign_count


def _host(site: str) -> str:
    return urlsplit(site).hostname or ""


def _or_refused(read: Callable[[], Answer]) -> Answer:
    """Whatever a stranger's bytes do to the parsers below the package, it is a refusal."""
    try:
        return read()
    except Exception as error:
        raise ProofRefused from error

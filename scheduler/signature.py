"""Whether a post was signed by the telephone network, by its published rule."""

from collections.abc import Mapping

from twilio.request_validator import RequestValidator


def signed(token: str, url: str, fields: Mapping[str, object], signature: str) -> bool:
    """Check Base64(HMAC-SHA1(token, full address + each name and value, sorted)).

    ``url`` is the public origin and the raw request target; ``fields`` is every field received,
    untouched; ``signature`` is the header, "" where there was none.
    """
    return bool(RequestValidator(token).validate(url, fields, signature))


def signature_of(token: str, url: str, fields: Mapping[str, object]) -> str:
    """The signature that the network would give such a post."""
    return str(RequestValidator(token).compute_signature(url, fields))

"""Encrypts what must stay quiet, and holds the keys.

AES-256-GCM with associated data, so that a ciphertext opens only in the row it was made for.
"""

import base64
import hmac
import json
import os
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FORMAT = "v1"


class VaultRefused(Exception):
    """A key that is missing, unreadable or wrong, or a ciphertext out of its place."""


@dataclass(frozen=True, slots=True)
class Vault:
    """A ring of 256-bit keys by id, the id of the current one, and a key that never rotates.

    The steady key serves the blind indexes and the web's tokens.
    """

    keys: dict[str, bytes] = field(repr=False)
    current: str
    steady: bytes = field(repr=False)

    def seal(self, text: str, *place: str) -> str:
        """Encrypt a text for a place (table, column, row); answers ``v1.<key id>.<base64>``."""
        nonce = secrets.token_bytes(12)
        sealed = AESGCM(self._field_key(self.current)).encrypt(
            nonce, text.encode(), self._associated(self.current, place)
        )
        return f"{FORMAT}.{self.current}.{base64.b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, *place: str) -> str:
        """Decrypt; raises VaultRefused when the key is missing or the place is another."""
        form, _, rest = sealed.partition(".")
        key_id, _, body = rest.partition(".")
        if form != FORMAT or key_id not in self.keys:
            raise VaultRefused(f"no key {key_id!r} is on the ring; restore the key file")
        try:
            raw = base64.b64decode(body)
            clear = AESGCM(self._field_key(key_id)).decrypt(
                raw[:12], raw[12:], self._associated(key_id, place)
            )
        except (InvalidTag, ValueError) as error:
            raise VaultRefused(
                f"a sealed value of {place[0]} doesn't open: the key is wrong or it was moved"
            ) from error
        return clear.decode()

    def index(self, text: str, *place: str) -> str:
        """A blind index: equal texts of one place give equal values; nothing else is told."""
        message = "\x1f".join((*place, text)).encode()
        return hmac.new(self.derive("index"), message, sha256).hexdigest()

    def derive(self, purpose: str) -> bytes:
        """A 256-bit sub-key for one purpose, by HKDF from the steady key."""
        return _hkdf(self.steady, purpose)

    def _field_key(self, key_id: str) -> bytes:
        return _hkdf(self.keys[key_id], "fields")

    @staticmethod
    def _associated(key_id: str, place: tuple[str, ...]) -> bytes:
        return json.dumps([FORMAT, key_id, *place]).encode()


def _hkdf(key: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(key)


def new_vault() -> Vault:
    """A vault with fresh keys."""
    return Vault({"k1": secrets.token_bytes(32)}, "k1", secrets.token_bytes(32))


def load_vault(path: Path, *, create: bool) -> Vault:
    """Read the key file; make it (0600) when it is missing and ``create`` allows it.

    Raises VaultRefused with the remedy when it is missing, unreadable or malformed.
    """
    if create and not path.exists():
        _write(path, new_vault())
    try:
        ring = json.loads(path.read_text())
        keys = {name: base64.b64decode(key) for name, key in ring["keys"].items()}
        vault = Vault(keys, ring["current"], base64.b64decode(ring["steady"]))
        if vault.current not in keys or any(
            len(key) != 32 for key in (*keys.values(), vault.steady)
        ):
            raise ValueError("a key is missing or has not 256 bits")
    except FileNotFoundError as error:
        raise VaultRefused(
            f"the key file {path} is missing; without it no security code can be read. "
            "Restore it from where you keep it"
        ) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise VaultRefused(f"the key file {path} can't be read ({error}); restore it") from error
    return vault


def _write(path: Path, vault: Vault) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    ring = {
        "current": vault.current,
        "keys": {name: base64.b64encode(key).decode() for name, key in vault.keys.items()},
        "steady": base64.b64encode(vault.steady).decode(),
    }
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(ring, file)
        file.flush()
        os.fsync(file.fileno())

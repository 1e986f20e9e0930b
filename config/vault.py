"""Encrypts what must stay quiet, and holds the keys.

AES-256-GCM with associated data, so that a ciphertext opens only in the row it was made for. The
key file may gain a key while programs run: each notices it with the next value it seals or opens.
"""

import base64
import fcntl
import hmac
import json
import logging
import os
import re
import secrets
import shlex
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FORMAT = "v1"
log = logging.getLogger("vault")


class VaultRefused(Exception):
    """A key that is missing, unreadable or wrong, or a ciphertext out of its place."""


@dataclass(frozen=True, slots=True)
class Ring:
    """256-bit keys by id, the id of the current one, and a key that never rotates.

    The steady key serves the blind indexes and the web's tokens.
    """

    keys: dict[str, bytes] = field(repr=False)
    current: str
    steady: bytes = field(repr=False)

    def continues(self, other: "Ring") -> bool:
        """Whether it is another ring with keys added: it opens whatever the other one opened."""
        return self.steady == other.steady and self.keys.items() >= other.keys.items()

    def with_new_key(self) -> "Ring":
        """The ring with a fresh key, which is the current one."""
        numbers = [int(found[1]) for name in self.keys if (found := re.fullmatch(r"k(\d+)", name))]
        name = f"k{max(numbers, default=0) + 1}"
        return Ring(self.keys | {name: secrets.token_bytes(32)}, name, self.steady)


Stamp = tuple[int, int, int]


@dataclass(slots=True)
class Vault:
    """Seals and opens with a ring; one that came from a file is read anew when the file changed."""

    ring: Ring
    path: Path | None = field(default=None, compare=False)
    stamp: Stamp | None = field(default=None, compare=False, repr=False)  # of the file as read

    @property
    def current(self) -> str:
        """The id of the key under which is sealed now."""
        return self._ring_now().current

    def seal(self, text: str, *place: str) -> str:
        """Encrypt a text for a place (table, column, row); answers ``v1.<key id>.<base64>``."""
        ring = self._ring_now()
        nonce = secrets.token_bytes(12)
        sealed = AESGCM(_hkdf(ring.keys[ring.current], "fields")).encrypt(
            nonce, text.encode(), _associated(ring.current, place)
        )
        return f"{FORMAT}.{ring.current}.{base64.b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, *place: str) -> str:
        """Decrypt; raises VaultRefused when the key is missing or the place is another."""
        keys = self._ring_now().keys
        form, _, rest = sealed.partition(".")
        key_id, _, body = rest.partition(".")
        if form != FORMAT or key_id not in keys:
            raise VaultRefused(f"no key {key_id!r} is on the ring; restore the key file")
        try:
            raw = base64.b64decode(body)
            clear = AESGCM(_hkdf(keys[key_id], "fields")).decrypt(
                raw[:12], raw[12:], _associated(key_id, place)
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
        return _hkdf(self.ring.steady, purpose)

    def _ring_now(self) -> Ring:
        """The ring as the file has it; the one in hand while the file can't be used."""
        if self.path is None:
            return self.ring
        try:
            stamp = _stamp(self.path.stat())
        except OSError:
            return self.ring  # what runs goes on, and the next start says that the file is missing
        if stamp != self.stamp:
            self.stamp = stamp
            try:
                ring, self.stamp = read_ring(self.path)
                if ring.continues(self.ring):
                    self.ring = ring
                else:
                    log.error("the key file %s lacks keys in use; it isn't taken", self.path)
            except VaultRefused as refusal:
                log.error("%s; the keys in hand go on", refusal)
        return self.ring


def _associated(key_id: str, place: tuple[str, ...]) -> bytes:
    return json.dumps([FORMAT, key_id, *place]).encode()


def _hkdf(key: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(key)


def _stamp(status: os.stat_result) -> Stamp:
    return status.st_mtime_ns, status.st_ino, status.st_size


def new_vault() -> Vault:
    """A vault with fresh keys, which lie in no file."""
    return Vault(Ring({}, "", secrets.token_bytes(32)).with_new_key())


def load_vault(path: Path, *, create: bool) -> Vault:
    """Read the key file; make it (0600) when it is missing and ``create`` allows it.

    Raises VaultRefused with the remedy when it is missing, unreadable, malformed or open to all.
    """
    if create:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _alone(path.parent):
            if not path.exists():
                _write(path, new_vault().ring)
    ring, stamp = read_ring(path)
    return Vault(ring, path, stamp)


def add_key(path: Path) -> str:
    """Add a fresh key to the file, make it the current one, and answer its id.

    Raises VaultRefused as ``load_vault`` does, and where the file can't be written.
    """
    try:
        with _alone(path.parent):
            ring = read_ring(path)[0].with_new_key()
            _write(path, ring)
    except OSError as error:
        raise VaultRefused(f"the key file {path} can't be written ({error})") from error
    return ring.current


def read_ring(path: Path) -> tuple[Ring, Stamp]:
    """The ring that a file holds, and the stamp by which a later change of the file is noticed.

    Raises VaultRefused as ``load_vault`` does.
    """
    try:
        with path.open() as file:
            status = os.fstat(file.fileno())
            content = json.load(file)
        keys = {name: base64.b64decode(key) for name, key in content["keys"].items()}
        ring = Ring(keys, content["current"], base64.b64decode(content["steady"]))
        if ring.current not in keys or any(len(key) != 32 for key in (*keys.values(), ring.steady)):
            raise ValueError("a key is missing or has not 256 bits")
    except FileNotFoundError as error:
        raise VaultRefused(
            f"the key file {path} is missing; without it no security code can be read. "
            "Restore it from where you keep it"
        ) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise VaultRefused(f"the key file {path} can't be read ({error}); restore it") from error
    if status.st_mode & (stat.S_IROTH | stat.S_IWOTH | stat.S_IWGRP):
        raise VaultRefused(
            f"the key file {path} is open to others on this machine. "
            f"Close it: chmod 600 {shlex.quote(str(path))}"
        )
    return ring, _stamp(status)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One writer at a time in a folder of keys; whoever reads never waits."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(path: Path, ring: Ring) -> None:
    """Put a ring in the place of the file: whoever reads finds the old one or the new, whole."""
    content = {
        "current": ring.current,
        "keys": {name: base64.b64encode(key).decode() for name, key in ring.keys.items()},
        "steady": base64.b64encode(ring.steady).decode(),
    }
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(content, file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)

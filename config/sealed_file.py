"""Seals a file in chunks with a key of its own, so that any part of it opens without the rest.

Each chunk of 64 KiB is sealed by AES-256-GCM with its place as the nonce; the associated data name
the file, the chunk and the file's whole length, so that nothing can be cut off, moved or mixed. A
key serves one file and no other: whoever destroys the key has destroyed the file.
"""

import json
import secrets
from collections.abc import Callable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CHUNK = 64 * 1024  # bytes in clear
TAG = 16  # bytes that sealing adds to a chunk
FORMAT = "file v1"

Read = Callable[[int, int], bytes]
"""Gives the stored bytes from a place up to another, which is not included."""


class SealBroken(Exception):
    """A stored file that doesn't open: cut, changed, moved, or another key's."""


def new_key() -> bytes:
    """A 256-bit key for one file."""
    return secrets.token_bytes(32)


def sealed(clear: bytes, key: bytes, name: str) -> Iterator[bytes]:
    """The chunks to store for a file of that name."""
    cipher = AESGCM(key)
    for number in range(chunks(len(clear))):
        piece = clear[number * CHUNK : (number + 1) * CHUNK]
        yield cipher.encrypt(_nonce(number), piece, _associated(name, number, len(clear)))


def opened(
    read: Read, length: int, key: bytes, name: str, start: int = 0, end: int | None = None
) -> Iterator[bytes]:
    """The bytes in clear from ``start`` up to ``end``, which is not included, in pieces.

    ``length`` is that of the whole file in clear. Raises SealBroken before any wrong byte.
    """
    end = length if end is None else min(end, length)
    cipher = AESGCM(key)
    for number in range(start // CHUNK, chunks(end)):
        first = number * (CHUNK + TAG)
        body = read(first, first + min(CHUNK, length - number * CHUNK) + TAG)
        try:
            piece = cipher.decrypt(_nonce(number), body, _associated(name, number, length))
        except InvalidTag as error:
            raise SealBroken(f"chunk {number} of {name} doesn't open") from error
        begins = number * CHUNK
        yield piece[max(0, start - begins) : end - begins]


def chunks(length: int) -> int:
    """How many chunks a file of that length in clear has."""
    return -(-length // CHUNK)


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def _associated(name: str, number: int, length: int) -> bytes:
    return json.dumps([FORMAT, name, number, length]).encode()

"""Chance that can be made again: a ChaCha20 keystream, turned into integers by rejection."""

import hashlib
import hmac
import struct
from collections.abc import Iterator
from typing import TypeVar

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import ChaCha20

SEED_BYTES = 32
WORD_BITS = 64

_BLOCK = 4096

Item = TypeVar("Item")


def stream_key(seed: bytes, public_value: bytes, name: bytes, stream: int) -> bytes:
    """The 32-byte key of one stream of a plan.

    It is HMAC-SHA256 with the 32-byte seed as key over: the length of the public value as 8 bytes,
    the public value, the length of the name as 8 bytes, the name, the stream as 8 bytes; every
    integer is unsigned and big-endian. The public value is empty where a plan has none. A centre's
    name is the 16 bytes of its key; other streams of a plan bear names of another length.
    """
    if len(seed) != SEED_BYTES:
        raise ValueError(f"a seed has {SEED_BYTES} bytes, not {len(seed)}")
    message = b"".join(
        (
            struct.pack(">Q", len(public_value)),
            public_value,
            struct.pack(">Q", len(name)),
            name,
            struct.pack(">Q", stream),
        )
    )
    return hmac.new(seed, message, hashlib.sha256).digest()


class Keystream:
    """The keystream of ChaCha20 (RFC 8439) under a 32-byte key, read as integers.

    The nonce is zero and the block counter starts at 0. Each word is the next 8 bytes, unsigned and
    big-endian, so the n-th word is bytes 8n to 8n + 7 of the keystream.
    """

    def __init__(self, key: bytes) -> None:
        self._words = _words(key)

    def word(self) -> int:
        """The next word, at least 0 and under 2⁶⁴."""
        return next(self._words)

    def below(self, n: int) -> int:
        """A uniform integer, at least 0 and under n, for 1 <= n <= 2⁶⁴.

        Words from the last multiple of n within 2⁶⁴ upwards are passed over; the remainder of the
        first other word is the answer. At least one word is always read.
        """
        if not 1 <= n <= 1 << WORD_BITS:
            raise ValueError(f"no uniform integer below {n}")
        limit = (1 << WORD_BITS) // n * n
        while (word := self.word()) >= limit:
            pass
        return word % n

    def shuffle(self, items: list[Item]) -> None:
        """Bring a list into uniform random order, in place.

        From the last place down to the second, each place i is exchanged with place below(i + 1).
        """
        for place in range(len(items) - 1, 0, -1):
            other = self.below(place + 1)
            items[place], items[other] = items[other], items[place]


def _words(key: bytes) -> Iterator[int]:
    # The sixteen bytes are the counter (4, little-endian) and the nonce (12).
    encryptor = Cipher(ChaCha20(key, bytes(16)), mode=None).encryptor()
    zeros = bytes(_BLOCK)
    layout = f">{_BLOCK // 8}Q"
    while True:
        yield from struct.unpack(layout, encryptor.update(zeros))

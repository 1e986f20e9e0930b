"""Chance that can be made again: a ChaCha20 keystream, turned into integers by rejection."""

import hashlib
import hmac
import struct
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import ChaCha20

SEED_BYTES = 32
WORD_BITS = 64

_WORDS = 1 << WORD_BITS
_LAST = _WORDS - 1
_AT_ONCE = 128  # words that are made at a time, where they are read singly

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
        # The sixteen bytes are the counter (4, little-endian) and the nonce (12).
        self._encryptor = Cipher(ChaCha20(key, bytes(16)), mode=None).encryptor()
        self._made: list[int] = []  # and not yet read, the next one last

    def word(self) -> int:
        """The next word, at least 0 and under 2⁶⁴."""
        if not self._made:
            self._made = self._next(_AT_ONCE)[::-1].tolist()
        return self._made.pop()

    def words(self, count: int) -> npt.NDArray[np.uint64]:
        """The next so many words, the same as one after the other."""
        made = [self._made.pop() for _ in range(min(count, len(self._made)))]
        rest = self._next(count - len(made))
        return np.concatenate((np.array(made, dtype=np.uint64), rest)) if made else rest

    def _next(self, count: int) -> npt.NDArray[np.uint64]:
        return np.frombuffer(self._encryptor.update(bytes(8 * count)), ">u8").astype(np.uint64)

    def below(self, n: int) -> int:
        """A uniform integer, at least 0 and under n, for 1 <= n <= 2⁶⁴.

        Words from the last multiple of n within 2⁶⁴ upwards are passed over; the remainder of the
        first other word is the answer. At least one word is always read.
        """
        if not 1 <= n <= _WORDS:
            raise ValueError(f"no uniform integer below {n}")
        word = self._made.pop() if self._made else self.word()
        if word > _LAST - n:  # only these few may lie past the last multiple
            limit = _WORDS // n * n
            while word >= limit:
                word = self.word()
        return word % n

    def shuffle(self, items: list[Item]) -> None:
        """Bring a list into uniform random order, in place.

        From the last place down to the second, each place i is exchanged with place below(i + 1).
        """
        for place in range(len(items) - 1, 0, -1):
            other = self.below(place + 1)
            items[place], items[other] = items[other], items[place]

"""The keystream: the same integers for ever, made again here without the library that made them."""

import hashlib
import struct
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.keystream import Keystream, stream_key

KEY = bytes(range(32))


def chacha20_block(key: bytes, counter: int) -> bytes:
    """One block of RFC 8439 with a nonce of zero, in the words of its section 2.3."""
    state = [
        *struct.unpack("<4I", b"expand 32-byte k"),
        *struct.unpack("<8I", key),
        *(counter, 0, 0, 0),
    ]
    working = list(state)

    def quarter(a: int, b: int, c: int, d: int) -> None:
        for x, y, z, left in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            working[x] = (working[x] + working[y]) & 0xFFFFFFFF
            mixed = working[z] ^ working[x]
            working[z] = (mixed << left | mixed >> (32 - left)) & 0xFFFFFFFF

    for _ in range(10):
        for i in range(4):
            quarter(i, i + 4, i + 8, i + 12)
        for i in range(4):
            quarter(i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4)
    mixed = ((x + y) & 0xFFFFFFFF for x, y in zip(working, state, strict=True))
    return struct.pack("<16I", *mixed)


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    """RFC 2104, for keys of at most 64 bytes."""
    padded = key.ljust(64, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded) + message).digest()
    return hashlib.sha256(bytes(byte ^ 0x5C for byte in padded) + inner).digest()


def test_the_words_are_those_of_the_published_vector_for_a_zero_key() -> None:
    # RFC 8439, appendix A.1, vector 1.
    stream = Keystream(bytes(32))
    assert [stream.word() for _ in range(2)] == [0x76B8E0ADA0F13D90, 0x405D6AE55386BD28]


@given(key=st.binary(min_size=32, max_size=32))
def test_the_words_are_those_of_chacha20_made_by_hand(key: bytes) -> None:
    stream = Keystream(key)
    by_hand = b"".join(chacha20_block(key, counter) for counter in range(3))
    assert [stream.word() for _ in range(24)] == list(struct.unpack(">24Q", by_hand))


def test_the_stream_goes_on_past_its_first_thousands_of_bytes() -> None:
    stream = Keystream(KEY)
    words = [stream.word() for _ in range(1600)]
    assert words[1592:] == list(struct.unpack(">8Q", chacha20_block(KEY, 199)))


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 700)), max_size=6))
def test_words_read_at_once_are_those_read_singly(reads: list[tuple[bool, int]]) -> None:
    stream, singly = Keystream(KEY), Keystream(KEY)
    for at_once, count in reads:
        got = stream.words(count).tolist() if at_once else [stream.word() for _ in range(count)]
        assert got == [singly.word() for _ in range(count)]


def test_the_key_of_a_stream_is_that_of_its_documented_bytes() -> None:
    seed, name = KEY, bytes.fromhex("00112233445566778899aabbccddeeff")
    message = (
        bytes.fromhex("0000000000000007") + b"round 7" + bytes.fromhex("0000000000000010") + name
    ) + bytes.fromhex("0000000000000002")
    key = stream_key(seed, b"round 7", name, 2)
    assert key == hmac_sha256(seed, message)
    assert key.hex() == "577a6f90d49e49bf185fa8443bba9dc3669835c9b81553b2f95a7d5d0c8652de"


def test_the_first_words_of_a_known_stream_never_change() -> None:
    stream = Keystream(stream_key(KEY, b"", b"centre", 1))
    assert [f"{stream.word():016x}" for _ in range(3)] == [
        "04feafc1e207341f",
        "a967dbfec357c426",
        "09d312b7aaee4313",
    ]


def test_two_names_whose_bytes_run_together_have_two_keys() -> None:
    keys = {
        stream_key(KEY, b"ab", b"c", 1),
        stream_key(KEY, b"a", b"bc", 1),
        stream_key(KEY, b"ab", b"c", 2),
        stream_key(bytes(32), b"ab", b"c", 1),
    }
    assert len(keys) == 4


def test_a_stream_is_written_without_a_sign() -> None:
    last = (1 << 64) - 1
    message = bytes(8) + (1).to_bytes(8, "big") + b"c" + b"\xff" * 8
    assert stream_key(KEY, b"", b"c", last) == hmac_sha256(KEY, message)


def test_a_seed_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes, not 16"):
        stream_key(bytes(16), b"", b"centre", 1)


@given(
    n=st.integers(1, 1 << 64) | st.integers(1 << 63, 1 << 64),
    key=st.binary(min_size=32, max_size=32),
)
def test_an_integer_below_n_is_the_first_fair_word_modulo_n(n: int, key: bytes) -> None:
    words, stream = Keystream(key), Keystream(key)
    limit = (1 << 64) - (1 << 64) % n
    fair = next(word for word in iter(words.word, None) if word < limit)
    assert stream.below(n) == fair % n
    assert stream.word() == words.word()


class Told(Keystream):
    """Chance whose words are told beforehand."""

    def __init__(self, *words: int) -> None:
        super().__init__(KEY)
        self.left = list(words)

    def word(self) -> int:
        return self.left.pop(0)


def test_a_word_at_the_last_multiple_is_passed_over_and_the_one_before_it_taken() -> None:
    last = (1 << 64) - 1  # the last multiple of three
    assert Told(last, 7).below(3) == 1
    assert Told(last - 1, 7).below(3) == 2


@pytest.mark.parametrize("n", [0, -1, (1 << 64) + 1])
def test_no_integer_is_below_nothing_or_beyond_a_word(n: int) -> None:
    with pytest.raises(ValueError, match="no uniform integer"):
        Keystream(KEY).below(n)


def test_integers_below_three_are_equally_frequent() -> None:
    stream = Keystream(KEY)
    counts = Counter(stream.below(3) for _ in range(30_000))
    assert all(abs(counts[value] - 10_000) < 4 * 82 for value in range(3))


@given(items=st.lists(st.integers()), key=st.binary(min_size=32, max_size=32))
def test_a_shuffle_keeps_what_it_orders_and_is_repeated_by_its_key(
    items: list[int], key: bytes
) -> None:
    once, again = list(items), list(items)
    Keystream(key).shuffle(once)
    Keystream(key).shuffle(again)
    assert once == again
    assert sorted(once) == sorted(items)


def test_every_order_of_three_is_equally_frequent() -> None:
    stream = Keystream(KEY)
    counts: Counter[tuple[int, ...]] = Counter()
    for _ in range(12_000):
        items = [0, 1, 2]
        stream.shuffle(items)
        counts[tuple(items)] += 1
    assert len(counts) == 6
    assert all(abs(count - 2_000) < 4 * 41 for count in counts.values())

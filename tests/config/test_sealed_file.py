"""A sealed file opens whole or in part, and never when anything about it was changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.sealed_file import CHUNK, TAG, SealBroken, chunks, new_key, opened, sealed

LENGTHS = st.one_of(st.integers(0, 40), st.integers(CHUNK - 2, CHUNK + 2), st.just(3 * CHUNK))


def body(length: int) -> bytes:
    return bytes(n * 31 % 251 for n in range(length))


def reading(stored: bytes, length: int, key: bytes, name: str, *span: int) -> bytes:
    return b"".join(opened(lambda a, b: stored[a:b], length, key, name, *span))


@given(LENGTHS, st.data())
def test_any_part_of_a_file_opens(length: int, data: st.DataObject) -> None:
    clear, key = body(length), new_key()
    stored = b"".join(sealed(clear, key, "a"))
    start = data.draw(st.integers(0, length))
    end = data.draw(st.integers(start, length))
    assert reading(stored, length, key, "a") == clear
    assert reading(stored, length, key, "a", start, end) == clear[start:end]
    assert len(stored) == length + TAG * chunks(length)


@pytest.mark.parametrize("place", [0, 100, CHUNK + TAG, 2 * CHUNK])
def test_a_changed_byte_is_found(place: int) -> None:
    clear, key = body(2 * CHUNK + 50), new_key()
    stored = bytearray(b"".join(sealed(clear, key, "a")))
    stored[place] ^= 1
    with pytest.raises(SealBroken):
        reading(bytes(stored), len(clear), key, "a")


def test_a_file_opens_under_its_own_name_key_and_length_alone() -> None:
    clear, key = body(2 * CHUNK), new_key()
    stored = b"".join(sealed(clear, key, "a"))
    swapped = stored[CHUNK + TAG :] + stored[: CHUNK + TAG]
    for bad, length, with_key, name in (
        (stored, len(clear), key, "b"),
        (stored, len(clear), new_key(), "a"),
        (stored[: CHUNK + TAG], CHUNK, key, "a"),
        (swapped, len(clear), key, "a"),
        (stored[:-1], len(clear), key, "a"),
    ):
        with pytest.raises(SealBroken):
            reading(bad, length, with_key, name)

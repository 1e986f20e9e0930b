"""The vault: a ciphertext opens with its key and in its place only, and nothing shows a key."""

import base64
import json
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.vault import Vault, VaultRefused, load_vault, new_vault

OURS = new_vault()
PLACE = ("cover_identity", "code", "row-1")


@given(st.text())
def test_what_was_sealed_opens_in_its_place(text: str) -> None:
    assert OURS.open(OURS.seal(text, *PLACE), *PLACE) == text


@pytest.mark.parametrize(
    "elsewhere",
    [
        ("cover_identity", "code", "row-2"),
        ("cover_identity", "account", "row-1"),
        ("person", "code", "row-1"),
        ("cover_identity", "code"),
        ("cover_identity", "code", "row-1", ""),
        ("cover_identitycode", "", "row-1"),
    ],
)
def test_a_ciphertext_that_was_moved_does_not_open(elsewhere: tuple[str, ...]) -> None:
    sealed = OURS.seal("0188", *PLACE)
    with pytest.raises(VaultRefused, match="doesn't open: the key is wrong or it was moved"):
        OURS.open(sealed, *elsewhere)


def test_a_wrong_key_opens_nothing() -> None:
    sealed = OURS.seal("0188", *PLACE)
    with pytest.raises(VaultRefused, match="the key is wrong"):
        new_vault().open(sealed, *PLACE)


def test_a_key_that_is_not_on_the_ring_is_named() -> None:
    sealed = Vault({"k2": bytes(32)}, "k2", bytes(32)).seal("0188", *PLACE)
    with pytest.raises(VaultRefused, match="no key 'k2' is on the ring"):
        OURS.open(sealed, *PLACE)


def test_a_ciphertext_under_another_key_of_the_ring_does_not_open() -> None:
    both = Vault({"k1": bytes(32), "k2": bytes(32)}, "k1", bytes(32))
    sealed = both.seal("0188", *PLACE).replace(".k1.", ".k2.")
    with pytest.raises(VaultRefused):
        both.open(sealed, *PLACE)


def test_an_older_key_of_the_ring_still_opens_what_it_sealed() -> None:
    sealed = OURS.seal("0188", *PLACE)
    rotated = Vault(OURS.keys | {"k2": bytes(range(32))}, "k2", OURS.steady)
    assert rotated.open(sealed, *PLACE) == "0188"
    assert rotated.seal("0188", *PLACE).startswith("v1.k2.")
    assert rotated.index("0188", "code") == OURS.index("0188", "code")


@given(st.data())
def test_a_ciphertext_with_any_bit_changed_does_not_open(data: st.DataObject) -> None:
    head, _, body = OURS.seal("0188", *PLACE).rpartition(".")
    raw = bytearray(base64.b64decode(body))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(VaultRefused):
        OURS.open(f"{head}.{base64.b64encode(raw).decode()}", *PLACE)


@pytest.mark.parametrize("sealed", ["", "0188", "v1.k1.", "v1.k1.AAAA", "v1.k1.A", "v2.k1.AAAA"])
def test_what_is_no_ciphertext_is_refused(sealed: str) -> None:
    with pytest.raises(VaultRefused):
        OURS.open(sealed, *PLACE)


def test_sealing_twice_never_gives_the_same() -> None:
    assert OURS.seal("0188", *PLACE) != OURS.seal("0188", *PLACE)


def test_an_index_is_equal_for_equal_texts_of_one_place_only() -> None:
    index = OURS.index("0188", "code", "centre-1")
    assert index == OURS.index("0188", "code", "centre-1")
    assert index != OURS.index("0189", "code", "centre-1")
    assert index != OURS.index("0188", "code", "centre-2")
    assert index != new_vault().index("0188", "code", "centre-1")


def test_sub_keys_of_two_purposes_differ() -> None:
    assert OURS.derive("index") != OURS.derive("tokens")
    assert len(OURS.derive("tokens")) == 32


def test_the_vault_shows_no_key() -> None:
    shown = repr(OURS)
    for key in (*OURS.keys.values(), OURS.steady):
        assert repr(key)[2:-1] not in shown
        assert key.hex() not in shown
        assert base64.b64encode(key).decode() not in shown


def test_a_key_file_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "vault.json"
    before = os.umask(0)
    try:
        made = load_vault(path, create=True)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert load_vault(path, create=True) == made == load_vault(path, create=False)


def test_a_missing_key_never_becomes_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "vault.json"
    with pytest.raises(VaultRefused, match=r"is missing.*Restore it"):
        load_vault(path, create=False)
    assert not path.exists()


def ring(**changes: object) -> str:
    key = base64.b64encode(bytes(32)).decode()
    return json.dumps({"current": "k1", "keys": {"k1": key}, "steady": key} | changes)


@pytest.mark.parametrize(
    "content",
    [
        *("", "{", "[]", "null", "{}", ring(keys=[]), ring(keys={"k1": 5}), ring(current="k2")),
        *(ring(steady="AAAA"), ring(keys={"k1": "AAAA"}), ring(steady=None), ring(current=["k1"])),
    ],
)
def test_a_key_file_that_cannot_be_read_is_told_with_the_remedy(
    tmp_path: Path, content: str
) -> None:
    path = tmp_path / "vault.json"
    path.write_text(content)
    with pytest.raises(VaultRefused, match=r"can't be read .*restore it"):
        load_vault(path, create=True)
    assert path.read_text() == content

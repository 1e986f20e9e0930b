"""The vault: a ciphertext opens with its key and in its place only, and nothing shows a key."""

import base64
import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.vault import Ring, Vault, VaultRefused, add_key, load_vault, new_vault

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
    why = f"^a sealed value of {elsewhere[0]} doesn't open: the key is wrong or it was moved$"
    with pytest.raises(VaultRefused, match=why):
        OURS.open(sealed, *elsewhere)


def test_a_wrong_key_opens_nothing() -> None:
    sealed = OURS.seal("0188", *PLACE)
    with pytest.raises(VaultRefused, match="the key is wrong"):
        new_vault().open(sealed, *PLACE)


def test_a_key_that_is_not_on_the_ring_is_named() -> None:
    sealed = Vault(Ring({"k2": bytes(32)}, "k2", bytes(32))).seal("0188", *PLACE)
    with pytest.raises(VaultRefused, match="no key 'k2' is on the ring"):
        OURS.open(sealed, *PLACE)


def test_a_ciphertext_under_another_key_of_the_ring_does_not_open() -> None:
    both = Vault(Ring({"k1": bytes(32), "k2": bytes(32)}, "k1", bytes(32)))
    sealed = both.seal("0188", *PLACE).replace(".k1.", ".k2.")
    with pytest.raises(VaultRefused):
        both.open(sealed, *PLACE)


def test_an_older_key_of_the_ring_still_opens_what_it_sealed() -> None:
    sealed = OURS.seal("0188", *PLACE)
    rotated = Vault(OURS.ring.with_new_key())
    assert rotated.open(sealed, *PLACE) == "0188"
    assert rotated.seal("0188", *PLACE).startswith("v1.k2.")
    assert rotated.index("0188", "code") == OURS.index("0188", "code")


def test_what_was_sealed_and_indexed_once_is_opened_and_found_for_ever() -> None:
    known = Vault(Ring({"k1": bytes(range(32))}, "k1", bytes(range(32, 64))))
    sealed = "v1.k1.4zqcCuvlavh6/yyFx8yTDQGhxVkGQ9pyDIrsqA3N9sg="
    assert known.open(sealed, *PLACE) == "0188"
    assert known.index("0188", "code", "centre-1") == (
        "cf9be45693adfd04aa8e090850995a56bc94b56ac8cc19a926163b470a702c98"
    )
    assert known.derive("tokens").hex() == (
        "b0a2afe14a2642538036b7fc298cff407787cac51275aa2e75948e458e091874"
    )


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
    for key in (*OURS.ring.keys.values(), OURS.ring.steady):
        assert repr(key)[2:-1] not in shown
        assert key.hex() not in shown
        assert base64.b64encode(key).decode() not in shown


def test_a_key_file_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "not there" / "keys" / "vault.json"
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
    with pytest.raises(VaultRefused, match=r"is missing;.* Restore it from where you keep it$"):
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
    path.chmod(0o600)
    with pytest.raises(VaultRefused, match=r"can't be read .*restore it"):
        load_vault(path, create=True)
    assert path.read_text() == content


@pytest.mark.parametrize("change", [{"current": "k2"}, {"steady": "AAAA"}])
def test_a_short_or_missing_key_is_told(tmp_path: Path, change: dict[str, str]) -> None:
    path = tmp_path / "vault.json"
    path.write_text(ring(**change))
    with pytest.raises(VaultRefused, match=r"\(a key is missing or has not 256 bits\)"):
        load_vault(path, create=False)


def test_a_key_file_cut_anywhere_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "vault.json"
    load_vault(path, create=True)
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(VaultRefused, match="restore it"):
            load_vault(path, create=True)


@pytest.mark.parametrize("mode", [0o604, 0o602, 0o620, 0o666])
def test_a_key_file_that_is_open_to_others_is_refused_with_what_to_type(
    tmp_path: Path, mode: int
) -> None:
    path = tmp_path / "the keys" / "vault.json"
    load_vault(path, create=True)
    path.chmod(mode)
    with pytest.raises(
        VaultRefused, match=r"open to others .*: chmod 600 '.*/the keys/vault.json'"
    ):
        load_vault(path, create=False)
    path.chmod(0o640)
    load_vault(path, create=False)


def test_programs_that_begin_at_once_begin_with_one_key(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "vault.json"
    with ThreadPoolExecutor(8) as programs:
        made = list(programs.map(lambda _: load_vault(path, create=True), range(8)))
    assert all(vault == made[0] for vault in made)
    assert [each.name for each in path.parent.iterdir()] == ["vault.json"]


def test_an_added_key_is_noticed_by_whoever_runs(tmp_path: Path) -> None:
    path = tmp_path / "vault.json"
    first, second = load_vault(path, create=True), load_vault(path, create=False)
    old = first.seal("0188", *PLACE)
    assert add_key(path) == "k2"
    new = first.seal("0188", *PLACE)
    assert (old[:6], new[:6]) == ("v1.k1.", "v1.k2.")
    assert first.current == "k2"
    assert second.open(new, *PLACE) == second.open(old, *PLACE) == "0188"
    assert add_key(path) == "k3"
    assert second.open(first.seal("0189", *PLACE), *PLACE) == "0189"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_vault(path, create=False) == first
    assert first.index("0188", "code") == second.index("0188", "code")


@pytest.mark.parametrize("harm", ["missing", "cut", "open", "another's", "other steady key"])
def test_what_runs_goes_on_when_the_key_file_comes_to_harm(
    tmp_path: Path, harm: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "vault.json"
    vault = load_vault(path, create=True)
    sealed, index = vault.seal("0188", *PLACE), vault.index("0188", *PLACE)
    whole = path.read_text()
    if harm == "missing":
        path.unlink()
    elif harm == "cut":
        path.write_text(whole[:40])
    elif harm == "open":
        path.write_text(whole + "\n")
        path.chmod(0o644)
    elif harm == "another's":
        path.unlink()
        load_vault(path, create=True)
    else:
        another = base64.b64encode(bytes(32)).decode()
        path.write_text(json.dumps(json.loads(whole) | {"steady": another}))
    for _ in range(3):
        assert vault.open(sealed, *PLACE) == "0188"
        assert vault.index("0188", *PLACE) == index
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == (harm != "missing"), "said once, not at every value"
    refused = harm in ("cut", "open")
    lacks = f"the key file {path} lacks keys in use; it isn't taken"
    for told in said:
        assert told.startswith(f"the key file {path} ")
        assert told.endswith("; the keys in hand go on") if refused else told == lacks
    path.write_text(whole)
    path.chmod(0o600)
    add_key(path)
    assert vault.current == "k2"


def test_a_key_file_that_was_written_anew_as_it_was_is_no_harm(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "vault.json"
    vault = load_vault(path, create=True)
    whole = path.read_text()
    path.unlink()
    path.write_text(whole)
    path.chmod(0o600)
    assert vault.current == "k1"
    assert caplog.records == []


def test_a_key_that_cannot_be_written_leaves_the_old_file_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "vault.json"
    before = load_vault(path, create=True)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(VaultRefused, match=r"can't be written .*No space left"):
        add_key(path)
    assert load_vault(path, create=False) == before
    assert [each.name for each in tmp_path.iterdir()] == ["vault.json"]

"""The start of an installation: which key opens it, and when it doesn't begin."""

from pathlib import Path

import pytest

from config.settings import read_settings
from config.vault import VaultRefused, load_vault
from scripts.database import Installation, anchors_path, key_path, prepare, start_over


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    """Settings of an installation in a folder of its own."""
    return {"UNANNOUNCED_VAR": str(tmp_path / "var")}


def begin(settings: dict[str, str]) -> Installation:
    installation = prepare(read_settings(settings))
    installation.sessions.engine.dispose()
    return installation


def test_a_key_that_systemd_hands_in_comes_first_then_a_file_then_our_own(
    settings: dict[str, str], tmp_path: Path
) -> None:
    assert key_path(read_settings(settings)) == tmp_path / "var" / "keys" / "vault.json"
    settings["UNANNOUNCED_KEY_FILE"] = "/keys/vault.json"
    settings["CREDENTIALS_DIRECTORY"] = str(tmp_path)
    assert key_path(read_settings(settings)) == Path("/keys/vault.json")
    (tmp_path / "unannounced-vault").touch()
    assert key_path(read_settings(settings)) == tmp_path / "unannounced-vault"
    settings["CREDENTIALS_DIRECTORY"] = ""
    assert key_path(read_settings(settings)) == Path("/keys/vault.json")


def test_a_key_from_systemd_opens_what_it_began_and_is_never_made(
    settings: dict[str, str], tmp_path: Path
) -> None:
    settings["CREDENTIALS_DIRECTORY"] = str(tmp_path)
    handed_in = tmp_path / "unannounced-vault"
    handed_in.touch(0o400)
    with pytest.raises(VaultRefused, match="unannounced-vault can't be read"):
        begin(settings)
    handed_in.unlink()
    load_vault(handed_in, create=True)
    handed_in.chmod(0o440)
    assert begin(settings).vault == load_vault(handed_in, create=False)
    assert not (tmp_path / "var" / "keys").exists()


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        ("missing", "is missing; .* Restore it"),
        ("cut", "can't be read .*; restore it"),
        ("open", "open to others .* chmod 600 "),
        ("another", "not the one with which this database was begun; restore the right one"),
    ],
)
def test_a_key_that_does_not_fit_stops_the_start_with_a_sentence(
    settings: dict[str, str], harm: str, sentence: str
) -> None:
    begin(settings)
    path = key_path(read_settings(settings))
    if harm == "cut":
        path.write_text(path.read_text()[:-30])
    elif harm == "open":
        path.chmod(0o644)
    else:
        path.unlink()
    if harm == "another":
        load_vault(path, create=True)
    with pytest.raises(VaultRefused, match=sentence):
        begin(settings)


def test_a_database_that_is_made_anew_has_no_anchors_of_the_old_one(
    settings: dict[str, str],
) -> None:
    installation = begin(settings)
    anchors_path(installation.settings).touch()
    start_over(installation)
    installation.sessions.engine.dispose()
    assert not anchors_path(installation.settings).exists()

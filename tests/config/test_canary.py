"""The canary: the start stops when the key is not the one that the database was begun with."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from config.canary import CanaryRow, begun, check_canary
from config.database import Sessions
from config.vault import VaultRefused, new_vault

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
OURS = new_vault()


def test_the_key_with_which_a_database_was_begun_opens_it_again(sessions: Sessions) -> None:
    assert not begun(sessions)
    check_canary(sessions, OURS, NOW)
    check_canary(sessions, OURS, NOW)
    assert begun(sessions)


def test_another_key_stops_the_start_with_the_remedy(sessions: Sessions) -> None:
    check_canary(sessions, OURS, NOW)
    with pytest.raises(VaultRefused, match="restore the right one"):
        check_canary(sessions, new_vault(), NOW)
    check_canary(sessions, OURS, NOW)


def test_another_word_stops_the_start(sessions: Sessions) -> None:
    check_canary(sessions, OURS, NOW)
    with sessions.begin() as session:
        other = OURS.seal("another word", "vault_canary", "sealed", "1")
        session.execute(update(CanaryRow).values(sealed=other))
    with pytest.raises(VaultRefused, match="not ours"):
        check_canary(sessions, OURS, NOW)

"""Personal values beside the journal's chain: committed to, readable, erasable, not alterable."""

import pytest
from sqlalchemy import text

from config import journal
from config.database import Sessions
from config.journal import aside_faults, entries, faults, record
from config.journal_aside import AsideRow, asides, commitment, commitments, drop, set_aside
from tests.builders import NOW

NAMED = {"before": None, "after": {"name": "Marlowe Quist", "email": "marlowe@provider.example"}}


@pytest.fixture
def written(sessions: Sessions) -> Sessions:
    """A journal of three entries, two of them with something beside it."""
    with sessions.begin() as session:
        record(session, NOW, "ada", "custodian changed", "centre 1", aside=NAMED)
        record(session, NOW, "ada", "acted", "centre 1", {"hours": 2})
        record(session, NOW, "ada", "signed in", "person 1", origin="203.0.113.9")
    return sessions


def test_the_chain_holds_a_commitment_and_neither_name_nor_origin(written: Sessions) -> None:
    with written.reading() as session:
        chain = entries(session)
        kept = asides(session, [1, 2, 3])
    assert "Marlowe" not in str(chain)
    assert "203.0.113.9" not in str(chain)
    assert kept == {1: NAMED, 3: {"origin": "203.0.113.9"}}
    assert ["aside" in entry.detail for entry in chain] == [True, False, True]


def test_erasing_leaves_a_chain_that_holds(written: Sessions) -> None:
    with written.begin() as session:
        assert drop(session, AsideRow.seq == 1) == 1
    with written.reading() as session:
        chain, kept = entries(session), commitments(session)
        assert asides(session, [1]) == {}
    assert faults(chain) == []
    assert aside_faults(chain, kept) == []


def test_a_value_that_was_altered_or_put_there_is_found(written: Sessions) -> None:
    with written.begin() as session:
        session.execute(text("UPDATE journal_aside SET body = '{}' WHERE seq = 3"))
        session.add(AsideRow(seq=2, salt="0" * 64, body="{}"))
        session.add(AsideRow(seq=9, salt="0" * 64, body="{}"))
    with written.reading() as session:
        found = aside_faults(journal.whole(session), commitments(session))
    assert sorted(found) == [
        "something is kept beside entry 9, which is gone",
        "what is kept beside entry 2 was altered",
        "what is kept beside entry 3 was altered",
    ]


def test_equal_values_have_commitments_that_differ() -> None:
    (salt, body, first), (_, again, second) = set_aside(NAMED), set_aside(NAMED)
    assert body == again
    assert first == commitment(salt, body) != second
    assert len(salt) == 64

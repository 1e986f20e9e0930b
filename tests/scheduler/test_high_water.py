"""The mark rises with each claim and falls only on purpose."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from scheduler.high_water import HighWater, MarkUnreadable
from tests.builders import NOW

EARLY, LATE = UUID(int=1), UUID(int=2)


def test_there_is_no_mark_before_the_first_claim(tmp_path: Path) -> None:
    assert HighWater(tmp_path / "not" / "there.json").attempt() is None


def test_an_earlier_claim_does_not_lower_the_mark(tmp_path: Path) -> None:
    mark = HighWater(tmp_path / "sub" / "mark.json")
    mark.note(LATE, NOW)
    mark.note(EARLY, NOW - timedelta(seconds=1))
    assert mark.attempt() == LATE
    mark.lower((EARLY, NOW - timedelta(seconds=1)))
    assert mark.attempt() == EARLY
    mark.lower(None)
    assert mark.attempt() is None


@pytest.mark.parametrize("text", ["", "[]", '{"attempt": "x", "at": "y"}', "{}"])
def test_what_is_no_mark_is_told_with_its_place(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mark.json"
    path.write_text(text)
    with pytest.raises(MarkUnreadable, match=r"mark\.json.*settle"):
        HighWater(path).attempt()

"""The mark rises with each claim and falls only on purpose."""

import os
import stat
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


def test_of_two_claims_in_one_moment_the_mark_is_the_later_noted(tmp_path: Path) -> None:
    mark = HighWater(tmp_path / "mark.json")
    mark.note(EARLY, NOW)
    mark.note(LATE, NOW)
    assert mark.attempt() == LATE


def test_a_mark_that_is_not_there_can_be_lowered(tmp_path: Path) -> None:
    mark = HighWater(tmp_path / "mark.json")
    mark.lower(None)
    assert mark.attempt() is None


def test_the_mark_and_its_folder_are_their_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "another disk" / "marks" / "mark.json"
    before = os.umask(0)
    try:
        HighWater(path).note(EARLY, NOW)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert sorted(each.name for each in path.parent.iterdir()) == ["mark.json", "mark.lock"]


@pytest.mark.parametrize("text", ["", "[]", '{"attempt": "x", "at": "y"}', "{}"])
def test_what_is_no_mark_is_told_with_its_place(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mark.json"
    path.write_text(text)
    with pytest.raises(MarkUnreadable, match=r"mark\.json.*settle"):
        HighWater(path).attempt()

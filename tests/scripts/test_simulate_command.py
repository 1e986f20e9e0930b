"""``plan simulate``: the planner's own draw in a file, with what an adversary needs beside it."""

import csv
import json
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scheduler.reference_profile import DAYS, HOURS, REFERENCE_VOLUME, plain_slots
from scheduler.rule import Rule, mean_kept, most
from scripts.command.main import unannounced

SEED = "5eed" * 16
VOLUME_ROWS = [(day, hour, "0.5") for day in range(DAYS) for hour in range(HOURS)]


@pytest.fixture
def no_installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a database would appear if one were made."""
    monkeypatch.setenv("UNANNOUNCED_VAR", str(tmp_path / "var"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path / "var"


def simulate(out: Path, *options: str, centres: int = 20, months: int = 6) -> Result:
    amounts = ("--centres", str(centres), "--months", str(months))
    return CliRunner().invoke(
        unannounced, ["plan", "simulate", *amounts, "--csv", str(out), *options]
    )


def rows(path: Path) -> list[dict[str, int]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [{name: int(text) for name, text in row.items()} for row in csv.DictReader(file)]


def rule(tmp_path: Path, content: object) -> str:
    path = tmp_path / "rule.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return str(path)


def volume(tmp_path: Path, content: list[tuple[int, int, str]]) -> str:
    path = tmp_path / "volume.csv"
    lines = [",".join(map(str, row)) for row in content]
    path.write_text("\n".join(["day,hour,volume", *lines]), "utf-8")
    return str(path)


def test_the_default_rule_is_drawn_by_the_reference_profile(
    tmp_path: Path, no_installation: Path
) -> None:
    out = tmp_path / "calls.csv"
    answer = simulate(out)
    assert answer.exit_code == 0, answer.output
    assert "Drawing for 20 centres" in answer.stderr
    assert "calls in" in answer.stdout
    calls = rows(out)
    assert list(calls[0]) == ["centre", "month", "day", "hour"]
    assert {call["centre"] for call in calls} == set(range(20))
    assert {call["month"] for call in calls} == set(range(6))
    assert {call["day"] for call in calls} <= set(range(DAYS))
    assert {call["hour"] for call in calls} == set(range(HOURS))
    by_quarter = Counter((call["centre"], call["month"] // 3) for call in calls)
    assert len(by_quarter) == 40
    assert min(by_quarter.values()) >= 12
    assert len({tuple(call.values()) for call in calls}) == len(calls)
    beside = rows(tmp_path / "calls.csv.volume.csv")
    assert [tuple(row.values()) for row in beside] == [
        (*divmod(slot, HOURS), each) for slot, each in enumerate(REFERENCE_VOLUME)
    ]
    assert not no_installation.exists()


def test_one_seed_draws_the_same_and_none_draws_anew(tmp_path: Path) -> None:
    outs = [tmp_path / f"{number}.csv" for number in range(4)]
    for out, options in zip(outs, (("--seed", SEED), ("--seed", SEED), (), ()), strict=True):
        assert simulate(out, *options, centres=2).exit_code == 0
    texts = [out.read_bytes() for out in outs]
    assert texts[0] == texts[1]
    assert len(set(texts)) == 3


def test_more_centres_and_months_leave_the_others_as_they_were(tmp_path: Path) -> None:
    few, many = tmp_path / "few.csv", tmp_path / "many.csv"
    simulate(few, "--seed", SEED, centres=2, months=4)
    simulate(many, "--seed", SEED, centres=3, months=6)
    within = [call for call in rows(many) if call["centre"] < 2 and call["month"] < 4]
    assert rows(few) == within


def test_a_rule_of_its_own_is_kept(tmp_path: Path) -> None:
    out = tmp_path / "calls.csv"
    content: dict[str, object] = {"months": 1, "mean": 6.5, "floor": 6, "ceiling": 7}
    assert simulate(out, "--seed", SEED, "--rule", rule(tmp_path, content)).exit_code == 0
    again = tmp_path / "again.csv"
    content["mean"] = "13/2"
    assert simulate(again, "--seed", SEED, "--rule", rule(tmp_path, content)).exit_code == 0
    assert again.read_bytes() == out.read_bytes()
    counts = Counter((call["centre"], call["month"]) for call in rows(out))
    assert len(counts) == 120
    assert set(counts.values()) == {6, 7}


def test_bands_blackouts_and_a_cap_are_drawn_like_a_real_rule(tmp_path: Path) -> None:
    out = tmp_path / "calls.csv"
    content: dict[str, object] = {
        "months": 1,
        "mean": 8,
        "floor": 3,
        "bands": ["Mon-Fri 9-12 x 4"],
        "flat": 0.5,
        "never": ["Wed"],
        "shut": ["2027-12-24"],
        "capped": True,
    }
    answer = simulate(out, "--seed", SEED, "--rule", rule(tmp_path, content), centres=40)
    assert answer.exit_code == 0, answer.output
    assert "has no dates: the days never drawn are left out" in answer.stderr
    calls = rows(out)
    assert {call["day"] % 5 for call in calls} == {0, 1, 3, 4}
    assert sum(call["hour"] < 3 for call in calls) > 0.55 * len(calls)
    cap = most([mean_kept(Rule(1, Fraction(8), 3))] * 40)
    by_month = Counter(call["month"] for call in calls)
    assert max(by_month.values()) <= cap
    free = tmp_path / "free.csv"
    content["capped"] = False
    simulate(free, "--seed", SEED, "--rule", rule(tmp_path, content), centres=40)
    again = [call for call in rows(free) if by_month[call["month"]] <= cap]
    assert len(again) >= len(calls)


def test_an_hour_without_volume_gets_no_call(tmp_path: Path) -> None:
    out = tmp_path / "calls.csv"
    content = [(day, hour, "0" if hour < 8 else "0.25") for day, hour, _ in VOLUME_ROWS]
    assert simulate(out, "--volume", volume(tmp_path, content)).exit_code == 0
    assert {call["hour"] for call in rows(out)} == {8}
    again = tmp_path / "again.csv"
    beside = str(tmp_path / "calls.csv.volume.csv")
    assert simulate(again, "--volume", beside).exit_code == 0
    assert (tmp_path / "again.csv.volume.csv").read_bytes() == Path(beside).read_bytes()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "can't be read as JSON"),
        ([1], "must hold an object"),
        ({"mean": 6}, "must hold an object"),
        ({"months": 1, "mean": 6, "gap": 1}, "must hold an object"),
        ({"months": 1.5, "mean": 6}, "months must be a whole number"),
        ({"months": 1, "mean": 6, "floor": True}, "floor must be a whole number"),
        ({"months": 1, "mean": "six"}, "mean must be a number"),
        ({"months": 1, "mean": [6]}, "mean must be a number"),
        ('{"months": 1, "mean": NaN}', "mean must be a number"),
        ({"months": 3, "mean": 4, "floor": 12, "ceiling": 30}, "under the floor of 12"),
        ({"months": 1, "mean": 200, "floor": 190}, "under the floor of 190"),
        ({"months": 1, "mean": 400}, "over 200 calls"),
    ],
)
def test_an_unfit_rule_is_refused_in_a_sentence_and_nothing_is_written(
    tmp_path: Path, content: object, words: str
) -> None:
    answer = simulate(tmp_path / "calls.csv", "--rule", rule(tmp_path, content))
    assert answer.exit_code == 1
    assert words in answer.stderr
    assert not (tmp_path / "calls.csv").exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (VOLUME_ROWS[1:], "a row for each of the days 0 to 20"),
        ([*VOLUME_ROWS[1:], (0, 0, "much")], "line 190: write day, hour and volume"),
        ([*VOLUME_ROWS, (0, 0, "1")], "line 191: each hour stands once"),
        ([*VOLUME_ROWS[1:], (0, 0, "-1")], "with 0 or more calls"),
        ([(day, hour, "0") for day, hour, _ in VOLUME_ROWS], "No open hour has any volume"),
    ],
)
def test_an_unfit_volume_is_refused_in_a_sentence(
    tmp_path: Path, content: list[tuple[int, int, str]], words: str
) -> None:
    answer = simulate(tmp_path / "calls.csv", "--volume", volume(tmp_path, content))
    assert answer.exit_code == 1
    assert words in answer.stderr


def test_a_wrong_option_is_a_usage_error(tmp_path: Path) -> None:
    assert simulate(tmp_path / "calls.csv", centres=0).exit_code == 2
    assert simulate(tmp_path / "calls.csv", "--seed", "5eed").exit_code == 2
    assert simulate(tmp_path / "missing" / "calls.csv").exit_code == 2


def test_the_plain_calendar_has_whole_hours_and_begins_each_month_on_a_monday() -> None:
    slots = plain_slots(3)
    assert len({slot.start for slot in slots}) == len(slots) == 3 * DAYS * HOURS
    assert list(slots) == sorted(slots, key=lambda slot: slot.start)
    assert {slot.minutes for slot in slots} == {60}
    assert {slot.weekday for slot in slots[:: DAYS * HOURS]} == {0}
    assert all(slot.local_date.weekday() == slot.weekday for slot in slots)

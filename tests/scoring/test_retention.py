"""How long each kind is kept: one table, which an installation may change in its days alone."""

from datetime import timedelta

import pytest

from config.settings import SettingsRefused, read_settings
from scoring.retention import APPEAL_WINDOW, BEYOND_APPEAL, RULES, Kept, RetentionRefused, rules
from tests.builders import NOW


def test_every_kind_has_one_rule_with_its_days_and_its_reason() -> None:
    assert sorted(rule.kind for rule in RULES) == sorted(Kept)
    assert all(rule.days > 0 and rule.what and rule.after and rule.why for rule in RULES)


def test_a_recording_outlives_the_window_of_an_appeal_by_ninety_days() -> None:
    (days,) = [rule.days for rule in RULES if rule.kind is Kept.RECORDING]
    assert days == APPEAL_WINDOW + BEYOND_APPEAL
    assert (APPEAL_WINDOW, BEYOND_APPEAL) == (30, 90)


def test_an_installation_changes_days_and_nothing_else() -> None:
    settings = read_settings({"RETENTION_DAYS": "letter=30, note = 365"})
    changed = {rule.kind: rule.days for rule in rules(settings.retention)}
    usual = {rule.kind: rule.days for rule in RULES}
    assert changed == usual | {Kept.LETTER: 30, Kept.NOTE: 365}
    assert rules({}) == RULES


def test_what_is_older_than_its_days_goes() -> None:
    (letter,) = [rule for rule in rules({"letter": 2}) if rule.kind is Kept.LETTER]
    assert letter.cutoff(NOW) == NOW - timedelta(days=2)


def test_a_kind_that_is_none_is_named_with_those_that_are() -> None:
    with pytest.raises(RetentionRefused, match="names 'letters'; it can name callback, contact"):
        rules({"letters": 3})


@pytest.mark.parametrize("text", ["letter", "letter=", "letter=0", "letter=-3", "letter=x"])
def test_days_that_are_none_are_refused_with_the_remedy(text: str) -> None:
    with pytest.raises(SettingsRefused, match="write whole days, such as letter=30"):
        read_settings({"RETENTION_DAYS": text})


def test_the_addressee_of_the_daily_head_is_one_address() -> None:
    assert read_settings({"ANCHORS_TO": "a@example.org"}).anchors_to == "a@example.org"
    with pytest.raises(SettingsRefused, match="ANCHORS_TO is 'a, b'"):
        read_settings({"ANCHORS_TO": "a, b"})

"""The institute's rule: put in force with what was measured of it, and kept for good."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest

from config import journal
from config.clock import Month, Period
from config.database import Sessions
from scheduler import rules
from scheduler.plan_told import rule_from
from scheduler.rule import Rule, default_rule
from scheduler.rule_reading import Figures
from scheduler.ruling import RulingRefused, use_rule
from scheduler.shape import Band, Shape, WeekHours
from tests.builders import NOW, an_institute
from tests.scheduler.planned import JANUARY, draw

CALM = Figures(1.021, 0.996, 0.994, "plain months")
LEAKING = Figures(1.96, 1.13, 1.1, "plain months")
SHAPED = Rule(
    6,
    Fraction(25, 3),
    3,
    None,
    Shape((Band(WeekHours((5, 6), 8, 12), Fraction(3, 2)),), Fraction(1, 10)),
    capped=True,
)


def test_the_default_is_in_force_until_a_rule_is_put_in_force(sessions: Sessions) -> None:
    with sessions.reading() as session:
        assert rules.in_force(session) == default_rule()
        assert rules.versions(session) == ()


def test_the_last_rule_is_in_force_and_the_others_stay_on_record(sessions: Sessions) -> None:
    assert use_rule(sessions, SHAPED, CALM, "", NOW, "Ada") == 1
    exact = Rule(1, Fraction(6), 6, 6)
    assert use_rule(sessions, exact, LEAKING, " asked \n for by  the board ", NOW, "Ada") == 2
    with sessions.reading() as session:
        assert rules.in_force(session) == exact
        last, first = rules.versions(session)
        acts = list(journal.entries(session))
    assert (first.rule, first.figures, first.reason) == (SHAPED, CALM, "")
    assert (last.number, last.reason, last.actor) == (2, "asked for by the board", "Ada")
    assert [act.action for act in acts] == ["rule put in force"] * 2
    assert json.loads(acts[1].detail)["guard"] == "1.960"
    assert "board" not in acts[1].detail  # beside the chain, so that it can be erased


@pytest.mark.parametrize(
    ("rule", "figures", "reason", "words"),
    [
        (Rule(3, Fraction(4), 12, 30), CALM, "why not", "under the floor of 12"),
        (default_rule(), LEAKING, " ", "write down why"),
        (default_rule(), replace(CALM, hour=1.06), "", "hour 1.06"),
        (default_rule(), CALM, "x" * 501, "500 signs"),
    ],
)
def test_an_impossible_rule_and_a_leak_without_a_reason_are_refused(
    sessions: Sessions, rule: Rule, figures: Figures, reason: str, words: str
) -> None:
    with pytest.raises(RulingRefused, match=words):
        use_rule(sessions, rule, figures, reason, NOW, "Ada")
    with sessions.reading() as session:
        assert rules.versions(session) == ()
        assert list(journal.entries(session)) == []


def test_a_sealed_plan_keeps_its_own_rule(sessions: Sessions) -> None:
    institute = an_institute(sessions)
    for number in range(1, 5):
        institute.centre(number)
    own = Rule(1, Fraction(9), 3)
    drew = draw(institute, rule=own)
    use_rule(sessions, SHAPED, CALM, "", NOW, "Ada")
    with sessions.reading() as session:
        assert rule_from(session, JANUARY.first) == own
        assert rule_from(session, Month(2027, 7)) == SHAPED
    assert draw(institute, rule=own) == replace(drew, added=0)
    next_half = draw(institute, Period(Month(2027, 7), 6), rule=SHAPED)
    assert next_half.calls > 0

"""A call's score: exact, half up, re-weighted within a section, and the outcome in its order."""

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from config.settings import CHECKOUT
from scoring.rubric import Criterion, Rubric, Section, parse_rubric
from scoring.score import NA, Answer, AnswersRefused, Outcome, Scored, half_up, score


def criterion(name: str, weight: str = "1", top: int = 4, **more: object) -> Criterion:
    """A criterion with nothing written out."""
    rubric = parse_rubric(
        {
            "pass_mark": 0,
            "sections": [
                {
                    "id": "s",
                    "weight": 1,
                    "criteria": [{"id": name, "weight": weight, "max": top, **more}],
                }
            ],
        }
    )
    return rubric.criteria[0]


def section(name: str, weight: str, *criteria: Criterion, minimum: str | None = None) -> Section:
    """A section of these criteria."""
    return Section(
        name, name, Decimal(weight), None if minimum is None else Decimal(minimum), criteria
    )


def rubric(*sections: Section, pass_mark: str = "75.0") -> Rubric:
    """A rubric of these sections."""
    return Rubric("r", "R", 1, Decimal(pass_mark), Decimal(pass_mark), sections)


GREETED = criterion("greeted")
ASKED = criterion("asked", "3")
CHECKED = criterion("checked", "2", 1, critical=True)
KIND = criterion("kind", "1", critical=True, critical_at=1)
RIGHT = criterion("right", "2", 1, na_allowed=False)
R = rubric(section("manner", "40", GREETED, ASKED, CHECKED), section("matter", "60", KIND, RIGHT))
GOOD: dict[str, Answer] = {"greeted": 3, "asked": 4, "checked": 1, "kind": 3, "right": 1}


def test_sections_are_weighted_means_and_the_call_is_their_weighted_mean() -> None:
    scored = score(R, GOOD)
    manner = Fraction(100) * (Fraction(3, 4) + 3 + 2) / 6
    matter = Fraction(100) * (Fraction(3, 4) + 2) / 3
    assert scored.sections == {"manner": Decimal("95.8"), "matter": Decimal("91.7")}
    assert scored.score_exact == (40 * manner + 60 * matter) / 100
    assert (scored.score, scored.coverage) == (Decimal("93.3"), Fraction(1))
    assert (scored.outcome, scored.critical_failed, scored.critical_na) == (Outcome.PASS, (), ())
    assert scored.counts_in_mean
    assert scored.counts_in_pass_rate


def test_an_na_is_reweighted_inside_its_own_section() -> None:
    scored = score(R, {**GOOD, "asked": NA})
    assert scored.sections["manner"] == half_up(Fraction(100) * (Fraction(3, 4) + 2) / 3)
    assert scored.sections["matter"] == score(R, GOOD).sections["matter"]
    assert scored.coverage == Fraction(40, 100) * Fraction(3, 6) + Fraction(60, 100)


def test_a_section_without_a_weighted_answer_is_not_assessed() -> None:
    weightless = rubric(
        section("manner", "1", GREETED, criterion("advice", "0")), section("matter", "3", RIGHT)
    )
    scored = score(weightless, {"greeted": NA, "advice": 4, "right": 1})
    assert scored.sections == {"manner": None, "matter": Decimal("100.0")}
    assert (scored.score, scored.coverage) == (Decimal("100.0"), Fraction(3, 4))


def test_a_weightless_section_is_shown_and_changes_nothing() -> None:
    both = rubric(section("manner", "0", GREETED), section("matter", "7", RIGHT))
    scored = score(both, {"greeted": 1, "right": 1})
    assert scored.sections == {"manner": Decimal("25.0"), "matter": Decimal("100.0")}
    assert (scored.score, scored.coverage) == (Decimal("100.0"), Fraction(1))
    none = rubric(section("manner", "0", criterion("advice", "0")), section("matter", "7", RIGHT))
    assert score(none, {"advice": 1, "right": 1}).coverage == 1


@pytest.mark.parametrize(
    ("top", "value", "shown", "outcome"),
    [
        (2000, 1599, "80.0", Outcome.PASS),  # exactly 79.95
        (10000, 7994, "79.9", Outcome.FAIL_SCORE),
        (400, 345, "86.3", Outcome.PASS),  # exactly 86.25
    ],
)
def test_the_rounded_score_alone_meets_the_pass_mark(
    top: int, value: int, shown: str, outcome: Outcome
) -> None:
    one = rubric(section("s", "1", criterion("c", top=top)), pass_mark="80.0")
    scored = score(one, {"c": value})
    assert (str(scored.score), scored.outcome) == (shown, outcome)


def test_a_section_minimum_is_met_by_the_score_as_shown() -> None:
    def outcome(minimum: str, answer: Answer) -> Outcome:
        sections = (
            section("low", "1", criterion("c", top=16), minimum=minimum),
            section("high", "9", RIGHT),
        )
        return score(rubric(*sections), {"c": answer, "right": 1}).outcome

    assert outcome("93.8", 15) is Outcome.PASS  # exactly 93.75
    assert outcome("93.9", 15) is Outcome.FAIL_SECTION
    assert outcome("93.9", NA) is Outcome.PASS
    assert outcome("0.1", 0) is Outcome.FAIL_SECTION


@pytest.mark.parametrize(("value", "fails"), [(0, True), (1, True), (2, False), (NA, False)])
def test_a_critical_criterion_fails_at_its_value_and_below(value: Answer, fails: bool) -> None:
    scored = score(R, {**GOOD, "kind": value})
    assert scored.critical_failed == (("kind",) if fails else ())
    assert (scored.outcome is Outcome.FAIL_CRITICAL) is fails
    assert scored.critical_na == (("kind",) if value is NA else ())


def test_a_critical_fail_changes_the_outcome_and_not_the_score() -> None:
    tame = replace(
        R, sections=(*R.sections[:1], section("matter", "60", replace(KIND, critical=False), RIGHT))
    )
    failed, passed = (score(each, {**GOOD, "kind": 1}) for each in (R, tame))
    assert failed.score_exact == passed.score_exact
    assert (failed.outcome, passed.outcome) == (Outcome.FAIL_CRITICAL, Outcome.PASS)
    assert failed.counts_in_mean
    assert failed.counts_in_pass_rate


def test_a_critical_fail_goes_before_everything_and_counts_in_the_mean_by_its_coverage() -> None:
    free = rubric(
        section("manner", "1", CHECKED, criterion("long", "9")), section("side", "0", KIND)
    )
    little = score(free, {"checked": 0, "long": NA, "kind": NA})
    assert (little.outcome, little.score) == (Outcome.FAIL_CRITICAL, Decimal("0.0"))
    assert (little.counts_in_mean, little.counts_in_pass_rate) == (False, True)
    nothing = score(free, {"checked": NA, "long": NA, "kind": 0})
    assert (nothing.outcome, nothing.score) == (Outcome.FAIL_CRITICAL, None)
    assert (nothing.counts_in_mean, nothing.counts_in_pass_rate) == (False, True)
    assert nothing.critical_na == ("checked",)


def test_a_call_with_nothing_assessed_is_void() -> None:
    two = rubric(section("manner", "1", GREETED), section("side", "0", ASKED))
    scored = score(two, {"greeted": NA, "asked": 4})
    assert (scored.outcome, scored.score, scored.score_exact) == (Outcome.VOID, None, None)
    assert scored.sections["side"] == Decimal("100.0")
    assert not scored.counts_in_mean
    assert not scored.counts_in_pass_rate


@pytest.mark.parametrize(
    ("weight", "outcome"), [("1", Outcome.PASS), ("1.01", Outcome.VOID_COVERAGE)]
)
def test_below_half_the_coverage_a_score_is_shown_and_not_counted(
    weight: str, outcome: Outcome
) -> None:
    two = rubric(section("s", "1", GREETED, criterion("asked", weight)))
    scored = score(two, {"greeted": 4, "asked": NA})
    assert (scored.score, scored.outcome) == (Decimal("100.0"), outcome)
    assert scored.counts_in_mean is scored.counts_in_pass_rate is (outcome is Outcome.PASS)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"greeted": 5}, "greeted can't be 5: give a value from 0 to 4"),
        ({"checked": -1}, "checked can't be -1: give a value from 0 to 1"),
        ({"checked": True}, "checked can't be True"),
        (
            {"right": NA},
            "right can't be N/A: give a value from 0 to 1, 0 where nothing of it was heard",
        ),
        ({"smiled": 1}, "the rubric has no criterion smiled"),
    ],
)
def test_answers_that_dont_fit_are_refused_by_criterion(
    change: dict[str, Answer], says: str
) -> None:
    with pytest.raises(AnswersRefused) as refused:
        score(R, {**GOOD, **change})
    assert len(refused.value.faults) == 1
    assert says in refused.value.faults[0]


def test_unanswered_is_not_na_and_all_faults_are_named_at_once() -> None:
    with pytest.raises(AnswersRefused) as refused:
        score(R, {"greeted": NA, "asked": 9})
    assert refused.value.faults == (
        "asked can't be 9: give a value from 0 to 4",
        "checked is not answered: give a value from 0 to 1, or N/A",
        "kind is not answered: give a value from 0 to 4, or N/A",
        "right is not answered: give a value from 0 to 1",
    )
    assert str(refused.value) == "; ".join(refused.value.faults)
    titled = rubric(section("s", "1", replace(GREETED, title="You were greeted")))
    with pytest.raises(AnswersRefused, match=r"You were greeted \(greeted\) is not answered"):
        score(titled, {})


@st.composite
def scored_cases(draw: st.DrawFn) -> tuple[Rubric, dict[str, Answer]]:
    """A workable rubric with answers to it."""
    weights = st.decimals(min_value=0, max_value=50, places=2)
    sections = []
    answers: dict[str, Answer] = {}
    for s in range(draw(st.integers(1, 3))):
        criteria = []
        for c in range(draw(st.integers(1, 4))):
            name = f"{s}.{c}"
            top = draw(st.sampled_from([1, 4, 7]))
            known = criterion(name, str(draw(weights)), top, critical=draw(st.booleans()))
            criteria.append(known)
            answers[name] = draw(st.just(NA) | st.integers(0, top))
        if not any(each.weight for each in criteria):
            criteria[0] = replace(criteria[0], weight=Decimal(1))
        sections.append(section(str(s), str(draw(weights)), *criteria))
    if not any(each.weight for each in sections):
        sections[0] = replace(sections[0], weight=Decimal(1))
    return rubric(*sections), answers


def scaled(known: Rubric, by_section: Decimal, by_criterion: Decimal) -> Rubric:
    """The rubric with all weights multiplied."""
    return replace(
        known,
        sections=tuple(
            replace(
                each,
                weight=each.weight * by_section,
                criteria=tuple(replace(c, weight=c.weight * by_criterion) for c in each.criteria),
            )
            for each in known.sections
        ),
    )


@given(scored_cases(), st.data())
def test_a_better_answer_never_lowers_the_score(
    case: tuple[Rubric, dict[str, Answer]], data: st.DataObject
) -> None:
    known, answers = case
    tops = {each.id: each.top for each in known.criteria}
    better = [n for n, a in answers.items() if a is not NA and a < tops[n]]
    assume(better)
    name = data.draw(st.sampled_from(better))
    value = answers[name]
    assert value is not NA
    before, after = score(known, answers), score(known, {**answers, name: value + 1})
    assert before.coverage == after.coverage
    assert (before.score_exact is None) is (after.score_exact is None)
    if before.score_exact is not None and after.score_exact is not None:
        assert before.score_exact <= after.score_exact
    assert set(after.critical_failed) <= set(before.critical_failed)


@given(scored_cases())
def test_a_score_lies_in_its_bounds_and_is_rounded_by_less_than_a_tenth(
    case: tuple[Rubric, dict[str, Answer]],
) -> None:
    known, answers = case
    scored = score(known, answers)
    assert 0 <= scored.coverage <= 1
    if scored.score is None or scored.score_exact is None:
        assert scored.score is None
        assert scored.score_exact is None
        assert scored.outcome in (Outcome.VOID, Outcome.FAIL_CRITICAL)
    else:
        assert 0 <= scored.score <= 100
        error = Fraction(scored.score) - scored.score_exact
        assert Fraction(-1, 20) < error <= Fraction(1, 20)
    assert all(answers[name] is NA for name in scored.critical_na)


@given(scored_cases(), st.sampled_from(["0.01", "0.3", "3", "1000"]), st.sampled_from(["0.7", "9"]))
def test_scaling_all_weights_changes_nothing(
    case: tuple[Rubric, dict[str, Answer]], by_section: str, by_criterion: str
) -> None:
    known, answers = case
    other = scaled(known, Decimal(by_section), Decimal(by_criterion))
    assert score(other, answers) == score(known, answers)


@given(scored_cases(), st.data())
def test_an_na_leaves_the_other_sections_as_they_were(
    case: tuple[Rubric, dict[str, Answer]], data: st.DataObject
) -> None:
    known, answers = case
    name = data.draw(st.sampled_from(sorted(answers)))
    before, after = score(known, answers), score(known, {**answers, name: NA})
    own = name.partition(".")[0]
    assert after.coverage <= before.coverage
    for each in known.sections:
        if each.id != own:
            assert before.sections[each.id] == after.sections[each.id]


@given(st.fractions(min_value=0, max_value=100))
def test_rounding_is_to_the_nearest_tenth_and_a_half_goes_up(number: Fraction) -> None:
    shown = half_up(number)
    assert shown.as_tuple().exponent == -1
    assert Fraction(-1, 20) < Fraction(shown) - number <= Fraction(1, 20)


@pytest.mark.parametrize("name", ["call-handling", "remote-coaching"])
def test_wrong_advice_fails_a_shipped_rubric_however_good_the_rest(name: str) -> None:
    path = CHECKOUT / "config" / "rubrics" / f"{name}.yaml"
    known = parse_rubric(yaml.safe_load(path.read_text("utf-8")))
    best: dict[str, Answer] = {each.id: each.top for each in known.criteria}
    assert score(known, best).score == Decimal("100.0")
    wrong = score(known, {**best, "right-answer": 0})
    assert wrong.outcome is Outcome.FAIL_SECTION
    assert score(known, {**best, "security-check": 0}).outcome is Outcome.FAIL_CRITICAL
    middle: Mapping[str, Answer] = {each.id: 2 if each.top == 4 else 1 for each in known.criteria}
    assert score(known, middle).outcome is Outcome.FAIL_SCORE
    good = {each.id: 3 if each.top == 4 else 1 for each in known.criteria}
    assert score(known, good).outcome is Outcome.PASS


def as_expected(scored: Scored) -> dict[str, object]:
    """A result in the form of the published examples."""

    def shown(number: object) -> str | None:
        return None if number is None else str(number)

    return {
        "score": shown(scored.score),
        "exact": shown(scored.score_exact),
        "sections": {name: shown(each) for name, each in scored.sections.items()},
        "coverage": str(scored.coverage),
        "outcome": scored.outcome.value,
        "critical_failed": list(scored.critical_failed),
        "critical_na": list(scored.critical_na),
        "counts_in_mean": scored.counts_in_mean,
        "counts_in_pass_rate": scored.counts_in_pass_rate,
    }


@pytest.mark.shared
def test_the_published_examples_agree_key_by_key(shared: Path) -> None:
    examples = json.loads((shared / "data" / "scoring_examples.json").read_text("utf-8"))
    assert len(examples) == 13
    for example in examples:
        answers = {n: NA if a == "NA" else a for n, a in example["answers"].items()}
        found = as_expected(score(parse_rubric(example["rubric"]), answers))
        assert found == example["expected"], example["name"]

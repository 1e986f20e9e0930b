"""A rule in words, as pages and commands say it."""

from scheduler.rule import Rule, number
from scheduler.rule_limits import PERIODS
from scheduler.rule_text import band_in_words, days_in_words, hours_in_words


def rule_in_words(rule: Rule) -> str:
    """A rule as one sentence.

    >>> from scheduler.rule import default_rule
    >>> rule_in_words(default_rule())
    '21 calls a centre in a quarter on average, never fewer than 12, no ceiling'
    """
    most = "no ceiling" if rule.ceiling is None else f"never more than {rule.ceiling}"
    least = f"never fewer than {rule.floor}" if rule.floor else "with no floor"
    mean = f"{number(rule.mean)} calls a centre in {_a(PERIODS[rule.months])} on average"
    return ", ".join([mean, least, most, *_shape(rule)])


def _shape(rule: Rule) -> list[str]:
    shape = rule.shape
    said = [band_in_words(band) for band in shape.bands]
    if shape.flat:
        said.append(f"{number(shape.flat * 100)} % of the weight spread evenly")
    never = [*map(hours_in_words, shape.never), *map(days_in_words, shape.shut)]
    if never:
        said.append(f"nothing on {'; '.join(never)}")
    if rule.capped:
        said.append("the institute's total capped")
    return said


def _a(period: str) -> str:
    return period if period[0] in "tf" else f"a {period}"

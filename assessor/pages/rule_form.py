"""The rule as it is typed: the fields of the form, and the rule that they say."""

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from scheduler.rule import MOST_CALLS, Rule, number, refusals
from scheduler.rule_text import (
    NoRule,
    band_in_words,
    days_in_words,
    hours_in_words,
    read_band,
    read_days,
    read_hours,
)
from scheduler.shape import Shape

PERIODS = ((1, "month"), (3, "quarter"), (6, "half-year"), (12, "year"))
MOST_LINES = 20
AMOUNT = re.compile(r"[+-]?[\d.,/]+")

Line = TypeVar("Line")


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields of the form as they were typed; the longer ones hold a line each."""

    mean: str
    months: str
    floor: str = ""
    ceiling: str = ""
    free_days: str = "0"
    bands: str = ""
    flat: str = ""
    never: str = ""
    shut: str = ""
    capped: str = ""
    centre: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A rule that can be measured; free days after a call are never drawn, only measured."""

    rule: Rule
    free_days: int


class RuleRefused(ValueError):
    """A rule that can't be measured: pairs of a field's id and a sentence."""

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        """Keep the faults; the message is all of them."""
        super().__init__(" ".join(sentence for _, sentence in faults))
        self.faults = faults


def typed_of(form: MultiDict[str, str]) -> Typed:
    """The fields that came."""
    return Typed(**{each.name: form.get(each.name, "") for each in fields(Typed)})


def as_typed(rule: Rule, centre: str = "") -> Typed:
    """A rule as somebody would type it."""
    shape = rule.shape
    return Typed(
        mean=number(rule.mean),
        months=str(rule.months),
        floor=str(rule.floor),
        ceiling="" if rule.ceiling is None else str(rule.ceiling),
        bands="\n".join(map(band_in_words, shape.bands)),
        flat=number(shape.flat * 100) if shape.flat else "",
        never="\n".join(map(hours_in_words, shape.never)),
        shut="\n".join(map(days_in_words, shape.shut)),
        capped="1" if rule.capped else "",
        centre=centre,
    )


def read(typed: Typed) -> Asked:
    """The rule that the fields say. Raises RuleRefused with a sentence for each fault."""
    faults: list[tuple[str, str]] = []

    def whole(name: str, text: str) -> int:
        if text.strip().isdecimal() and len(text.strip()) <= 4:
            return int(text)
        faults.append((f"f-{name}", f"{text or 'Nothing'} can't be counted: write a whole number."))
        return 0

    def lines(name: str, text: str, reader: Callable[[str], Line]) -> tuple[Line, ...]:
        said = [line for line in text.splitlines() if line.strip()]
        found = []
        for line in said[:MOST_LINES]:
            try:
                found.append(reader(line))
            except NoRule as fault:
                faults.append((f"f-{name}", str(fault)))
        if len(said) > MOST_LINES:
            faults.append((f"f-{name}", f"Keep it to {MOST_LINES} lines."))
        return tuple(found)

    mean = amount(typed.mean)
    if mean is None:
        mean = Fraction(1)
        faults.append(("f-mean", "The average must be a number, such as 21 or 6.5."))
    if mean > MOST_CALLS:
        faults.append(("f-mean", f"The average can't be over {MOST_CALLS} calls a period."))
    flat = amount(typed.flat or "0")
    if flat is None:
        flat = Fraction(0)
        faults.append(("f-flat", "The flat share must be per cent, such as 10."))
    rule = Rule(
        months=whole("months", typed.months),
        mean=mean,
        floor=whole("floor", typed.floor or "0"),
        ceiling=whole("ceiling", typed.ceiling) if typed.ceiling.strip() else None,
        shape=Shape(
            bands=lines("bands", typed.bands, read_band),
            flat=flat / 100,
            never=lines("never", typed.never, read_hours),
            shut=lines("shut", typed.shut, read_days),
        ),
        capped=bool(typed.capped),
    )
    free_days = whole("free_days", typed.free_days or "0")
    if not faults:
        faults = [("f-mean", sentence) for sentence in refusals(rule)]
    if faults:
        raise RuleRefused(faults)
    return Asked(rule, free_days)


def amount(text: str) -> Fraction | None:
    """The number that a field says, with a comma or a point; None where it says none.

    No exponent is read: a few signs such as 1e999999999 would be computed for ever.
    """
    try:
        said = AMOUNT.fullmatch(text.strip())
        return Fraction(said[0].replace(",", ".")) if said and len(text) <= 12 else None
    except (ValueError, ZeroDivisionError):
        return None


def sentence(asked: Asked, lift: float) -> tuple[str, str, str]:
    """What a watchful centre would gain: the words before the number, the number, those after."""
    rule = asked.rule
    period = dict(PERIODS).get(rule.months, f"period of {rule.months} months")
    exact = rule.floor == rule.ceiling
    count = f"exactly {rule.floor} a {period}" if exact else "this rule"
    if asked.free_days:
        days = "day" if asked.free_days == 1 else "days"
        count += f" and {asked.free_days} free {days} after each call"
    after = " as many of your calls as chance allows, on guard for a fifth of its own"
    if exact and rule.floor:
        after += f": after the last of {rule.floor} it is safe until the {period} ends"
    return f"With {count} a watchful centre would catch ", f"{lift:.2f} times", f"{after}."

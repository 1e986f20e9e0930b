"""A plan as a pure function of a seed and frozen inputs, so that it can be proved later.

Streams of a centre: 0 draws its calls, 1 draws anew what could not stay. Streams named
``assignment``, ``redrawn`` and ``pools`` place people and deal what a call needs. Where a capped
institute is drawn again, a centre's stream of the nth time is n under its key and ``again``.
"""

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from uuid import UUID

from scheduler.barrier import wanted
from scheduler.cover import ENOUGH, cover_in_words, cover_of
from scheduler.crewing import Crew
from scheduler.dealing import Draft, Placed, deal
from scheduler.draw import DrawRefused, draw
from scheduler.field import Field, fields_of, roster_of
from scheduler.keystream import Keystream, stream_key
from scheduler.language import languages_in_words
from scheduler.plan_inputs import Inputs
from scheduler.rule import Rule, for_share, mean_kept, most, raised
from scheduler.stage import Step, Tell, told, unheard

__all__ = ["Draft", "DrawnPlan", "make_plan", "undrawable"]

MOST_TIMES = 100  # that a capped institute is drawn; each is over its cap once in forty
NO_CALL = "chance gave it no call: only a small part of the period can be drawn"


@dataclass(frozen=True, slots=True)
class DrawnPlan:
    """The calls in the order of time, and the centres without one, each with the reason.

    ``short`` says for a centre, in sentences, what its calls had to do without, and why.
    """

    calls: tuple[Draft, ...]
    without: tuple[tuple[UUID, str], ...]
    uncovered: tuple[tuple[UUID, Fraction], ...]  # centre, share of volume nobody could take
    short: tuple[tuple[UUID, str], ...] = ()


@contextmanager
def _uncollected() -> Iterator[None]:
    """Spare Python the search for cycles among a large plan's objects, which have none."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


@_uncollected()
def make_plan(inputs: Inputs, seed: bytes, public_value: bytes, tell: Tell = unheard) -> DrawnPlan:
    """Draw, place and deal: the same seed and inputs always give the same plan."""
    chance = Chance(seed, public_value)
    roster = roster_of(inputs)
    fields = fields_of(inputs, roster, tell)
    placed, without = drawn_of(inputs, fields, chance, tell)
    crew = Crew(inputs, fields, roster, placed)
    crew.place(
        chance.named("assignment"),
        chance.named("redrawn"),
        lambda centre: chance.of_centre(centre, 1),
        tell,
    )
    calls, dealt = deal(inputs, placed, fields, chance.named("pools"), tell)
    crewed = crew.short()
    safe = _safe_hours(inputs, fields)
    return DrawnPlan(
        calls,
        tuple(without.items()),
        tuple((key, field.uncovered) for key, field in fields.items() if field.uncovered),
        tuple(
            (centre, each)
            for centre in fields
            for each in (*safe.get(centre, ()), *crewed.get(centre, ()), *dealt.get(centre, ()))
        ),
    )


def _safe_hours(inputs: Inputs, fields: Mapping[UUID, Field]) -> dict[UUID, tuple[str, ...]]:
    """What the hours that nobody offered give away, of each centre where that is too much."""
    said: dict[tuple[int, int, str], tuple[str, ...]] = {}  # centres of one calendar share fields
    found = {}
    for centre in inputs.centres:
        field = fields[centre.centre]
        if 1 - field.uncovered >= ENOUGH or field.why_not:
            continue
        skill = wanted(field.barriers, languages_in_words(centre.languages))
        whose = f" ({centre.zone})" + (f" from somebody{skill}" if skill else "")
        key = id(field.asked), id(field.weights), whose
        if key not in said:
            offered = [bool(weight) for weight in field.weights]
            said[key] = (cover_in_words(cover_of(field.slots, field.asked, offered), whose),)
        found[centre.centre] = said[key]
    return found


def undrawable(inputs: Inputs) -> dict[UUID, str]:
    """The centres that have no drawable hour in the period, each with the reason."""
    fields = fields_of(inputs, roster_of(inputs))
    return {centre: field.why_not for centre, field in fields.items() if field.why_not}


@dataclass(frozen=True, slots=True)
class Chance:
    """The streams of a plan."""

    seed: bytes
    public_value: bytes

    def of_centre(self, centre: UUID, stream: int) -> Keystream:
        """The chance of one of a centre's streams."""
        return Keystream(stream_key(self.seed, self.public_value, centre.bytes, stream))

    def again(self, centre: UUID, time: int) -> Keystream:
        """The chance of a centre's calls where the whole institute is drawn again, from 1."""
        return Keystream(stream_key(self.seed, self.public_value, centre.bytes + b"again", time))

    def named(self, name: str) -> Keystream:
        """The chance of a stream of the whole plan."""
        return Keystream(stream_key(self.seed, self.public_value, name.encode(), 0))


def drawn_of(
    inputs: Inputs, fields: Mapping[UUID, Field], chance: Chance, tell: Tell = unheard
) -> tuple[list[Placed], dict[UUID, str]]:
    """The drawn calls of every centre, and the centres without one, each with the reason."""
    rules = {
        centre.centre: for_share(raised(inputs.rule, centre.extra), field.supplied)
        for centre in inputs.centres
        if not (field := fields[centre.centre]).why_not
    }
    found = _drawn_once(inputs, fields, rules, lambda centre: chance.of_centre(centre, 0), tell)
    if inputs.capped:
        cap, time = most(map(mean_kept, rules.values())), 1
        while len(found[0]) > cap and time < MOST_TIMES:
            again = partial(chance.again, time=time)
            found, time = _drawn_once(inputs, fields, rules, again, tell), time + 1
    return found


def _drawn_once(
    inputs: Inputs,
    fields: Mapping[UUID, Field],
    rules: Mapping[UUID, Rule],
    of_centre: Callable[[UUID], Keystream],
    tell: Tell,
) -> tuple[list[Placed], dict[UUID, str]]:
    placed: list[Placed] = []
    without: dict[UUID, str] = {}
    for centre in told(Step.DRAW, inputs.centres, tell):
        field = fields[centre.centre]
        try:
            if field.why_not:
                raise DrawRefused(field.why_not)
            calls = draw(field.slots, field.weights, rules[centre.centre], of_centre(centre.centre))
            if not calls:
                raise DrawRefused(NO_CALL)
        except DrawRefused as error:
            without[centre.centre] = str(error)
            continue
        placed += [Placed(centre, 0, call) for call in calls]
    return placed, without

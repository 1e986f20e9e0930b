"""A plan as a pure function of a seed and frozen inputs, so that it can be proved later.

Streams of a centre: 0 draws its calls, 1 draws anew what could not stay. Streams named
``assignment``, ``redrawn`` and ``pools`` place people and deal what a call needs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from scheduler.crewing import Crew
from scheduler.dealing import Draft, Placed, deal
from scheduler.draw import DrawRefused, draw, for_share
from scheduler.field import Field, fields_of, roster_of
from scheduler.keystream import Keystream, stream_key
from scheduler.plan_inputs import Inputs

__all__ = ["Draft", "DrawnPlan", "make_plan", "undrawable"]

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


def make_plan(inputs: Inputs, seed: bytes, public_value: bytes) -> DrawnPlan:
    """Draw, place and deal: the same seed and inputs always give the same plan."""
    chance = Chance(seed, public_value)
    roster = roster_of(inputs)
    fields = fields_of(inputs, roster)
    placed, without = drawn_of(inputs, fields, chance)
    crew = Crew(inputs, fields, roster, placed)
    crew.place(
        chance.named("assignment"),
        chance.named("redrawn"),
        lambda centre: chance.of_centre(centre, 1),
    )
    calls, dealt = deal(inputs, placed, fields, chance.named("pools"))
    crewed = crew.short()
    return DrawnPlan(
        calls,
        tuple(without.items()),
        tuple((key, field.uncovered) for key, field in fields.items() if field.uncovered),
        tuple(
            (centre, each)
            for centre in fields
            for each in (*crewed.get(centre, ()), *dealt.get(centre, ()))
        ),
    )


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

    def named(self, name: str) -> Keystream:
        """The chance of a stream of the whole plan."""
        return Keystream(stream_key(self.seed, self.public_value, name.encode(), 0))


def drawn_of(
    inputs: Inputs, fields: Mapping[UUID, Field], chance: Chance
) -> tuple[list[Placed], dict[UUID, str]]:
    """The drawn calls of every centre, and the centres without one, each with the reason."""
    placed: list[Placed] = []
    without: dict[UUID, str] = {}
    for centre in inputs.centres:
        field = fields[centre.centre]
        try:
            if field.why_not:
                raise DrawRefused(field.why_not)
            rule = for_share(inputs.rule, field.supplied)
            calls = draw(field.slots, field.weights, rule, chance.of_centre(centre.centre, 0))
            if not calls:
                raise DrawRefused(NO_CALL)
        except DrawRefused as error:
            without[centre.centre] = str(error)
            continue
        placed += [Placed(centre, 0, call) for call in calls]
    return placed, without

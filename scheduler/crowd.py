"""Many people as one whole number, in which person n counts 2ⁿ.

So who may take a call is a few operations on whole numbers, however many people there are.
"""

from collections.abc import Iterable
from functools import cache

Crowd = int
"""People, each a number from 0: ``a & b`` are those in both, ``a & ~b`` those not in the other."""


def crowd_of(people: Iterable[int]) -> Crowd:
    """The crowd of these people.

    >>> crowd_of([0, 2])
    5
    """
    crowd = 0
    for person in people:
        crowd |= 1 << person
    return crowd


def members(crowd: Crowd) -> list[int]:
    """The people of a crowd, in the order of their numbers.

    >>> members(5)
    [0, 2]
    """
    return [person for person, there in enumerate(bin(crowd)[:1:-1]) if there == "1"]


def member(crowd: Crowd, place: int) -> int:
    """The one at a place, from 0, under a crowd's ``bit_count()``: found by halving.

    >>> [member(0b1010010, place) for place in range(3)]
    [1, 4, 6]
    """
    first = 0
    for width, lower in _halves((crowd.bit_length() - 1).bit_length()):
        low = crowd & lower
        count = low.bit_count()
        if place < count:
            crowd = low
        else:
            place -= count
            crowd >>= width
            first += width
    return first + _OF_EIGHT[crowd][place]


_OF_EIGHT = [members(crowd) for crowd in range(256)]


@cache
def _halves(times: int) -> tuple[tuple[int, Crowd], ...]:
    """Half of 2ⁿ people, for so many n, and half of them again down to eight; and all of them."""
    widths = (1 << n for n in range(times - 1, 2, -1))
    return tuple((width, (1 << width) - 1) for width in widths)

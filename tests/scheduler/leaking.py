"""Draws by designs that give their calls away, on plain months: what an adversary must find."""

from itertools import pairwise

import numpy as np

from scheduler.reference_profile import HOURS, REFERENCE_VOLUME, WEEKDAYS
from tests.scheduler.adversary import MONTH_SLOTS, Calls


def even_blocks(centres: int, months: int, blocks: int, seed: int) -> Calls:
    """One call by volume in each of so many equal runs of hours a month."""
    chance = np.random.default_rng(seed)
    volume = np.array(REFERENCE_VOLUME, dtype=float)
    calls = np.zeros((centres, months, MONTH_SLOTS), dtype=bool)
    edges = [MONTH_SLOTS * number // blocks for number in range(blocks + 1)]
    for first, after in pairwise(edges):
        share = volume[first:after] / volume[first:after].sum()
        slots = first + chance.choice(after - first, size=(centres, months), p=share)
        np.put_along_axis(calls, slots[..., None], True, axis=2)
    return calls.reshape(centres, -1)


def one_free_day(centres: int, months: int, mean: float, least: int, most: int, seed: int) -> Calls:
    """Hours drawn by volume, none on a call's day or the next, again unless the count is legal."""
    chance = np.random.default_rng(seed)
    volume = np.array(REFERENCE_VOLUME, dtype=float)
    wanted = mean * volume / volume.sum()
    calls = np.zeros((centres * months, MONTH_SLOTS), dtype=bool)
    illegal = np.arange(len(calls))
    while len(illegal):
        drawn = chance.random((len(illegal), MONTH_SLOTS)) < wanted
        free = np.zeros(len(illegal), dtype=int)
        for slot in range(MONTH_SLOTS):
            drawn[:, slot] &= free <= slot
            free = np.where(drawn[:, slot], (slot // HOURS + 2) * HOURS, free)
        calls[illegal] = drawn
        count = drawn.sum(axis=1)
        illegal = illegal[(count < least) | (count > most)]
    return calls.reshape(centres, -1)


def dealt_deck(centres: int, months: int, seed: int) -> Calls:
    """Six or seven calls a month, each on a weekday and half of the day that had none before it."""
    chance = np.random.default_rng(seed)
    volume = np.array(REFERENCE_VOLUME, dtype=float)
    day, hour = np.divmod(np.arange(MONTH_SLOTS), HOURS)
    card = day % WEEKDAYS * 2 + hour // 5
    calls = np.zeros((centres * months, MONTH_SLOTS), dtype=bool)
    for month in calls:
        for dealt in chance.permutation(2 * WEEKDAYS)[: chance.integers(6, 8)]:
            share = volume * (card == dealt)
            month[chance.choice(MONTH_SLOTS, p=share / share.sum())] = True
    return calls.reshape(centres, -1)

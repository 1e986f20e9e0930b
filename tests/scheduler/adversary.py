"""Two adversaries of a draw: one that knows the design, and one that learns from past calls.

Both see plain months of 21 days and nine hours, ``calls[centre, slot]`` true where a call came, and
are on guard for a fifth of the ordinary calls. Neither knows a line of the draw.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from scheduler.hazards import Hazards
from scheduler.reference_profile import DAYS, HOURS, REFERENCE_VOLUME, WEEKDAYS

Calls: TypeAlias = NDArray[np.bool_]
Floats: TypeAlias = NDArray[np.float64]

MONTH_SLOTS = DAYS * HOURS
GUARD = 0.2
_WINDOW = 3 * MONTH_SLOTS  # 63 days


@dataclass(frozen=True, slots=True)
class Lift:
    """The share of the calls caught over the share of the ordinary calls guarded."""

    value: float
    error: float  # standard error, by leaving out one centre at a time


def exact_lift(hazards: Hazards, calls: Calls) -> Lift:
    """How many calls the adversary catches who computes the hazard of every hour.

    The calls are those of whole periods, one after another.
    """
    slots = len(hazards.of)
    centres = len(calls)
    chance = np.empty(calls.shape)
    for start in range(0, calls.shape[1], slots):
        before = np.zeros(centres, dtype=int)
        free = np.zeros(centres, dtype=int)
        for slot in range(slots):
            chance[:, start + slot] = np.where(free <= slot, hazards.of[slot, before], 0)
            called = calls[:, start + slot]
            before = np.minimum(before + called, hazards.of.shape[1] - 1)
            free = np.where(called, hazards.following[slot], free)
    return _lift(chance, calls)


def learned_lift(calls: Calls, period_months: int) -> Lift:
    """How many calls of half the centres a machine catches that learnt from the other half."""
    half = len(calls) // 2
    features = _features(calls, period_months * MONTH_SLOTS)
    width = features.shape[-1]
    model = HistGradientBoostingClassifier(
        max_iter=120, max_leaf_nodes=16, early_stopping=False, random_state=0
    )
    # Its threads wait for each other busily: on a machine with other work one alone is faster.
    with threadpool_limits(1):
        model.fit(features[:half].reshape(-1, width), calls[:half].ravel())
        guessed = model.predict_proba(features[half:].reshape(-1, width))[:, 1]
    return _lift(guessed.reshape(calls[half:].shape), calls[half:])


def _lift(chance: Floats, calls: Calls) -> Lift:
    """Guard the hours of all centres in the order of chance over volume; exact ties by lot."""
    volume = np.broadcast_to(_volume(calls.shape[1]), calls.shape)
    tie = np.random.default_rng(0).random(calls.size)
    order = np.lexsort((tie, -(chance / volume).ravel()))
    guarded = np.zeros_like(calls)
    guarded.flat[order] = volume.ravel()[order].cumsum() <= GUARD * volume.sum()
    caught, made = (calls & guarded).sum(axis=1), calls.sum(axis=1)
    spent, all_of_it = (volume * guarded).sum(axis=1), volume.sum(axis=1)
    without_one = ((caught.sum() - caught) / (made.sum() - made)) / (
        (spent.sum() - spent) / (all_of_it.sum() - all_of_it)
    )
    lift = (caught.sum() / made.sum()) / (spent.sum() / all_of_it.sum())
    centres = len(calls)
    error = np.sqrt((centres - 1) / centres * ((without_one - without_one.mean()) ** 2).sum())
    return Lift(float(lift), float(error))


def _volume(slots: int) -> Floats:
    return np.tile(np.array(REFERENCE_VOLUME, dtype=float), slots // MONTH_SLOTS)


def _features(calls: Calls, period: int) -> NDArray[np.float32]:
    """What a centre knows before each hour, from nothing but the past and the calendar."""
    centres, slots = calls.shape
    volume = _volume(slots)
    features = np.empty((centres, slots, 16), dtype=np.float32)
    last, last_but_one = np.full((2, centres), -_WINDOW)
    this_period, last_period, today = np.zeros((3, centres))
    by_weekday = np.zeros((centres, WEEKDAYS))
    by_half_day = np.zeros((centres, WEEKDAYS, 2))
    so_far = np.concatenate((np.zeros((centres, 1)), calls.cumsum(axis=1)), axis=1)
    for slot in range(slots):
        day, hour = divmod(slot, HOURS)
        day_of_month = day % DAYS
        weekday, half = day_of_month % WEEKDAYS, hour // 5
        if slot % period == 0:
            last_period, this_period = this_period, np.zeros(centres)
            by_weekday[:], by_half_day[:] = 0, 0
        if hour == 0:
            today = np.zeros(centres)
        day_of_period = slot % period // HOURS
        known = (
            *(slot - last, slot - last_but_one),
            *(weekday, hour, day_of_period, period // HOURS - day_of_period),
            *(this_period, last_period, so_far[:, slot] - so_far[:, max(slot - _WINDOW, 0)]),
            *(np.where(last < 0, -1, last // HOURS % DAYS % WEEKDAYS), last % HOURS),
            *(by_weekday[:, weekday], by_half_day[:, weekday, half], today),
            *(np.log(volume[slot]), day_of_month),
        )
        for number, each in enumerate(known):
            features[:, slot, number] = each
        called = calls[:, slot]
        last_but_one = np.where(called, last, last_but_one)
        last = np.where(called, slot, last)
        this_period = this_period + called
        today = today + called
        by_weekday[:, weekday] += called
        by_half_day[:, weekday, half] += called
    return features

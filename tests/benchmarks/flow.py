"""OR-tools' min-cost flow for the question that the assignment answers, so far as a flow can ask.

It knows who offered which moment and who is tied, one call a person and clock hour, the caps of day
and week, and balances the load by rising costs. It can't say the most of a centre's calls in one
hand, 75 minutes blocked, or the odds of a voice; it gives nobody a stand-in, and no two of its
plans differ. So what it places is the most that anybody could.
"""

import time
from collections.abc import Sequence
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from scheduler.crowd import Crowd, members
from scheduler.placing import Task
from scheduler.plan_inputs import Inputs
from scheduler.roster import Roster

_LOST = 1_000_000  # the cost of a call with nobody
_STEPS = 20  # of rising cost for a person's load


class Nodes(StrEnum):
    """What gets a node of its own, with an arc to everybody who could take it."""

    CALL = "by call"
    KIND = "by kind"  # calls of an hour that the same people could take
    HOUR = "by hour"  # all calls of an hour, as though nobody had a tie


def flow(inputs: Inputs, roster: Roster, tasks: Sequence[Task], nodes: Nodes) -> tuple[float, int]:
    """Seconds of the processor that the flow takes, and how many calls it places at most."""
    began, people = time.process_time(), len(inputs.people)
    everyone = np.arange(people)
    hours, in_hour = np.unique([task.second // 3600 for task in tasks], return_inverse=True)
    days, on_day = np.unique(hours // 24, return_inverse=True)
    weeks, in_week = np.unique((days + 3) // 7, return_inverse=True)
    # The source is node 0, the sink 1; then people, their weeks, days and hours; then the calls.
    week_0 = 2 + people
    day_0 = week_0 + people * len(weeks)
    hour_0 = day_0 + people * len(days)
    call_0 = hour_0 + people * len(hours)
    arcs = _Arcs()
    found: dict[tuple[int, Crowd, int], int] = {}  # calls of each node
    for number, (task, hour) in enumerate(zip(tasks, in_hour.tolist(), strict=True)):
        if nodes is Nodes.HOUR:  # shifts begin and end on the half hour
            able = roster.there(task.hour) | roster.there(task.hour + 1800)
        else:
            able = roster.there(task.second) & ~task.barred
        key = hour, able, number if nodes is Nodes.CALL else 0
        found[key] = found.get(key, 0) + 1
    numbers = {able: np.array(members(able), dtype=np.int64) for _, able, _ in found}
    calls = call_0 + np.arange(len(found))
    arcs.add(np.zeros_like(calls), calls, np.array(list(found.values())), 0)
    arcs.add(calls, np.ones_like(calls), np.array(list(found.values())), _LOST)
    sizes = [len(numbers[able]) for _, able, _ in found]
    if nodes is Nodes.HOUR:
        heads = [day_0 + people * on_day[hour] + numbers[able] for hour, able, _ in found]
    else:
        heads = [hour_0 + people * hour + numbers[able] for hour, able, _ in found]
        for hour, day in enumerate(on_day):
            arcs.add(hour_0 + people * hour + everyone, day_0 + people * day + everyone, 1, 0)
    arcs.add(np.repeat(calls, sizes), np.concatenate(heads), 1, 0)
    per_day = np.array([each.per_day for each in inputs.people])
    per_week = np.array([each.per_week for each in inputs.people])
    for day, week in enumerate(in_week):
        arcs.add(day_0 + people * day + everyone, week_0 + people * week + everyone, per_day, 0)
    for week in range(len(weeks)):
        arcs.add(week_0 + people * week + everyone, 2 + everyone, per_week, 0)
    share = max(1, len(tasks) * 2 // people // _STEPS)
    for step in range(_STEPS):
        arcs.add(2 + everyone, np.ones_like(everyone), share, step)
    arcs.add(2 + everyone, np.ones_like(everyone), len(tasks), _STEPS)
    peer = SimpleMinCostFlow()
    peer.add_arcs_with_capacity_and_unit_cost(*arcs.columns())
    peer.set_node_supply(0, len(tasks))
    peer.set_node_supply(1, -len(tasks))
    assert peer.solve() == peer.OPTIMAL
    lost = peer.flows(np.arange(len(found), 2 * len(found))).sum()
    return time.process_time() - began, len(tasks) - int(lost)


class _Arcs:
    """Arcs as columns: tail, head, capacity and cost."""

    def __init__(self) -> None:
        self._parts: list[list[npt.NDArray[np.int64]]] = []

    def add(
        self,
        tails: npt.NDArray[np.int64],
        heads: npt.NDArray[np.int64],
        capacity: npt.NDArray[np.int64] | int,
        cost: int,
    ) -> None:
        self._parts.append(
            [np.broadcast_to(each, tails.shape) for each in (tails, heads, capacity, cost)]
        )

    def columns(self) -> list[npt.NDArray[np.int64]]:
        return [np.concatenate(column) for column in zip(*self._parts, strict=True)]

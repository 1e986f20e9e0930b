"""The assignment's time beside OR-tools' min-cost flow, and what it places of the maximum.

The flow is told less than the assignment knows: one call a person and clock hour, and caps of day
and week; so its maximum is an upper bound. Load is balanced by rising costs. Install the peers with
``pip install -r tests/benchmarks/requirements.txt``, then run
``python -m tests.benchmarks.assigning`` (``--largest 1000`` leaves out 10,000 centres).
"""

import argparse
import sys
import time
from collections import Counter
from statistics import median

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from scheduler.crewing import Crew
from scheduler.field import fields_of, roster_of
from scheduler.plan import Chance, drawn_of
from scheduler.plan_inputs import Inputs
from tests.benchmarks.institute import institute

LIMITS = {1_000: 0.10, 10_000: 0.06}
SIZES = ((1_000, 100), (10_000, 1_000))
_LOST = 1_000_000  # the cost of a call with nobody
_STEPS = 20  # of rising cost for a person's load


def flow(inputs: Inputs, seconds: list[int]) -> tuple[float, int]:
    """Seconds that the flow takes, and how many calls it places at most."""
    roster = roster_of(inputs)
    began = time.perf_counter()
    calls = Counter(second // 3600 * 3600 for second in seconds)
    arcs: list[tuple[int, int, int, int]] = []
    nodes: dict[object, int] = {"source": 0, "sink": 1}

    def node(key: object) -> int:
        return nodes.setdefault(key, len(nodes))

    for hour, count in calls.items():
        arcs.append((0, node(hour), count, 0))
        for person in roster.at(hour)[0]:
            arcs.append((node(hour), node((person, hour // 86_400)), 1, 0))
    share = max(1, len(seconds) * 2 // len(inputs.people) // _STEPS)
    for key in list(nodes):
        if isinstance(key, tuple):
            person, day = key
            week = node((person, "week", (day + 3) // 7))
            arcs.append((node(key), week, inputs.people[person].per_day, 0))
    for key in list(nodes):
        if isinstance(key, tuple) and len(key) == 3:
            person = key[0]
            arcs.append((node(key), node(("load", person)), inputs.people[person].per_week, 0))
    for person in range(len(inputs.people)):
        for step in range(_STEPS):
            arcs.append((node(("load", person)), 1, share, step))
        arcs.append((node(("load", person)), 1, len(seconds), _STEPS))
    arcs.append((0, 1, len(seconds), _LOST))
    peer = SimpleMinCostFlow()
    peer.add_arcs_with_capacity_and_unit_cost(*np.array(arcs, dtype=np.int64).T)
    peer.set_node_supply(0, len(seconds))
    peer.set_node_supply(1, -len(seconds))
    assert peer.solve() == peer.OPTIMAL
    return time.perf_counter() - began, len(seconds) - int(peer.flow(len(arcs) - 1))


def main() -> int:
    """Three rounds of each, taken in turns; 1 when a limit is broken."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--largest", type=int, default=SIZES[-1][0], metavar="CENTRES")
    options.add_argument("--rounds", type=int, default=3)
    asked = options.parse_args()
    broken = False
    chance = Chance(bytes(32), b"")
    for centres, assessors in SIZES:
        if centres > asked.largest:
            break
        inputs = institute(centres, assessors)
        fields = fields_of(inputs, roster_of(inputs))
        ours, theirs = [], []
        for _ in range(asked.rounds):
            placed, _ = drawn_of(inputs, fields, chance)
            began = time.perf_counter()
            crew = Crew(inputs, fields, roster_of(inputs), placed)
            crew.place(
                chance.named("assignment"),
                chance.named("redrawn"),
                lambda centre: chance.of_centre(centre, 1),
            )
            ours.append(time.perf_counter() - began)
            took, most = flow(inputs, [int(one.drawn.moment.timestamp()) for one in placed])
            theirs.append(took)
        done = [one.person for one in placed if one.person >= 0]
        loads = np.array(list(Counter(done).values()))
        ratio = median(ours) / median(theirs)
        print(
            f"{centres} centres: {median(ours):.2f} s beside {median(theirs):.2f} s, ratio "
            f"{ratio:.2f} (at most {LIMITS[centres]}); placed {len(done)} of at most {most}; "
            f"spread of load {loads.std() / loads.mean():.3f}"
        )
        broken |= ratio > LIMITS[centres] or len(done) < 0.999 * most
    return int(broken)


if __name__ == "__main__":
    sys.exit(main())

"""The assignment's time beside OR-tools' min-cost flow, and what it places of the maximum.

Ours gives each call a person and a stand-in and draws anew what can't stay; what the flow is asked
is told in ``flow.py``. Times are the processor's. Install the peer with
``pip install -r tests/benchmarks/requirements.txt``, then run
``python -m tests.benchmarks.assigning`` (``--largest 3000`` leaves out 10,000 centres).
"""

import argparse
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from statistics import median
from uuid import UUID

import numpy as np

from scheduler.crewing import Crew
from scheduler.dealing import Placed
from scheduler.field import Field, fields_of, roster_of
from scheduler.placing import Task
from scheduler.plan import Chance, drawn_of
from scheduler.plan_inputs import Inputs
from scheduler.roster import Roster
from tests.benchmarks.flow import Nodes, flow
from tests.benchmarks.institute import institute

SIZES = ((1_000, 100), (3_000, 300), (10_000, 1_000))
LIMITS = {1_000: 0.10, 3_000: 0.10, 10_000: 0.06}  # of the flow's time, by call
SPREADS = {1_000: 0.012, 3_000: 0.021, 10_000: 0.021}
MOST_ARCS = 50_000_000  # more don't fit into 16 GiB


def assigned(
    inputs: Inputs, fields: Mapping[UUID, Field], roster: Roster, seed: int
) -> tuple[float, list[Placed]]:
    """Seconds of the processor, and the calls of one draw with the people of a seed."""
    placed, _ = drawn_of(inputs, fields, Chance(bytes(32), b""))
    chance = Chance(bytes([seed] * 32), b"")
    began = time.process_time()
    crew = Crew(inputs, fields, roster, placed)
    crew.place(
        chance.named("assignment"),
        chance.named("redrawn"),
        lambda centre: chance.of_centre(centre, 1),
    )
    return time.process_time() - began, placed


def a_day_at_a_time(inputs: Inputs, roster: Roster, tasks: Sequence[Task]) -> tuple[float, int]:
    """What the flow by call takes, day by day, where it has too many arcs for one question.

    It is asked less, since no cap of a week is kept and the load is balanced within days alone; so
    it may place more, and takes less time than it would for all at once.
    """
    days: defaultdict[int, list[Task]] = defaultdict(list)
    for task in tasks:
        days[task.second // 86_400].append(task)
    answers = [flow(inputs, roster, day, Nodes.CALL) for day in days.values()]
    return sum(seconds for seconds, _ in answers), sum(placeable for _, placeable in answers)


def alike(one: list[Placed], other: list[Placed], roster: Roster) -> float:
    """The chance that two plans send the same person, over that of a uniform choice."""
    same, uniform = 0, 0.0
    for a, b in zip(one, other, strict=True):
        if a.task and b.task and a.stream == b.stream == 0:
            same += a.person == b.person
            uniform += 1 / (roster.there(a.task.second) & ~a.task.barred).bit_count()
    return same / uniform


def main() -> int:
    """Three rounds of each, taken in turns; 1 when a limit is broken."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--largest", type=int, default=SIZES[-1][0], metavar="CENTRES")
    options.add_argument("--rounds", type=int, default=3)
    asked = options.parse_args()
    broken = False
    for centres, assessors in SIZES:
        if centres > asked.largest:
            break
        inputs = institute(centres, assessors)
        roster = roster_of(inputs)
        fields = fields_of(inputs, roster)
        took: dict[str, list[float]] = {}
        plans: list[list[Placed]] = []
        most = sys.maxsize
        for number in range(asked.rounds):
            seconds, placed = assigned(inputs, fields, roster, number)
            took.setdefault("ours", []).append(seconds)
            plans = [*plans[-1:], placed]
            tasks = [one.task for one in placed if one.task]
            for nodes in Nodes:
                if nodes is Nodes.CALL and len(tasks) * assessors > MOST_ARCS:
                    seconds, placeable = a_day_at_a_time(inputs, roster, tasks)
                else:
                    seconds, placeable = flow(inputs, roster, tasks, nodes)
                most = min(most, placeable)
                took.setdefault(nodes, []).append(seconds)
        done = [one.person for one in placed if one.person >= 0]
        loads = np.array(list(Counter(done).values()))
        spread = loads.std() / loads.mean()
        print(
            f"{centres} centres: {median(took['ours']):.2f} s; placed {len(done)} of at most "
            f"{most}, {sum(one.stream for one in placed)} drawn anew; spread of load {spread:.3f}"
        )
        if len(plans) > 1:
            often = alike(plans[0], plans[1], roster)
            print(f"  two plans send the same person {often:.2f} times as often as uniform odds")
        for nodes in Nodes:
            ratio = median(took["ours"]) / median(took[nodes])
            print(f"  flow {nodes}: {median(took[nodes]):.2f} s, ratio {ratio:.3f}", end="")
            limited = nodes is Nodes.CALL
            print(f" (at most {LIMITS[centres]})" if limited else "")
            broken |= limited and ratio > LIMITS[centres]
        if len(tasks) * assessors > MOST_ARCS:
            print("  by call a day at a time, as though no week had a cap")
        broken |= len(done) < 0.999 * most or bool(spread > SPREADS[centres])
    return int(broken)


if __name__ == "__main__":
    sys.exit(main())

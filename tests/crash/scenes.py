"""What goes wrong in one trial: a process stopped at a point, or at random, and faults at once."""

import random
from dataclasses import dataclass

from scheduler.practice.behaviour import AssessorAnswers, CentreAnswers, Outcome, Unanswered
from tests.crash.points import KILL, PAUSE, POINTS
from tests.crash.processes import SOON

KINDS = ("kill", "stop", "clock", "restore")
LOST = ("drop@call", "drop@parent.completed")  # nothing of an assessor's leg is ever heard
NO_END = ("drop@child.completed", "drop@dial", "drop@parent.completed")
MADE = ("500_after", "500_late:20", "reset_after", f"timeout_after:{2 * SOON}", "bad_body_after")
CREATE = (*MADE, "429", "500_before", "refuse:21211")
PURPOSES = ("call", "gather", "dial", "completed", "answered", "ringing", "initiated")
CENTRES = (CentreAnswers(talk=30), Unanswered("busy"), Unanswered("no_answer"))
IN_A_TRANSACTION = "before its commit"


@dataclass(frozen=True)
class Scene:
    """One trial as it was drawn."""

    kind: str
    calls: int
    together: bool
    armed: tuple[str, ...]  # the points that stop whoever comes by, in any order
    create: tuple[str, ...]
    webhooks: tuple[str, ...]
    centres: tuple[Outcome, ...]
    assessor: Outcome
    idle: bool  # nobody dials until the moment is over
    strikes: tuple[float, ...]  # at which share of the steps a process is killed at random
    skew: int = 0  # seconds by which one process's clock is wrong

    @property
    def what(self) -> int:
        return PAUSE if self.kind == "stop" else KILL


def draw(chance: random.Random, kind: str, number: int) -> Scene:
    """The trial of a number: every point has its turn, everything else is drawn."""
    points = POINTS if kind == "kill" else POINTS[-1:] if kind in ("clock", "restore") else _safe()
    point = points[number % len(points)]
    create, webhooks, armed = _road_to(point, chance)
    if chance.random() < 0.4:
        armed += (chance.choice(points),)
    if chance.random() < 0.5:
        webhooks += tuple(_webhook_fault(chance) for _ in range(chance.randint(1, 3)))
    if not create and chance.random() < 0.4:
        create = (chance.choice(CREATE),)
    return Scene(
        kind=kind,
        calls=chance.choice((1, 1, 2, 3)),
        together=chance.random() < 0.5,
        armed=() if kind in ("clock", "restore") else armed,
        create=create,
        webhooks=webhooks,
        centres=tuple(chance.choice((CENTRES[0], *CENTRES)) for _ in range(3)),
        assessor=AssessorAnswers(press="" if chance.random() < 0.1 else "1"),
        idle=point.startswith("expiry"),
        strikes=tuple(chance.random() for _ in range(chance.choice((0, 1, 2)))),
        skew=chance.choice((-3600, 3600)) if kind == "clock" else 0,
    )


def _safe() -> tuple[str, ...]:
    """Where a worker can stand still: outside a transaction, which would hold up everybody."""
    worker = ("claim", "record", "refusal", "request", "listing", "question", "look-up", "asking")
    return tuple(
        each
        for each in POINTS
        if each.partition(":")[0] in worker and not each.endswith(IN_A_TRANSACTION)
    )


def _road_to(
    point: str, chance: random.Random
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Faults and earlier stops without which a process wouldn't come by a point."""
    what = point.partition(":")[0]
    if what in ("look-up", "listing"):
        return (chance.choice(MADE),), LOST, (point,)
    if what in ("asking", "question"):
        return (), NO_END, (point,)
    if what == "refusal":
        return ("429",), (), (point,)
    if what == "dead owners":
        before = chance.choice(("claim: after its commit", "request: after it was answered"))
        return (), (), (before, point)
    return (), (), (point,)


def _webhook_fault(chance: random.Random) -> str:
    fault = chance.choice(("drop", "double", "forged", f"late:{chance.choice((3, 20, 60, 130))}"))
    return f"{fault}@{chance.choice(PURPOSES)}"

"""What goes wrong in one trial: processes stopped at points, or at random, and faults at once.

The points are dealt like cards, so that each is armed as often as its neighbours: a few of one
*road* make a hand, and a trial plays one hand. Seed, kind and number alone say which.
"""

import random
from dataclasses import dataclass

from scheduler.practice.behaviour import AssessorAnswers, CentreAnswers, Outcome, Unanswered
from tests.crash.points import KILL, PAUSE, POINTS
from tests.crash.processes import SOON

KINDS = ("kill", "stop", "clock", "change", "restore")
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
    spread: int  # seconds within which the calls' moments lie; 0: all at once
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


@dataclass(frozen=True)
class Road:
    """Points that a trial comes by, and the faults and earlier stops without which it wouldn't."""

    points: tuple[str, ...]
    create: tuple[str, ...] = ()  # one of them befalls the first two requests
    webhooks: tuple[str, ...] = ()
    before: tuple[str, ...] = ()  # one of them stops a process first
    calls: tuple[int, ...] = (1, 1, 2, 3)
    spread: tuple[int, ...] = (0, 20)
    idle: bool = False
    present: bool = False  # the assessors press the key
    hand: int = 3  # points armed at once, and how often a round deals each of them


def _points(*whats: str) -> tuple[str, ...]:
    return tuple(each for each in POINTS if each.partition(":")[0] in whats)


FAR = (
    Road(_points("look-up", "listing"), create=MADE, webhooks=LOST),
    Road(_points("asking", "question"), webhooks=NO_END, calls=(2, 3), present=True, hand=4),
    Road(_points("refusal"), create=("429",), calls=(2, 3)),
    Road(
        _points("dead owners"),
        before=("claim: after its commit", "request: after it was answered"),
    ),
    Road(_points("expiry"), idle=True),
)
SENT = Road(_points("claim", "record", "request"), calls=(3, 4))
HEARD = Road(
    tuple(each for each in POINTS if not any(each in road.points for road in (SENT, *FAR))),
    calls=(4, 5),
    spread=(0, 60, 120, 120, 180, 180, 180, 180),
    present=True,
    hand=4,
)
ROADS = (SENT, HEARD, *FAR)


def draw(seed: int, kind: str, number: int) -> Scene:
    """The trial of a number: every point has its turn, everything else is drawn."""
    chance = random.Random(f"{seed} {kind} {number}")
    stops = kind in ("kill", "stop", "change")
    road, armed = _hand(seed, kind, number) if stops else (SENT, ())
    create: tuple[str, ...] = (chance.choice(road.create),) * 2 if road.create else ()
    webhooks = road.webhooks
    if road.before:
        armed = (chance.choice(road.before), *armed)
    if chance.random() < 0.5:
        webhooks += tuple(_webhook_fault(chance) for _ in range(chance.randint(1, 3)))
    if not create and chance.random() < 0.4:
        create = (chance.choice(CREATE),)
    return Scene(
        kind=kind,
        calls=chance.choice(road.calls),
        spread=chance.choice(road.spread),
        armed=armed,
        create=create,
        webhooks=webhooks,
        centres=tuple(chance.choice((CENTRES[0], *CENTRES)) for _ in range(5)),
        assessor=AssessorAnswers(press="1" if road.present or chance.random() < 0.8 else ""),
        idle=road.idle,
        strikes=tuple(chance.random() for _ in range(chance.choice((1, 1, 2)))),
        skew=chance.choice((-3600, 3600)) if kind == "clock" else 0,
    )


def _hand(seed: int, kind: str, number: int) -> tuple[Road, tuple[str, ...]]:
    """The hand of a trial; every round deals all of them."""
    safe = POINTS if kind != "stop" else _safe()
    roads = [(road, [each for each in road.points if each in safe]) for road in ROADS]
    roads = [(road, points) for road, points in roads if points]
    hands = sum(-(-road.hand * len(of) // min(road.hand, len(of))) for road, of in roads)
    chance = random.Random(f"{seed} {kind} round {number // hands}")
    dealt = []
    for road, points in roads:
        deck = chance.sample(points, len(points)) * road.hand
        size = min(road.hand, len(points))
        dealt += [(road, tuple(deck[n : n + size])) for n in range(0, len(deck), size)]
    return chance.sample(dealt, len(dealt))[number % hands]


def _safe() -> tuple[str, ...]:
    """Where a worker can stand still: outside a transaction, which would hold up everybody."""
    worker = _points(
        "claim", "record", "refusal", "request", "listing", "question", "look-up", "asking"
    )
    return tuple(each for each in worker if not each.endswith(IN_A_TRANSACTION))


def _webhook_fault(chance: random.Random) -> str:
    fault = chance.choice(("drop", "double", "forged", f"late:{chance.choice((3, 20, 60, 130))}"))
    return f"{fault}@{chance.choice(PURPOSES)}"

"""Draws that go on: small ones are over with their request, large ones are watched on the page."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from threading import Lock
from uuid import UUID

from scheduler.sealing import PlanRefused
from scheduler.stage import Stage, Tell

PATIENCE = 10.0  # seconds for which a request waits for its draw
BROKEN = "The draw broke off; the fault is ours. Nothing was half-written: draw again."

log = logging.getLogger(__name__)

_one = ThreadPoolExecutor(1, "draw")  # one at a time, as they use all there is
_going: dict[UUID, Future[None]] = {}
_stages: dict[UUID, Stage] = {}  # how far each is that goes on
_lock = Lock()


def draw(plan: UUID, act: Callable[[Tell], object]) -> str:
    """Begin a draw unless it goes on, and wait a while; answers why it was refused, "" otherwise.

    A process that ends meanwhile leaves the plan sealed, to be drawn again to the same calls.
    """
    with _lock:
        going = _going.get(plan)
        if going is None:
            going = _going[plan] = _one.submit(_logged, plan, act)
    try:
        going.exception(PATIENCE)
    except TimeoutError:
        return ""
    return outcome(plan)


def goes_on(plan: UUID) -> bool:
    """Whether a draw of a plan hasn't ended."""
    going = _going.get(plan)
    return going is not None and not going.done()


def how_far(plan: UUID) -> str:
    """How far a draw is that goes on, in words; "" before it has begun."""
    stage = _stages.get(plan)
    return str(stage) if stage else ""


def outcome(plan: UUID) -> str:
    """Why the draw that ended was refused, told once; "" where it wasn't, or none ended."""
    if goes_on(plan):
        return ""
    ended = _going.pop(plan, None)
    failed = ended.exception() if ended else None
    if failed is None:
        return ""
    return str(failed) if isinstance(failed, PlanRefused) else BROKEN


def _logged(plan: UUID, act: Callable[[Tell], object]) -> None:
    try:
        act(partial(_stages.__setitem__, plan))
    except PlanRefused:
        raise
    except Exception:
        log.exception("drawing plan %s failed", plan)
        raise
    finally:
        _stages.pop(plan, None)

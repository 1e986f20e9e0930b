"""Faults on request: what the network does wrong once, and then never again."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Event, Lock

HOLD_SECONDS = 15.0
CREATE_FAULTS = {
    "429": None,  # too many requests, never made
    "refuse": "CODE",  # one of Twilio's codes, never made
    "500_before": None,  # not made
    "500_after": None,  # made, and then this
    "500_late": "SECONDS",  # this, and made so much later: something on the way held the request
    "timeout_after": "SECONDS",  # made, and no answer for so long
    "reset_after": None,  # made, and the connection torn down
    "bad_body_after": None,  # made, and an answer that can't be read
}
WEBHOOK_FAULTS = {
    "drop": None,  # never sent
    "double": None,  # sent twice
    "late": "SECONDS",  # sent so much later
    "forged": None,  # preceded by a copy with a stranger's signature
}
OPTIONAL = {"timeout_after"}
_FORM = re.compile(r"(?P<name>\w+)(:(?P<argument>[0-9.]+))?(@(?P<purpose>[a-z.]+))?")


class FaultError(ValueError):
    """A fault that nobody can cause; the text says which can be."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, spent when it is used; ``purpose`` is the webhook that it waits for."""

    name: str
    argument: float | None = None
    purpose: str | None = None

    def __str__(self) -> str:
        """Return the form in which it was asked for."""
        argument = "" if self.argument is None else f":{self.argument:g}"
        return self.name + argument + (f"@{self.purpose}" if self.purpose else "")


class Faults:
    """The faults still to come, in two queues: of requests for calls, and of webhooks."""

    def __init__(self) -> None:
        """Begin with none."""
        self._lock = Lock()
        self._create: list[Fault] = []
        self._webhooks: list[Fault] = []
        self._released = Event()

    def queue(self, create: Iterable[str] = (), webhooks: Iterable[str] = ()) -> None:
        """Queue faults by their names; raise ``FaultError``, queueing nothing, if one is unknown.

        A name may be followed by ``:`` and a number. A webhook's may be followed by ``@`` and the
        purpose of the deliveries that it waits for, such as ``dial``, ``child.answered`` or
        ``answered`` (of either leg).
        """
        for_create = [_fault(text, CREATE_FAULTS) for text in create]
        for_webhooks = [_fault(text, WEBHOOK_FAULTS) for text in webhooks]
        with self._lock:
            self._create += for_create
            self._webhooks += for_webhooks

    def for_create(self) -> Fault | None:
        """Spend and return the fault of the next request for a call."""
        with self._lock:
            return self._create.pop(0) if self._create else None

    def for_webhook(self, purpose: str) -> Fault | None:
        """Spend and return the first fault that waits for a webhook of this purpose."""
        with self._lock:
            for n, fault in enumerate(self._webhooks):
                if fault.purpose in (None, purpose, purpose.rpartition(".")[2]):
                    return self._webhooks.pop(n)
        return None

    def hold(self, fault: Fault) -> None:
        """Wait as long as a held answer takes, or until all are released."""
        self._released.wait(HOLD_SECONDS if fault.argument is None else fault.argument)

    def release(self) -> None:
        """Let go of every answer that is held, now and later."""
        self._released.set()


def _fault(text: str, known: dict[str, str | None]) -> Fault:
    found = _FORM.fullmatch(text)
    name = found["name"] if found else text
    if found is None or name not in known or (found["purpose"] and known is CREATE_FAULTS):
        raise FaultError(f"{text!r} is no fault; known are {', '.join(known)}")
    needs, argument = known[name], found["argument"]
    if (argument is None) != (needs is None) and not (argument is None and name in OPTIONAL):
        raise FaultError(f"{text!r}: write {name}" + (f":{needs}" if needs else ""))
    try:
        return Fault(name, float(argument) if argument else None, found["purpose"])
    except ValueError as error:
        raise FaultError(f"{text!r}: {argument} is no number") from error

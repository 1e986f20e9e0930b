"""Teaches the practice exchange its telephones: who answers where, and how.

The exchange never opens our database; it learns by a control request what the outside world knows
anyway, that a number rings.
"""

import random
from hashlib import sha256
from typing import Any
from uuid import UUID

import requests

from config.database import Sessions
from config.vault import Vault
from scheduler import people, register
from scheduler.access import Role
from scheduler.caller_pool import VOICE_HOOK
from scheduler.practice.behaviour import (
    AssessorAnswers,
    Outcome,
    Telephone,
    TelephoneKind,
    Unanswered,
)
from scheduler.practice.personas import (
    CLOSED,
    FAST,
    MENU,
    QUEUE,
    RUDE,
    SLOW,
    SUSPICIOUS,
    Persona,
)
from scripts.database import Installation
from scripts.wiring import Network

# Ofcom keeps 01632 960000 to 960999 for drama: these are the practice pool.
POOL = tuple(f"+441632960{n:03d}" for n in range(40))
# How many of a hundred centres have which manner; nobody is closed in declared hours by chance.
MANNERS = {FAST: 35, SLOW: 10, QUEUE: 20, MENU: 20, RUDE: 8, SUSPICIOUS: 7}
DIALS = 60  # outcomes made for each centre's number; the last one repeats
TIMEOUT = 10.0


def telephones(
    sessions: Sessions, vault: Vault, closed: frozenset[UUID] = frozenset()
) -> tuple[Telephone, ...]:
    """Every telephone that the register and the people know; some centres may be ``closed``."""
    with sessions.reading() as session:
        lines = [
            (line.number.e164, centre.id in closed)
            for centre in register.centres(session)
            for line in register.lines(session, centre.id)
        ]
        assessors = [
            number
            for person in people.holders(session, Role.ASSESSOR)
            if (number := people.telephone_of(session, vault, person.id))
        ]
    return (
        *(
            Telephone(
                e164,
                TelephoneKind.CENTRE,
                (CLOSED.typical(),) if is_closed else centre_outcomes(e164),
            )
            for e164, is_closed in lines
        ),
        *(
            Telephone(number, TelephoneKind.ASSESSOR, (AssessorAnswers(),))
            for number in sorted(set(assessors))
        ),
    )


def centre_outcomes(e164: str) -> tuple[Outcome, ...]:
    """How a centre of the practice world answers, dial by dial; its manner is its number's."""
    chance = random.Random(sha256(e164.encode()).digest())
    (persona,) = chance.choices(list(MANNERS), list(MANNERS.values()))
    return tuple(_outcome(chance, persona) for _ in range(DIALS))


def _outcome(chance: random.Random, persona: Persona) -> Outcome:
    fate = chance.random()
    if fate < 0.03:
        return Unanswered("busy")
    if fate < 0.05:
        return Unanswered("no_answer")
    return persona.answers(chance)


class Teacher:
    """Tells the exchange what it doesn't know yet.

    A telephone that is taught anew begins its outcomes again, so each is told once, and again only
    when something about it changed.
    """

    def __init__(self, installation: Installation, net: Network) -> None:
        self._installation = installation
        self._net = net
        self._taught: frozenset[Telephone] | None = None

    def teach(self) -> int:
        """Tell the pool and the new telephones; answers how many. Raises RequestException."""
        known = frozenset(telephones(self._installation.sessions, self._installation.vault))
        new = known - (self._taught or frozenset())
        if new or self._taught is None:
            voice = f"{self._installation.settings.public_origin}{VOICE_HOOK}"
            _post(self._net, "numbers", {"owned": list(POOL), "voice_url": [voice]})
            _post(self._net, "telephones", [telephone.as_json() for telephone in new])
        self._taught = known
        return len(new)


def _post(net: Network, what: str, body: Any) -> None:
    answer = requests.post(
        f"{net.origin}/practice/{what}",
        json=body,
        auth=(net.account, net.token),
        timeout=TIMEOUT,
    )
    answer.raise_for_status()

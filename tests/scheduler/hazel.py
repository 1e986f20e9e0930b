"""Hazel, a verifier who secures the way in."""

import secrets
from datetime import datetime
from uuid import UUID

from scheduler import admitting, securing
from scheduler.access import Role
from tests.builders import NOW, Institute
from tests.scheduler.entering import HEAD, HERE, code, sign_in

EMAIL, CHOSEN = "hazel@institute.example", "quiet lamp by the harbour"


class Hazel:
    """A verifier who signs in."""

    def __init__(self, institute: Institute) -> None:
        self.institute, self.sessions, self.vault = institute, institute.sessions, institute.vault
        self.id: UUID = institute.person("Hazel", Role.VERIFIER, password=CHOSEN)
        self.token = sign_in(institute, EMAIL, CHOSEN, NOW).token

    def enrol(self) -> tuple[str, ...]:
        """Add a second step; answers the recovery codes. The code of NOW is used up."""
        chance = secrets.token_bytes(20)
        securing.begin_second_step(self.sessions, self.vault, self.id, chance, NOW)
        return securing.confirm_second_step(
            self.sessions,
            self.vault,
            HEAD,
            self.id,
            code(self.institute, EMAIL, NOW, confirmed=False),
            self.token,
            secrets.token_bytes,
            NOW,
        )

    def enter(self, typed: str, now: datetime) -> str:
        """Sign in by both steps."""
        half = sign_in(self.institute, EMAIL, CHOSEN, now)
        assert half.waits_for_code
        return self.second(half.token, typed, now)

    def second(self, half: str, typed: str, now: datetime) -> str:
        return admitting.sign_in_by_code(self.sessions, self.vault, HEAD, half, typed, now, HERE)

    def is_in(self, token: str, now: datetime = NOW) -> bool:
        return admitting.who(self.sessions, token, now) is not None

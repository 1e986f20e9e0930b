"""Those who ring the account's own numbers: centres that ring back, and whoever a trainer sends."""

from collections.abc import Callable
from datetime import datetime, timedelta

from scheduler.practice.agenda import Agenda
from scheduler.practice.behaviour import CentreAnswers
from scheduler.practice.call_request import Refused
from scheduler.practice.ledger import Ledger
from scheduler.practice.leg import Leg, Status

NOT_SHOWN = "+266696687"  # what the network says in the place of a number that isn't shown
STAYS = 120.0  # seconds from the answer, then a caller has said everything
SPEAKS = 12.0  # seconds of a message


class Callers:
    """Begins calls to owned numbers, each of which asks its VoiceUrl what is to happen."""

    def __init__(
        self,
        agenda: Agenda,
        ledger: Ledger,
        begin: Callable[[Leg, datetime], None],
        owns: Callable[[str], bool],
    ) -> None:
        """``begin`` takes a ringing leg into the switch."""
        self.voice_urls: dict[str, str] = {}  # by owned number
        self._agenda = agenda
        self._ledger = ledger
        self._begin = begin
        self._owns = owns

    def ring(self, to: str, from_: str, now: datetime) -> Leg:
        """Ring an owned number; raise ``Refused`` where it isn't one."""
        if not self._owns(to):
            raise Refused(404, 20404, f"{to} is no number of this account")
        url = self.voice_urls.get(to, "")
        leg = Leg(to, from_ or NOT_SHOWN, now, url, status=Status.RINGING, inbound=True)
        self._ledger.write("inbound", now, url=url or None, **leg.facts())
        self._begin(leg, now)
        return leg

    def ended(self, leg: Leg, now: datetime) -> None:
        """Let a centre ring back, if it is one that does and it spoke with the caller."""
        centre = leg.outcome
        if not isinstance(centre, CentreAnswers) or leg.answered is None:
            return
        if centre.rings_back_after is None or not self._owns(leg.from_):
            return
        to, own = leg.from_, NOT_SHOWN if centre.rings_back_hidden else leg.to

        def ring(at: datetime) -> None:
            if self._owns(to):
                self.ring(to, own, at)

        self._agenda.add(now + timedelta(seconds=centre.rings_back_after), ring)

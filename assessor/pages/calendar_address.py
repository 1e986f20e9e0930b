"""The address at which an assessor's own calendar reads the moments of their calls."""

import secrets
from collections import Counter
from datetime import datetime

from flask import Blueprint, Response, abort, redirect
from werkzeug.wrappers import Response as BaseResponse

from assessor.desk import desk, page, person, signed_in
from assessor.policy import allow, public
from assessor.told import tell
from scheduler import subscribing
from scheduler.access import Role

pages = Blueprint("calendar_address", __name__)

MOST_A_MINUTE = 20  # calendars look every few minutes, and a few times when they are set up


class Pace:
    """How often addresses were answered in the minute that goes on."""

    def __init__(self) -> None:
        self._minute, self._asked = "", Counter[str]()

    def too_fast(self, token: str, now: datetime) -> bool:
        """Whether an address was answered as often as it is in a minute."""
        minute = f"{now:%Y-%m-%d %H:%M}"
        if minute != self._minute:
            self._minute, self._asked = minute, Counter()
        return self._asked[token] >= MOST_A_MINUTE

    def answered(self, token: str) -> None:
        """Count an answer; what is nobody's address is never counted, so that few are kept."""
        self._asked[token] += 1


_pace = Pace()


@pages.get("/calendar/<token>.ics")
@public
def read(token: str) -> Response:
    """The calendar file, for whoever has its address."""
    own = desk()
    now = own.clock()
    if _pace.too_fast(token, now):
        return Response("Ask again in a minute.", 429, {"Retry-After": "60"}, "text/plain")
    found = subscribing.own_calendar(own.sessions, token, now)
    if found is None:
        abort(404)
    _pace.answered(token)
    return Response(
        found,
        mimetype="text/calendar",
        headers={
            "Content-Disposition": 'attachment; filename="calls.ics"',
            "X-Robots-Tag": "noindex",
        },
    )


@pages.post("/calendar/address")
@allow(Role.ASSESSOR)
def make() -> str | BaseResponse:
    """Make an address, or a new one in an older one's place; the answer shows it, this once."""
    own = desk()
    if not signed_in().recently(own.clock()):
        return redirect("/confirm?back=/calendar", 303)
    token = secrets.token_urlsafe(subscribing.TOKEN_BYTES)
    subscribing.make_address(own.sessions, person().id, token, own.clock())
    return page("today/address.html", "/calendar", address=f"{own.site}/calendar/{token}.ics")


@pages.post("/calendar/address/end")
@allow(Role.ASSESSOR)
def end() -> BaseResponse:
    """End the address."""
    own = desk()
    if not subscribing.end_address(own.sessions, person().id, own.clock()):
        abort(404)
    tell("The address has ended. A calendar that reads it finds nothing there.")
    return redirect("/calendar", 303)

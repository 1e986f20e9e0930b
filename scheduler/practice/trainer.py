"""The trainer's page: the calls under way in the practice world, and a hand on them.

It belongs to the outside world, so the exchange serves it. Whoever may see it comes with a key
that the holder of the account's token has made; it opens this page alone, for some hours.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from scheduler.practice.behaviour import BehaviourError, CentreAnswers
from scheduler.practice.call_request import Refused
from scheduler.practice.exchange import Exchange
from scheduler.practice.leg import Leg
from scheduler.practice.personas import PERSONAS, Persona, name_of, outcome_called
from scheduler.practice.steering import Act, acts_on, goes_to_a_centre, part_of

PAGE = "/trainer"
COOKIE = "trainer"
OPEN_FOR = timedelta(hours=8)
LATELY = 5  # centres that were called last, and are over
WAYS = (  # how a next call can go: its name, and in words
    ("busy", "busy"),
    ("no_answer", "nobody answers"),
    *((name, name) for name in PERSONAS),
)
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
SAID_OF_ACT = {
    Act.ANSWER: "Answer now",
    Act.PERSON: "Put a person on",
    Act.QUEUE: "Back to the queue",
    Act.HANG_UP: "Hang up",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A centre's leg as the page shows it."""

    leg: Leg
    part: str
    since: datetime
    persona: Persona | None
    acts: tuple[tuple[Act, str], ...]
    next_time: str  # what was decided of the number's next call, "" where nothing was


def key_until(token: str, until: datetime) -> str:
    """A key that opens the page until a moment."""
    seconds = str(int(until.timestamp()))
    proof = hmac.new(token.encode(), f"trainer {seconds}".encode(), hashlib.sha256)
    return f"{seconds}.{proof.hexdigest()}"


def link(origin: str, token: str, now: datetime) -> str:
    """The address at which the page opens for the next hours."""
    return f"{origin}{PAGE}/enter?key={key_until(token, now + OPEN_FOR)}"


def trainer(exchange: Exchange) -> Blueprint:
    """Return the page's routes."""
    room = Blueprint(COOKIE, __name__, url_prefix=PAGE, static_folder="static")

    def fits(key: str) -> bool:
        seconds = key.partition(".")[0]
        if not (seconds.isascii() and seconds.isdigit() and len(seconds) < 12):
            return False
        until = datetime.fromtimestamp(int(seconds), exchange.clock().tzinfo)
        genuine = key_until(exchange.auth_token, until)
        return hmac.compare_digest(key.encode(), genuine.encode()) and exchange.clock() < until

    @room.before_request
    def admit() -> None:
        if request.endpoint in (f"{COOKIE}.static", f"{COOKIE}.enter"):
            return
        key = request.cookies.get(COOKIE, "")
        if not fits(key):
            abort(_closed())
        if request.method == "POST" and not hmac.compare_digest(
            request.form.get("key", "").encode(), key.encode()
        ):
            abort(_closed())

    @room.after_request
    def guard(response: Response) -> Response:
        response.headers.update(HEADERS)
        return response

    @room.get("/enter")
    def enter() -> BaseResponse:
        key = request.args.get("key", "")
        if not fits(key):
            abort(_closed())
        answer = redirect(PAGE, HTTPStatus.SEE_OTHER)
        answer.set_cookie(COOKIE, key, path=PAGE, httponly=True, samesite="Lax")
        return answer

    @room.get("")
    def show() -> str:
        return _page(exchange)

    @room.post("/steer")
    def steer() -> BaseResponse | tuple[str, int]:
        act = request.form.get("act", type=Act)
        if act is None:
            abort(HTTPStatus.BAD_REQUEST)
        try:
            exchange.steer(request.form.get("call", ""), act)
        except Refused as refusal:
            said = f"That can't be done any more. {refusal.message}"
            return _page(exchange, said), HTTPStatus.CONFLICT
        return redirect(PAGE, HTTPStatus.SEE_OTHER)

    @room.post("/next")
    def next_time() -> BaseResponse:
        number, how = request.form.get("number", ""), request.form.get("how", "")
        if number not in {leg.to for leg in exchange.legs() if goes_to_a_centre(leg)}:
            abort(HTTPStatus.BAD_REQUEST)
        try:
            exchange.next_time(number, outcome_called(how))
        except BehaviourError:
            abort(HTTPStatus.BAD_REQUEST)
        return redirect(PAGE, HTTPStatus.SEE_OTHER)

    return room


def _closed() -> Response:
    page = render_template("closed.html")
    return make_response(page, HTTPStatus.UNAUTHORIZED, HEADERS)


def _page(exchange: Exchange, refusal: str = "") -> str:
    legs = exchange.legs()
    centres = [leg for leg in legs if goes_to_a_centre(leg)]
    called = {leg.parent_sid for leg in centres}
    return render_template(
        "trainer.html",
        now=exchange.clock(),
        calls=[_shown(exchange, leg) for leg in centres if not leg.over],
        waiting=[leg for leg in legs if leg.sid not in called and _rings_an_assessor(leg)],
        lately=[_shown(exchange, leg) for leg in centres if leg.over][:LATELY],
        ways=WAYS,
        key=request.cookies[COOKIE],
        refusal=refusal,
    )


def _rings_an_assessor(leg: Leg) -> bool:
    return not (leg.parent_sid or leg.inbound or leg.over)


def _shown(exchange: Exchange, leg: Leg) -> Shown:
    name = leg.outcome.persona if isinstance(leg.outcome, CentreAnswers) else ""
    return Shown(
        leg=leg,
        part=part_of(leg),
        since=leg.sounds[-1][1] if leg.sounds else leg.created,
        persona=PERSONAS.get(name),
        acts=tuple((act, SAID_OF_ACT[act]) for act in acts_on(leg)),
        next_time=name_of(exchange.decided(leg.to)),
    )

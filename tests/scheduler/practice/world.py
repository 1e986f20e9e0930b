"""A practice world for tests: an exchange, an application that hears its webhooks, and the SDK."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, request
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from scheduler.practice.behaviour import (
    AssessorAnswers,
    CentreAnswers,
    Outcome,
    Telephone,
    TelephoneKind,
)
from scheduler.practice.exchange import Exchange
from scheduler.practice.ledger import Ledger
from scheduler.practice.leg import API_VERSION
from scheduler.practice.server import Listener, serve

ACCOUNT, TOKEN = "AC" + "0123456789abcdef" * 2, "practice-token-for-tests"
POOL, ASSESSOR, CENTRE = "+441632960100", "+447700900001", "+441134960001"
MORNING = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
EVENTS = ["initiated", "ringing", "answered", "completed"]
CONTROL = "/practice"


@dataclass
class JumpingClock:
    """A clock that stands still until it is moved."""

    now: datetime = MORNING

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class Heard:
    """A webhook as it arrived."""

    path: str
    form: dict[str, str]
    agent: str
    token: str
    genuine: bool


Script = Callable[[Heard], str | tuple[str, int]]


@dataclass
class Application:
    """The application's side: confirms by a key, dials the centre, hangs up when that is over.

    ``script`` overrides, by the first part of the path, what is answered there.
    """

    centre: str = CENTRE
    caller_id: str = POOL
    dial: str = ""  # more attributes of Dial
    number: str = ""  # more attributes of Number
    script: dict[str, Script | str] = field(default_factory=dict)
    heard: list[Heard] = field(default_factory=list)
    origin: str = ""

    def flask(self) -> Flask:
        app = Flask(__name__)

        @app.post("/<purpose>/<path:rest>")
        def hook(purpose: str, rest: str) -> Response:
            return self._answer(purpose)

        return app

    def paths(self, purpose: str = "") -> list[Heard]:
        return [each for each in self.heard if each.path.startswith(f"/{purpose}")]

    def told(self, parent: bool) -> list[str]:
        """The statuses told of the parent, or of its child, in the order of their arrival."""
        return [
            each.form["CallStatus"]
            for each in self.paths("status")
            if ("ParentCallSid" in each.form) is not parent
        ]

    def _answer(self, purpose: str) -> Response:
        target, form = request.environ["REQUEST_URI"], request.form.to_dict()
        signature = request.headers.get("X-Twilio-Signature", "")
        heard = Heard(
            path=target,
            form=form,
            agent=request.headers["User-Agent"],
            token=request.headers["I-Twilio-Idempotency-Token"],
            genuine=RequestValidator(TOKEN).validate(self.origin + target, form, signature),
        )
        self.heard.append(heard)
        if not heard.genuine:
            return Response("forged", 403)
        script = self.script.get(purpose) or getattr(self, f"_{purpose}")
        answer = script if isinstance(script, str) else script(heard)
        if isinstance(answer, str):
            text = f"<?xml version='1.0' encoding='UTF-8'?><Response>{answer}</Response>"
            return Response(text, mimetype="text/xml")
        return Response(answer[0], answer[1])

    def _status(self, heard: Heard) -> tuple[str, int]:
        return "", 204

    def _voice(self, heard: Heard) -> str:
        return (
            '<Gather numDigits="1" timeout="8" action="/confirm/t0ken"><Say>Press 1.</Say></Gather>'
            "<Say>Goodbye.</Say>"
        )

    def _confirm(self, heard: Heard) -> str:
        if heard.form["Digits"] != "1":
            return "<Say>Another time.</Say><Hangup/>"
        return (
            f'<Dial callerId="{self.caller_id}" action="/ended/t0ken" {self.dial}>'
            f'<Number statusCallback="/status/child" statusCallbackEvent="{" ".join(EVENTS)}"'
            f" {self.number}>{self.centre}</Number></Dial>"
        )

    def _ended(self, heard: Heard) -> str:
        return "<Hangup/>"


class RewritingClient(TwilioHttpClient):  # type: ignore[misc]
    """Sends what the SDK means for Twilio to another origin."""

    def __init__(self, origin: str, timeout: float = 10) -> None:
        super().__init__(timeout=timeout)
        self.origin = origin

    def request(self, method: str, url: str, *others: Any, **named: Any) -> Any:
        parts = urlsplit(url)
        query = f"?{parts.query}" if parts.query else ""
        return super().request(method, self.origin + parts.path + query, *others, **named)


class World:
    """Everything at once; nothing happens until ``play`` is called."""

    def __init__(self, folder: Path) -> None:
        self.clock = JumpingClock()
        self.ledger = Ledger(folder / "exchange" / "ledger.jsonl")
        self.exchange = Exchange(ACCOUNT, TOKEN, self.ledger, self.clock, [POOL])
        self.server = serve(self.exchange, "127.0.0.1", 0, pump=False)
        self.application = Application()
        self.hooks = Listener(self.application.flask(), "127.0.0.1", 0)
        self.application.origin = self.hooks.origin
        self.clients: list[RewritingClient] = []
        self.twilio = self.client()
        self.assessor()
        self.centre()

    def close(self) -> None:
        for client in self.clients:
            client.session.close()
        self.server.close()
        self.hooks.close()

    def client(self, token: str = TOKEN, timeout: float = 10) -> Client:
        http = RewritingClient(self.server.origin, timeout)
        self.clients.append(http)
        return Client(ACCOUNT, token, http_client=http)

    def control(self, method: str, path: str, body: object = None) -> Any:
        """Send a control request; return what it answers, with the status under ``status``."""
        answer = self.clients[0].session.request(
            method, self.server.origin + CONTROL + path, json=body, auth=(ACCOUNT, TOKEN)
        )
        return answer.status_code, answer.json()

    def assessor(self, *outcomes: Outcome) -> None:
        whose = TelephoneKind.ASSESSOR
        self.exchange.teach([Telephone(ASSESSOR, whose, outcomes or (AssessorAnswers(),))])

    def centre(self, *outcomes: Outcome) -> None:
        whose = TelephoneKind.CENTRE
        self.exchange.teach([Telephone(CENTRE, whose, outcomes or (CentreAnswers(),))])

    def ring(self, client: Client | None = None, **changes: Any) -> str:
        """Ask for a call to the assessor by the SDK, and return its identifier."""
        asked = {
            "to": ASSESSOR,
            "from_": POOL,
            "url": f"{self.hooks.origin}/voice/t0ken?caf%C3%A9=%40",
            "status_callback": f"{self.hooks.origin}/status/parent",
            "status_callback_event": EVENTS,
            "timeout": 25,
        }
        call = (client or self.twilio).calls.create(**(asked | changes))
        return str(call.sid)

    def play(self, seconds: float = 86400) -> None:
        """Jump from event to event, at most so many seconds on; then stand where that ends."""
        end = self.clock.now + timedelta(seconds=seconds)
        while (due := self.exchange.next_event_at()) is not None and due <= end:
            self.clock.now = max(self.clock.now, due)
            self.exchange.run_due()
        if due is not None:
            self.clock.now = end

    def of(self, kind: str, **facts: object) -> list[dict[str, Any]]:
        """The ledger's rows of a kind that state these facts."""
        return [
            row
            for row in self.ledger.rows()
            if row["kind"] == kind and all(row.get(name) == fact for name, fact in facts.items())
        ]

    def path(self, rest: str) -> str:
        return f"/{API_VERSION}/Accounts/{ACCOUNT}{rest}"

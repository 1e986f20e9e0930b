"""Serve an exchange on a loopback port, and pump it in step with the real clock."""

import logging
import socket
import struct
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from hmac import compare_digest
from ipaddress import ip_address
from threading import Event, Thread
from typing import TYPE_CHECKING

from flask import Flask, Response, g, jsonify, request
from waitress import create_server, wasyncore
from werkzeug.exceptions import HTTPException

from scheduler.practice import answers
from scheduler.practice.applications import applications
from scheduler.practice.call_request import Refused
from scheduler.practice.control import controls
from scheduler.practice.exchange import Exchange
from scheduler.practice.rest import TEAR_DOWN, api
from scheduler.practice.trainer import COOKIE as TRAINER
from scheduler.practice.trainer import PAGE, trainer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PUMP_SECONDS = 0.05
LARGEST_BODY = 1_000_000  # bytes
THREADS = 8
HEALTH = "/health"  # open to anybody: it tells that the exchange answers, and nothing else

log = logging.getLogger(__name__)


class Listener:
    """A web application that answers at ``origin``, on threads of its own, until it is closed."""

    def __init__(self, app: "WSGIApplication", host: str, port: int) -> None:
        """Bind the port and start to answer; raise ``OSError`` when the port is taken."""
        self._app = app
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        bound = socket.create_server((host, port), family=family)
        self._server = create_server(self._answer, sockets=[bound], threads=THREADS)
        name = f"[{host}]" if ":" in host else host
        self.origin = f"http://{name}:{self._server.effective_port}"
        self._thread = Thread(target=self._server.run, name="exchange", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Finish the answers that are begun, and close every connection; twice is once."""
        if not self._thread.is_alive():
            return
        self._server.task_dispatcher.shutdown()
        # The sockets belong to the serving thread, which ends once it has none left. It may have
        # been awake already, and closed the trigger too before this thread's write to it.
        with suppress(OSError):
            self._server.trigger.pull_trigger(partial(wasyncore.close_all, self._server._map))
        self._thread.join()

    def _answer(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        environ[TEAR_DOWN] = partial(self._tear_down, environ["REMOTE_PORT"])
        return self._app(environ, start_response)

    def _tear_down(self, port: str) -> None:
        """Ready a client's connection: closed without lingering, it is reset."""
        for channel in list(self._server.active_channels.values()):
            if str(channel.addr[1]) == port:
                at_once = struct.pack("ii", 1, 0)
                channel.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)


class Server:
    """An exchange that answers at ``origin`` until it is closed."""

    def __init__(self, exchange: Exchange, host: str, port: int, *, pump: bool) -> None:
        """Start to answer, and to pump if asked to; raise ``OSError`` when the port is taken."""
        self._exchange = exchange
        self._listener = Listener(application(exchange), host, port)
        self.origin = self._listener.origin
        self._stopping = Event()
        self._pump = Thread(target=self._keep_pumping, name="exchange pump", daemon=True)
        if pump:
            self._pump.start()

    def close(self) -> None:
        """Stop pumping and answering, and close the exchange."""
        self._stopping.set()
        if self._pump.is_alive():
            self._pump.join()
        self._exchange.faults.release()
        self._listener.close()
        self._exchange.close()

    def _keep_pumping(self) -> None:
        while not self._stopping.wait(PUMP_SECONDS):
            try:
                self._exchange.run_due()
            except Exception:
                log.exception("What was due on the exchange failed; the rest goes on.")


def serve(exchange: Exchange, host: str, port: int, *, pump: bool = True) -> Server:
    """Serve an exchange; port 0 is any free one. Refuse a host that others could reach.

    Without a pump nothing happens until somebody calls ``run_due``.
    """
    host = "127.0.0.1" if host == "localhost" else host
    try:
        loopback = ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise ValueError(f"The practice exchange serves loopback alone, not {host}: use 127.0.0.1")
    return Server(exchange, host, port, pump=pump)


def application(exchange: Exchange) -> Flask:
    """Return the exchange as a web application, guarded by account and token."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.register_blueprint(api(exchange))
    app.register_blueprint(applications(exchange.account_sid))
    app.register_blueprint(controls(exchange))
    app.register_blueprint(trainer(exchange))

    @app.get(HEALTH)
    def health() -> dict[str, str]:
        return {"status": "answers"}

    @app.before_request
    def admit() -> None:
        if request.path == HEALTH or request.blueprint == TRAINER:
            return
        given = request.authorization
        name, password = (given.username, given.password) if given else (None, None)
        known = compare_digest((name or "").encode(), exchange.account_sid.encode())
        if not (compare_digest((password or "").encode(), exchange.auth_token.encode()) and known):
            raise Refused(401, 20003, "Authenticate")

    @app.errorhandler(Refused)
    def refuse(refusal: Refused) -> tuple[Response, int]:
        g.code = refusal.code
        return jsonify(answers.refused(refusal)), refusal.http_status

    @app.errorhandler(HTTPException)
    def refuse_plainly(error: HTTPException) -> tuple[Response, int]:
        status = error.code or 500
        return refuse(Refused(status, 20000 + status, error.name))

    @app.after_request
    def witness(response: Response) -> Response:
        if not request.path.startswith(("/practice/", PAGE, HEALTH)):
            exchange.ledger.write(
                "rest",
                exchange.clock(),
                method=request.method,
                path=request.path,
                to=request.form.get("To"),
                http_status=response.status_code,
                code=g.get("code"),
                call_sid=g.get("call_sid"),
            )
        return response

    return app

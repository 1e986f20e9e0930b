"""A sign-in service on this machine: what an OpenID Connect issuer does, and each of its lies."""

from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from werkzeug.wrappers import Response as BaseResponse

from config.clock import Clock
from config.settings import SignOn
from scheduler.practice.server import Listener

CLIENT, SECRET = "unannounced", "a client's secret, for tests"


class SignInService:
    """Answers at ``origin`` until it is closed; ``person`` is who signs in there next."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.key = ECKey.generate_key("P-256", {"kid": "one", "alg": "ES256"})
        self.signs_with = self.key
        self.person: dict[str, Any] = {}
        self.lies: dict[str, Any] = {}  # claims that stand in the place of the true ones
        self.asked: dict[str, str] = {}  # the last request for a code
        self.refuses = False
        self.told: dict[str, Any] = {}  # what stands in the place of the true configuration
        self._codes: dict[str, dict[str, str]] = {}
        self._listener = Listener(self._app(), "127.0.0.1", 0)
        self.origin = self._listener.origin
        self.sign_on = SignOn(self.origin, CLIENT, SECRET, "Institute account")

    def close(self) -> None:
        """Answer no more."""
        self._listener.close()

    def _app(self) -> Flask:
        app = Flask(__name__)
        app.add_url_rule("/.well-known/openid-configuration", "told", self._configuration)
        app.add_url_rule("/keys", "keys", lambda: jsonify(KeySet([self.key]).as_dict()))
        app.add_url_rule("/authorize", "authorize", self._authorize)
        app.add_url_rule("/token", "token", self._token, methods=["POST"])
        return app

    def _configuration(self) -> Response:
        return jsonify(
            {
                "issuer": self.origin,
                "authorization_endpoint": f"{self.origin}/authorize",
                "token_endpoint": f"{self.origin}/token",
                "jwks_uri": f"{self.origin}/keys",
            }
            | self.told
        )

    def _authorize(self) -> BaseResponse:
        self.asked = request.args.to_dict()
        back, state = self.asked["redirect_uri"], self.asked["state"]
        if self.refuses:
            return redirect(f"{back}?error=access_denied&state={state}")
        code = f"code-{len(self._codes)}"
        self._codes[code] = self.asked
        return redirect(f"{back}?code={code}&state={state}")

    def _token(self) -> Response | tuple[Response, int]:
        asked = self._codes.pop(request.form.get("code", ""), None)
        proof = sha256(request.form.get("code_verifier", "").encode()).digest()
        challenge = urlsafe_b64encode(proof).decode().rstrip("=")
        who = request.authorization
        theirs = who is not None and (who.username, who.password) == (CLIENT, SECRET)
        if not (asked and theirs and challenge == asked["code_challenge"]):
            return jsonify({"error": "invalid_grant"}), 400
        now = int(self._clock().timestamp())
        claims = {
            "iss": self.origin,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **({"auth_time": now} if asked.get("max_age") == "0" else {}),
            **self.person,
            **self.lies,
        }
        token = jwt.encode({"alg": "ES256", "kid": "one"}, claims, self.signs_with)
        return jsonify({"access_token": "a", "token_type": "Bearer", "id_token": token})


def person(subject: str, email: str, *, verified: bool = True) -> dict[str, Any]:
    """Somebody who signs in at the service."""
    return {"sub": subject, "email": email, "email_verified": verified}


def where(address: str) -> tuple[str, dict[str, str]]:
    """An address without its query, and the query."""
    parts = urlsplit(address)
    query = {name: each[0] for name, each in parse_qs(parts.query).items()}
    return parts._replace(query="").geturl(), query

"""The institute's own sign-in service, by OpenID Connect: code flow with PKCE, state and nonce.

The only file that knows Authlib. State, nonce and verifier are made of a token that the browser
keeps in a cookie, so that an answer serves the browser alone that asked.
"""

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet

from config.origins import is_loopback
from config.settings import SignOn
from scheduler.access import Vouched

BACK = "/sign-in/outside/back"
SECONDS = 10  # for each request to the service
KNOWN_FOR = timedelta(hours=1)
LEEWAY = 60  # seconds that its clock may differ from ours
ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
SCOPE = "openid email"
LONGEST_SUBJECT = 255
ANEW = {"prompt": "login", "max_age": "0"}  # with which the service has to say when it was


class IssuerRefused(Exception):
    """Why nobody is vouched for, in words for who wanted to sign in."""


@dataclass(frozen=True, slots=True)
class _Found:
    """Where the service's parts are, and when that was read."""

    at: datetime
    authorization: str
    token: str
    keys: str


class Issuer:
    """The service of the settings; it sends people back to one page of a site, the workspace."""

    def __init__(self, sign_on: SignOn, site: str) -> None:
        self._sign_on = sign_on
        self._back = site + BACK
        self._found: _Found | None = None

    @property
    def name(self) -> str:
        """What people call the service."""
        return self._sign_on.name

    @property
    def id(self) -> str:
        """What it calls itself: the address in its tokens."""
        return self._sign_on.issuer

    def address(self, token: str, now: datetime, *, anew: bool = False) -> str:
        """Where to send a browser that keeps a token; ``anew``: to sign in there once more.

        Raises IssuerRefused.
        """
        found = self._where(now)
        with self._client() as client:
            address, _ = client.create_authorization_url(
                found.authorization,
                state=_of(token, "state"),
                nonce=_of(token, "nonce"),
                code_verifier=_of(token, "verifier"),
                **(ANEW if anew else {}),
            )
        return str(address)

    def vouched(self, token: str, state: str, code: str, now: datetime) -> Vouched:
        """For whom the service vouches, by the code that a browser with a token brings back.

        Raises IssuerRefused for an answer to another browser's question, and for any that isn't
        signed by the service, for us, now.
        """
        if not compare_digest(state.encode(), _of(token, "state").encode()):
            raise IssuerRefused(f"The answer of {self.name} isn't to your question. Sign in again.")
        found = self._where(now)
        try:
            with self._client() as client:
                answer = client.fetch_token(
                    found.token,
                    code=code,
                    code_verifier=_of(token, "verifier"),
                    timeout=SECONDS,
                    allow_redirects=False,
                )
            keys = KeySet.import_key_set({"keys": _json(found.keys)["keys"]})
            read = jwt.decode(answer["id_token"], keys, algorithms=ALGORITHMS)
            claims = CodeIDToken(
                read.claims,
                read.header,
                {
                    "iss": {"essential": True, "value": self._sign_on.issuer},
                    "aud": {"essential": True, "value": self._sign_on.client},
                },
                {
                    "nonce": _of(token, "nonce"),
                    "client_id": self._sign_on.client,
                    "access_token": answer.get("access_token"),
                },
            )
            claims.validate(now=int(now.timestamp()), leeway=LEEWAY)
            return _vouched(self._sign_on.issuer, claims)
        except IssuerRefused:
            raise
        except requests.RequestException as error:
            raise self._unreachable() from error
        except Exception as error:  # whatever is wrong in what it sent: nobody is vouched for
            raise IssuerRefused(
                f"The answer of {self.name} wasn't accepted. Try again, or sign in with your "
                "password."
            ) from error

    def _where(self, now: datetime) -> _Found:
        found = self._found
        if found is None or not timedelta(0) <= now - found.at < KNOWN_FOR:
            found = self._found = self._look(now)
        return found

    def _look(self, now: datetime) -> _Found:
        issuer = self._sign_on.issuer
        try:
            said = _json(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
            parts = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            found = _Found(now, *(_safe(said[part]) for part in parts))
        except (requests.RequestException, KeyError, TypeError, ValueError) as error:
            raise self._unreachable() from error
        if said.get("issuer") != issuer:
            raise self._unreachable()
        return found

    def _unreachable(self) -> IssuerRefused:
        return IssuerRefused(
            f"{self.name} can't be reached at present. Sign in with your password, or try later."
        )

    def _client(self) -> OAuth2Session:
        return OAuth2Session(
            self._sign_on.client,
            self._sign_on.secret,
            scope=SCOPE,
            redirect_uri=self._back,
            code_challenge_method="S256",
        )


def _of(token: str, what: str) -> str:
    """A value of a token that tells nothing of it."""
    return urlsafe_b64encode(sha256(f"{what}\n{token}".encode()).digest()).decode().rstrip("=")


def _json(address: str) -> dict[str, Any]:
    answer = requests.get(address, timeout=SECONDS, allow_redirects=False)
    answer.raise_for_status()
    said = answer.json()
    if not isinstance(said, dict):
        raise ValueError("no JSON object")
    return said


def _safe(address: object) -> str:
    if isinstance(address, str) and (urlsplit(address).scheme == "https" or is_loopback(address)):
        return address
    raise ValueError("neither https nor this machine")


def _vouched(issuer: str, claims: Any) -> Vouched:
    subject, email = claims["sub"], claims.get("email")
    if not (isinstance(subject, str) and 0 < len(subject) <= LONGEST_SUBJECT):
        raise ValueError("no subject")
    return Vouched(
        issuer,
        subject,
        email if isinstance(email, str) else "",
        claims.get("email_verified") is True,
        _proved(claims.get("auth_time")),
    )


def _proved(seconds: object) -> datetime | None:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    return datetime.fromtimestamp(seconds, UTC)

"""Webhooks: how they are signed and how they reach the application."""

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode
from uuid import uuid4

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    LocationParseError,
    NewConnectionError,
)
from urllib3.util import Timeout, parse_url

CONNECT_SECONDS = 5
READ_SECONDS = 15
ATTEMPTS = 2  # the first, and one more when no connection was made


@dataclass(frozen=True, slots=True)
class Delivery:
    """A webhook on its way.

    ``purpose`` is ``call``, ``redirect``, ``gather`` or ``dial`` where the answer instructs a leg,
    else ``parent.`` or ``child.`` and the event told. ``turn`` is the turn of the leg that waits
    for the answer; ``None`` when nobody waits.
    """

    purpose: str
    url: str
    fields: Mapping[str, str]
    call_sid: str
    turn: int | None = None
    token: str = field(default_factory=lambda: str(uuid4()))
    meddled: bool = False  # a fault has been at it, no other may


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back; ``status`` is ``None`` when no answer did, and ``error`` says why."""

    status: int | None
    body: str = ""
    content_type: str = ""
    error: str = ""
    attempts: int = 1
    milliseconds: int = 0


def sign(auth_token: str, url: str, fields: Mapping[str, str]) -> str:
    """Return the signature of a form posted to a URL, in Base64.

    It is the HMAC-SHA1 of the URL followed by each name and value, sorted by name.
    """
    text = url + "".join(name + fields[name] for name in sorted(fields))
    digest = hmac.new(auth_token.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


class Messenger:
    """Posts webhooks over connections that are kept open between them."""

    def __init__(self, auth_token: str) -> None:
        """Sign with the given token."""
        self._auth_token = auth_token
        self._pool = urllib3.PoolManager(
            timeout=Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS), retries=False
        )

    def close(self) -> None:
        """Close every connection."""
        self._pool.clear()

    def post(self, delivery: Delivery, *, forged: bool = False) -> Reply:
        """Post a webhook and return what came back; a forged one bears a stranger's signature."""
        try:
            # The address is put into its normal form first, so that what is signed is what is sent.
            url = parse_url(delivery.url)._replace(fragment=None).url
        except LocationParseError as error:
            return Reply(None, error=str(error), attempts=0)
        key = f"not {self._auth_token}" if forged else self._auth_token
        headers = {
            "Accept": "*/*",
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "I-Twilio-Idempotency-Token": delivery.token,
            "User-Agent": "TwilioProxy/1.1",
            "X-Twilio-Signature": sign(key, url, delivery.fields),
        }
        body = urlencode(delivery.fields)
        began = time.perf_counter()
        why, attempts = "", 0
        while attempts < ATTEMPTS:
            attempts += 1
            try:
                answer = self._pool.request("POST", url, body=body, headers=headers)
            except (NewConnectionError, ConnectTimeoutError) as failure:
                why = f"no connection: {failure}"
                continue
            except HTTPError as failure:
                why = f"no answer: {failure}"
                break
            return Reply(
                answer.status,
                answer.data.decode("utf-8", "replace"),
                answer.headers.get("Content-Type", ""),
                attempts=attempts,
                milliseconds=_since(began),
            )
        return Reply(None, error=why, attempts=attempts, milliseconds=_since(began))


def _since(began: float) -> int:
    return round((time.perf_counter() - began) * 1000)

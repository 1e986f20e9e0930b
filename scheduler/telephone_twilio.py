"""The one adapter to the telephone network: the twilio SDK's words stop here."""

import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import requests
import urllib3.exceptions
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client
from twilio.rest.api.v2010.account.call import CallInstance

from scheduler.telephone import (
    ACCOUNT_REFUSED,
    CALLER_REFUSED,
    TOO_MANY,
    AccountRefused,
    Leg,
    NotPlaced,
    OwnedNumber,
    PerhapsPlaced,
    Recorded,
    Ring,
    VoiceApp,
)

TIMEOUT = 10.0  # seconds; the SDK has none of its own
EVENTS = ["completed"]
# No permission, no access, an account that isn't active, or one whose calls are switched off.
AUTHORISATION = frozenset({10001, 10005, 20003, 20005, 20006, 20010})
NOT_IN_PROGRESS = 21220  # the call is over already
NOT_PROCESSED = frozenset({400, 401, 403, 404, 429})
RECORDING_SID = re.compile(r"RE[0-9a-f]{32}")
LONGEST_SOUND = 256 << 20  # bytes; an hour has 115 million
T = TypeVar("T")


# The SDK logs every request whole: telephone numbers, and our tokens in the addresses.
SILENT = logging.getLogger("scheduler.telephone_twilio.sdk")
SILENT.setLevel(logging.CRITICAL)


class OriginClient(TwilioHttpClient):  # type: ignore[misc]  # the SDK is untyped
    """The SDK's HTTP client, pointed at another origin; paging comes through here too."""

    def __init__(self, origin: str, timeout: float) -> None:
        super().__init__(timeout=timeout, max_retries=0, logger=SILENT)
        self._origin = origin

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        """Send the request to our origin instead of the network's own."""
        return super().request(method, moved(url, self._origin), *args, **kwargs)


def moved(address: str, origin: str) -> str:
    """An address of the network's at another origin."""
    there = urlsplit(origin)
    parts = urlsplit(address)._replace(scheme=there.scheme, netloc=there.netloc)
    return urlunsplit(parts)


class TwilioTelephone:
    """Telephone and recorder over Twilio's REST interface, or over a stand-in at ``origin``."""

    def __init__(
        self, account: str, token: str, origin: str = "", timeout: float = TIMEOUT
    ) -> None:
        http = (
            OriginClient(origin, timeout)
            if origin
            else TwilioHttpClient(timeout=timeout, max_retries=0, logger=SILENT)
        )
        self._origin = origin
        self._client = Client(account, token, http_client=http)

    def close(self) -> None:
        """Let go of the connections; a later request makes new ones."""
        self._client.http_client.session.close()

    def ring(self, ring: Ring) -> str:
        """One POST, never repeated. Everything but a plain acceptance or refusal is unknown."""
        try:
            call = self._client.calls.create(
                to=ring.to,
                from_=ring.caller,
                url=ring.answer_url,
                method="POST",
                status_callback=ring.status_url,
                status_callback_method="POST",
                status_callback_event=EVENTS,
                timeout=ring.timeout,
            )
        except TwilioRestException as error:
            raise _refused(error) from error
        except requests.ConnectionError as error:
            if _never_connected(error):
                raise NotPlaced(
                    "the telephone network can't be reached", permanent=False
                ) from error
            raise PerhapsPlaced(str(error)) from error
        except Exception as error:  # after a POST anything else is ambiguous
            raise PerhapsPlaced(type(error).__name__) from error
        if not call.sid:
            raise PerhapsPlaced("the answer had no sid")
        return str(call.sid)

    def rung(self, to: str, since: datetime) -> tuple[Leg, ...]:
        """The legs to a number, filtered here by creation: a queued leg has no start time yet."""
        legs = _asked(lambda: [_leg(call) for call in self._client.calls.list(to=to, limit=200)])
        return tuple(leg for leg in legs if leg.created_at >= since)

    def leg(self, sid: str) -> Leg:
        """One leg."""
        return _asked(lambda: _leg(self._client.calls(sid).fetch()))

    def children(self, sid: str) -> tuple[Leg, ...]:
        """The legs that a leg dialled."""
        return _asked(
            lambda: tuple(
                _leg(call) for call in self._client.calls.list(parent_call_sid=sid, limit=20)
            )
        )

    def hang_up(self, sid: str) -> None:
        """End a leg; one that the network no longer knows is over."""
        try:
            self._client.calls(sid).update(status="completed")
        except TwilioRestException as error:
            if error.status != 404 and error.code != NOT_IN_PROGRESS:
                raise PerhapsPlaced(f"status {error.status}") from error
        except Exception as error:
            raise PerhapsPlaced(type(error).__name__) from error

    def recordings_of(self, call_sid: str) -> tuple[Recorded, ...]:
        """The recordings of a parent's call."""
        return _asked(
            lambda: tuple(
                Recorded(str(each.sid), str(each.status))
                for each in self._client.recordings.list(call_sid=call_sid, limit=20)
            )
        )

    def sound(self, sid: str, channels: int = 2) -> bytes:
        """The sound of a recording; the address is made of the sid, never taken from a callback."""
        address = f"{self._client.api.base_url}/2010-04-01/Accounts/{self._client.account_sid}"
        return _asked(lambda: self._fetch(f"{address}/Recordings/{_checked(sid)}.wav", channels))

    def delete_recording(self, sid: str) -> None:
        """Delete a recording."""
        try:
            self._client.recordings(_checked(sid)).delete()
        except TwilioRestException as error:
            if error.status != 404:
                raise PerhapsPlaced(f"status {error.status}") from error
        except Exception as error:
            raise PerhapsPlaced(type(error).__name__) from error

    def _fetch(self, address: str, channels: int) -> bytes:
        with self._client.http_client.session.get(
            moved(address, self._origin) if self._origin else address,
            params={"RequestedChannels": channels},
            auth=self._client.auth,
            timeout=TIMEOUT,
            stream=True,
        ) as answer:
            answer.raise_for_status()
            body = bytearray()
            for piece in answer.iter_content(1 << 20):
                body += piece
                if len(body) > LONGEST_SOUND:
                    raise ValueError("the recording is longer than any call")
            return bytes(body)

    def owned_numbers(self) -> tuple[str, ...]:
        """The account's own numbers."""
        return tuple(each.number for each in self.owned())

    def owned(self) -> tuple[OwnedNumber, ...]:
        """The account's own numbers, and whom the network asks about a call to each."""
        return _asked(
            lambda: tuple(
                OwnedNumber(str(each.sid), str(each.phone_number), str(each.voice_url or ""))
                for each in self._client.incoming_phone_numbers.list(limit=1000)
            )
        )

    def voice_app(self, sid: str) -> VoiceApp | None:
        """Whom a TwiML App asks; None where the account has no such app. Raises PerhapsPlaced."""

        def ask() -> VoiceApp | None:
            try:
                app = self._client.applications(sid).fetch()
            except TwilioRestException as error:
                if error.status == 404:
                    return None
                raise
            return VoiceApp(str(app.voice_url or ""), str(app.voice_method or ""))

        return _asked(ask)

    def point(self, sid: str, voice_url: str) -> None:
        """Say whom the network asks about a call to a number. Raises PerhapsPlaced."""
        _asked(
            lambda: self._client.incoming_phone_numbers(sid).update(
                voice_url=voice_url, voice_method="POST"
            )
        )


def _checked(sid: str) -> str:
    if not RECORDING_SID.fullmatch(sid):
        raise ValueError(f"{sid!r} is no recording")
    return sid


def _asked(ask: Callable[[], T]) -> T:
    try:
        return ask()
    except Exception as error:  # the SDK has many ways to stumble over an answer
        if _status(error) == 401:
            raise AccountRefused(ACCOUNT_REFUSED) from error
        raise PerhapsPlaced(type(error).__name__) from error


def _status(error: Exception) -> int | None:
    """The status that the network answered with; a list's error keeps it in its answer alone."""
    if isinstance(error, TwilioRestException):
        return int(error.status)
    answer = error.args[1] if isinstance(error, TwilioException) and error.args[1:] else None
    return answer.status_code if isinstance(answer, Response) else None


def _refused(error: TwilioRestException) -> Exception:
    if error.status not in NOT_PROCESSED:
        return PerhapsPlaced(f"status {error.status}")
    forbidden = error.status in (401, 403) and not _is_about_the_call(error.code)
    if forbidden or error.code in AUTHORISATION:
        return NotPlaced(ACCOUNT_REFUSED, permanent=False, stop_dialling=True)
    caller_refused = error.code in CALLER_REFUSED
    if error.status == 429:
        return NotPlaced(f"{TOO_MANY} (code {error.code})", permanent=False)
    return NotPlaced(
        f"the telephone network refused with code {error.code}",
        permanent=not caller_refused,
        caller_refused=caller_refused,
    )


def _is_about_the_call(code: int | None) -> bool:
    """Whether a code speaks of this call (21200 to 21299) or its dialling (13200 to 13299).

    A country that isn't permitted says nothing against the account, whatever the status.
    """
    return (code or 0) // 100 in (132, 212)


def _never_connected(error: requests.ConnectionError) -> bool:
    """Whether no connection was made at all, so that surely nothing was sent."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return isinstance(reason, urllib3.exceptions.NewConnectionError)


def _leg(call: CallInstance) -> Leg:
    created = call.date_created
    if created is None:
        raise ValueError("a leg without a creation date")
    return Leg(
        sid=str(call.sid),
        parent_sid=str(call.parent_call_sid or ""),
        to=str(call.to),
        caller=str(call._from),
        status=str(call.status),
        created_at=created if created.tzinfo else created.replace(tzinfo=UTC),
        length=int(call.duration) if call.duration else None,
    )

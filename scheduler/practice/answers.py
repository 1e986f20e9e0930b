"""The shapes in which the API answers: Twilio's JSON, numbers as texts, dates by RFC 2822."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import md5
from typing import Any
from urllib.parse import urlencode

from scheduler.practice.call_request import Refused
from scheduler.practice.leg import API_VERSION, Leg, Status, rfc2822
from scheduler.practice.recording import API, Recording

Json = dict[str, Any]
PAGE_SIZE, LARGEST_PAGE = 50, 1000
FIRST_OWNED = "Sun, 01 Jan 2023 00:00:00 +0000"  # nobody asks, but the SDK wants a date


def account_path(account_sid: str) -> str:
    """Return the path under which everything of an account lies."""
    return f"/{API_VERSION}/Accounts/{account_sid}"


def refused(refusal: Refused) -> Json:
    """Return the body that says why a request was refused."""
    return {
        "code": refusal.code,
        "message": refusal.message,
        "more_info": f"https://www.twilio.com/docs/errors/{refusal.code}",
        "status": refusal.http_status,
    }


def shown_status(leg: Leg) -> str:
    """Return how far a leg has come by the API, where it is queued until it rings."""
    return Status.QUEUED if leg.status is Status.INITIATED else leg.status


def call(leg: Leg, account_sid: str) -> Json:
    """Return a leg as the API shows it."""
    uri = f"{account_path(account_sid)}/Calls/{leg.sid}"
    return {
        "sid": leg.sid,
        "account_sid": account_sid,
        "parent_call_sid": leg.parent_sid,
        "to": leg.to,
        "to_formatted": leg.to,
        "from": leg.from_,
        "from_formatted": leg.from_,
        "phone_number_sid": number_sid("PN", leg.from_),
        "status": shown_status(leg),
        "direction": leg.direction,
        "date_created": rfc2822(leg.created),
        "date_updated": _moment(leg.updated),
        "start_time": _moment(leg.left_queue),
        "end_time": _moment(leg.ended),
        "duration": None if leg.duration is None else str(leg.duration),
        "queue_time": str(_queue_time(leg)),
        "price": None,
        "price_unit": "USD",
        "answered_by": None,
        "annotation": None,
        "api_version": API_VERSION,
        "caller_name": None,
        "forwarded_from": None,
        "group_sid": None,
        "trunk_sid": None,
        "uri": f"{uri}.json",
        "subresource_uris": {
            "events": f"{uri}/Events.json",
            "recordings": f"{uri}/Recordings.json",
        },
    }


def recording(kept: Recording, account_sid: str) -> Json:
    """Return a recording as the API shows it."""
    uri = f"{account_path(account_sid)}/Recordings/{kept.sid}"
    return {
        "sid": kept.sid,
        "account_sid": account_sid,
        "call_sid": kept.call_sid,
        "conference_sid": None,
        "api_version": API_VERSION,
        "channels": kept.channels,
        "source": kept.source,
        "status": kept.status,
        "date_created": rfc2822(kept.started),
        "date_updated": rfc2822(kept.ended or kept.started),
        "start_time": rfc2822(kept.started),
        "duration": None if kept.duration is None else str(kept.duration),
        "price": None,
        "price_unit": "USD",
        "error_code": None,
        "encryption_details": None,
        "media_url": f"{API}{uri}",
        "uri": f"{uri}.json",
        "subresource_uris": {},
    }


def owned_number(number: str, account_sid: str, voice_url: str = "") -> Json:
    """Return a number of the account's own."""
    sid = number_sid("PN", number)
    return _number(number, sid, account_sid, "IncomingPhoneNumbers") | {
        "api_version": API_VERSION,
        "beta": False,
        "capabilities": {"voice": True, "sms": False, "mms": False, "fax": False},
        "origin": "twilio",
        "status": "in-use",
        "voice_url": voice_url,
        "voice_method": "POST",
    }


def verified_number(number: str, account_sid: str) -> Json:
    """Return a number of somebody else's from which the account may call."""
    return _number(number, number_sid("PN", number), account_sid, "OutgoingCallerIds")


def number_sid(prefix: str, number: str) -> str:
    """Return the identifier of a number, the same at every asking."""
    return prefix + md5(number.encode(), usedforsecurity=False).hexdigest()


def page(key: str, items: Sequence[Json], query: Mapping[str, str], path: str) -> Json:
    """Return the page of a list that a query asks for.

    A next page begins after the last item of this one, so that nothing is told twice when the
    list has grown at its beginning meanwhile.
    """
    size = min(_number_in(query, "PageSize", PAGE_SIZE), LARGEST_PAGE) or PAGE_SIZE
    number = _number_in(query, "Page", 0)
    begin, token = number * size, query.get("PageToken", "")
    if token:
        at = next((n for n, item in enumerate(items) if f"PA{item['sid']}" == token), None)
        if at is None:
            raise Refused(400, 20001, f"PageToken {token} names nothing in this list")
        begin = at + 1
    shown = items[begin : begin + size]
    filters = {name: value for name, value in query.items() if not name.startswith("Page")}

    def uri(**paging: str) -> str:
        return f"{path}?{urlencode(filters | {'PageSize': str(size)} | paging)}"

    following = None
    if begin + size < len(items):
        following = uri(Page=str(number + 1), PageToken=f"PA{shown[-1]['sid']}")
    return {
        key: shown,
        "page": number,
        "page_size": size,
        "start": begin,
        "end": max(begin, begin + len(shown) - 1),
        "uri": uri(Page=str(number)),
        "first_page_uri": uri(Page="0"),
        "next_page_uri": following,
        "previous_page_uri": None,
    }


def _number(number: str, sid: str, account_sid: str, room: str) -> Json:
    return {
        "sid": sid,
        "account_sid": account_sid,
        "phone_number": number,
        "friendly_name": number,
        "date_created": FIRST_OWNED,
        "date_updated": FIRST_OWNED,
        "uri": f"{account_path(account_sid)}/{room}/{sid}.json",
    }


def _number_in(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name, str(default))
    if not (text.isascii() and text.isdigit()):
        raise Refused(400, 20001, f"{name} must be a whole number, not {text}")
    return int(text)


def _moment(moment: datetime | None) -> str | None:
    return rfc2822(moment) if moment else None


def _queue_time(leg: Leg) -> int:
    if leg.left_queue is None:
        return 0
    return int((leg.left_queue - leg.created).total_seconds() * 1000)

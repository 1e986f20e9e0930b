"""Examines the telephone network from here, and us from there: account, numbers, hooks, app."""

import secrets
from collections.abc import Iterator
from contextlib import closing

import requests

from config.settings import Line, Settings
from scheduler.caller_pool import VOICE_HOOK
from scheduler.signature import signature_of
from scheduler.softphone_twilio import SOFTPHONE_HOOK
from scheduler.telephone import AccountRefused, OwnedNumber, PerhapsPlaced
from scripts.finding import Finding, advised, fine, needed
from scripts.wiring import Network

TIMEOUT = 10.0  # seconds


def examine_network(settings: Settings, net: Network) -> Iterator[Finding]:
    """Every finding about the network, in the order in which to mend them."""
    for look in (_credentials, _hooks, _softphone):
        yield from look(settings, net)


def _credentials(settings: Settings, net: Network) -> Iterator[Finding]:
    if net.line is not Line.LIVE:
        yield advised(
            "telephone",
            f"the {net.line}: no real telephone rings",
            "Set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN when you are ready for real calls.",
        )
    lacking = advised if settings.by_hand else needed
    try:
        with closing(net.telephone()) as telephone:
            owned = telephone.owned()
    except AccountRefused:
        yield lacking(
            "credentials",
            "the telephone network refuses this account",
            "See that TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN are right, and in the console that "
            "the account isn't suspended.",
        )
        return
    except PerhapsPlaced as error:
        yield lacking(
            "credentials",
            f"the telephone network doesn't answer ({error})",
            "See that the network is reached from here; on the practice telephone, start the "
            "exchange with 'scripts/start'.",
        )
        return
    yield fine("credentials", "the telephone network knows this account")
    if owned:
        yield fine("number pool", f"{len(owned)} caller numbers")
        yield _ring_here(settings, owned)
    elif settings.by_hand:
        yield fine("number pool", "empty: every call is made by hand")
    else:
        yield needed(
            "number pool",
            "the account owns no number to call from",
            "Buy numbers in the account; the worker takes them up within a minute. Until then set "
            "BY_HAND=yes.",
        )


def _ring_here(settings: Settings, owned: tuple[OwnedNumber, ...]) -> Finding:
    ours = f"{settings.public_origin}{VOICE_HOOK}"
    elsewhere = [each.number for each in owned if each.voice_url != ours]
    if not elsewhere:
        return fine("ring-backs", "every caller number rings at this workspace")
    named = ", ".join(elsewhere[:5]) + (f" and {len(elsewhere) - 5} more" if elsewhere[5:] else "")
    return advised(
        "ring-backs",
        f"{named} don't ring at this workspace",
        "Type 'scripts/unannounced pool adopt': a centre that rings back finds nobody there.",
    )


def _hooks(settings: Settings, net: Network) -> Iterator[Finding]:
    """A post for a token that nobody has changes nothing, and is answered all the same."""
    url = f"{settings.public_origin}/hooks/calls/{secrets.token_hex(16)}/status"
    form = {"AccountSid": net.account, "CallSid": "CA" + "0" * 32, "CallStatus": "completed"}
    signature = signature_of(net.token, url, form)
    remedy = (
        "See that web runs, that PUBLIC_ORIGIN is the address by which the network reaches it, and "
        "that your proxy hands on path and query untouched."
    )
    try:
        taken = _post(url, form, signature)
        refused = _post(url, form, "a wrong signature")
    except requests.RequestException as error:
        reason = type(error).__name__
        yield needed("hooks", f"{settings.public_origin} doesn't answer ({reason})", remedy)
        return
    if taken != 204:
        yield needed("hooks", f"a signed post was answered with {taken}, not 204", remedy)
    elif refused != 403:
        yield needed(
            "hooks",
            f"a post with a wrong signature was answered with {refused}, not 403",
            "Something before this program answers for it: take it away.",
        )
    else:
        yield fine("hooks", f"{settings.public_origin} takes signed posts and refuses others")


def _post(url: str, form: dict[str, str], signature: str) -> int:
    answer = requests.post(
        url,
        data=form,
        headers={"X-Twilio-Signature": signature},
        timeout=TIMEOUT,
        allow_redirects=False,
    )
    return answer.status_code


def _softphone(settings: Settings, net: Network) -> Iterator[Finding]:
    """Where a browser calls in, the account's TwiML App must ask this workspace, by POST."""
    keys, ours = settings.softphone, f"{settings.public_origin}{SOFTPHONE_HOOK}"
    if keys is None:
        yield fine("softphone", "not set up: every assessor is rung")
        return
    try:
        with closing(net.telephone()) as telephone:
            app = telephone.voice_app(keys.app)
    except PerhapsPlaced as error:
        yield advised(
            "softphone",
            f"the network doesn't tell of the TwiML App ({error})",
            "Mend the credentials first, then try again.",
        )
        return
    if app is None:
        yield needed(
            "softphone",
            f"the account has no TwiML App {keys.app}",
            "Copy the App's SID from the console into TWILIO_TWIML_APP, or make one there.",
        )
    elif app.voice_url != ours or app.voice_method != "POST":
        asks = f"{app.voice_method} {app.voice_url}" if app.voice_url else "nobody"
        yield needed(
            "softphone",
            f"the TwiML App asks {asks}, so no browser's call reaches a centre",
            f"In the console, let its voice request be POST {ours}.",
        )
    else:
        yield fine("softphone", f"the TwiML App asks {ours}")

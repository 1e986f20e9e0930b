"""Signing in, and confirming it, by the institute's own service (OpenID Connect), if there is one.

The way there begins with a link, not with a form: the policy of our pages lets no form lead away.
"""

import secrets

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from assessor.desk import desk, person
from assessor.policy import anybody_signed_in, public
from assessor.signing_in import (
    confirm_form,
    forget_proof,
    is_ours,
    onward,
    proof_token,
    session_token,
    sign_in_form,
    with_proof,
    with_session,
)
from scheduler import admitting, vouching
from scheduler.access import SignInRefused, Vouched
from scheduler.challenges import Asked
from scheduler.issuer import BACK, Issuer, IssuerRefused

pages = Blueprint("sign_on", __name__)
LONGEST = 2000  # signs of what the service sends along


@pages.get("/sign-in/outside")
@public
def leave() -> BaseResponse | tuple[str, int]:
    """Send the browser to the service, with a token that it keeps."""
    back = request.args.get("back", "")
    try:
        return _sent(Asked.OUTSIDE, back)
    except (SignInRefused, IssuerRefused) as refusal:
        return sign_in_form(back, "", str(refusal)), 422


@pages.get("/confirm/outside")
@anybody_signed_in
def leave_to_confirm() -> BaseResponse | tuple[str, int]:
    """Send the browser to the service, to sign in there once more."""
    back = request.args.get("back", "")
    try:
        return _sent(Asked.OUTSIDE_ANEW, back)
    except (SignInRefused, IssuerRefused) as refusal:
        return confirm_form(person(), back, str(refusal)), 422


def _sent(asked: Asked, back: str) -> BaseResponse:
    own, token = desk(), secrets.token_urlsafe(32)
    now, wanted = own.clock(), back if is_ours(back) else ""
    vouching.begin(own.sessions, token, wanted, now, request.remote_addr or "", asked)
    target = _issuer().address(token, now, anew=asked is Asked.OUTSIDE_ANEW)
    return with_proof(redirect(target, 303), token)


@pages.get(BACK)
@public
def come_back() -> BaseResponse | tuple[str, int]:
    """Open a session for whom the service vouches, or confirm the present one."""
    own = desk()
    try:
        asked, back = vouching.come_back(own.sessions, proof_token(), own.clock())
    except SignInRefused as refusal:
        return sign_in_form("", "", str(refusal)), 422
    if asked is Asked.OUTSIDE_ANEW:
        return _confirmed(back)
    try:
        admitted = vouching.sign_in(
            own.sessions, _vouched(), own.clock(), request.remote_addr or ""
        )
    except (SignInRefused, IssuerRefused) as refusal:
        return sign_in_form(back, "", str(refusal)), 422
    if admitted.waits_for_code:
        target = url_for("signing_in.ask_code", back=back or None)
    else:
        target = onward(back, admitted.token)
    return with_session(forget_proof(redirect(target, 303)), admitted.token)


def _confirmed(back: str) -> BaseResponse | tuple[str, int]:
    own, now = desk(), desk().clock()
    who = admitting.who(own.sessions, session_token(), now)
    if who is None:
        return sign_in_form(back, "", vouching.SIGNED_OUT), 422
    try:
        token = vouching.confirm(
            own.sessions, _vouched(), who, session_token(), now, request.remote_addr or ""
        )
    except (SignInRefused, IssuerRefused) as refusal:
        return confirm_form(who.person, back, str(refusal)), 422
    return with_session(forget_proof(redirect(onward(back, token), 303)), token)


def _vouched() -> Vouched:
    """For whom the service vouches by what it sent along. Raises SignInRefused, IssuerRefused."""
    issuer = _issuer()
    code, state = (request.args.get(name, "")[:LONGEST] for name in ("code", "state"))
    if not code:
        raise SignInRefused(f"The sign-in at {issuer.name} was broken off. Try again.")
    return issuer.vouched(proof_token(), state, code, desk().clock())


def _issuer() -> Issuer:
    found = desk().issuer
    assert found is not None  # without one these pages aren't there
    return found

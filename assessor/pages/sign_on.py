"""Signing in by the institute's own sign-in service (OpenID Connect), where the settings name one.

The way there begins with a link, not with a form: the policy of our pages lets no form lead away.
"""

import secrets

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from assessor.desk import desk
from assessor.policy import public
from assessor.signing_in import (
    forget_proof,
    is_ours,
    onward,
    proof_token,
    sign_in_form,
    with_proof,
    with_session,
)
from scheduler import vouching
from scheduler.access import SignInRefused
from scheduler.issuer import BACK, Issuer, IssuerRefused

pages = Blueprint("sign_on", __name__)
LONGEST = 2000  # signs of what the service sends along


@pages.get("/sign-in/outside")
@public
def leave() -> BaseResponse | tuple[str, int]:
    """Send the browser to the service, with a token that it keeps."""
    own, issuer = desk(), _issuer()
    back, token = request.args.get("back", ""), secrets.token_urlsafe(32)
    now = own.clock()
    try:
        vouching.begin(
            own.sessions, token, back if is_ours(back) else "", now, request.remote_addr or ""
        )
        target = issuer.address(token, now)
    except (SignInRefused, IssuerRefused) as refusal:
        return sign_in_form(back, "", str(refusal)), 422
    return with_proof(redirect(target, 303), token)


@pages.get(BACK)
@public
def come_back() -> BaseResponse | tuple[str, int]:
    """Take what the service sent, and open a session for whom it vouches."""
    own, issuer = desk(), _issuer()
    said, token, now = request.args, proof_token(), own.clock()
    code, state = (said.get(name, "")[:LONGEST] for name in ("code", "state"))
    back = ""
    try:
        back = vouching.come_back(own.sessions, token, now)
        if not code:
            raise SignInRefused(
                f"The sign-in at {issuer.name} was broken off. Try again, or use your password."
            )
        vouched = issuer.vouched(token, state, code, now)
        admitted = vouching.sign_in(own.sessions, vouched, now, request.remote_addr or "")
    except (SignInRefused, IssuerRefused) as refusal:
        return sign_in_form(back, "", str(refusal)), 422
    if admitted.waits_for_code:
        target = url_for("signing_in.ask_code", back=back or None)
    else:
        target = onward(back, admitted.token)
    return with_session(forget_proof(redirect(target, 303)), admitted.token)


def _issuer() -> Issuer:
    found = desk().issuer
    assert found is not None  # without one these pages aren't there
    return found

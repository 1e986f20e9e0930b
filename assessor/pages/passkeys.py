"""Passkeys: adding and removing one's own, and signing in or confirming with one.

The browser's part is in ``static/passkeys.js``: it asks for a challenge, lets the device answer,
and sends the answer in the form's own field. Without it the forms stay hidden, and a password does.
"""

import secrets
from uuid import UUID

from flask import Blueprint, Response, abort, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from assessor.desk import desk, page, person, signed_in
from assessor.policy import anybody_signed_in, public
from assessor.signing_in import (
    confirm_form,
    forget_proof,
    onward,
    proof_token,
    session_token,
    sign_in_form,
    with_proof,
    with_session,
)
from assessor.told import tell
from scheduler import keying, passkeys
from scheduler.passkey_proof import CHALLENGE_BYTES, works_at
from scheduler.securing import SecuringRefused

pages = Blueprint("passkeys", __name__)
HERE = "/account/passkeys"


@pages.get(HERE)
@anybody_signed_in
def show() -> str:
    """The own passkeys, and a form that adds one."""
    return _page()


@pages.post("/account/passkeys/challenge")
@anybody_signed_in
def ask_to_add() -> BaseResponse:
    """What the browser needs to make a passkey, after a recent proof of who asks."""
    own = desk()
    _or_absent()
    if not signed_in().recently(own.clock()):
        return Response(f"/confirm?back={HERE}", 403, mimetype="text/plain")
    chance = secrets.token_bytes(CHALLENGE_BYTES)
    try:
        asked = keying.ask_to_register(
            own.sessions, own.head, person(), session_token(), chance, own.clock()
        )
    except SecuringRefused as refusal:
        return Response(str(refusal), 422, mimetype="text/plain")
    return Response(asked, mimetype="application/json")


@pages.post(HERE)
@anybody_signed_in
def add() -> BaseResponse | tuple[str, int]:
    """Keep the passkey that the browser made."""
    own, typed = desk(), request.form
    _or_absent()
    if not signed_in().recently(own.clock()):
        return redirect(f"/confirm?back={HERE}", 303)
    name = typed.get("name", "")
    try:
        keying.register(
            own.sessions,
            own.vault,
            own.head,
            person().id,
            session_token(),
            typed.get("answer", ""),
            name,
            own.clock(),
        )
    except SecuringRefused as refusal:
        return _page(name, str(refusal)), 422
    tell("The passkey is added. It opens your account by itself, without password and code.")
    return redirect("/account", 303)


@pages.post("/account/passkeys/<uuid:key>/remove")
@anybody_signed_in
def remove(key: UUID) -> BaseResponse:
    """Take an own passkey away; another's is not found."""
    own = desk()
    if not signed_in().recently(own.clock()):
        return redirect(f"/confirm?back={HERE}", 303)
    if not keying.remove(own.sessions, own.vault, own.head, person().id, key, own.clock()):
        abort(404)
    tell("The passkey no longer opens your account. Delete it on its device as well.")
    return redirect("/account", 303)


@pages.post("/sign-in/passkey/challenge")
@public
def ask_to_sign_in() -> BaseResponse:
    """What the browser needs to use a passkey; it is bound to a cookie of its own."""
    own = desk()
    _or_absent()
    token, chance = secrets.token_urlsafe(32), secrets.token_bytes(CHALLENGE_BYTES)
    try:
        asked = keying.ask_to_sign_in(
            own.sessions, own.head, token, chance, own.clock(), request.remote_addr or ""
        )
    except SecuringRefused as refusal:
        return Response(str(refusal), 422, mimetype="text/plain")
    return with_proof(Response(asked, mimetype="application/json"), token)


@pages.post("/sign-in/passkey")
@public
def sign_in() -> BaseResponse | tuple[str, int]:
    """Open a session for the passkey that answered; no password and no code is asked for."""
    own, typed = desk(), request.form
    _or_absent()
    back = typed.get("back", "")
    try:
        token = keying.sign_in(
            own.sessions,
            own.head,
            proof_token(),
            typed.get("answer", ""),
            own.clock(),
            request.remote_addr or "",
        )
    except SecuringRefused as refusal:
        return sign_in_form(back, "", str(refusal)), 422
    return with_session(forget_proof(redirect(onward(back, token), 303)), token)


@pages.post("/confirm/passkey")
@anybody_signed_in
def confirm() -> BaseResponse | tuple[str, int]:
    """Prove by an own passkey who is there, and go back with a session that is new."""
    own, typed = desk(), request.form
    _or_absent()
    back = typed.get("back", "")
    try:
        token = keying.confirm(
            own.sessions,
            own.head,
            signed_in(),
            session_token(),
            proof_token(),
            typed.get("answer", ""),
            own.clock(),
            request.remote_addr or "",
        )
    except SecuringRefused as refusal:
        return confirm_form(person(), back, str(refusal)), 422
    return with_session(forget_proof(redirect(onward(back, token), 303)), token)


def _or_absent() -> None:
    """Nothing is here where the workspace's address can have no passkeys."""
    if not works_at(desk().site):
        abort(404)


def _page(name: str = "", fault: str = "") -> str:
    own, who = desk(), person()
    with own.sessions.reading() as session:
        known = passkeys.passkeys(session, who.id)
    return page(
        "passkeys/passkeys.html",
        "/account",
        passkeys=known,
        possible=works_at(own.site),
        recent=signed_in().recently(own.clock()),
        zone=who.zone,
        name=name,
        fault=fault,
    )

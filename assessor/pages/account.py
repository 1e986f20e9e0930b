"""One's own account: password, second step, open sessions, and whose calls one keeps out of."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import segno
from flask import Blueprint, abort, redirect, request
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from assessor.copies import copy_of
from assessor.desk import desk, page, person, signed_in
from assessor.policy import allow, anybody_signed_in
from assessor.signing_in import session_token
from assessor.told import tell, told
from scheduler import (
    declaring,
    one_time_code,
    passkeys,
    people,
    register,
    second_steps,
    securing,
    sign_ins,
    ways,
)
from scheduler.access import Role, TiedTo
from scheduler.admitting import IDLE, LONGEST
from scheduler.declaring import DeclaringRefused
from scheduler.securing import SecuringRefused

pages = Blueprint("account", __name__)

HAVE_TIES = (Role.ADMINISTRATOR, Role.ASSESSOR, Role.VERIFIER, Role.PANEL_MEMBER, Role.AUDITOR)
TIED_TO = (
    (TiedTo.ORGANISATION, "The organisation", "you worked there, own a part of it, sell to it"),
    (TiedTo.PERSON, "Somebody there", "family, friends, a quarrel"),
)
FEW_CODES = 3


@dataclass(frozen=True, slots=True)
class ShownTie:
    """A tie with its provider's name."""

    tie: people.Tie
    provider: str


@pages.get("/account")
@anybody_signed_in
def show() -> str:
    """Everything of the own account that can be seen or changed."""
    return _account()


@pages.post("/account/password")
@anybody_signed_in
def change_password() -> BaseResponse | tuple[str, int]:
    """Change the password; every session ends, this one too."""
    own, typed = desk(), request.form
    if typed.get("password", "") != typed.get("again", ""):
        return _account(again="The two passwords differ. Type the same one twice."), 422
    try:
        securing.change_password(
            own.sessions,
            own.vault,
            own.head,
            person().email,
            typed.get("present", ""),
            typed.get("password", ""),
            own.clock(),
            request.remote_addr or "",
        )
    except SecuringRefused as refusal:
        return _account(password=str(refusal)), 422
    tell("Your password is changed, and every session of yours has ended. Sign in anew.")
    return redirect("/sign-in", 303)


# --- the second step ----------------------------------------------------------------------------


@pages.post("/account/second-step/begin")
@anybody_signed_in
def begin_second_step() -> BaseResponse | tuple[str, int]:
    """Make a secret for an authenticator app, after a recent proof of who asks."""
    own = desk()
    if not signed_in().recently(own.clock()):
        return redirect("/confirm?back=/account", 303)
    chance = secrets.token_bytes(one_time_code.SECRET_BYTES)
    try:
        securing.begin_second_step(own.sessions, own.vault, person().id, chance, own.clock())
    except SecuringRefused as refusal:
        return _account(code=str(refusal)), 422
    return redirect("/account/second-step", 303)


@pages.get("/account/second-step")
@anybody_signed_in
def second_step() -> str | BaseResponse:
    """The picture for the app, until a first code has come from it."""
    if not signed_in().recently(desk().clock()):
        return redirect("/confirm?back=/account/second-step")
    return _second_step("") or redirect("/account")


@pages.post("/account/second-step")
@anybody_signed_in
def confirm_second_step() -> str | BaseResponse | tuple[str, int]:
    """Take the first code; the answer shows the recovery codes, this once."""
    own = desk()
    if not signed_in().recently(own.clock()):
        return redirect("/confirm?back=/account/second-step", 303)
    try:
        codes = securing.confirm_second_step(
            own.sessions,
            own.vault,
            own.head,
            person().id,
            request.form.get("code", ""),
            session_token(),
            secrets.token_bytes,
            own.clock(),
        )
    except SecuringRefused as refusal:
        whole = _second_step(str(refusal))
        return (whole, 422) if whole else redirect("/account", 303)
    return page("account/recovery_codes.html", "/account", codes=codes, first=True)


@pages.post("/account/recovery-codes")
@anybody_signed_in
def new_recovery_codes() -> str | BaseResponse | tuple[str, int]:
    """Make new recovery codes; the answer shows them, this once."""
    own = desk()
    if not signed_in().recently(own.clock()):
        return redirect("/confirm?back=/account", 303)
    try:
        codes = securing.new_recovery_codes(
            own.sessions,
            own.vault,
            own.head,
            person().id,
            request.form.get("code", ""),
            secrets.token_bytes,
            own.clock(),
        )
    except SecuringRefused as refusal:
        return _account(code=str(refusal)), 422
    return page("account/recovery_codes.html", "/account", codes=codes, first=False)


@pages.post("/account/second-step/remove")
@anybody_signed_in
def remove_second_step() -> BaseResponse | tuple[str, int]:
    """Take the second step away."""
    own = desk()
    if not signed_in().recently(own.clock()):
        return redirect("/confirm?back=/account", 303)
    typed = request.form.get("code", "")
    try:
        securing.remove_second_step(
            own.sessions, own.vault, own.head, person().id, typed, own.clock()
        )
    except SecuringRefused as refusal:
        return _account(code=str(refusal)), 422
    tell("Signing in no longer asks for a code.")
    return redirect("/account", 303)


def _second_step(error: str) -> str | None:
    own, who = desk(), person()
    with own.sessions.reading() as session:
        secret = second_steps.secret_of(session, own.vault, who.id, confirmed=False)
    if secret is None:
        return None
    picture = segno.make(one_time_code.address(secret, who.email, own.institute), error="m")
    svg = picture.svg_inline(scale=4, light="#fff", svgclass=None, lineclass=None)
    return page(
        "account/second_step.html",
        "/account",
        picture=Markup(svg.replace("<svg ", '<svg role="img" aria-label="QR code" ', 1)),
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        error=error,
    )


# --- one's own data ---------------------------------------------------------------------------


@pages.post("/account/copy")
@anybody_signed_in
def copy() -> BaseResponse:
    """Everything that is kept about oneself, as a file."""
    if not signed_in().recently(desk().clock()):
        return redirect("/confirm?back=/account", 303)
    return copy_of(person().id)


# --- sessions -----------------------------------------------------------------------------------


@pages.post("/account/sessions/<uuid:handle>/end")
@anybody_signed_in
def end_session(handle: UUID) -> BaseResponse:
    """End one of the own sessions; another's is not found."""
    own, who = desk(), person()
    if not securing.end_session(own.sessions, who.id, handle, own.clock(), who.id):
        abort(404)
    tell("That session has ended.")
    return redirect("/account", 303)


@pages.post("/account/sessions/end")
@anybody_signed_in
def end_others() -> BaseResponse:
    """End every own session but this one."""
    own, who = desk(), person()
    securing.end_sessions(own.sessions, who.id, own.clock(), who.id, but=session_token())
    tell("Every other session has ended.")
    return redirect("/account", 303)


# --- ties and refusals --------------------------------------------------------------------------


@pages.post("/account/ties")
@allow(*HAVE_TIES)
def declare_tie() -> BaseResponse | tuple[str, int]:
    """Declare a tie to a provider."""
    own, typed = desk(), request.form
    provider, to = typed.get("provider", type=UUID), typed.get("to", type=TiedTo)
    reason = typed.get("reason", "")
    try:
        if provider is None or to is None:
            raise DeclaringRefused("Choose the provider, and whether it is somebody there.")
        declaring.declare(own.sessions, person().id, provider, to, reason, own.clock())
    except DeclaringRefused as refusal:
        return _account(tie=str(refusal), typed=typed.to_dict()), 422
    tell("Your tie is declared. No call of theirs comes to you any more.")
    return redirect("/account", 303)


@pages.post("/account/refusals")
@allow(Role.ASSESSOR)
def refuse_centre() -> BaseResponse | tuple[str, int]:
    """Refuse a centre; no reason is asked for."""
    own = desk()
    centre = request.form.get("centre", type=UUID)
    try:
        if centre is None:
            raise DeclaringRefused("Choose a centre of the list.")
        declaring.refuse(own.sessions, person().id, centre, own.clock())
    except DeclaringRefused as refusal:
        return _account(centre=str(refusal)), 422
    tell("No new call to that centre is drawn for you.")
    return redirect("/account", 303)


@pages.post("/account/refusals/<uuid:centre>/end")
@allow(Role.ASSESSOR)
def accept_centre(centre: UUID) -> BaseResponse:
    """Take an own refusal back."""
    own = desk()
    if not declaring.accept(own.sessions, person().id, centre, own.clock()):
        abort(404)
    tell("Calls to that centre may be drawn for you again.")
    return redirect("/account", 303)


def _account(*, typed: dict[str, str] | None = None, **faults: str) -> str:
    """The page; ``faults`` are by the field that they belong to."""
    own, signed = desk(), signed_in()
    who, now = signed.person, own.clock()
    has_ties, refuses = signed.has(*HAVE_TIES), signed.has(Role.ASSESSOR)
    with own.sessions.reading() as session:
        centres = register.centres(session) if has_ties or refuses else ()
        providers = {c.provider: c.provider_name for c in centres}
        refused = {c for p, c in people.refusals(session) if p == who.id} if refuses else set()
        ties = people.ties_of(session, who.id) if has_ties else ()
        open_now = sign_ins.open_sign_ins(
            session, who.id, seen_after=now - IDLE, since_after=now - LONGEST
        )
        way = ways.usual(session, who.id) if refuses and own.softphone else None
        enrolled = second_steps.confirmed(session, who.id)
        known = passkeys.passkeys(session, who.id)
        codes_left = second_steps.recovery_codes_left(session, who.id)
    return page(
        "account/account.html",
        "/account",
        who=who,
        zone=who.zone,
        notices=told(),
        open_now=open_now,
        this=sign_ins.handle_of(securing.key_of(session_token())),
        quiet_after=int(IDLE / timedelta(minutes=1)),
        enrolled=enrolled,
        codes_left=codes_left,
        passkeys=known,
        few_codes=enrolled is not None and codes_left < FEW_CODES,
        has_ties=has_ties,
        refuses=refuses,
        way=way,
        ties=[ShownTie(tie, providers.get(tie.provider, "")) for tie in ties],
        providers=sorted(providers.items(), key=lambda each: each[1]),
        tied_to=TIED_TO,
        refused=[c for c in centres if c.id in refused],
        to_refuse=[c for c in centres if c.id not in refused],
        typed=typed or {},
        faults=faults,
    )

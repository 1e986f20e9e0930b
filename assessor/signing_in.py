"""Signing in by a password and, where it is asked for, a code; confirming; signing out."""

import re

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from assessor.desk import TELEPHONES, desk, page, person
from assessor.policy import anybody_signed_in, public
from assessor.rail import home
from assessor.told import forget_told, told
from scheduler import admitting, outside_accounts, passkeys, people
from scheduler.access import Person, SignInRefused
from scheduler.admitting import HalfOver
from scheduler.challenges import LASTS
from scheduler.passkey_proof import works_at

pages = Blueprint("signing_in", __name__)

OURS = re.compile(r"/(?![/\\])[!-~]*")  # what a browser can't read as another site


def cookie_name(*, secure: bool) -> str:
    """The session cookie; over https its prefix ties it to this host."""
    return "__Host-unannounced" if secure else "unannounced"


def session_token() -> str:
    """The token of the session behind the request; "" where the browser sent none."""
    return request.cookies.get(cookie_name(secure=desk().secure), "")


def proof_token() -> str:
    """The token to which a challenge is bound, until it is answered."""
    return request.cookies.get(_proof_name(), "")


def _proof_name() -> str:
    return "__Host-proof" if desk().secure else "proof"


@pages.get("/")
@public
def front() -> BaseResponse:
    """Send people to their first page, or to the form."""
    own = desk()
    token = session_token()
    who = admitting.who(own.sessions, token, own.clock()) if token else None
    return redirect(home(who.person) if who else "/sign-in")


@pages.get("/sign-in")
@public
def form() -> str:
    """The form."""
    return sign_in_form(request.args.get("back", ""), "", "")


@pages.post("/sign-in")
@public
def sign_in() -> BaseResponse | tuple[str, int]:
    """Check address and password, and go where the person wanted to."""
    own = desk()
    email = request.form.get("email", "")
    back = request.form.get("back", "")
    try:
        admitted = admitting.sign_in(
            own.sessions,
            email,
            request.form.get("password", ""),
            own.clock(),
            request.remote_addr or "",
        )
    except SignInRefused as error:
        return sign_in_form(back, email, str(error)), 422
    if admitted.waits_for_code:
        target = url_for("signing_in.ask_code", back=back if is_ours(back) else None)
        return with_session(redirect(target, 303), admitted.token)
    return with_session(redirect(onward(back, admitted.token)), admitted.token)


@pages.get("/sign-in/code")
@public
def ask_code() -> str | BaseResponse:
    """Ask for the code, while a right password waits for it."""
    own = desk()
    token = session_token()
    if not admitting.is_half(own.sessions, token, own.clock()):
        return redirect("/sign-in")
    return _code_form(request.args.get("back", ""))


@pages.post("/sign-in/code")
@public
def take_code() -> BaseResponse | tuple[str, int]:
    """Check the one-time or recovery code that follows a right password."""
    own = desk()
    back = request.form.get("back", "")
    try:
        token = admitting.sign_in_by_code(
            own.sessions,
            own.vault,
            own.head,
            session_token(),
            request.form.get("code", ""),
            own.clock(),
            request.remote_addr or "",
        )
    except HalfOver as error:
        return sign_in_form(back, "", str(error)), 422
    except SignInRefused as error:
        return _code_form(back, str(error)), 422
    return with_session(redirect(onward(back, token)), token)


@pages.get("/confirm")
@anybody_signed_in
def ask_to_confirm() -> str:
    """Ask for a new proof, before what must stay quiet."""
    return confirm_form(person(), request.args.get("back", ""), "")


@pages.post("/confirm")
@anybody_signed_in
def confirm() -> BaseResponse | tuple[str, int]:
    """Check the password and go back, with a session that is new."""
    own = desk()
    back = request.form.get("back", "")
    try:
        token = admitting.confirm(
            own.sessions,
            session_token(),
            request.form.get("password", ""),
            own.clock(),
            request.remote_addr or "",
        )
    except SignInRefused as error:
        return confirm_form(person(), back, str(error)), 422
    return with_session(redirect(onward(back, token), 303), token)


@pages.post("/sign-out")
@public
def sign_out() -> BaseResponse:
    """End the session."""
    own = desk()
    name = cookie_name(secure=own.secure)
    if token := request.cookies.get(name):
        admitting.sign_out(own.sessions, token, own.clock())
    forget_told()
    response: Response = redirect("/sign-in")  # type: ignore[assignment]
    response.delete_cookie(name, secure=own.secure, httponly=True, samesite="Lax")
    return response


def signed_out_page(template: str, **values: object) -> str:
    """Render a page without a rail."""
    own = desk()
    return render_template(
        template, institute=own.institute, telephone=TELEPHONES[own.line], **values
    )


def page_for_anybody(template: str, current: str, **values: object) -> str:
    """Render a public page: with the rail for who is signed in, and without for anybody else.

    The template extends ``frame``; ``values`` are the same for both.
    """
    own, token = desk(), session_token()
    g.signed_in = admitting.who(own.sessions, token, own.clock()) if token else None
    if g.signed_in:
        return page(template, current, frame="base.html", **values)
    return render_template(template, frame="signed_out.html", institute=own.institute, **values)


def with_session(response: BaseResponse, token: str) -> BaseResponse:
    """An answer that hands the browser the token of its session; one that it had before ends.

    Somebody else may have left that one open here, with a sentence for a page of theirs.
    """
    own = desk()
    if left := session_token():
        admitting.sign_out(own.sessions, left, own.clock())
    forget_told()
    response.set_cookie(
        cookie_name(secure=own.secure),
        token,
        secure=own.secure,
        httponly=True,
        samesite="Lax",
        max_age=int(admitting.LONGEST.total_seconds()),
    )
    return response


def with_proof(response: BaseResponse, token: str) -> BaseResponse:
    """An answer that hands the browser the token of a challenge, for as long as that lasts."""
    response.set_cookie(
        _proof_name(),
        token,
        secure=desk().secure,
        httponly=True,
        samesite="Lax",
        max_age=int(LASTS.total_seconds()),
    )
    return response


def forget_proof(response: BaseResponse) -> BaseResponse:
    """An answer after which the browser keeps no token of a challenge."""
    response.delete_cookie(_proof_name(), secure=desk().secure, httponly=True, samesite="Lax")
    return response


def is_ours(target: str) -> bool:
    """Whether an address is a page of this workspace and nothing else."""
    return OURS.fullmatch(target) is not None


def onward(back: str, token: str) -> str:
    """Where somebody wanted to go, or their first page."""
    who = admitting.who(desk().sessions, token, desk().clock())
    assert who is not None
    return back if is_ours(back) else home(who.person)


def sign_in_form(back: str, email: str, error: str) -> str:
    """The page on which people sign in, in each way that this installation has."""
    own = desk()
    return signed_out_page(
        "sign_in.html",
        back=back if is_ours(back) else "",
        email=email,
        error=error,
        notices=told(),
        by_passkey=works_at(own.site),
        outside=own.issuer.name if own.issuer else "",
    )


def _code_form(back: str, error: str = "") -> str:
    return signed_out_page("sign_in_code.html", back=back if is_ours(back) else "", error=error)


def confirm_form(who: Person, back: str, error: str) -> str:
    """The page that asks for a proof of who is there, in each way that they have."""
    own = desk()
    issuer = own.issuer
    with own.sessions.reading() as session:
        profile = people.profile(session, who.id)
        has_passkey = bool(passkeys.passkeys(session, who.id))
        vouched = issuer is not None and outside_accounts.has_one(session, who.id, issuer.id)
    return signed_out_page(
        "confirm.html",
        back=back if is_ours(back) else "",
        error=error,
        by_password=profile is not None and profile.has_password,
        by_passkey=has_passkey and works_at(own.site),
        outside=issuer.name if issuer and vouched else "",
    )

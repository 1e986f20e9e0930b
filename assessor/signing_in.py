"""Signing in and out."""

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from assessor.desk import TELEPHONES, desk
from assessor.policy import public
from assessor.rail import home
from scheduler import admitting

pages = Blueprint("signing_in", __name__)


def cookie_name(*, secure: bool) -> str:
    """The session cookie; over https its prefix ties it to this host."""
    return "__Host-unannounced" if secure else "unannounced"


@pages.get("/")
@public
def front() -> BaseResponse:
    """Send people to their first page, or to the form."""
    own = desk()
    token = request.cookies.get(cookie_name(secure=own.secure), "")
    who = admitting.who(own.sessions, token, own.clock()) if token else None
    return redirect(home(who.person) if who else "/sign-in")


@pages.get("/sign-in")
@public
def form() -> str:
    """The form."""
    return _form(request.args.get("back", ""), "", "")


@pages.post("/sign-in")
@public
def sign_in() -> BaseResponse | tuple[str, int]:
    """Check address and password, and go where the person wanted to."""
    own = desk()
    email = request.form.get("email", "")
    back = request.form.get("back", "")
    try:
        token = admitting.sign_in(
            own.sessions,
            email,
            request.form.get("password", ""),
            own.clock(),
            request.remote_addr or "",
        )
    except admitting.SignInRefused as error:
        return _form(back, email, str(error)), 422
    who = admitting.who(own.sessions, token, own.clock())
    assert who is not None
    response = redirect(back if _is_ours(back) else home(who.person))
    response.set_cookie(
        cookie_name(secure=own.secure),
        token,
        secure=own.secure,
        httponly=True,
        samesite="Lax",
        max_age=int(admitting.LONGEST.total_seconds()),
    )
    return response


@pages.post("/sign-out")
@public
def sign_out() -> BaseResponse:
    """End the session."""
    own = desk()
    name = cookie_name(secure=own.secure)
    if token := request.cookies.get(name):
        admitting.sign_out(own.sessions, token, own.clock())
    response: Response = redirect("/sign-in")  # type: ignore[assignment]
    response.delete_cookie(name, secure=own.secure, httponly=True, samesite="Lax")
    return response


def _form(back: str, email: str, error: str) -> str:
    return render_template(
        "sign_in.html",
        back=back if _is_ours(back) else "",
        email=email,
        error=error,
        institute=desk().institute,
        telephone=TELEPHONES[desk().line],
    )


def _is_ours(target: str) -> bool:
    """Whether an address is a page of this workspace and nothing else."""
    return target.startswith("/") and not target.startswith(("//", "/\\"))

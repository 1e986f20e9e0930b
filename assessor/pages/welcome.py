"""Mailed links: the first password of somebody invited, and a new one for who has forgotten it.

Opening a link changes nothing, since mail scanners open it too; sending the form does.
"""

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from assessor.desk import desk
from assessor.policy import public
from assessor.signing_in import signed_out_page
from assessor.told import tell
from scheduler import inviting
from scheduler.inviting import InvitingRefused, LinkEnded

pages = Blueprint("welcome", __name__)

DIFFERENT = "The two passwords differ. Type the same one twice."


@pages.get("/forgot")
@public
def forgot() -> str:
    """Ask for the address."""
    return signed_out_page("welcome/forgot.html", asked=False)


@pages.post("/forgot")
@public
def ask() -> str:
    """Mail a link if the address is somebody's; the answer is the same if it isn't."""
    own = desk()
    inviting.ask_for_reset(
        own.sessions,
        own.vault,
        own.head,
        request.form.get("email", ""),
        own.clock(),
        request.remote_addr or "",
    )
    return signed_out_page("welcome/forgot.html", asked=True)


@pages.get("/welcome/<token>")
@pages.get("/reset/<token>")
@public
def show(token: str) -> str | tuple[str, int]:
    """The form that sets a password, while the link works."""
    return _form(token)


@pages.post("/welcome/<token>")
@pages.post("/reset/<token>")
@public
def set_password(token: str) -> str | BaseResponse | tuple[str, int]:
    """Set the password and use the link up."""
    own = desk()
    typed = request.form.get("password", "")
    if typed != request.form.get("again", ""):
        return _form(token, again=DIFFERENT)
    try:
        inviting.set_password(
            own.sessions, own.vault, own.head, token, typed, own.clock(), request.remote_addr or ""
        )
    except InvitingRefused as refusal:
        return _form(token, error=str(refusal))
    except LinkEnded:
        return _form(token)
    tell("Your password is set. Sign in with it.")
    return redirect("/sign-in", 303)


def _form(token: str, *, error: str = "", again: str = "") -> str | tuple[str, int]:
    link = inviting.look(desk().sessions, token, desk().clock())
    if link is None:
        return signed_out_page("welcome/ended.html"), 404
    whole = signed_out_page(
        "welcome/password.html",
        action=f"/{link.purpose}/{token}",
        first=link.purpose is link.purpose.WELCOME,
        email=link.person.email,
        error=error,
        again=again,
    )
    return (whole, 422) if error or again else whole

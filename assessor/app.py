"""Makes the web workspace: pages, hooks, who may open what, and the headers of every answer."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from flask import (
    Flask,
    Response,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response as BaseResponse

from assessor import wording
from assessor.desk import WebDesk, desk
from assessor.hooks import HookDesk, hooks
from assessor.hooks_inbound import hooks_inbound
from assessor.policy import check_policies, public, roles_of
from assessor.signing_in import cookie_name
from assessor.signing_in import pages as signing_in
from config.group_commit import NotFree
from scheduler import admitting

LONGEST_BODY = 2 * 1024 * 1024  # bytes
SIGNALLING = "wss://voice-js.roaming.twilio.com"  # where the softphone's SDK reaches the network
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        *(f"{part}-src 'self'" for part in ("script", "style", "img", "font", "connect")),
        "media-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(self), geolocation=(), payment=(), usb=()",
}


def create_app(web: WebDesk, hook: HookDesk) -> Flask:
    """The workspace with its hooks. Raises PolicyMissing when a route declares nobody."""
    from assessor.pages import every_page  # every page imports the desk, not this file
    from assessor.pages.sign_on import pages as sign_on

    app = _bare(hook)
    app.secret_key = web.vault.derive("web")
    app.extensions["desk"] = web
    app.config.update(
        MAX_CONTENT_LENGTH=LONGEST_BODY,
        WTF_CSRF_TIME_LIMIT=None,  # a form lives as long as its session
        WTF_CSRF_SSL_STRICT=False,  # it asks for the referrer, which we never send
        SESSION_COOKIE_NAME="__Host-csrf" if web.secure else "csrf",
        SESSION_COOKIE_SECURE=web.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    csrf = CSRFProtect(app)
    for signed in (hooks, hooks_inbound):
        csrf.exempt(signed)
    wording.register(app)
    app.register_blueprint(hooks_inbound)
    app.register_blueprint(signing_in)
    for pages in every_page():
        app.register_blueprint(pages)
    if web.issuer:
        app.register_blueprint(sign_on)
    app.add_url_rule("/health", "health", _health)
    app.before_request(_admit)
    app.after_request(_headers)
    app.after_request(_leads)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _told)
    if web.proxies:
        # The address alone: a host that a header names would let anybody sign for another origin.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=web.proxies, x_proto=0, x_host=0, x_port=0, x_prefix=0
        )
    check_policies(app)
    return app


def create_hooks(hook: HookDesk) -> Flask:
    """The hooks alone, for a rehearsal."""
    app = _bare(hook)
    check_policies(app)
    return app


class Workspace(Flask):
    """An application whose log names the route that failed: its address may hold a secret."""

    def get_send_file_max_age(self, filename: str | None) -> int | None:
        """An hour, in seconds, for fonts. A browser asks whether the rest still stands, vendored
        scripts too: after an upgrade, no page runs with a script or a look of before.
        """
        return 3600 if filename and filename.startswith("vendor/fonts/") else None

    def log_exception(self, exc_info: Any) -> None:
        """Log what went wrong, and where."""
        self.logger.error("Failed: %s %s", request.method, request.url_rule, exc_info=exc_info)


def _bare(hook: HookDesk) -> Flask:
    app = Workspace(__name__)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["hooks"] = hook
    app.register_blueprint(hooks)
    app.register_error_handler(NotFree, _not_free)
    return app


def _not_free(_error: NotFree) -> Response:
    """Tell the network in time: after 15 seconds it has given up, and a thread waits for nobody."""
    return Response(status=503)


@public
def _health() -> dict[str, str]:
    return {"status": "answers"}


def _admit() -> BaseResponse | None:
    """Let in whom the route declares; tell the others to sign in, or that nothing is here."""
    if isinstance(request.routing_exception, RequestRedirect):
        abort(404)  # to the same address with fewer slashes, at whatever host the request names
    if request.blueprint in (hooks.name, hooks_inbound.name):
        return None  # signed, not signed in; what is in the form is checked there
    if any("\0" in text for text in _texts()):
        abort(400)  # no text that a person types, and none that PostgreSQL keeps
    if request.endpoint is None or request.endpoint == "static":
        return None
    roles = roles_of(current_app.view_functions[request.endpoint])
    if roles is None:
        return None
    own = desk()
    token = request.cookies.get(cookie_name(secure=own.secure), "")
    g.signed_in = admitting.who(own.sessions, token, own.clock()) if token else None
    if g.signed_in is None:
        return _to_sign_in()
    if not g.signed_in.has(*roles):
        abort(404)
    return None


def _texts() -> Iterator[str]:
    """Every text of a request that a page may read: each of several values, and names of files."""
    yield request.path
    for source in (request.args, request.form):
        for _, values in source.lists():
            yield from values
    for _, files in request.files.lists():
        yield from (file.filename or "" for file in files)


def _to_sign_in() -> BaseResponse:
    if request.headers.get("HX-Request"):  # for a part of a page: the way back is to the whole
        return Response("", 204, {"HX-Redirect": url_for("signing_in.form", back=_whole_page())})
    back = request.path if request.method == "GET" else None
    target = url_for("signing_in.form", back=back)
    if _sent_by_the_page():
        return Response("", 401)  # the page stays, with what was typed
    return redirect(target)


def _whole_page() -> str | None:
    """The path of the page that asks for a part of itself; None where its address can't be read."""
    try:
        return urlsplit(request.headers.get("HX-Current-URL", "")).path or None
    except ValueError:
        return None


def _sent_by_the_page() -> bool:
    """Whether typed.js sends a form, which stays on its page until the server took it."""
    return request.headers.get("X-Requested-With") == "form"


def _leads(response: Response) -> Response:
    """Tell a page that sends a form where the answer leads; a script isn't told of a redirect."""
    if _sent_by_the_page() and response.location:
        response.headers["X-Location"] = response.headers.pop("Location")
        response.status_code = 204
        response.data = b""
    return response


def _headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    if g.get("hears_the_network"):
        policy = CONTENT_SECURITY_POLICY.replace(
            "connect-src 'self'", f"connect-src 'self' {SIGNALLING}"
        )
        response.headers["Content-Security-Policy"] = policy
    if desk().secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response


def _stale_form(_error: CSRFError) -> tuple[str, int]:
    return render_template(
        "error.html",
        heading="This form has grown old",
        sentence="You were signed out meanwhile, or the page was open for long. "
        "Go back, load the page again and send it once more: what you typed is kept there.",
    ), 400


def _told(error: HTTPException) -> BaseResponse | tuple[str, int]:
    if error.response is not None or error.code is None or error.code < 400:
        return error.get_response()
    heading, sentence = SAID.get(error.code, SAID[400 if error.code < 500 else 500])
    return render_template("error.html", heading=heading, sentence=sentence), error.code


SAID = {
    400: ("That can't be done", "Something in the request was wrong. Go back and try again."),
    404: (
        "Nothing is here",
        "The address is wrong, or the page isn't yours to see. Go to your first page.",
    ),
    405: ("Nothing is here", "The address takes another kind of request. Go to your first page."),
    413: ("That was too large", "Send at most 2 megabytes."),
    500: (
        "Something broke here",
        "The fault is ours. Nothing was half-written; try again, and tell the administrator "
        "if it stays.",
    ),
}

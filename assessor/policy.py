"""Who may open which page: every route declares it, and one that declares nothing stops the start.

What isn't theirs to see is told to people as "not found", like what doesn't exist.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask

from scheduler.access import Role

View = TypeVar("View", bound=Callable[..., Any])
ALLOWED = "_allowed"


class PolicyMissing(Exception):
    """A route that declares nobody."""


def public(view: View) -> View:
    """Anybody, signed in or not."""
    setattr(view, ALLOWED, None)
    return view


def allow(*roles: Role) -> Callable[[View], View]:
    """Whoever is signed in with one of the roles."""
    if not roles:
        raise ValueError("name the roles, or declare the page public")

    def declare(view: View) -> View:
        setattr(view, ALLOWED, frozenset(roles))
        return view

    return declare


def anybody_signed_in(view: View) -> View:
    """Whoever is signed in."""
    return allow(*Role)(view)


def roles_of(view: Callable[..., Any]) -> frozenset[Role] | None:
    """The roles that a view declares; None is public."""
    declared = getattr(view, ALLOWED, ...)
    if declared is ...:
        raise PolicyMissing(f"{view.__name__} declares nobody who may open it")
    return declared if declared is None else frozenset(declared)


def check_policies(app: Flask) -> None:
    """Raise PolicyMissing when a route declares nobody."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            roles_of(app.view_functions[rule.endpoint])

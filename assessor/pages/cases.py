"""The cases of the appeals panel."""

from flask import Blueprint

from assessor.desk import page
from assessor.policy import allow
from scheduler.access import Role

pages = Blueprint("cases", __name__)


@pages.get("/cases")
@allow(Role.PANEL_MEMBER)
def every() -> str:
    """The cases that wait for this person."""
    return page("cases/list.html", "/cases")

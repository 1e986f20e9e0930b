"""The way to the trainer's page, which the practice exchange serves, being the outside world."""

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from assessor.desk import desk
from assessor.policy import allow
from scheduler.access import Role

pages = Blueprint("trainer", __name__)


@pages.get("/line/trainer")
@allow(Role.ADMINISTRATOR)
def to_the_trainers_page() -> Response:
    """Go on with a key for some hours; off the practice exchange there is no such page."""
    link = desk().trainer_link
    return redirect(link() if link else "/line", 303)

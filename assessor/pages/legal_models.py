"""The models that concern a provider: the notice to its staff, and what it undertakes."""

import re
from itertools import pairwise

from flask import Blueprint, Response, abort
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from assessor.desk import desk, page
from assessor.policy import allow
from config.settings import CHECKOUT
from scheduler.access import Role
from scoring.retention import rules

pages = Blueprint("legal_models", __name__)

MODELS = ("notice-to-staff", "undertaking")
FOLDER = CHECKOUT / "docs" / "legal"
DAYS = re.compile(r"\d+\s+days?<!--([a-z-]+)-->")
OUTSIDE = re.compile(r"\[([^\]]+)\]\(\.\./[^)]+\)")  # a link to docs that aren't shown here
CLASSES = {
    "table_open": "table",
    "bullet_list_open": "bullets",
    "ordered_list_open": "bullets",
    "blockquote_open": "notice look",
}


@pages.get("/supplies/models/<name>")
@allow(Role.PROVIDER_CONTACT)
def show(name: str) -> str:
    """A model as a page."""
    title, body = _model(name)
    return page("supplies/model.html", "/supplies", name=name, title=title, body=_html(body))


@pages.get("/supplies/models/<name>.txt")
@allow(Role.PROVIDER_CONTACT)
def download(name: str) -> Response:
    """The same as a file to fill in."""
    title, body = _model(name)
    answer = Response(f"# {title}\n{body}", mimetype="text/plain")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.txt"'
    return answer


def _model(name: str) -> tuple[str, str]:
    """The title and the rest of a model, with the days that this installation keeps things."""
    if name not in MODELS:
        abort(404)
    kept = {rule.kind.value: rule for rule in rules(desk().retention)}
    text = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    text = OUTSIDE.sub(r"\1", DAYS.sub(lambda found: kept[found[1]].span, text))
    heading, _, body = text.partition("\n")
    return heading.removeprefix("# "), body


def _html(text: str) -> Markup:
    """A text as a page shows it; whatever looks like HTML in it is shown as it is written."""
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(text)
    _dress(tokens)
    return Markup(reader.renderer.render(tokens, reader.options, {}))


def _dress(tokens: list[Token]) -> None:
    """Give lists and tables the look that they have on every other page."""
    columns: list[str] = []
    cell = 0
    for token, following in pairwise(tokens):
        if token.type in CLASSES:
            token.attrSet("class", CLASSES[token.type])
        if token.type == "table_open":
            columns, cell = [], 0
        elif token.type == "th_open":
            columns.append(following.content)
        elif token.type == "td_open":
            token.attrSet("data-label", columns[cell % len(columns)])
            cell += 1

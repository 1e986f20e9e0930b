"""The frame and its parts: what each says, and that no page needs an inline style or script."""

import re
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import pytest
from jinja2 import Environment
from markupsafe import Markup

from tests.assessor.frame_sample import CONTEXT, ROOM, frame, rendered

SVG = re.compile(r"<svg class=\"chart.*?</svg>", re.DOTALL)
SPACE = "{http://www.w3.org/2000/svg}"
VOID = {"meta", "link", "input", "circle", "line", "rect", "path", "br", "img"}


@pytest.fixture(scope="module")
def pages() -> Environment:
    return frame()


@pytest.fixture(scope="module")
def call() -> str:
    return rendered("call.html")


def charts(pages: Environment) -> Any:
    return pages.get_template("macros/charts.html").module


class Reader(HTMLParser):
    """Collects every start tag with its attributes, and the elements left open at the end."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("page", ["call.html", "sign_in.html"])
def test_no_page_holds_an_inline_style_script_or_handler(page: str) -> None:
    reader = Reader(rendered(page))
    assert reader.open == []
    for tag, attributes in reader.tags:
        assert tag != "style"
        assert tag != "script" or (attributes["src"] or "").startswith("/static/")
        assert not [name for name in attributes if name == "style" or name.startswith("on")]


def test_no_template_asks_another_server_for_anything() -> None:
    for path in ROOM.joinpath("templates").rglob("*.html"):
        assert re.findall(r"(?:src|href)=\"(?:https?:)?//", path.read_text()) == []


def test_every_id_on_a_page_is_its_own_and_every_description_is_there(call: str) -> None:
    tags = Reader(call).tags
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in tags:
        for name in ("aria-describedby", "aria-labelledby", "for"):
            assert set((attributes.get(name) or "").split()) <= set(ids)


def test_htmx_may_neither_evaluate_nor_style_nor_remember(call: str) -> None:
    for promise in (
        '"includeIndicatorStyles":false',
        '"allowEval":false',
        '"allowScriptTags":false',
        '"historyCacheSize":0',
        '"selfRequestsOnly":true',
    ):
        assert promise in call


def test_the_frame_says_where_one_is_who_one_is_and_on_which_telephone(call: str) -> None:
    assert '<a href="/today" aria-current="page">' in call
    assert call.count('aria-current="page"') == 1
    for words in ("A. &lt;Sample&gt;", "Assessor", "Demonstration institute", "practice exchange"):
        assert words in call
    assert "The line is out of order." in call
    assert re.search(r'<form method="post" action="/sign-out".*?value="token"', call, re.DOTALL)


def test_the_heading_is_the_title_unless_a_page_says_otherwise(call: str) -> None:
    assert "<title>The shared calendar · Unannounced</title>" in call
    assert "<h1>The shared calendar</h1>" in call


def test_a_field_ties_its_hint_and_its_fault_to_the_control(call: str) -> None:
    [field] = [
        attributes for _, attributes in Reader(call).tags if attributes.get("name") == "mean"
    ]
    assert field["aria-describedby"] == "f-mean-hint f-mean-error"
    assert field["aria-invalid"] == "true"
    assert field["inputmode"] == "numeric"


def test_a_cell_carries_its_label_for_narrow_screens(call: str) -> None:
    assert '<td role="cell" class="num" data-label="Met">6 of 6 ' in call


def test_what_a_page_is_given_is_escaped_once(pages: Environment) -> None:
    module: Any = pages.get_template("macros/ui.html").module
    assert "&lt;b&gt; &amp; co" in module.pill("<b> & co")
    assert '<a href="#">' in module.table(["Name"], [[Markup('<a href="#">x</a>')]])
    assert 'data-key-label="Say &#34;no&#34;"' in module.button('Say "no"', key="S")


def test_pages_of_a_list_are_named_by_its_order(pages: Environment) -> None:
    module: Any = pages.get_template("macros/ui.html").module

    def links(**addresses: str) -> list[tuple[str, str]]:
        text = str(module.pagination("1 of 3", **addresses))
        return re.findall(r'rel="(\w+)"[^>]*>(\w+)', text)

    assert links(earlier="/1", later="/3") == [("prev", "Earlier"), ("next", "Later")]
    assert links(newer="/1", older="/3") == [("prev", "Newer"), ("next", "Older")]


def test_a_yes_or_no_criterion_shows_yes_first_and_its_answer(call: str) -> None:
    radios = [at for _, at in Reader(call).tags if at.get("name") == "c1"]
    assert [radio["value"] for radio in radios] == ["1", "0", "NA"]
    assert [radio["value"] for radio in radios if "checked" in radio] == ["1"]


def test_long_behaviours_stand_one_below_the_other(pages: Environment) -> None:
    module: Any = pages.get_template("macros/scoring.html").module
    assert 'class="levels long"' in module.criterion("c", "Holds", [(0, "x" * 61), (1, "y")])
    assert 'class="levels"' in module.criterion("c", "Holds", [(0, "x" * 60), (1, "y")])


def test_every_picture_has_a_title_a_text_alternative_and_little_weight(call: str) -> None:
    pictures = SVG.findall(call)
    assert len(pictures) == 3
    for picture in pictures:
        assert len(picture.encode()) <= 6 * 1024
        root = ElementTree.fromstring(picture)
        assert root.get("role") == "img"
        assert root.findtext(f"{SPACE}title")
        assert root.findtext(f"{SPACE}desc")


def test_a_month_of_fewer_than_four_calls_gets_words_and_no_dot(pages: Environment) -> None:
    picture = charts(pages).months_chart(CONTEXT["points"], 75)
    assert picture.count('class="mean"') == 11
    assert ">1 call</text>" in picture
    assert "Aug: 1 call, no average" in picture


def test_the_axis_starts_at_the_ten_below_the_lowest_thing_shown(pages: Environment) -> None:
    def levels(low: float, standard: int | None) -> list[str]:
        point = {"label": "Jan", "n": 6, "mean": 90, "low": low, "high": 95}
        picture = charts(pages).months_chart([point], standard)
        return re.findall(r'class="end" x="6%" y="[0-9.]+">(\d+)<', picture)

    assert levels(57, 75) == ["50", "60", "70", "80", "90", "100"]
    assert levels(85, 75)[0] == "70"
    assert levels(85, None)[0] == "80"
    assert levels(12, 75) == ["10", "30", "50", "70", "90"]


def test_pictures_of_nothing_say_so(pages: Environment) -> None:
    assert "<desc>No month yet. The standard is 75.</desc>" in charts(pages).months_chart([], 75)
    assert "<desc>Nothing measured yet.</desc>" in charts(pages).timeline([])
    assert 'class="part"' not in charts(pages).met_bar(0, 6)


def test_apostrophes_are_of_one_kind() -> None:
    templates = (ROOM / "templates").rglob("*.html")
    curly = "\N{RIGHT SINGLE QUOTATION MARK}"
    assert [path.name for path in templates if curly in path.read_text()] == []

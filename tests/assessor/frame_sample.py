"""A page of every part of the frame, with invented words and figures."""

from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader
from markupsafe import Markup

ROOM = Path(__file__).parents[2] / "assessor"

CALL = """
{% extends "base.html" %}
{% import "macros/ui.html" as ui %}
{% import "macros/forms.html" as forms %}
{% import "macros/scoring.html" as scoring %}
{% import "macros/charts.html" as charts %}
{% block title %}The shared calendar{% endblock %}
{% block overline %}Remote coaching{% endblock %}
{% block lede %}Times in London{% endblock %}
{% block head_actions %}{{ ui.pill("on the line", "accent", dot=True) }}{% endblock %}
{% block main %}
{{ charts.timeline(segments, 450) }}{{ charts.months_chart(points, 75) }}{{ charts.met_bar(2, 4) }}
<dl class="figures">{{ ui.figure("Passed", "5 of 6", "no percentage below 12") }}</dl>
<ol class="steps">{{ ui.step(1, "Quiz", "done") }}{{ ui.step(2, "Read", "now", "4 minutes") }}</ol>
{{ ui.table(["Behaviour", ("Met", "num")], [["Greets", remark]], caption="Behaviours") }}
{{ ui.picture_table(["Month"], []) }}{{ ui.pagination("1 to 20", later="#") }}
{{ ui.facts([("Account", "418 206", "mono")]) }}{{ ui.countdown("2027-01-13T14:37Z", "soon") }}
{{ ui.notice("Lapses in 14 days", "look") }}{{ ui.empty("Nothing waits", "#", "Practise") }}
{{ ui.link("Keypad", "#", key="K") }}{{ scoring.code_aloud("SC/4", "sierra charlie, four") }}
<form id="a" method="post" data-by-button data-save-url="/save" action="/done">{{ forms.csrf() }}
{{ forms.faults([("f-mean", "The mean is above the ceiling.")]) }}
{{ forms.field("mean", "Calls", 6, hint="On average.", error="Lower this.", inputmode="numeric") }}
{{ forms.textarea("why", "Reason") }}{{ forms.select("p", "Period", [(1, "month")], 1) }}
{{ forms.choice("k", "Line", [("a", "person"), ("b", "menu", "which keys")], "a") }}
{{ forms.tick("ok", "Told", True) }}{{ scoring.mark("menu", "menu", "M", 11) }}
{% call scoring.criterion("c1", "Greets", [(0, "not"), (1, "name")], 1, yes_no=True) %}
{{ scoring.evidence("c1", "03:20") }}{% endcall %}
{% call scoring.criterion("c2", "Asks first", [(0, "not"), (1, "asks"), (2, "says why")]) %}
{{ scoring.evidence("c2") }}{% endcall %}
{% call scoring.submit_bar("Saved", 1, 2) %}{{ ui.button("Submit", "primary") }}{% endcall %}
</form>
{% endblock %}
"""
SIGN_IN = """
{% extends "signed_out.html" %}
{% block title %}Sign in{% endblock %}
{% block main %}<form method="post"></form>{% endblock %}
"""
CONTEXT: dict[str, Any] = {
    "rail": [
        {"label": "Today", "href": "/today", "count": 1, "current": True},
        {"label": "Drafts", "href": "/drafts", "count": None, "current": False},
    ],
    "telephone": "practice exchange",
    "person": {"id": "a1", "name": "A. <Sample>", "role": "Assessor"},
    "institute": "Demonstration institute",
    "remark": Markup("6 of 6 <b>Critical:</b> <span>none of them</span>"),
    "notices": [("wrong", "The line is out of order.")],
    "segments": [
        {"kind": "ring", "start": 0, "end": 11, "words": "ring 0:11"},
        {"kind": "person", "start": 11, "end": 402, "words": "person"},
    ],
    "points": [
        {"label": f"M{month}", "n": 4 + month, "mean": 70 + month, "low": 57, "high": 83.25}
        for month in range(11)
    ]
    + [{"label": "Aug", "n": 1, "mean": 90, "low": 80, "high": 99}],
}


def frame() -> Environment:
    """The workspace's templates and two pages of ours, "call.html" and "sign_in.html"."""
    ours = DictLoader({"call.html": CALL, "sign_in.html": SIGN_IN})
    loader = ChoiceLoader([ours, FileSystemLoader(ROOM / "templates")])
    environment = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.globals.update(
        csrf_token=lambda: "token", url_for=lambda _, filename: f"/static/{filename}"
    )
    return environment


def rendered(page: str, **more: Any) -> str:
    """One of the two pages as a browser gets it."""
    return frame().get_template(page).render(CONTEXT | more)

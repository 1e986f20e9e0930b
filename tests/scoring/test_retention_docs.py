"""What the docs promise about days is what the program does."""

import re

import pytest

from config.settings import CHECKOUT
from scoring.retention import BACKUPS, FOR_GOOD, RULES

DOCS = CHECKOUT / "docs"
LEGAL = sorted((DOCS / "legal").glob("*.md"))
MARKED = re.compile(r"(\d+)\s+days?<!--([a-z-]+)-->")
UNMARKED = re.compile(r"(?<![\d-])(\d+)\s+days?\b(?!<!--)")
DAYS = {rule.kind.value: rule.days for rule in RULES} | {"backups": BACKUPS}
OF_APPEALS = {"30", "90"}  # the window of an appeal and beyond, which the recording's days are


@pytest.mark.parametrize("path", [DOCS / "retention.md", *LEGAL], ids=lambda path: path.name)
def test_every_figure_in_days_is_the_programs(path: object) -> None:
    text = (DOCS / "retention.md").parent.joinpath(str(path)).read_text(encoding="utf-8")
    said = [(kind, int(days)) for days, kind in MARKED.findall(text)]
    assert said
    assert [(kind, days) for kind, days in said if DAYS[kind] != days] == []
    assert set(UNMARKED.findall(text)) <= OF_APPEALS


def test_the_table_in_the_docs_is_the_table_of_the_program() -> None:
    text = (DOCS / "retention.md").read_text(encoding="utf-8")
    for rule in RULES:
        goes = f"{rule.span}<!--{rule.kind}--> after {rule.after}"
        assert f"| `{rule.kind}` | {rule.what} | {goes} | {rule.why} |" in text
    for what, why in FOR_GOOD:
        assert f"| {what} | {why} |" in text


def test_every_model_asks_for_a_lawyers_eye_and_is_linked() -> None:
    assert len(LEGAL) == 5
    linked = (DOCS / "retention.md").read_text(encoding="utf-8")
    for path in LEGAL:
        head = path.read_text(encoding="utf-8")[:700]
        assert "not advice" in head
        assert "lawyer" in head
        assert f"(legal/{path.name})" in linked
    assert "docs/retention.md" in (CHECKOUT / "README.md").read_text(encoding="utf-8")

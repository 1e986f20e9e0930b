from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.services.chromium import ChromiumMissing, running_chromium, violations

DOCUMENT = "<!doctype html><html lang=en><title>A page</title><main><h1>A page</h1>{}</main>"


def test_axe_finds_nothing_wrong_with_a_sound_page(page: Page) -> None:
    page.set_content(DOCUMENT.format("<p>Sound."))
    assert violations(page) == []


def test_axe_names_the_rule_and_the_place(page: Page) -> None:
    page.set_content(DOCUMENT.format("<input id=unnamed>"))
    (found,) = violations(page)
    assert found.startswith("label: ")
    assert found.endswith("#unnamed")


def test_a_page_cannot_reach_another_machine(page: Page) -> None:
    page.set_content(DOCUMENT.format(""))
    reached = page.evaluate(
        "fetch('http://example.org/', {mode: 'no-cors'}).then(() => true, () => false)"
    )
    assert reached is False


@pytest.mark.parametrize("named", ["/nowhere/chromium", "a folder"])
def test_a_missing_browser_is_told_with_the_remedy(
    named: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CHROMIUM", str(tmp_path) if named == "a folder" else named)
    with pytest.raises(ChromiumMissing, match="sudo apt install chromium"), running_chromium():
        pass

"""The colours of the stylesheet: the agreed values, and text that can be read on every ground."""

import re
from itertools import product
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "assessor" / "static"
STYLE = "".join((STATIC / f"{name}.css").read_text() for name in ("style", "screens"))

AGREED = {
    "paper": ("#fbfaf6", "#12181f"),
    "card": ("#ffffff", "#19212a"),
    "ink": ("#1c2530", "#e9e6dd"),
    "quiet": ("#5c6672", "#9aa5b1"),
    "line": ("#dedad0", "#2b3540"),
    "wash": ("#f2f0e9", "#1f2933"),
    "accent": ("#0a6a72", "#62c7c2"),
    "accent-wash": ("#e2f0ef", "#16343a"),
    "amber": ("#8a5a00", "#e6b95c"),
    "amber-wash": ("#fbf0d9", "#3a2f17"),
    "red": ("#a8261d", "#f0938a"),
    "red-wash": ("#fae7e4", "#3d2220"),
    "night": ("#16202b", "#0c1117"),
}
TOKENS = {
    name: (light, dark)
    for name, light, dark in re.findall(
        r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", STYLE
    )
}
LIGHT, DARK = 0, 1
GROUNDS = ("paper", "card", "wash", "accent-wash", "amber-wash", "red-wash")
ON_PAGES = [
    *product(("ink", "quiet", "accent", "red"), GROUNDS),
    *product(("amber",), ("paper", "card", "amber-wash")),
    ("paper", "accent"),
]


def luminance(colour: str) -> float:
    """Relative luminance of a colour "#rrggbb", 0 to 1, as WCAG 2.2 defines it."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_black_on_white_has_the_known_contrast() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_the_tokens_have_their_agreed_values_in_both_themes() -> None:
    assert TOKENS == AGREED


def test_no_colour_is_written_outside_the_tokens() -> None:
    written = re.findall(r"#[0-9a-f]{3,8}\b|\brgba?\(|\bhsla?\(", STYLE)
    assert sorted(written) == sorted(colour for pair in AGREED.values() for colour in pair)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), ON_PAGES)
def test_text_can_be_read_on_every_ground(text: str, ground: str, theme: int) -> None:
    assert contrast(TOKENS[text][theme], TOKENS[ground][theme]) >= 4.5


@pytest.mark.parametrize("night", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("text", ["ink", "quiet", "accent"])
def test_the_rail_can_be_read_in_both_themes(text: str, night: int) -> None:
    assert contrast(TOKENS[text][DARK], TOKENS["night"][night]) >= 4.5


@pytest.mark.parametrize("ground", ["line", "wash"])
@pytest.mark.parametrize("text", ["ink", "accent"])
def test_the_rail_s_current_and_pointed_item_can_be_read(text: str, ground: str) -> None:
    assert contrast(TOKENS[text][DARK], TOKENS[ground][DARK]) >= 4.5


def test_a_person_s_own_choice_of_theme_comes_before_the_screen_s() -> None:
    assert ':root[data-theme="light"] { color-scheme: light; }' in STYLE
    assert ':root[data-theme="dark"] { color-scheme: dark; }' in STYLE


def test_nothing_moves_for_who_asked_for_less_motion() -> None:
    start = STYLE.index("@media (prefers-reduced-motion: no-preference)")
    allowed = STYLE[start : STYLE.index("\n}", start)]
    moving = re.findall(r"\b(?:transition|animation)\b", STYLE)
    assert moving == re.findall(r"\b(?:transition|animation)\b", allowed)

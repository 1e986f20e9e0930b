"""What the workspace carries from elsewhere is what its list says, byte for byte."""

import re
from hashlib import sha256
from pathlib import Path

VENDOR = Path(__file__).parents[2] / "assessor" / "static" / "vendor"
ROW = re.compile(r"^\| (?P<file>\S+) \| .+ \| (?P<hash>[0-9a-f]{64}) \|$", re.MULTILINE)


def listed() -> dict[str, str]:
    return dict(ROW.findall((VENDOR / "README.md").read_text()))


def carried() -> dict[str, str]:
    files = (path for path in VENDOR.rglob("*") if path.is_file() and path.name != "README.md")
    return {
        path.relative_to(VENDOR).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files
    }


def test_every_vendored_file_is_listed_with_its_hash_and_nothing_else_is() -> None:
    assert carried() == listed()


def test_every_vendored_thing_comes_with_its_licence() -> None:
    licences = {name for name in carried() if name.endswith("-LICENSE.txt")}
    for name in carried():
        assert any(name.startswith(licence.removesuffix("-LICENSE.txt")) for licence in licences)


def test_the_page_asks_only_for_fonts_that_are_there() -> None:
    asked = re.findall(r'url\("vendor/([^"]+)"\)', (VENDOR.parent / "fonts.css").read_text())
    fonts = {name for name in carried() if name.endswith(".woff2")}
    assert sorted(asked) == sorted(fonts)

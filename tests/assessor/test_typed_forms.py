"""Every form that takes typing keeps it, unless it is marked here with the reason."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.assessor.frame_sample import ROOM

TEMPLATES = ROOM / "templates"
FORM = re.compile(
    r"<form\b(?P<tag>(?:\{\{.*?\}\}|\{%.*?%\}|[^>])*)>(?P<inside>.*?)</form>", re.DOTALL
)
TYPING = re.compile(
    r"forms\.(?:field|textarea|select|choice|tick)\(|scoring\.criterion\(|\bstated\(|\bcontrol\("
    r"|<(?:textarea|select)\b|<input\b(?![^>]*type=\"hidden\")"
)
CONTROL = re.compile(r"forms\.field\(.*\) \}\}")
SECRET = re.compile(r"(?i)\bfield\(\"(?:code|pin|password|secret|token|telephone|account)\"")
NO_SECRET = 'id="f-accreditation-code"'  # the version of the code of conduct
NEVER_STORED = ('type="password"', 'autocomplete="one-time-code"', '"data-no-keep"')
NOT_KEPT = {
    ("sign_in.html", "/sign-in"): "a password",
    ("sign_in_code.html", "/sign-in/code"): "a one-time code",
    ("confirm.html", "/confirm"): "a password",
    ("welcome/forgot.html", "/forgot"): "the way in, of nobody who is signed in",
    ("welcome/password.html", "{{ action }}"): "a password",
    ("account/account.html", "/account/password"): "a password",
    ("account/account.html", "/account/recovery-codes"): "a one-time code",
    ("account/second_step.html", "/account/second-step"): "a one-time code",
    ("passkeys/passkeys.html", "/account/passkeys"): "the device's own ceremony sends it",
    (
        "centres/custody.html",
        "/centres/{{ centre.id }}/identities/{{ each.id }}/code",
    ): "it shows a security code",
}


def forms() -> Iterator[tuple[str, str, str]]:
    """Each form that is posted and takes typing: its template, its tag and what is in it."""
    for path in sorted(TEMPLATES.rglob("*.html")):
        for found in FORM.finditer(path.read_text()):
            if 'method="post"' in found["tag"] and TYPING.search(found["inside"]):
                yield path.relative_to(TEMPLATES).as_posix(), found["tag"], found["inside"]


def action(tag: str) -> str:
    found = re.search(r'action="([^"]*)"', tag)
    assert found, f"a form says where it is sent: {tag}"
    return found[1]


def test_every_form_that_takes_typing_keeps_it_or_is_named_here_with_the_reason() -> None:
    marked = {(file, action(tag)) for file, tag, _ in forms() if "data-no-keep" in tag}
    assert marked == set(NOT_KEPT)
    assert len(list(forms())) > 40


def test_no_two_forms_of_a_page_that_keep_are_kept_under_one_name() -> None:
    names = [(file, action(tag)) for file, tag, _ in forms() if "data-no-keep" not in tag]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.stem)
def test_no_secret_field_is_one_that_is_stored(path: Path) -> None:
    for control in CONTROL.findall(path.read_text()):
        if SECRET.search(control) and NO_SECRET not in control:
            assert any(sign in control for sign in NEVER_STORED), control


def test_htmx_sends_no_form_that_takes_typing_as_it_would_not_say_that_it_failed() -> None:
    assert [file for file, tag, _ in forms() if "hx-post" in tag] == []

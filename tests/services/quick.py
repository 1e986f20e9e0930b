"""What a process does once for its one application, kept for the thousand applications of tests."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

import pytest
from argon2 import PasswordHasher
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from werkzeug.routing import Rule

from assessor.app import Workspace
from scheduler import password

Builder = Callable[..., tuple[str, str]]


class KnownRule(Rule):
    """A rule whose builder is compiled once: a rule's text says all that it does."""

    built: ClassVar[dict[tuple[str, bool], Builder]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Builder:
        key = self.rule, append_unknown
        if self.defaults or key not in self.built:
            self.built[key] = super()._compile_builder(append_unknown)
        return self.built[key]


@contextmanager
def quick(templates: Path) -> Iterator[None]:
    """Hash passwords weakly, and compile each template and each rule of the web once."""
    compiled = FileSystemBytecodeCache(str(templates))
    make = Flask.create_jinja_environment

    def remembering(app: Flask) -> object:
        environment = make(app)
        environment.bytecode_cache = compiled
        return environment

    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(password, "HASHER", weak)
        patch.setattr(password, "NOBODY", weak.hash("nobody has this password"))
        patch.setattr(Workspace, "create_jinja_environment", remembering)
        patch.setattr(Workspace, "url_rule_class", KnownRule)
        yield

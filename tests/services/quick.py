"""What a process does once for its one application, kept for the thousand applications of tests."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import pytest
from argon2 import PasswordHasher
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Dialect, Engine, create_engine, event
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from assessor.app import Workspace
from config import database
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


STATEMENTS = 4000  # all that the tests have on both databases, and to spare


class OneDialect:
    """Makes engines that share a dialect, and with it every statement that one has compiled.

    What is compiled is kept under the dialect, of which each engine has its own: with a database
    for each test, most of a test's time went into compiling what the test before had compiled.
    """

    def __init__(self) -> None:
        self._known: dict[str, Dialect] = {}
        self._compiled: LRUCache[Any, Any] = LRUCache(STATEMENTS)

    def create_engine(self, url: str, **options: Any) -> Engine:
        """An engine as SQLAlchemy's own; the first to connect has the dialect for all."""
        engine = create_engine(url, **options)
        name = engine.dialect.name
        if name in self._known:
            engine.dialect = engine.pool._dialect = self._known[name]
        else:
            # By then the dialect has asked the server what it is.
            event.listen(engine, "connect", lambda *_: self._known.setdefault(name, engine.dialect))
        engine.update_execution_options(compiled_cache=self._compiled)
        return engine


@contextmanager
def quick(templates: Path) -> Iterator[None]:
    """Hash passwords weakly, and compile each template, rule of the web and statement once."""
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
        patch.setattr(database, "create_engine", OneDialect().create_engine)
        yield

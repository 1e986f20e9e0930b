"""What tests stand on: databases, a browser, the shared folder, and a closed network."""

import gc
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from playwright.sync_api import Browser, Page
from sqlalchemy import Engine

from config.database import Sessions, connect
from config.settings import CHECKOUT
from scripts.database import migrate
from tests.services.chance import repeated_chance
from tests.services.chromium import ChromiumMissing, running_chromium
from tests.services.memory import memory
from tests.services.network import close_network
from tests.services.postgres import Postgres, PostgresMissing, running_postgres
from tests.services.quick import quick

# A busy machine is slow: what a property promises has no seconds in it.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(
    "faults", settings.get_profile("suite"), phases=(Phase.explicit, Phase.generate), database=None
)  # that a property fails is enough: no example is made smaller
settings.load_profile("suite")

SHARED = CHECKOUT.parent / "shared"
TESTS = CHECKOUT / "tests"
BROWSER_FIXTURES = {"browser", "page"}
ROOT_OF_FOLDERS = "PYTEST_DEBUG_TEMPROOT"
DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]

in_memory = memory(programs=True)
if in_memory:
    os.environ.setdefault(ROOT_OF_FOLDERS, in_memory)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what drives a browser, leave out what reads a shared folder that isn't there, and sort.

    Long files come first, or one process would still be at the longest when the others are done.
    """
    for item in items:
        if isinstance(item, pytest.Function) and BROWSER_FIXTURES & set(item.fixturenames):
            item.add_marker("browser")
    if not SHARED.is_dir():
        without = [item for item in items if item.get_closest_marker("shared")]
        items[:] = [item for item in items if not item.get_closest_marker("shared")]
        config.hook.pytest_deselected(items=without)
    long = {item.path for item in items if item.get_closest_marker("browser")}
    tests = Counter(item.path for item in items)
    items.sort(
        key=lambda item: (not (item.path in long or item.path.parent == TESTS), -tests[item.path])
    )


def pytest_collection_finish() -> None:
    """Keep the collector of garbage from what stays anyway: a million objects of the imports."""
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what was left out, and why."""
    config = terminalreporter.config
    expression = config.getoption("-m")
    if expression:
        terminalreporter.write_line(f"left out: all but -m {expression!r}")
    if not SHARED.is_dir():
        terminalreporter.write_line(f"left out: the tests marked shared, as there is no {SHARED}")


@pytest.fixture(autouse=True, scope="session")
def closed_network(pytestconfig: pytest.Config) -> Iterator[None]:
    """No socket leaves this machine, unless nothing but the network's own tests is asked for."""
    with pytest.MonkeyPatch.context() as patch:
        if pytestconfig.getoption("-m") != "twilio_live":
            close_network(patch)
        yield


@pytest.fixture(autouse=True, scope="session")
def quickened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What is slow on purpose, or made anew for each application, costs tests little."""
    with quick(tmp_path_factory.mktemp("templates")):
        yield


@pytest.fixture(autouse=True)
def chance(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a test draws by chance, it draws again the next time."""
    with repeated_chance(request.node.nodeid):
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder ``shared`` beside the checkout; for tests marked ``shared``."""
    return SHARED


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The server, started when the first test asks for it."""
    try:
        with running_postgres() as server:
            yield server
    except PostgresMissing as missing:
        raise pytest.fail.Exception(str(missing), pytrace=False) from None


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Postgres) -> Iterator[str]:
    """The name of a migrated database without rows, to be copied."""
    url = postgres.create()
    _migrate(url)
    yield url.rpartition("/")[2].partition("?")[0]
    postgres.drop(url)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file without rows, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "unannounced.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated database without rows, on SQLite and on PostgreSQL in turn."""
    if request.param == "sqlite":
        path = tmp_path / "unannounced.db"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        yield f"sqlite:///{path}"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        with server.lent(request.getfixturevalue("migrated_postgres")) as url:
            yield url


@pytest.fixture(params=DATABASES)
def bare_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without tables, on SQLite and on PostgreSQL in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.db'}"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        url = server.create()
        yield url
        server.drop(url)


@pytest.fixture
def sessions(database_url: str) -> Iterator[Sessions]:
    """Opens transactions on a migrated database without rows."""
    sessions = connect(database_url)
    yield sessions
    sessions.engine.dispose()


@pytest.fixture
def engine(sessions: Sessions) -> Engine:
    """The engine under ``sessions``."""
    return sessions.engine


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser a run; a test fails with the remedy where there is none."""
    try:
        with running_chromium() as browser:
            yield browser
    except ChromiumMissing as missing:
        raise pytest.fail.Exception(str(missing), pytrace=False) from None


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page in a context of its own: no cookies, nothing kept."""
    with browser.new_context() as context:
        yield context.new_page()


def _migrate(url: str) -> None:
    engine = connect(url).engine
    migrate(engine)
    engine.dispose()

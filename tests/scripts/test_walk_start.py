"""A newcomer's first minute: start, sign in, look, stop."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect

from config.settings import CHECKOUT
from tests.services.chromium import violations

WITHIN = 60.0  # seconds


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def started(var: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    """The workspace as ``scripts/start`` runs it, ended at the end whatever happens."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("TWILIO_")},
        "UNANNOUNCED_VAR": str(var),
        "PORT": str(free_port()),
        "EXCHANGE_PORT": str(free_port()),
        "DATABASE_URL": "",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "scripts.supervisor", *words],
        cwd=CHECKOUT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_an_empty_start_prints_the_address_first_and_lets_the_administrator_in(
    tmp_path: Path, page: Page
) -> None:
    with started(tmp_path / "var", "--empty") as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        said = process.stdout.readline()
        page.goto(address)
        email, password = said.split()[4], said.split()[-1]
        page.get_by_label("E-mail").fill(email)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("navigation", name="Workspace")).to_be_visible()
        expect(page.get_by_text("practice exchange")).to_be_visible()
        assert violations(page) == []
        process.send_signal(signal.SIGINT)
        assert process.wait(WITHIN) == 0

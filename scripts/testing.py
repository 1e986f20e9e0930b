"""Runs the tests: finds or installs the browser that they need, then hands over to pytest."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.environment import CHECKOUT

NAMES = ("chromium", "chromium-browser", "google-chrome")
MAC_APPLICATIONS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
REMEDY = (
    "The browser tests need Chromium. On Debian type 'sudo apt install chromium', on macOS "
    "'brew install --cask chromium'; one in another place is named by the setting CHROMIUM."
)
# The order of files is that of tests/conftest.py: the long ones first.
EVERY_CORE = ["-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder"]


def find_chromium() -> str | None:
    """The browser's program: the setting CHROMIUM, else where systems put it; None when missing."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named if Path(named).is_file() and os.access(named, os.X_OK) else None
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return found or next((path for path in MAC_APPLICATIONS if Path(path).exists()), None)


def install_chromium() -> bool:
    """Install Debian's Chromium where this process may; says whether it did."""
    if os.environ.get("CHROMIUM") or os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print("Installing Chromium with apt-get for the browser tests", file=sys.stderr, flush=True)
    quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    for command in ("update", "install --yes --no-install-recommends chromium"):
        done = subprocess.run(
            ["apt-get", "-qq", *command.split()], env=quiet, stdout=sys.stderr, check=False
        )
    return done.returncode == 0


def main(arguments: list[str]) -> None:
    """Become pytest, with the arguments, in the checkout's folder.

    Without arguments every test is run, on every core: each file by one process. A browser
    that can't be installed is named here, and each test that needs it fails.
    """
    if find_chromium() is None and not install_chromium():
        print(REMEDY, file=sys.stderr, flush=True)
    os.chdir(CHECKOUT)
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *(arguments or EVERY_CORE)])


if __name__ == "__main__":
    main(sys.argv[1:])

"""Measures which branches of the core its own tests take; 1 where one is left out.

``pip install -r tests/core/requirements.txt``, then run ``python -m tests.core.covering``. What
follows goes to pytest, as in ``-k "not postgresql"``.
"""

import os
import subprocess
import sys
from tempfile import TemporaryDirectory

from config.settings import CHECKOUT
from tests.core.files import CORE, own_tests


def main(*pytest: str) -> int:
    """Run the core's tests under coverage, and print what they left out."""
    tests = sorted({test for file in CORE for test in own_tests(file)})
    with TemporaryDirectory() as folder:
        measure = [sys.executable, "-m", "coverage"]
        beside = os.environ | {"COVERAGE_FILE": f"{folder}/coverage"}
        run = ["run", "--branch", f"--include={','.join(CORE)}", "-m", "pytest", "-n", "0"]
        ran = subprocess.run([*measure, *run, *pytest, *tests], cwd=CHECKOUT, env=beside)
        report = ["report", "--show-missing", "--fail-under=100"]
        told = subprocess.run([*measure, *report], cwd=CHECKOUT, env=beside)
    return int(bool(ran.returncode or told.returncode))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

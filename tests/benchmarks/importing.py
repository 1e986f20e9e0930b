"""How long a thousand returns take to import, on a database and in a folder of their own.

Run ``.venv/bin/python -m tests.benchmarks.importing`` (``--returns 200`` for a shorter one); it
prints seconds and peak memory. The promise is a thousand under a minute on two cores.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from config.settings import CHECKOUT
from tests.workbooks import write_return

MOST = 1_000  # as many as a drama range has numbers


def write_returns(folder: Path, count: int) -> list[Path]:
    """So many returns of as many centres, each with two numbers and three identities."""
    return [
        write_return(
            folder / f"return-{number:04d}.xlsx",
            {
                "Centre!B1": f"Provider {number}",
                "Centre!B2": f"Centre {number}",
                "Numbers!B2": f"01632 960{number:03d}",
                "Numbers!B3": f"0113 496 0{number:03d}",
            },
        )
        for number in range(count)
    ]


def main() -> int:
    """Write the returns, import them once more than once, and say how long each took."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "--returns", type=int, default=MOST, choices=range(1, MOST + 1), metavar="N"
    )
    count = options.parse_args().returns
    with tempfile.TemporaryDirectory() as folder:
        paths = write_returns(Path(folder), count)
        for what in ("new", "unchanged"):
            began = time.monotonic()
            done = subprocess.run(
                [sys.executable, "-m", "scripts.command.main", "returns", "import", *paths],
                cwd=CHECKOUT,
                env=os.environ | {"UNANNOUNCED_VAR": f"{folder}/var", "DATABASE_URL": ""},
                stdout=subprocess.DEVNULL,
                check=False,
            )
            seconds = time.monotonic() - began
            print(f"{count} {what} returns: {seconds:.1f} s, {seconds / count * 1000:.0f} ms each")
            if done.returncode:
                return done.returncode
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(
        f"the largest process: {peak / (1024 * (1024 if sys.platform == 'darwin' else 1)):.0f} MB"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())

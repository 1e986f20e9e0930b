"""How long a quarter takes to draw, place and deal, and how much memory, by an institute's size.

Run ``.venv/bin/python -m tests.benchmarks.drawing`` (``--largest 10000`` leaves out 50,000); each
size runs in a process of its own, and seconds are the processor's. The promises: 10,000 centres
take at most 12 times as long as 1,000, and 50,000 with 20 calls each end under 4 GiB.
"""

import argparse
import resource
import subprocess
import sys
import time

from scheduler.plan import make_plan
from tests.benchmarks.institute import institute

SIZES = ((1_000, 100), (10_000, 1_000), (50_000, 5_000))


def one(centres: int, assessors: int) -> None:
    """Draw once and print seconds, calls, those without a person, and the peak in MB."""
    inputs = institute(centres, assessors)
    began = time.process_time()
    drawn = make_plan(inputs, bytes(32), b"")
    seconds = time.process_time() - began
    nobody = sum(call.assessor is None for call in drawn.calls)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    unit = 1024 * (1024 if sys.platform == "darwin" else 1)
    print(f"{seconds:.2f} {len(drawn.calls)} {nobody} {peak / unit:.0f}")


def main() -> int:
    """Draw for each size; 1 when a promise isn't kept."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--largest", type=int, default=SIZES[-1][0], metavar="CENTRES")
    options.add_argument("--one", type=int, nargs=2, help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.one:
        one(*asked.one)
        return 0
    took, most = {}, 0.0
    for size in SIZES:
        if size[0] > asked.largest:
            break
        command = [sys.executable, "-m", __spec__.name, "--one", *map(str, size)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        seconds, calls, nobody, peak = done.stdout.split()
        print(
            f"{size[0]} centres, {size[1]} assessors: {seconds} s, {calls} calls, "
            f"{nobody} with nobody, {peak} MB"
        )
        took[size[0]], most = float(seconds), max(most, float(peak))
    ratio = took[10_000] / took[1_000] if 10_000 in took else 0.0
    print(f"10,000 centres over 1,000: {ratio:.1f} (at most 12); peak {most:.0f} MB (under 4,096)")
    return int(ratio > 12 or most > 4096)


if __name__ == "__main__":
    sys.exit(main())

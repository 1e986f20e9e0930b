"""Puts small faults into the core, one at a time, and counts those that its own tests find.

``pip install -r tests/core/requirements.txt``, then run ``python -m tests.core.mutating`` for the
whole core, or name files of it; ``--most 100`` tries a sample of a file's faults, always the same.
The checkout is left alone: everything happens in a folder beside it.
"""

import argparse
import json
import random
import subprocess
import sys
from collections import Counter
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory

from mutmut.mutation.file_mutation import mutate_file_contents
from mutmut.stats import status_by_exit_code

from config.settings import CHECKOUT
from tests.core.files import CORE, own_tests
from tests.services.memory import memory

ROOMS = ("config", "scheduler", "scoring", "assessor", "scripts")
ALSO = ("tests", "docs", "pyproject.toml", "README.md", "CHANGES.md")
FOUND = "killed"  # what only took too long is listed, for a person to look at
SETTINGS = """[mutmut]
source_paths={rooms}
only_mutate={file}
also_copy={also}
pytest_add_cli_args_test_selection={tests}
pytest_add_cli_args=
    -n0
    --hypothesis-profile=faults
    -knot postgresql
use_git_change_detection=False
timeout_constant=3
"""


def main(*arguments: str) -> int:
    """Print a line for each file, and a line for each fault that nothing found."""
    parser = argparse.ArgumentParser(prog="python -m tests.core.mutating", description=__doc__)
    parser.add_argument("files", nargs="*", choices=[*CORE, []], metavar="FILE")
    parser.add_argument("--most", type=int, help="faults to try in a file")
    asked = parser.parse_args(arguments)
    for file in asked.files or CORE:
        with TemporaryDirectory(dir=memory(programs=True)) as folder, chdir(folder):
            lay_out(Path(folder), file)
            every = faults_of(file)  # which reads the settings that lie there
            some = every if asked.most is None else sample(every, asked.most)
            became = tried(Path(folder), file, some)
        print(told(file, len(every), became), flush=True)
    return 0


def lay_out(folder: Path, file: str) -> None:
    """Let a folder stand for the checkout, with settings that name one file and its tests."""
    for name in (*ROOMS, *ALSO):
        (folder / name).symlink_to(CHECKOUT / name)
    (folder / "setup.cfg").write_text(
        SETTINGS.format(
            file=file, rooms=lines(ROOMS), also=lines(ALSO), tests=lines(own_tests(file))
        )
    )


def faults_of(file: str) -> list[str]:
    """The names of the faults that can be put into a file."""
    made = mutate_file_contents(file, (CHECKOUT / file).read_text("utf-8"))
    module = file.removesuffix(".py").replace("/", ".")
    return [f"{module}.{name}" for name in made.mutant_names]


def sample(faults: list[str], most: int) -> list[str]:
    """So many of them, the same each time."""
    return sorted(random.Random(0).sample(faults, min(most, len(faults))))


def tried(folder: Path, file: str, faults: list[str]) -> dict[str, str]:
    """What became of each fault, put into the copy that the tool makes."""
    run = [sys.executable, "-m", "mutmut", "run", "--max-children=1", *faults]
    with (folder / "told.log").open("w") as log:
        ran = subprocess.run(run, cwd=folder, stdout=log, stderr=subprocess.STDOUT)
    if ran.returncode:
        raise SystemExit((folder / "told.log").read_text()[-4000:])
    kept = json.loads((folder / "mutants" / f"{file}.meta").read_text())
    return {fault: status_by_exit_code[kept["exit_code_by_key"][fault]] for fault in faults}


def told(file: str, every: int, became: dict[str, str]) -> str:
    """The score of a file, and its faults that were not found."""
    found = Counter(became.values())[FOUND]
    score = f"{file}: {found} of {len(became)} found, {found / len(became):.1%} (of {every} faults)"
    left = [f"  {fault}: {status}" for fault, status in became.items() if status != FOUND]
    return "\n".join([score, *left])


def lines(names: tuple[str, ...] | list[str]) -> str:
    """A list as the settings' file writes it."""
    return "".join(f"\n    {name}" for name in names)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

"""Runs every check of the code's form: linter, formatter, types, import contracts."""

import os
import subprocess
import sys

from scripts.environment import CHECKOUT

CHECKS = {
    "ruff check": ["-m", "ruff", "check", "."],
    "ruff format": ["-m", "ruff", "format", "--check", "."],
    "mypy": ["-m", "mypy"],
    "import contracts": [
        "-c",
        "from importlinter.cli import lint_imports_command; lint_imports_command(['--no-logo'])",
    ],
}


def main() -> int:
    """Run all of them, also after one has failed; 1 when any failed."""
    os.chdir(CHECKOUT)
    failed = []
    for name, command in CHECKS.items():
        print(f"== {name}", flush=True)
        if subprocess.run([sys.executable, *command], check=False).returncode:
            failed.append(name)
    print(f"== failed: {', '.join(failed)}" if failed else f"== all {len(CHECKS)} checks passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

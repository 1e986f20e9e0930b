"""Makes the environment that the programs run in: ``.venv`` in the checkout.

Standard library only, and old syntax, because an old Python must get a sentence, not a traceback.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from scripts.progress import Progress

CHECKOUT = Path(__file__).resolve().parents[1]
OLDEST = (3, 11)
NEWER_NAMES = ("python3.13", "python3.12", "python3.11", "python3.14", "python3")
RUN = ("requirements.txt",)
TESTS = ("requirements.txt", "tests/requirements.txt")
STAMP = "unannounced.json"
UNREACHABLE = re.compile(
    "name resolution|name or service not known|nodename nor servname|getaddrinfo|dns error"
    "|NewConnectionError|ConnectTimeout|ReadTimeout|timed out|connection (refused|reset|aborted)"
    "|network is unreachable|error sending request|failed to fetch|proxy|certificate",
    re.IGNORECASE,
)


class NoEnvironment(Exception):
    """The environment can't be made; the text says why and what to do."""


def run(requirements: Sequence[str], module: str, arguments: Sequence[str]) -> None:
    """Become ``python -m module arguments`` in the environment, which is made where it is missing.

    The process stays the same, so signals, terminal and exit code are the module's own. Where no
    environment can be made, it ends with exit code 1 and a sentence on standard error.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        python = ensure(requirements, CHECKOUT)
    except NoEnvironment as refusal:
        sys.exit(str(refusal))
    except KeyboardInterrupt:
        sys.exit("\nStopped. The next start makes the environment anew.")
    except OSError as error:
        sys.exit("The environment in {} can't be made: {}.".format(CHECKOUT / ".venv", error))
    variables = dict(os.environ, PYTHONPATH=str(CHECKOUT), PYTHONSAFEPATH="1")
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(python, [str(python), "-m", module, *arguments], variables)


def ensure(requirements: Sequence[str], checkout: Path) -> Path:
    """The path of a Python in which the requirement files are installed.

    Makes or completes the environment, one process at a time; takes no time when it is complete.
    Raises NoEnvironment with the remedy.
    """
    environment = checkout / ".venv"
    wanted = {name: _digest(checkout / name) for name in requirements}
    if not _is_complete(environment, wanted):
        base = find_python(sys.executable, tuple(sys.version_info[:3]))
        with _alone(checkout):
            if not _is_complete(environment, wanted):
                _make(environment, base, checkout, wanted)
    return environment / "bin" / "python"


def find_python(current: str, version: tuple[int, ...]) -> str:
    """A Python that is new enough: the current one, else one on the path.

    ``version`` is the current one's. Raises NoEnvironment with the remedy.
    """
    if version >= OLDEST:
        # Inside an environment this is the Python that the environment was made with.
        return str(getattr(sys, "_base_executable", current) or current)
    for name in NEWER_NAMES:
        found = shutil.which(name)
        if found and (_version_of(found) or (0,)) >= OLDEST:
            return found
    raise NoEnvironment(
        "Unannounced needs Python 3.11 or later; this is {} ({}). On Debian 12 or later type "
        "'sudo apt install python3 python3-venv', on macOS 'brew install python@3.13', then try "
        "again.".format(".".join(map(str, version)), current)
    )


def _make(environment: Path, base: str, checkout: Path, wanted: dict[str, str]) -> None:
    """Make the environment or complete it, and write the stamp last."""
    progress = Progress(sys.stderr)
    found = _stamp(environment)
    reason = _why_anew(environment, found)
    if reason:
        progress.step(reason)
        shutil.rmtree(environment, ignore_errors=True)
    uv = shutil.which("uv")
    if not (environment / "bin" / "python").exists():
        progress.step(f"Making the Python environment in {environment}")
        environment.mkdir(exist_ok=True)
        _write_stamp(environment, complete=False, installed={})
        _make_bare(environment, base, with_pip=uv is None)
    else:
        _write_stamp(environment, complete=False, installed={})
    _install(environment, uv, [checkout / name for name in wanted], progress)
    installed = found.get("installed") if found.get("complete") else None
    known = dict(installed) if isinstance(installed, dict) else {}
    _write_stamp(environment, complete=True, installed={**known, **wanted})


def _make_bare(environment: Path, base: str, with_pip: bool) -> None:
    """Make an environment with nothing in it; says how to get ``venv`` where Debian left it out."""
    if with_pip and not _can_import(base, "ensurepip, venv"):
        raise NoEnvironment(
            f"This Python ({base}) can't make environments: its modules venv and ensurepip are "
            "missing. On Debian type 'sudo apt install python3-venv', then try again."
        )
    options = [] if with_pip else ["--without-pip"]
    made = subprocess.run(
        [base, "-m", "venv", *options, str(environment)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if made.returncode:
        raise NoEnvironment(f"The environment could not be made:\n{made.stdout.strip()}")


def _install(environment: Path, uv: str | None, files: list[Path], progress: Progress) -> None:
    """Install the pinned packages, as wheels only: no newcomer should need a compiler."""
    python = str(environment / "bin" / "python")
    options = ["--only-binary", ":all:"]
    for file in files:
        options += ["-r", str(file)]
    if uv:
        command = [uv, "pip", "install", "--python", python, *options]
    else:
        if not _can_import(python, "pip"):
            subprocess.run([python, "-m", "ensurepip"], stdout=subprocess.DEVNULL)
        command = [python, "-m", "pip", "install", "--no-input", "--no-compile", *options]
    names = {name for file in files for name in _package_names(file)}
    progress.step("Installing {} packages with {}".format(len(names), "uv" if uv else "pip"))
    code, output = progress.follow(
        command, lambda: _count_installed(environment, names), len(names)
    )
    if code == 0:
        return
    tail = "\n".join(output[-12:])
    if "No space left" in tail:
        raise NoEnvironment("The disk is full: free about 500 MB, then try again.")
    if UNREACHABLE.search("\n".join(output)):
        raise NoEnvironment(
            "{}\nThe packages could not be fetched. Check the network and try again; a proxy is "
            "named by HTTPS_PROXY, another package index by {}.".format(
                tail, "UV_DEFAULT_INDEX" if uv else "PIP_INDEX_URL"
            )
        )
    raise NoEnvironment(
        f"{tail}\nThe packages could not be installed (see above). They are made for Python 3.11 "
        "to 3.13."
    )


def _why_anew(environment: Path, stamp: dict[str, object]) -> str | None:
    """Why a folder that is there can't be completed; None when there is none, or it can be."""
    if not environment.exists():
        return None
    if stamp.get("complete") is False:
        return "The environment was left half-made; making it anew"
    if stamp.get("folder", str(environment)) != str(environment):
        return "The checkout was moved; making its environment anew"
    version = _version_of(str(environment / "bin" / "python"))
    if version is None:
        return "The environment has no Python that runs; making it anew"
    if version < OLDEST:
        return "The environment's Python is older than 3.11; making it anew"
    return None


def _is_complete(environment: Path, wanted: dict[str, str]) -> bool:
    """Whether the stamp says that these requirements are installed here, and its Python runs."""
    stamp = _stamp(environment)
    installed = stamp.get("installed")
    return (
        stamp.get("complete") is True
        and stamp.get("folder") == str(environment)
        and isinstance(installed, dict)
        and all(installed.get(name) == digest for name, digest in wanted.items())
        and stamp.get("python") == _python_of(environment)
    )


def _stamp(environment: Path) -> dict[str, object]:
    """What the stamp file says; empty where there is none or it can't be read."""
    try:
        content = json.loads((environment / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _write_stamp(environment: Path, complete: bool, installed: dict[str, object]) -> None:
    stamp = {
        "complete": complete,
        "folder": str(environment),
        "python": _python_of(environment) if complete else None,
        "installed": installed,
    }
    draft = environment / (STAMP + ".new")
    draft.write_text(json.dumps(stamp, indent=1), encoding="utf-8")
    os.replace(draft, environment / STAMP)


def _python_of(environment: Path) -> list[object] | None:
    """The version of the environment's Python, by running it; None when it doesn't run."""
    version = _version_of(str(environment / "bin" / "python"))
    return list(version) if version else None


def _version_of(python: str) -> tuple[int, ...] | None:
    """The version of a Python, by running it; None when it doesn't run."""
    try:
        answer = subprocess.run(
            [python, "-I", "-S", "-c", "import sys; print(*sys.version_info[:2])"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=30,
        )
        return tuple(int(part) for part in answer.stdout.split()) or None
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None


def _can_import(python: str, modules: str) -> bool:
    command = [python, "-c", "import " + modules]
    return subprocess.run(command, stderr=subprocess.DEVNULL).returncode == 0


def _digest(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError:
        raise NoEnvironment(f"{file} is missing; get a whole copy of the repository.") from None


def _package_names(file: Path) -> set[str]:
    """The packages that a requirement file pins, those for Windows left out."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return {
        line.split("==")[0].split("[")[0].strip().lower().replace("_", "-")
        for line in lines
        if "==" in line and not line.startswith((" ", "#")) and "'win32'" not in line
    }


def _count_installed(environment: Path, names: set[str]) -> int:
    """How many of the packages lie in the environment."""
    found = environment.glob("lib/python*/site-packages/*.dist-info")
    return len(names & {path.name.split("-")[0].lower().replace("_", "-") for path in found})


@contextmanager
def _alone(checkout: Path) -> Iterator[None]:
    """Let one process at a time make the environment; the lock ends with the process."""
    folder = os.open(checkout, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            Progress(sys.stderr).step("Another program is making the environment; waiting for it")
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)

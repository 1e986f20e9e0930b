"""How many pages a second the workspace serves, beside ``flask run``.

Run ``.venv/bin/python -m tests.benchmarks.paging``. Over sixteen connections at once it asks for an
administrator's *Line* and an assessor's *Today*, of an institute with forty calls, on SQLite:
``scripts/web`` (waitress, eight threads) and Flask's own server (a thread a connection) in turn,
each started anew three times. Both serve the same application from the same database. The promise:
1.5 times as many as ``flask run``, medians of three.
"""

import argparse
import logging
import os
import re
import sys
import tempfile
from datetime import timedelta
from statistics import median

import requests

from assessor.app import create_app
from config.clock import system_clock
from config.settings import read_settings
from scheduler.access import Role
from scripts.database import prepare
from scripts.web import desks
from tests.benchmarks.posting import fetching, post_all
from tests.benchmarks.webhooks import CONNECTIONS, serving
from tests.builders import an_institute
from tests.workspace import ACCOUNT, PASSWORD, TOKEN

CALLS = 40
PAGES = {"Line": ("/line", "amy"), "Today": ("/today", "ann")}
OURS, FLASKS = "scripts.web", "tests.benchmarks.paging"
TOKEN_FIELD = re.compile(r'name="csrf_token" value="([^"]+)"')
ROUNDS = 3


def plant(environ: dict[str, str]) -> None:
    """An institute with calls to come, an administrator Amy and an assessor Ann."""
    installation = prepare(read_settings(environ))
    sessions, now = installation.sessions, system_clock()
    institute = an_institute(sessions, installation.vault)
    institute.person("Amy", Role.ADMINISTRATOR, password=PASSWORD)
    institute.assessor = institute.person("Ann", Role.ASSESSOR, password=PASSWORD)
    for number in range(CALLS):
        due = timedelta(minutes=10 + number)
        institute.call(institute.centre(number), due=due, now=now)
    sessions.engine.dispose()


def cookie(origin: str, name: str) -> str:
    """The cookie of a person who has signed in."""
    with requests.Session() as session:
        page = session.get(f"{origin}/sign-in", timeout=30).text
        (token, *_) = TOKEN_FIELD.findall(page)
        form = {"email": f"{name}@institute.example", "password": PASSWORD, "csrf_token": token}
        session.post(f"{origin}/sign-in", form, timeout=30).raise_for_status()
        return "; ".join(f"{each.name}={each.value}" for each in session.cookies)


def a_round(environ: dict[str, str], module: str, port: int, asked: int) -> dict[str, float]:
    """Pages a second by one server, by the page's name."""
    found = {}
    with serving(environ, port, module):
        for name, (path, person) in PAGES.items():
            signed_in = cookie(f"http://127.0.0.1:{port}", person)
            made = [fetching(path, signed_in)] * asked
            post_all(made[: CONNECTIONS * 2], 0, [port], CONNECTIONS)  # templates are compiled
            told = post_all(made, 0, [port], CONNECTIONS)
            if told.others:
                raise RuntimeError(f"{name} was answered {told.others[0][:200]!r}")
            found[name] = asked / told.seconds
    return found


def as_flask_run() -> None:
    """What ``flask run`` does, with the settings of the environment, and without a line a page."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    settings = read_settings()
    create_app(*desks(prepare(settings))).run(settings.host, settings.port, threaded=True)


def main() -> int:
    """Measure and tell; 1 where the promise isn't kept."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pages", type=int, default=400, help="of each kind in a round")
    options.add_argument("--port", type=int, default=8397)
    given = options.parse_args()
    rounds: dict[str, list[dict[str, float]]] = {OURS: [], FLASKS: []}
    with tempfile.TemporaryDirectory() as folder:
        environ = {
            "UNANNOUNCED_VAR": folder,
            "PUBLIC_ORIGIN": f"http://127.0.0.1:{given.port}",
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_API_ORIGIN": "http://127.0.0.1:9",
        }
        plant(environ)
        for _ in range(ROUNDS):
            for module, told in rounds.items():
                told.append(a_round(environ, module, given.port, given.pages))
    kept = True
    for name in PAGES:
        ours, flasks = (median(each[name] for each in rounds[module]) for module in rounds)
        print(f"{name}: {ours:.0f}/s, flask run {flasks:.0f}/s, ratio {ours / flasks:.2f}")
        kept &= ours >= 1.5 * flasks
    return 0 if kept else 1


if __name__ == "__main__":
    if "PORT" in os.environ:
        as_flask_run()
    else:
        sys.exit(main())

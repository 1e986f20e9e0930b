import io
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Timer

import pytest

from config.settings import CHECKOUT, read_settings
from scripts.progress import Progress
from scripts.supervisor import (
    Port,
    Program,
    StartRefused,
    Supervisor,
    check_ports,
    ports,
    programs,
    serve,
)

# Each tiny program calls ready() once it can be stopped.
READY = """
import os, signal, sys, time
def ready(): print("pid", os.getpid(), flush=True)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(print("stopped cleanly") or 0))
signal.signal(signal.SIGUSR1, lambda *_: sys.exit(print("no ink left") or 3))
"""
ANSWERING = """
import http.server
class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/health" else 404)
        self.end_headers()
time.sleep(0.3)
server = http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Health)
ready()
server.serve_forever()
"""
QUIET = "ready(); time.sleep(60)"
STUBBORN = "signal.signal(signal.SIGTERM, signal.SIG_IGN); ready(); time.sleep(60)"


class Announced(io.StringIO):
    """A place to announce the workspace, upon which somebody stops it."""

    def flush(self) -> None:
        os.kill(os.getpid(), signal.SIGINT)


def free_port() -> int:
    """A port that nobody used a moment ago."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
        assert isinstance(port, int)
        return port


def program(name: str, text: str, port: int | None = None) -> Program:
    """A tiny program, which answers on a port when it is given one."""
    origin = f"http://127.0.0.1:{port}" if port else None
    return Program(name, (sys.executable, "-c", READY + text, str(port)), origin)


def pid(logs: Path, name: str) -> int:
    """The process id that a tiny program writes into its log once it can be stopped."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        if found := re.search(r"pid (\d+)\n", (logs / f"{name}.log").read_text()):
            return int(found[1])
        time.sleep(0.02)
    raise AssertionError(f"{name} did not come up")


def runs(pid: int) -> bool:
    """Whether a process is there, be it as a zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def signalling(number: signal.Signals, logs: Path, *names: str) -> Callable[[], None]:
    """An announcement upon which somebody stops the workspace, once the named can be stopped."""

    def announce() -> None:
        for name in names:
            pid(logs, name)
        os.kill(os.getpid(), number)

    return announce


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_all_three_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    before = signal.getsignal(number)
    three = [
        program("exchange", ANSWERING, free_port()),
        program("web", ANSWERING, free_port()),
        program("worker", QUIET),
    ]
    Supervisor(tmp_path, print).run(three, signalling(number, tmp_path, "worker"))
    for name in ("exchange", "web", "worker"):
        assert "stopped cleanly" in (tmp_path / f"{name}.log").read_text()
        assert not runs(pid(tmp_path, name))
    assert signal.getsignal(number) is before


def test_nothing_is_announced_before_all_answer(tmp_path: Path) -> None:
    port = free_port()

    def announce() -> None:
        with closing(socket.create_connection(("127.0.0.1", port), timeout=120)):
            os.kill(os.getpid(), signal.SIGINT)

    Supervisor(tmp_path, print).run([program("web", ANSWERING, port)], announce)


def test_a_program_that_ends_is_started_again_and_its_log_is_named(tmp_path: Path) -> None:
    told: list[str] = []
    first: list[int] = []

    def announce() -> None:
        first.append(pid(tmp_path, "worker"))
        (tmp_path / "worker.log").write_text("")  # the next that is found there is the second's
        os.kill(first[0], signal.SIGKILL)

    def tell(words: str) -> None:
        told.append(words)
        Timer(0, lambda: os.kill(os.getpid(), [pid(tmp_path, "worker"), signal.SIGINT][1])).start()

    both = [program("web", ANSWERING, free_port()), program("worker", QUIET)]
    Supervisor(tmp_path, tell).run(both, announce)
    assert told == [
        "The program worker ended by itself, by signal 9, and is started again. "
        f"What it said last is in {tmp_path / 'worker.log'}"
    ]
    assert pid(tmp_path, "worker") != first[0]
    assert not runs(pid(tmp_path, "worker"))


def test_a_program_that_ends_again_and_again_takes_the_others_down(tmp_path: Path) -> None:
    told: list[str] = []
    announced = tmp_path / "announced"
    ends = f"while not os.path.exists({str(announced)!r}): time.sleep(0.05)\nsys.exit(3)"
    both = [program("web", ANSWERING, free_port()), program("worker", ends)]
    with pytest.raises(StartRefused, match=r"exit code 3, 4 times within 5 minutes.*worker\.log"):
        Supervisor(tmp_path, told.append).run(both, announced.touch)
    assert len(told) == 3
    assert "stopped cleanly" in (tmp_path / "web.log").read_text()
    assert not runs(pid(tmp_path, "web"))


def test_the_exchange_takes_the_others_down_as_it_ends_with_the_calls_it_carried(
    tmp_path: Path,
) -> None:
    def announce() -> None:
        os.kill(pid(tmp_path, "exchange"), signal.SIGUSR1)

    exchange = replace(program("exchange", QUIET), again=False)
    both = [exchange, program("web", ANSWERING, free_port())]
    with pytest.raises(StartRefused, match=r"exchange ended by itself, with exit code 3, so all"):
        Supervisor(tmp_path, print).run(both, announce)
    assert "no ink left" in (tmp_path / "exchange.log").read_text()
    assert not runs(pid(tmp_path, "web"))


def test_a_program_that_ends_before_it_answers_is_named(tmp_path: Path) -> None:
    with pytest.raises(StartRefused, match=r"web ended by itself, with exit code 4.*web\.log"):
        Supervisor(tmp_path, print).run([program("web", "sys.exit(4)", free_port())], lambda: None)


def test_a_program_that_never_answers_is_named(tmp_path: Path) -> None:
    with pytest.raises(StartRefused, match=r"web did not answer.*web\.log"):
        Supervisor(tmp_path, print, ready_within=0.5).run(
            [program("web", QUIET, free_port())], lambda: None
        )


def test_a_program_that_will_not_stop_is_killed_and_named(tmp_path: Path) -> None:
    both = [program("web", STUBBORN), program("worker", QUIET)]
    with pytest.raises(StartRefused, match=r"Had to be killed.*: web \(see .*web\.log\)$"):
        Supervisor(tmp_path, print, stopped_within=0.5).run(
            both, signalling(signal.SIGINT, tmp_path, "web", "worker")
        )
    assert not runs(pid(tmp_path, "web"))
    assert not runs(pid(tmp_path, "worker"))


if sys.platform == "linux":  # the one system that can promise it

    def test_a_killed_supervisor_leaves_nothing_running(tmp_path: Path) -> None:
        code = (
            "from pathlib import Path; from scripts.supervisor import Program, Supervisor;"
            f"Supervisor(Path({str(tmp_path)!r}), print).run([{program('worker', QUIET)!r}],"
            "lambda: print('ready', flush=True))"
        )
        with subprocess.Popen(
            [sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=CHECKOUT
        ) as supervisor:
            assert supervisor.stdout
            supervisor.stdout.readline()
            worker = pid(tmp_path, "worker")
            supervisor.kill()
        until = time.monotonic() + 120
        while runs(worker) and time.monotonic() < until:
            time.sleep(0.05)
        assert not runs(worker)


def test_a_busy_port_is_named_with_its_setting() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        number = server.getsockname()[1]
        with pytest.raises(
            StartRefused, match=rf"Port {number} is used by another program.*EXCHANGE_PORT=\d+"
        ):
            check_ports([Port("127.0.0.1", number, "EXCHANGE_PORT")])


def test_a_port_whose_last_connection_is_fading_away_is_free() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        number = server.getsockname()[1]
        with closing(socket.create_connection(("127.0.0.1", number))) as caller:
            answering, _ = server.accept()
            answering.close()  # who closes first keeps the port for a while
            caller.recv(1)
    check_ports([Port("127.0.0.1", number, "PORT")])


def test_the_workspaces_address_is_the_first_line_and_then_how_to_sign_in(tmp_path: Path) -> None:
    port = free_port()
    settings = read_settings(
        {"PORT": str(port), "EXCHANGE_PORT": str(free_port()), "UNANNOUNCED_VAR": str(tmp_path)}
    )
    out = Announced()
    serve(
        settings,
        [program("web", ANSWERING, port)],
        lambda: ["assessor: a@example.org"],
        out,
        Progress(io.StringIO()),
    )
    assert out.getvalue().splitlines()[:2] == [
        f"http://127.0.0.1:{port}",
        "assessor: a@example.org",
    ]
    assert (tmp_path / "logs" / "web.log").exists()


def test_nothing_is_prepared_while_a_port_is_busy(tmp_path: Path) -> None:
    def prepare() -> list[str]:
        raise AssertionError("prepared")

    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        environ = {"PORT": str(server.getsockname()[1]), "UNANNOUNCED_VAR": str(tmp_path)}
        with pytest.raises(StartRefused, match="PORT="):
            serve(read_settings(environ), [], prepare, io.StringIO(), Progress(io.StringIO()))


def test_a_workspace_is_the_exchange_the_web_and_the_worker() -> None:
    settings = read_settings({"PORT": "8401", "EXCHANGE_PORT": "8402", "HOST": "0.0.0.0"})
    assert [(program.name, program.origin) for program in programs(settings)] == [
        ("exchange", "http://127.0.0.1:8402"),
        ("web", "http://127.0.0.1:8401"),
        ("worker", None),
    ]
    assert [(port.number, port.setting) for port in ports(settings)] == [
        (8401, "PORT"),
        (8402, "EXCHANGE_PORT"),
    ]


def test_with_a_telephone_account_there_is_no_exchange() -> None:
    settings = read_settings(
        {
            "TWILIO_ACCOUNT_SID": "AC0",
            "TWILIO_AUTH_TOKEN": "invented",
            "PUBLIC_ORIGIN": "https://calls.example.org",
        }
    )
    assert [program.name for program in programs(settings)] == ["web", "worker"]
    assert [port.setting for port in ports(settings)] == ["PORT"]


def test_a_wrong_setting_ends_the_start_with_a_sentence() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "scripts.supervisor"],
        env={**os.environ, "PORT": "many"},
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("Error: PORT is 'many'")
    assert ended.stdout == ""

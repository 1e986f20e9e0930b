import io
import re
import sys
import time

from scripts.progress import Progress


class Terminal(io.StringIO):
    """A stream that says that somebody watches."""

    def isatty(self) -> bool:
        return True


SLOW = [sys.executable, "-u", "-c", "import time; print('Fetching'); time.sleep(0.7)"]


def test_a_terminal_sees_the_count_and_the_last_line_move() -> None:
    terminal = Terminal()
    code, lines = Progress(terminal).follow(SLOW, lambda: 3, 7)
    assert (code, lines) == (0, ["Fetching"])
    assert "\r" in terminal.getvalue()
    assert re.search(r"3 of 7 installed, \d+ s  Fetching", terminal.getvalue())
    assert re.search(r"\r  done in \d+ s\n$", terminal.getvalue())


def test_a_file_gets_a_line_now_and_then() -> None:
    file = io.StringIO()
    Progress(file, quiet_for=0.3).follow(SLOW, lambda: 3, 7)
    first, *_, last = file.getvalue().splitlines()
    assert re.fullmatch(r"  3 of 7 installed, \d+ s  (Fetching)?", first)
    assert re.fullmatch(r"  done in \d+ s", last)


def test_a_count_never_passes_its_total() -> None:
    terminal = Terminal()
    Progress(terminal).follow(SLOW, lambda: 9, 7)
    assert "7 of 7" in terminal.getvalue()


def test_a_failure_gives_its_code_and_its_words() -> None:
    command = [sys.executable, "-c", "import sys; sys.exit('no such package')"]
    file = io.StringIO()
    assert Progress(file).follow(command, lambda: 0, 1) == (1, ["no such package"])
    assert "done" not in file.getvalue()


def test_an_interruption_ends_the_command() -> None:
    def interrupt() -> int:
        raise KeyboardInterrupt

    started = time.monotonic()
    command = [sys.executable, "-c", "import time; time.sleep(30)"]
    try:
        Progress(Terminal()).follow(command, interrupt, 1)
    except KeyboardInterrupt:
        assert time.monotonic() - started < 25
    else:
        raise AssertionError("the interruption was swallowed")


def test_how_far_something_is_is_said_at_times_only() -> None:
    file = io.StringIO()
    progress = Progress(file)
    for done in range(3):
        progress.at_times(f"{done} of 3", every=0.05)
        time.sleep(0.06)
    progress.at_times("at once", every=60)
    assert file.getvalue() == "  1 of 3\n  2 of 3\n"

"""A batch of returns in one limited process: what kills or delays it costs that return alone."""

import pickle
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from config.settings import CHECKOUT
from scheduler import returns_batch, returns_child
from scheduler.returns_batch import read_batch
from scheduler.returns_child import CPU_SECONDS, MOST_MEMORY, read_frame, write_frame
from scheduler.returns_sent import Sent, sent_files, sent_parts
from tests.scheduler.csv_returns import csv_files
from tests.workbooks import TODAY, a_book, a_return, saved

GOOD = sent_parts([("good.xlsx", a_return().getvalue())])


def started(program: str) -> subprocess.Popen[bytes]:
    """A child of another kind, which answers each frame by a program of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", f"from scheduler import returns_child as c\n{program}"],
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


@pytest.fixture
def trouble(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Programs for the next children, instead of the one that reads."""
    programs: list[str] = []
    ordinary = returns_batch._started
    monkeypatch.setattr(
        returns_batch,
        "_started",
        lambda: started(programs.pop(0)) if programs else ordinary(),
    )
    yield programs
    assert programs == []


def test_a_batch_answers_in_order_and_names_each_fault() -> None:
    broken = sent_parts([("broken.xlsx", b"PK")])
    files = sent_parts(csv_files().items())
    found = list(read_batch([GOOD, broken, files, GOOD], TODAY))
    assert [each.name for each in found] == ["good.xlsx", "broken.xlsx", "acme.*.csv", "good.xlsx"]
    assert [each.statement is not None for each in found] == [True, False, True, True]
    assert found[0].statement == found[2].statement
    assert "no Excel workbook" in str(found[1].faults[0])


def test_files_are_read_where_they_lie(tmp_path: Path) -> None:
    path = tmp_path / "north.xlsx"
    path.write_bytes(a_return().getvalue())
    (reading,) = read_batch(sent_files([path]), TODAY)
    assert reading.statement is not None


def test_one_process_reads_a_whole_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = []
    ordinary = returns_batch._started

    def counted() -> subprocess.Popen[bytes]:
        begun.append(1)
        return ordinary()

    monkeypatch.setattr(returns_batch, "_started", counted)
    assert len(list(read_batch([GOOD] * 20, TODAY))) == 20
    assert len(begun) == 1


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("import os; os.kill(os.getpid(), 9)", "The file can't be read"),
        ("import os; os._exit(c.OUT_OF_MEMORY)", "needs far more memory"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", "takes too long"),
        ("import time; time.sleep(60)", "takes too long"),
        ("c.sys.stdout.buffer.write(b'\\xff' * 8)", "The file can't be read"),
        ("c.write_frame(c.sys.stdout.buffer, b'no pickle')", "The file can't be read"),
        (
            "import os; c.write_frame(c.sys.stdout.buffer, c.pickle.dumps(os.getcwd))",
            "The file can't be read",
        ),
        ("c.write_frame(c.sys.stdout.buffer, c.pickle.dumps('text'))", "The file can't be read"),
    ],
)
def test_a_return_that_ends_or_hangs_its_reader_gets_a_fault_and_the_others_enter(
    trouble: list[str], program: str, said: str
) -> None:
    trouble.append(program)
    bad, good = read_batch([sent_parts([("bad.xlsx", b"")]), GOOD], TODAY, seconds=1.5)
    assert bad.statement is None
    assert bad.name == "bad.xlsx"
    assert said in str(bad.faults[0])
    assert good.statement is not None


def test_what_a_child_sends_makes_nothing_but_readings(trouble: list[str], tmp_path: Path) -> None:
    mark = tmp_path / "made"
    trouble.append(
        "class E:\n"
        f"    def __reduce__(self): return (c.os.mkdir, ({str(mark)!r},))\n"
        "c.write_frame(c.sys.stdout.buffer, c.pickle.dumps(E()))"
    )
    (reading,) = read_batch([GOOD], TODAY)
    assert reading.statement is None
    assert not mark.exists()


def test_the_reader_knows_nothing_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "a secret")
    child = returns_batch._started()
    try:
        if sys.platform == "linux":
            assert b"secret" not in Path(f"/proc/{child.pid}/environ").read_bytes()
    finally:
        child.communicate()


def test_the_reader_is_limited() -> None:
    code = (
        "import io, resource as r, sys\n"
        "from scheduler import returns_child as c\n"
        "sys.stdin = io.TextIOWrapper(io.BytesIO())\n"
        "c.main()\n"
        "print([r.getrlimit(x)[0] for x in (r.RLIMIT_AS, r.RLIMIT_CORE, r.RLIMIT_FSIZE)],"
        " file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    if sys.platform == "linux":
        assert done.stderr.strip() == str([MOST_MEMORY, 0, 0])


def test_each_return_has_its_own_seconds_of_the_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    limits: list[tuple[int, int]] = []
    monkeypatch.setattr(returns_child, "_limit", lambda what, most: limits.append((what, most)))
    spent = iter([1.5, 20.9, 400.0])
    monkeypatch.setattr(time, "process_time", lambda: next(spent))
    requests, answers = BytesIO(), BytesIO()
    for _ in range(3):
        write_frame(requests, pickle.dumps((GOOD, TODAY)))
    requests.seek(0)
    returns_child.serve(requests, answers, lambda sent, today: (sent.name, today))
    answers.seek(0)
    said = [pickle.loads(read_frame(answers, 1_000)) for _ in range(3)]
    assert said == [("good.xlsx", TODAY)] * 3
    assert limits == [(resource.RLIMIT_CPU, seconds + CPU_SECONDS) for seconds in (1, 20, 400)]


def wide() -> Sent:
    """A file with very many cells, all of them wrong."""
    book = a_book()
    for _ in range(1_000):
        book["Hours"].append(["x"] * 90)
    return sent_parts([("wide.xlsx", saved(book).getvalue())])


def test_very_many_faults_are_told_as_the_first_five_hundred_and_a_sum() -> None:
    (reading,) = read_batch([wide()], TODAY)
    assert reading.statement is None
    assert len(reading.faults) == 501
    assert str(reading.faults[-1]).startswith("The file has ")
    assert "faults more; correct these and send it again" in str(reading.faults[-1])


def test_a_frame_that_is_cut_short_or_too_long_is_no_frame() -> None:
    stream = BytesIO()
    write_frame(stream, b"four")
    whole = stream.getvalue()
    assert read_frame(BytesIO(whole), 4) == b"four"
    for cut in (whole[:-1], whole[:3], b""):
        with pytest.raises(EOFError):
            read_frame(BytesIO(cut), 4)
    with pytest.raises(EOFError):
        read_frame(BytesIO(whole), 3)

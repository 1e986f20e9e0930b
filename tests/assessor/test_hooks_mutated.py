"""Whatever becomes of the network's posts on their way, the hooks keep their promises.

The posts are those that the practice exchange sends of a call. A machine drops, doubles, reorders,
delays, changes and forges them, of two calls at once, and after each looks at the whole database.
"""

import shutil
import sqlite3
from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from pathlib import Path
from urllib.parse import urlencode
from uuid import UUID
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from werkzeug.test import TestResponse

from assessor.app import create_hooks
from assessor.hooks import LONGEST_BODY, HookDesk
from config.database import connect
from scheduler import attempts, diary
from scheduler.outcome import Attempt, Disposition, State
from scheduler.practice.webhooks import sign
from scheduler.telephone import PerhapsPlaced
from tests.assessor.genuine_posts import Post, genuine_posts
from tests.scheduler.switchboard import Switchboard, a_switchboard
from tests.workspace import ACCOUNT, TOKEN

ORIGIN = "https://calls.example.org"
ANSWERED = ("answer", "confirm", "ended")  # told what to do next
RANK = {state: rank for rank, state in enumerate(State)}
VERBS = {"Response", "Gather", "Say", "Dial", "Number", "Hangup"}
STRANGER = "CA" + "5" * 32
FORM = "application/x-www-form-urlencoded"
SIDS = st.sampled_from(("", "CA1", STRANGER, "OWN", "CHILD", "OTHER", "OTHER CHILD"))
STATUSES = (
    *("initiated", "ringing", "in-progress", "answered", "completed", "busy", "no-answer"),
    *("failed", "canceled", "queued", "", "COMPLETED", "é", "x" * 200),
)
NUMBERS = st.sampled_from(("", "0", "1", "3", "77", "-1", "1e9", "9" * 30, "\uff11"))
MOMENTS = (
    *("", "yesterday", "Fri, 31 Dec 9999 23:59:59 -2359", "Wed, 25 Nov 2026 09:00:00"),
    *("Mon, 01 Jan 1900 00:00:00 +0000", "Wed, 25 Nov 2026 09:59:59 +0000"),
)
FIELDS: dict[str, st.SearchStrategy[str]] = {
    "CallSid": SIDS,
    "ParentCallSid": SIDS,
    "DialCallSid": SIDS,
    "CallStatus": st.sampled_from(STATUSES),
    "DialCallStatus": st.sampled_from(STATUSES),
    "Digits": st.sampled_from(("", "1", "2", "#", "11", "1" * 200, "é")),
    "CallDuration": NUMBERS,
    "DialCallDuration": NUMBERS,
    "SequenceNumber": NUMBERS,
    "SipResponseCode": st.sampled_from(("", "200", "404", "486", "48600", "é")),
    "ErrorCode": st.sampled_from(("", "13214", "x")),
    "Timestamp": st.sampled_from(MOMENTS),
    "RecordingSid": st.sampled_from(("", "RE" + "1" * 32, "RE1")),
    "RecordingStatus": st.sampled_from(("completed", "absent", "é")),
}
CHANGES = st.sampled_from(sorted(FIELDS)).flatmap(
    lambda name: st.tuples(st.just(name), FIELDS[name])
)
MANGLED = (  # what a body may arrive as that is no form in UTF-8
    (b"CallSid=%ff%fe&AccountSid=\xe9", FORM),
    ("AccountSid=é".encode("utf-16"), FORM),
    (b"\x00\xff" * 50, FORM),
    (b'{"CallSid": "CA"}', "application/json"),
    (b"--x\r\nContent-Disposition: form-data; name=CallSid\r\n\r\n", "multipart/form-data"),
    (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
    (b"", ""),
)


@dataclass(frozen=True)
class Prepared:
    """A database on which two assessors are being rung, and the posts that a call has."""

    path: Path
    board: Switchboard
    calls: tuple[UUID, UUID]
    posts: tuple[Post, ...]
    folder: Path
    numbers: "count[int]"


@pytest.fixture
def prepared(migrated_sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Prepared:
    """Of one call the network accepted the request; of the other nobody knows."""
    posts = tuple(genuine_posts(migrated_sqlite, tmp_path, monkeypatch))
    path = tmp_path / "prepared.db"
    shutil.copy(migrated_sqlite, path)
    sessions = connect(f"sqlite:///{path}")
    board = a_switchboard(sessions)
    first = board.dialled(0)
    second = board.call(1)
    board.telephone.fail_next(PerhapsPlaced("no answer"), after_ringing=True)
    board.dial()
    assert board.attempt(second).state is State.UNKNOWN
    sessions.engine.dispose()
    return Prepared(path, board, (first, second), posts, tmp_path, count())


class Posts(RuleBasedStateMachine):
    """The network, and what lies between it and us."""

    prepared: Prepared  # of the test's own kind

    def __init__(self) -> None:
        super().__init__()
        prepared = self.prepared
        path = prepared.folder / f"{next(prepared.numbers)}.db"
        shutil.copy(prepared.path, path)
        self.sessions = connect(f"sqlite:///{path}")
        self.clock = prepared.board.clock
        self.began = self.clock.now
        self.rows = sqlite3.connect(path)
        kept = self.rows.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        self.tables = sorted(name for (name,) in kept)
        desk = HookDesk(self.sessions, self.clock, ORIGIN, ACCOUNT, TOKEN)
        self.client: FlaskClient = create_hooks(desk).test_client()
        self.tokens = [each[0].token for each in self._attempts()]
        self.next = [0, 0]
        self.ledger: Counter[str] = Counter()  # by token, how many legs were sent to a centre
        self.legs: list[set[str]] = [set(), set()]
        self.seen = self._attempts()
        self.became = self._dispositions()

    def teardown(self) -> None:
        self.rows.close()
        self.sessions.engine.dispose()
        self.clock.now = self.began

    # --- what the network does

    @rule(which=st.integers(0, 1))
    def the_next_one_comes(self, which: int) -> None:
        self._genuine(which, self.next[which])
        self.next[which] = min(self.next[which] + 1, len(self.prepared.posts) - 1)

    @rule(which=st.integers(0, 1))
    def the_next_one_is_lost(self, which: int) -> None:
        self.next[which] = min(self.next[which] + 1, len(self.prepared.posts) - 1)

    @rule(which=st.integers(0, 1), number=st.integers(0, 8))
    def any_one_comes_early_late_or_again(self, which: int, number: int) -> None:
        self._genuine(which, number)

    @rule(which=st.integers(0, 1), number=st.integers(0, 8))
    def one_comes_twice(self, which: int, number: int) -> None:
        self._genuine(which, number)
        before = self._digest()
        self._genuine(which, number)
        assert self._digest() == before, "told twice, heard twice"

    @rule(which=st.integers(0, 1), number=st.integers(0, 8), changes=st.lists(CHANGES, min_size=1))
    def one_says_something_else(
        self, which: int, number: int, changes: list[tuple[str, str]]
    ) -> None:
        post = self.prepared.posts[number]
        fields = self._fields(which, post) | {
            name: self._sid(which, value) for name, value in changes
        }
        self._send(which, post.step, fields)

    @rule(which=st.integers(0, 1), number=st.integers(0, 8), step=st.sampled_from(ANSWERED))
    def one_comes_to_another_hook(self, which: int, number: int, step: str) -> None:
        self._send(which, step, self._fields(which, self.prepared.posts[number]))

    @rule(which=st.integers(0, 1), number=st.integers(0, 8))
    def one_is_signed_for_the_other_calls_token(self, which: int, number: int) -> None:
        post = self.prepared.posts[number]
        self._send(1 - which, post.step, self._fields(which, post))

    @rule(seconds=st.sampled_from((1, 30, 100, 300)))
    def time_passes(self, seconds: int) -> None:
        self.clock.pass_by(seconds=seconds)

    # --- what is not the network's

    @rule(
        which=st.integers(0, 1),
        number=st.integers(0, 8),
        how=st.sampled_from(
            ("unsigned", "stranger's key", "changed", "more", "less", "other token", "account")
        ),
    )
    def one_is_forged(self, which: int, number: int, how: str) -> None:
        post = self.prepared.posts[number]
        fields = self._fields(which, post)
        target = self._target(which, post.step)
        signature = sign(TOKEN, ORIGIN + target, fields)
        match how:
            case "unsigned":
                signature = ""
            case "stranger's key":
                signature = sign("1" * 32, ORIGIN + target, fields)
            case "changed":
                fields |= {"CallStatus": "busy", "Digits": "1"}
            case "more":
                fields |= {"More": ""}
            case "less":
                del fields["AccountSid"]
            case "other token":
                target = self._target(1 - which, post.step)
            case "account":
                fields |= {"AccountSid": "AC" + "9" * 32}
                signature = sign(TOKEN, ORIGIN + target, fields)
        self._changes_nothing(target, urlencode(fields).encode(), signature, {403})

    @rule(number=st.integers(0, 8), token=st.sampled_from(("f" * 32, "", "%00", "é", "x" * 300)))
    def a_token_is_nobodys(self, number: int, token: str) -> None:
        post = self.prepared.posts[number]
        fields = self._fields(0, post)
        target = f"/hooks/calls/{token}/{post.step}"
        signature = sign(TOKEN, ORIGIN + target, fields)
        allowed = {200, 204, 403, 404, 308}  # an address that nobody signs so is not ours
        self._changes_nothing(target, urlencode(fields).encode(), signature, allowed)

    @rule(which=st.integers(0, 1), number=st.integers(0, 8), over=st.integers(0, 1000))
    def a_body_is_too_long(self, which: int, number: int, over: int) -> None:
        post = self.prepared.posts[number]
        fields = self._fields(which, post) | {"Word": "x" * (LONGEST_BODY + over)}
        target = self._target(which, post.step)
        signature = sign(TOKEN, ORIGIN + target, fields)
        self._changes_nothing(target, urlencode(fields).encode(), signature, {413})

    @rule(which=st.integers(0, 1), number=st.integers(0, 8), body=st.sampled_from(MANGLED))
    def a_body_is_no_form(self, which: int, number: int, body: tuple[bytes, str]) -> None:
        post = self.prepared.posts[number]
        target = self._target(which, post.step)
        signature = sign(TOKEN, ORIGIN + target, self._fields(which, post))
        self._changes_nothing(target, body[0], signature, {400, 403}, body[1])

    # --- what holds after each

    @invariant()
    def an_attempt_only_moves_on(self) -> None:
        now = self._attempts()
        for before, after in zip(self.seen, now, strict=True):
            for old, new in zip(before, after, strict=False):
                assert RANK[new.state] >= RANK[old.state], f"{old.state} became {new.state}"
                for name in ("call_sid", "dial_sid", "child_sid", "ending"):
                    was = getattr(old, name)
                    assert was is None or getattr(new, name) == was, f"{name} was {was}"
            assert len(after) >= len(before)
            if before[0].child_sid is not None:
                assert len(after) == len(before), "tried anew though the centre was rung"
        self.seen = now

    @invariant()
    def a_call_that_has_ended_stays_as_it_ended(self) -> None:
        now = self._dispositions()
        for before, after in zip(self.became, now, strict=True):
            assert before.open or after is before, f"{before} became {after}"
        self.became = now

    @invariant()
    def a_centre_is_dialled_at_most_once(self) -> None:
        assert all(len(legs) <= 1 for legs in self.legs), self.legs

    # --- how

    def _genuine(self, which: int, number: int) -> None:
        post = self.prepared.posts[number]
        self._send(which, post.step, self._fields(which, post))

    def _send(self, which: int, step: str, fields: dict[str, str]) -> None:
        """Post what the network signed, and do what it is told, as the exchange would."""
        target = self._target(which, step)
        before = self._attempts()[which][0]
        signature = sign(TOKEN, ORIGIN + target, fields)
        answer = self._post(target, urlencode(fields).encode(), signature)
        assert answer.status_code in (200, 204, 400)
        numbers = self._told(step, answer)
        if numbers:
            assert before.child_sid is None, "dialled again though the centre's leg has shown"
            assert before.state in (State.CREATED, State.DIALLING)
            assert numbers == [f"+44163296050{which}"]
            self.legs[which].add(fields["CallSid"])

    def _told(self, step: str, answer: TestResponse) -> list[str]:
        """The numbers that an answer has rung; an answer that instructs is TwiML."""
        if step not in ANSWERED or answer.status_code != 200:
            assert not answer.data
            return []
        assert answer.mimetype == "text/xml"
        root = ElementTree.fromstring(answer.data)
        verbs = {element.tag for element in root.iter()}
        assert root.tag == "Response"
        assert verbs <= VERBS
        return [element.text or "" for element in root.iter("Number")]

    def _changes_nothing(
        self, target: str, body: bytes, signature: str, allowed: set[int], kind: str = FORM
    ) -> None:
        before = self._digest()
        answer = self._post(target, body, signature, kind)
        assert answer.status_code in allowed, answer.status_code
        assert b"Dial" not in answer.data
        assert self._digest() == before, "it is not the network's, and changed something"

    def _post(self, target: str, body: bytes, signature: str, kind: str = FORM) -> TestResponse:
        answer = self.client.post(
            target, data=body, content_type=kind, headers={"X-Twilio-Signature": signature}
        )
        assert answer.status_code < 500
        return answer

    def _target(self, which: int, step: str) -> str:
        return f"/hooks/calls/{self.tokens[which]}/{step}"

    def _fields(self, which: int, post: Post) -> dict[str, str]:
        return {name: self._sid(which, value) for name, value in post.fields}

    def _sid(self, which: int, word: str) -> str:
        other = 1 - which
        legs = {"OWN": which, "OTHER": other, "CHILD": which + 10, "OTHER CHILD": other + 10}
        return f"CA{legs[word]:032x}" if word in legs else word

    def _attempts(self) -> list[tuple[Attempt, ...]]:
        with self.sessions.reading() as session:
            return [attempts.of_call(session, call) for call in self.prepared.calls]

    def _dispositions(self) -> list[Disposition]:
        with self.sessions.reading() as session:
            found = [diary.find_call(session, call) for call in self.prepared.calls]
        return [each.disposition for each in found if each is not None]

    def _digest(self) -> str:
        """Of every row of every table."""
        whole = sha256()
        for table in self.tables:
            rows = sorted(repr(row) for row in self.rows.execute(f'SELECT * FROM "{table}"'))
            whole.update(f"{table} {rows}".encode())
        return whole.hexdigest()


# A failure is told as it was found: to shrink one takes minutes.
SOME = settings(
    max_examples=30,
    stateful_step_count=20,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


def test_whatever_comes_in_whatever_order_the_hooks_keep_their_promises(
    prepared: Prepared,
) -> None:
    ours = type("Posts", (Posts,), {"prepared": prepared})
    run_state_machine_as_test(ours, settings=SOME)

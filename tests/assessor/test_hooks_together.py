"""Posts that come at once, and on SQLite share commits: each is kept once, whatever others do."""

import random
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from assessor.app import create_hooks
from assessor.hooks import HookDesk
from config.database import Sessions
from config.group_commit import NotFree, grouped
from scheduler import attempts
from scheduler.diary_rows import CallbackRow
from scheduler.outcome import Attempt
from scheduler.practice.webhooks import sign
from tests.scheduler.switchboard import Switchboard, a_switchboard
from tests.workspace import ACCOUNT, TOKEN

ORIGIN = "https://calls.example.org"
CALLS, STATUSES, AT_ONCE = 4, 6, 8
Post = tuple[Attempt, int]  # of which attempt, and which status


@pytest.fixture
def board(sessions: Sessions) -> Switchboard:
    return a_switchboard(sessions)


@pytest.fixture
def posts(board: Switchboard) -> list[Post]:
    """Of each call some posts, each another, in a mixed order."""
    rung = [board.attempt(board.dialled(number)) for number in range(CALLS)]
    every = [(attempt, status) for attempt in rung for status in range(STATUSES)]
    random.Random(7).shuffle(every)
    return every


@pytest.fixture
def app(board: Switchboard) -> Flask:
    desk = HookDesk(grouped(board.sessions), board.clock, ORIGIN, ACCOUNT, TOKEN)
    return create_hooks(desk)


def answers(app: Flask, posts: Sequence[Post], token: str = TOKEN) -> list[int]:
    """Post from several threads; answers the status codes, in the order of the posts."""

    def send(post: Post) -> int:
        attempt, status = post
        target = f"/hooks/calls/{attempt.token}/status"
        form = {"AccountSid": ACCOUNT, "CallSid": str(attempt.call_sid), "CallStatus": "ringing"}
        form["SequenceNumber"] = str(status)
        signed = {"X-Twilio-Signature": sign(token, ORIGIN + target, form)}
        return app.test_client().post(target, data=form, headers=signed).status_code

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(send, posts))


def kept(sessions: Sessions) -> Counter[tuple[UUID, int]]:
    with sessions.reading() as session:
        rows = session.execute(select(CallbackRow.attempt_id, CallbackRow.sequence))
        return Counter((attempt, sequence) for attempt, sequence in rows)


def once(posts: Sequence[Post]) -> Counter[tuple[UUID, int]]:
    return Counter((attempt.id, status) for attempt, status in posts)


def test_posts_at_once_are_each_answered_and_each_kept_once(
    app: Flask, sessions: Sessions, posts: list[Post]
) -> None:
    assert answers(app, posts * 2) == [204] * len(posts) * 2
    assert kept(sessions) == once(posts)


def test_forged_posts_among_them_change_nothing(
    app: Flask, sessions: Sessions, posts: list[Post]
) -> None:
    genuine, forged = posts[::2], posts[1::2]
    with ThreadPoolExecutor(2) as both:
        good = both.submit(answers, app, genuine)
        bad = both.submit(answers, app, forged, "1" * 32)
    assert set(good.result()) == {204}
    assert set(bad.result()) == {403}
    assert kept(sessions) == once(genuine)


def test_a_post_that_found_the_database_held_is_told_so_at_once(
    app: Flask, posts: list[Post], monkeypatch: pytest.MonkeyPatch
) -> None:
    def held(*_: object) -> None:
        raise NotFree("Another process held the database.")

    monkeypatch.setattr(attempts, "by_token", held)
    assert answers(app, posts[:1]) == [503]


def test_a_post_that_fails_undoes_no_other(
    app: Flask, sessions: Sessions, posts: list[Post], monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, heard = posts[0][0].id, attempts.heard

    def fail(session: Session, attempt: UUID, now: datetime) -> None:
        if attempt == broken:
            raise RuntimeError("on the way, its callback written")
        heard(session, attempt, now)

    monkeypatch.setattr(attempts, "heard", fail)
    others = [post for post in posts if post[0].id != broken]
    assert answers(app, posts) == [204 if post in others else 500 for post in posts]
    assert kept(sessions) == once(others)
    monkeypatch.undo()
    assert answers(app, posts) == [204] * len(posts)  # the network tries again
    assert kept(sessions) == once(posts)

"""What the network posts of a call: listened to on the practice exchange."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from config.database import connect
from scheduler.practice.webhooks import Delivery, Messenger, Reply
from tests.played_calls import Case, play
from tests.workspace import ACCOUNT


@dataclass(frozen=True)
class Post:
    """One of the network's posts: the hook's last word, and its fields with the legs by name."""

    step: str
    fields: tuple[tuple[str, str], ...]


def genuine_posts(migrated: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> "list[Post]":
    """What the practice exchange posts of a plain call, in its order, and of its recording."""
    sent: list[Delivery] = []
    send = Messenger.post

    def listen(self: Messenger, delivery: Delivery, *, forged: bool = False) -> Reply:
        sent.append(delivery)
        return send(self, delivery, forged=forged)

    with monkeypatch.context() as patch:
        patch.setattr(Messenger, "post", listen)
        shutil.copy(migrated, folder / "genuine.db")
        sessions = connect(f"sqlite:///{folder / 'genuine.db'}")
        play(sessions, folder, [Case("genuine")])
        sessions.engine.dispose()
    names = {sent[0].fields["CallSid"]: "OWN"}
    names |= {each.fields["CallSid"]: "CHILD" for each in sent if "ParentCallSid" in each.fields}
    posts = [
        Post(
            each.url.rpartition("/")[2],
            tuple((name, names.get(value, value)) for name, value in each.fields.items()),
        )
        for each in sent
    ]
    recorded = {"AccountSid": ACCOUNT, "CallSid": "OWN", "RecordingStatus": "completed"}
    return [*posts, Post("recording", (*recorded.items(), ("RecordingSid", "RE" + "2" * 32)))]

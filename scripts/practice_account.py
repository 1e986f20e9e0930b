"""The account and token of the practice exchange: made once, kept beside the keys."""

import json
import os
import secrets
from dataclasses import dataclass, field

from config.settings import Settings


@dataclass(frozen=True, slots=True)
class PracticeAccount:
    """Credentials that open the practice exchange and nothing else."""

    account: str
    token: str = field(repr=False)


def practice_account(settings: Settings) -> PracticeAccount:
    """Read the account, or make it (0600) on the first start."""
    path = settings.var / "keys" / "practice.json"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = {"account": "AC" + secrets.token_hex(16), "token": secrets.token_hex(16)}
        draft = path.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            json.dump(made, file)
        try:
            os.link(draft, path)  # the first of two starts wins
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    kept = json.loads(path.read_text())
    return PracticeAccount(kept["account"], kept["token"])

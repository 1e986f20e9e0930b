"""Which code draws a plan: a hash over the files that decide, stored with every seal."""

from hashlib import sha256
from pathlib import Path

DECIDES = (
    *("outcome", "centre", "hours", "keystream", "draw", "crowd", "roster", "placing"),
    *("assignment", "plan_inputs", "field", "crewing", "dealing", "plan", "seal"),
    *("civil_days", "disguise", "skill", "language"),
    *("barrier", "shortfall", "cover"),
)


def code_version() -> str:
    """SHA-256 in hexadecimal over the names and bytes of the files that decide a plan."""
    digest = sha256()
    for name in DECIDES:
        body = Path(__file__).with_name(f"{name}.py").read_bytes()
        digest.update(f"{name} {len(body)}\n".encode() + body)
    return digest.hexdigest()

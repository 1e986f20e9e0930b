"""One-time codes by time (RFC 6238: six digits, half a minute, SHA-1), and recovery codes."""

import base64
import hmac
import re
from datetime import datetime
from hashlib import sha256

import pyotp

SECRET_BYTES, RECOVERY_BYTES, RECOVERY_CODES = 20, 16, 10
SECONDS = 30
AROUND = 1  # steps by which a telephone's clock may be wrong
_CODE = re.compile(r"[0-9]{6}")


def secret(chance: bytes) -> str:
    """The secret made of 20 bytes of chance, in base 32, as authenticator apps take it."""
    if len(chance) != SECRET_BYTES:
        raise ValueError(f"a secret is made of {SECRET_BYTES} bytes")
    return base64.b32encode(chance).decode()


def address(secret: str, email: str, issuer: str) -> str:
    """The ``otpauth:`` address that the picture for the app holds."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer)


def step(secret: str, code: str, now: datetime) -> int | None:
    """The half-minute, counted since 1970, whose code this is; None when it is of none near now."""
    typed = "".join(code.split())
    if not _CODE.fullmatch(typed):
        return None
    current = int(now.timestamp()) // SECONDS
    makes = pyotp.HOTP(secret)
    steps = range(current + AROUND, current - AROUND - 1, -1)
    return next((n for n in steps if hmac.compare_digest(makes.at(n), typed)), None)


def recovery_code(chance: bytes) -> str:
    """A recovery code made of 16 bytes of chance: 26 letters and digits in groups of seven."""
    if len(chance) != RECOVERY_BYTES:
        raise ValueError(f"a recovery code is made of {RECOVERY_BYTES} bytes")
    text = base64.b32encode(chance).decode().rstrip("=").lower()
    return "-".join(text[at : at + 7] for at in range(0, len(text), 7))


def recovery_key(code: str) -> str:
    """The hash under which a recovery code is kept, however it was typed.

    Plain SHA-256 serves: 128 bits of chance can't be guessed, unlike a password.
    """
    typed = "".join(sign for sign in code.lower() if sign.isalnum())
    return sha256(f"recovery code\n{typed}".encode()).hexdigest()

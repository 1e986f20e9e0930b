"""What a password must be, and how it is kept: hashed by argon2id, each with a salt of its own."""

import re
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST, FEWEST_SIGNS = 12, 200, 5
HASHER = PasswordHasher()
NOBODY = HASHER.hash("nobody has this password")  # as slow for an unknown address as for a known
# Of what people choose most, what is long enough to be let through otherwise; letters and digits.
COMMON = frozenset(
    [
        "123456789012",
        "1234567890123",
        "123456789123",
        "1234567891011",
        "0123456789012",
        "12345678901234567890",
        "123123123123",
        "1q2w3e4r5t6y",
        "1qaz2wsx3edc",
        "1qazxsw23edc",
        "abcdefghijkl",
        "abcdefghijklmnop",
        "abcdef123456",
        "abcd12345678",
        "abc123456789",
        "administrator",
        "administrator1",
        "adminadminadmin",
        "admin1234567",
        "changeme1234",
        "changemechangeme",
        "correcthorsebatterystaple",
        "football1234",
        "iloveyou1234",
        "iloveyouiloveyou",
        "letmeinletmein",
        "letmein12345",
        "manchesterunited",
        "password1234",
        "password12345",
        "password123456",
        "password123456789",
        "passwordpassword",
        "passwort1234",
        "qazwsxedcrfv",
        "qwerty123456",
        "qwertyuiop12",
        "qwertyuiop123",
        "qwertyuiopasdfghjkl",
        "qwertyqwerty",
        "qwertyuiopas",
        "secretsecret",
        "sunshine1234",
        "trustno1trustno1",
        "unannounced123",
        "unannounced1234",
        "welcome12345",
        "welcome123456",
        "welcomewelcome",
    ]
)


def why_not(password: str, email: str) -> str:
    """Why a password isn't accepted for an address, with the remedy; "" when it is."""
    folded = unicodedata.normalize("NFKC", password).casefold()
    plain = re.sub(r"[\W_]", "", folded)
    address = email.casefold()
    if len(folded) < SHORTEST:
        return f"A password has at least {SHORTEST} signs. Several words make a good one."
    if len(password) > LONGEST:
        return f"A password has at most {LONGEST} signs. Leave some out."
    if address in folded or folded == address.partition("@")[0]:
        return "Your e-mail address is no password. Choose something that nobody can look up."
    if plain in COMMON or len(set(folded)) < FEWEST_SIGNS:
        return "Too many people choose this one, so it is tried first. Choose another."
    return ""


def hashed(password: str) -> str:
    """The hash under which a password is kept."""
    return HASHER.hash(unicodedata.normalize("NFKC", password))


def matches(kept: str | None, password: str) -> bool:
    """Whether a password is the one that was kept; as slow where none is."""
    try:
        return HASHER.verify(kept or NOBODY, unicodedata.normalize("NFKC", password)) and bool(kept)
    except (VerificationError, InvalidHashError):
        return False

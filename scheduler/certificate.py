"""The certificate of a sealed plan: a text that people print and ``plan prove`` reads."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from config.clock import Month

TITLE = "Certificate of a sealed sampling plan (form 1)"
_LABELS = (
    "Institute",
    "Plan",
    "Purpose",
    "Adds to",
    "First month",
    "Months",
    "Hash of the seed",
    "Hash of the inputs",
    "Code version",
    "Sealed at",
    "Public value",
)
_LINE = re.compile(r"([A-Z][a-z ]+): +(.*)")
_HASH = re.compile(r"[0-9a-f]{64}")
NONE = "none"

WITHOUT = """\
No public value is mixed in: before sealing, the operator could have chosen among seeds. The hashes
prove only that nothing was changed after they were published."""
AWAITED = """\
The plan is drawn only when the public value is known. It did not exist when the hashes were
published, so that nobody could have chosen among seeds."""
MEANING = """\
Both hashes are SHA-256, in hexadecimal. That of the seed is over the text "unannounced seed 1", a
zero byte and the 32 bytes of the seed; that of the inputs over the text "unannounced inputs 1", a
zero byte and the frozen inputs. Seed and inputs are disclosed when every call of the period has
ended. Keep this text: scripts/unannounced plan prove BUNDLE --sealed THIS-FILE compares them."""


class CertificateRefused(ValueError):
    """A text that is no certificate as a seal writes it; the text says why."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a plan commits to before it is drawn; hashes are SHA-256 in hexadecimal.

    ``public_source`` says in words where the awaited public value comes from; "" where none is
    mixed in. ``adds_to`` is the plan to which this one adds calls of centres entered later.
    """

    institute: str
    plan: UUID
    purpose: str
    adds_to: UUID | None
    first: Month
    months: int
    seed_hash: str
    inputs_hash: str
    code_version: str
    sealed_at: datetime
    public_source: str

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """Its lines: a label and what it says."""
        said = (
            self.institute or "not named",
            str(self.plan),
            self.purpose,
            str(self.adds_to or NONE),
            str(self.first),
            str(self.months),
            self.seed_hash,
            self.inputs_hash,
            self.code_version,
            self.sealed_at.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z",
            self.public_source or NONE,
        )
        return tuple(zip(_LABELS, said, strict=True))

    @property
    def chosen(self) -> str:
        """Whether the operator could have chosen among seeds, in plain words."""
        return AWAITED if self.public_source else WITHOUT


def one_line(text: str) -> str:
    """A text as a line of a certificate holds it."""
    return " ".join("".join(s if s.isprintable() else " " for s in text).split())


def written(certificate: Certificate) -> str:
    """The certificate as a text of short lines; the same one is always written the same."""
    lines = [f"{label + ':':<20}{said}" for label, said in certificate.facts]
    parts = (TITLE, "\n".join(lines), certificate.chosen, MEANING)
    return "\n\n".join(parts) + "\n"


def read(text: str) -> Certificate:
    """Read what ``written`` wrote, line ends of any machine; raises CertificateRefused."""
    text = text.replace("\r\n", "\n")
    if not text.startswith(TITLE):
        raise CertificateRefused(f"it doesn't begin with {TITLE!r}")
    lines = [match.groups() for line in text.split("\n") if (match := _LINE.fullmatch(line))]
    said = {label: value for label, value in lines if label in _LABELS}
    try:
        found = Certificate(
            institute=said["Institute"],
            plan=UUID(said["Plan"]),
            purpose=said["Purpose"],
            adds_to=None if said["Adds to"] == NONE else UUID(said["Adds to"]),
            first=Month.parse(said["First month"]),
            months=int(said["Months"]),
            seed_hash=_hash(said["Hash of the seed"]),
            inputs_hash=_hash(said["Hash of the inputs"]),
            code_version=_hash(said["Code version"]),
            sealed_at=datetime.fromisoformat(said["Sealed at"]),
            public_source="" if said["Public value"] == NONE else said["Public value"],
        )
    except KeyError as missing:
        raise CertificateRefused(f"it has no line {missing.args[0]!r}") from missing
    except ValueError as error:
        raise CertificateRefused(f"one of its lines can't be read: {error}") from error
    if found.sealed_at.tzinfo is None or written(found) != text:
        raise CertificateRefused("its words are not those that a seal writes")
    return found


def _hash(text: str) -> str:
    if not _HASH.fullmatch(text):
        raise ValueError(f"{text!r} is no SHA-256 in hexadecimal")
    return text

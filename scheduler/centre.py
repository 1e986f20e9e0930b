"""What a provider supplies about a centre: the nouns of a return."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

MINUTES_A_DAY = 1440


class Kind(StrEnum):
    """Whom a centre serves: paying clients, or its own organisation's staff."""

    EXTERNAL = "external"
    INTERNAL = "internal"


class CodeKind(StrEnum):
    """What sort of security code a caller has to say."""

    PIN = "PIN"
    PASSWORD = "password"
    CONTRACT_NUMBER = "contract number"


@dataclass(frozen=True, slots=True, order=True)
class OpenSpan:
    """A weekly span of opening, named by the day on which it opens.

    ``weekday`` is 0 (Monday) to 6. ``opens`` and ``closes`` are minutes after the local midnight
    that begins this weekday: 0 <= opens < 1440 and opens < closes <= opens + 1440, so a span over
    midnight closes after minute 1440.
    """

    weekday: int
    opens: int
    closes: int

    def __post_init__(self) -> None:
        """Refuse a span that names no stretch of a week."""
        if not (
            0 <= self.weekday <= 6
            and 0 <= self.opens < MINUTES_A_DAY
            and self.opens < self.closes <= self.opens + MINUTES_A_DAY
        ):
            raise ValueError(f"not a weekly span: {self.weekday}, {self.opens} to {self.closes}")


@dataclass(frozen=True, slots=True, order=True)
class Closure:
    """Days on which no span opens; both days are included."""

    first: date
    last: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """What a centre has declared (clauses SL1 to SL5)."""

    products: str
    level: str
    answer_within: int  # seconds
    answered_percent: int  # of calls answered within that time
    escalation_within: int  # minutes
    calibre: str
    audience: str
    exclusions: str


@dataclass(frozen=True, slots=True)
class ContactNumber:
    """A line of a centre; ``None`` for ``valid_from`` is now, for ``valid_until`` open."""

    label: str
    e164: str
    menu_keys: str = ""  # 0-9 A-D # * and w (half a second) or W (a second), at most 32
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class SecurityCode:
    """What the caller must say to be served; never shown by ``repr``."""

    kind: CodeKind
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CoverIdentity:
    """A fictitious caller that the centre has entitled; only its validity is shown by ``repr``."""

    name: str = field(repr=False)
    account: str = field(repr=False)
    code: SecurityCode
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Return:
    """The whole statement of a provider about one centre, as it stands on the day of import."""

    provider: str
    centre: str
    kind: Kind
    zone: str  # IANA name
    country: str  # ISO 3166-1 alpha-2
    contact_email: str
    accredited_from: date
    accredited_until: date
    notice_given_on: date | None
    recording_permitted: bool
    numbers: tuple[ContactNumber, ...]
    identities: tuple[CoverIdentity, ...]
    hours: tuple[OpenSpan, ...]
    closures: tuple[Closure, ...]
    service_level: ServiceLevel

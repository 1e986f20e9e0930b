"""What a provider supplies about a centre: the nouns of a return."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from scheduler.further import NOTHING, Further

MINUTES_A_DAY = 1440
PROOF_DAYS = 365  # a number is proved yearly


class Kind(StrEnum):
    """Whom a centre serves: paying clients, or its own organisation's staff."""

    EXTERNAL = "external"
    INTERNAL = "internal"


class ProviderStatus(StrEnum):
    """How a provider stands with the institute.

    ``LAPSED`` is never decided: it follows from the dates of its centres' accreditation.
    """

    APPLICANT = "applicant"
    ACCREDITED = "accredited"
    SUSPENDED = "suspended"
    LAPSED = "lapsed"

    @property
    def why_not(self) -> str:
        """Why no centre of such a provider is called; empty where it may be."""
        return {
            ProviderStatus.APPLICANT: "its provider is an applicant, not yet accredited",
            ProviderStatus.SUSPENDED: "its provider is suspended",
            ProviderStatus.LAPSED: "its accreditation has lapsed",
        }.get(self, "")

    def on(self, day: date, accredited_until: date) -> "ProviderStatus":
        """The status of a centre of such a provider on a day."""
        ended = self is ProviderStatus.ACCREDITED and accredited_until < day
        return ProviderStatus.LAPSED if ended else self


class Reach(StrEnum):
    """From where a contact number can be reached."""

    PUBLIC = "public"
    EXTENSION = "switchboard and extension"
    OWN_NETWORK = "own network only"
    CALLER_CHECKED = "caller's number checked"

    @property
    def drawable(self) -> bool:
        """Whether a call from outside can reach it at all."""
        return self is not Reach.OWN_NETWORK


class CodeKind(StrEnum):
    """What sort of security code a caller has to say."""

    PIN = "PIN"
    PASSWORD = "password"
    CONTRACT_NUMBER = "contract number"


DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
"""The days of the week as they are written in short."""


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
    reach: Reach | None = None  # None leaves it as it stands


@dataclass(frozen=True, slots=True)
class Line:
    """A contact number on the register; ``proved_on`` is the last check that reached a person."""

    id: UUID
    number: ContactNumber
    reach: Reach = Reach.PUBLIC
    proved_on: date | None = None

    def serves(self, day: date, *, proved: bool = False) -> bool:
        """Whether the number may be dialled on a day (both ends included)."""
        spans = self.spans(day, proved=proved)
        return any(begins <= day and (ends is None or day <= ends) for begins, ends in spans)

    def spans(self, since: date, *, proved: bool) -> tuple[tuple[date, date | None], ...]:
        """From when to when the number may be dialled: one stretch, or none.

        With ``proved``, only in the year that its proving check begins; ``since`` stands for a
        validity that has always begun.
        """
        begins, ends = self.number.valid_from or since, self.number.valid_until
        if not self.reach.drawable or (proved and self.proved_on is None):
            return ()
        if proved and self.proved_on is not None:
            year_ends = self.proved_on + timedelta(days=PROOF_DAYS - 1)
            begins = max(begins, self.proved_on)
            ends = year_ends if ends is None else min(ends, year_ends)
        return ((begins, ends),) if ends is None or begins <= ends else ()


ON_FILE = "(on file)"
"""Stands for a name or a code that the register holds and a statement leaves as it is."""


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

    @property
    def on_file(self) -> bool:
        """Whether the statement leaves something of the identity as it is."""
        return ON_FILE in (self.name, self.code.text)


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
    further: Further = NOTHING

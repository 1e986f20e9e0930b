"""What a provider may supply of a centre beyond what every return states."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

Week = tuple[tuple[int, ...], ...]
"""A whole number for each weekday (0 is Monday) and clock hour."""


class What(StrEnum):
    """What may be permitted on the legal basis of a country."""

    RECORDING = "recording"
    LISTENING = "live listening"


@dataclass(frozen=True, slots=True, order=True)
class Permission:
    """On which legal basis something is permitted with people in a country (ISO 3166-1 alpha-2)."""

    what: What
    country: str
    basis: str


@dataclass(frozen=True, slots=True, order=True)
class Product:
    """A product that the centre supports, with what is usually asked and where the fix is told."""

    name: str
    version: str = ""
    enquiry: str = ""
    fix: str = ""


@dataclass(frozen=True, slots=True)
class HolidaysKept:
    """Where a centre is, whether it keeps the public holidays there, and where it differs.

    ``exceptions`` are days in order: True is open, False shut.
    """

    region: str
    keeps: bool
    exceptions: tuple[tuple[date, bool], ...]


@dataclass(frozen=True, slots=True)
class Custodian:
    """The person outside the support team who set up the identities, and what they declared.

    A day is when it was declared, None where it wasn't: that the records carry no mark or alert;
    that the client is fictitious or has consented; that the tickets are not billed, surveyed or
    counted.
    """

    name: str
    email: str
    unmarked_on: date | None
    consented_on: date | None
    uncounted_on: date | None


@dataclass(frozen=True, slots=True)
class Declared:
    """Ordinary calls by weekday and hour, and the weeks of the log behind them, None for no log."""

    volume: Week
    weeks: int | None
    source: str = ""  # what keeps the log


@dataclass(frozen=True, slots=True)
class Work:
    """The ordinary calls of a centre, None where none are declared, and its number of analysts."""

    declared: Declared | None = None
    analysts: int | None = None


@dataclass(frozen=True, slots=True)
class Further:
    """What a statement says beyond the six sheets; None leaves a thing as it stands."""

    products: tuple[Product, ...] | None = None
    permissions: tuple[Permission, ...] | None = None
    holidays: HolidaysKept | None = None
    custodian: Custodian | None = None
    work: Work | None = None


NOTHING = Further()

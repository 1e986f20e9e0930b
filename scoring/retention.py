"""How long each kind of thing is kept, and why: the one table that everything else quotes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

APPEAL_WINDOW = 30  # days in which either party may appeal
BEYOND_APPEAL = 90
BACKUPS = 35  # days after which the institute's own rotation overwrites a backup


class RetentionRefused(ValueError):
    """A setting or a request that can't be met; the text says why."""


class Kept(StrEnum):
    """The kinds of things that end by themselves."""

    LETTER = "letter"
    UPLOAD = "upload"
    SIGN_IN = "sign-in"
    CALLBACK = "callback"
    INVITATION = "invitation"
    CONTACT = "contact"
    TIE = "tie"
    NOTE = "note"
    JOURNAL = "journal"
    REQUEST = "request"
    RECORDING = "recording"


@dataclass(frozen=True, slots=True)
class Rule:
    """How many days a kind is kept, after what, and why so long."""

    kind: Kept
    what: str
    days: int
    after: str
    why: str

    @property
    def span(self) -> str:
        """The days in words."""
        return "1 day" if self.days == 1 else f"{self.days} days"

    def cutoff(self, now: datetime) -> datetime:
        """What is older than this moment goes."""
        return now - timedelta(days=self.days)


RULES = (
    Rule(
        Kept.LETTER,
        "Letters: address, subject and moments, and the file in the mail folder",
        90,
        "they were sent or given up",
        "to answer whether somebody was told",
    ),
    Rule(
        Kept.UPLOAD,
        "Files that a provider sent and never entered",
        1,
        "they were sent",
        "a preview is entered at once, or is out of date",
    ),
    Rule(
        Kept.SIGN_IN,
        "Sessions, refused tries and mailed links",
        90,
        "they were last used",
        "to look into a break-in",
    ),
    Rule(
        Kept.CALLBACK,
        "What the telephone network reported of an attempt, message by message, and of calls back",
        180,
        "it came in",
        "to settle a dispute with the carrier; the attempt's own moments stay",
    ),
    Rule(
        Kept.INVITATION,
        "People who were invited and never chose a password",
        90,
        "they were entered",
        "the invitation works for two days and can be repeated",
    ),
    Rule(
        Kept.CONTACT,
        "Providers' contacts whose access has ended",
        365,
        "their access ended",
        "to answer for what they supplied until the next yearly update",
    ),
    Rule(
        Kept.TIE,
        "Ties to providers that have ended, and leaves from them, with their reasons",
        730,
        "they ended",
        "an appeal may ask who was kept out of a call",
    ),
    Rule(
        Kept.NOTE,
        "Words beside scores: notes, tickets, reasons, what a provider said of an incident",
        730,
        "the work was handed in",
        "twelve months count in decisions, and appeals follow; the scores stay",
    ),
    Rule(
        Kept.JOURNAL,
        "Names, addresses and free words beside the journal's entries",
        730,
        "the act",
        "as long as the words beside scores; the entries themselves stay",
    ),
    Rule(
        Kept.REQUEST,
        "Analysts' requests, and who at the provider confirmed them",
        365,
        "they were entered",
        "to show that they were answered",
    ),
    Rule(
        Kept.RECORDING,
        "Recordings of calls",
        APPEAL_WINDOW + BEYOND_APPEAL,
        "the report with the call was published; after a practice call itself; a year later where "
        "no report came",
        f"the {APPEAL_WINDOW} days of an appeal and {BEYOND_APPEAL} beyond it",
    ),
)

FOR_GOOD = (
    ("Assessments, scores and verified figures", "statistics, under an id that names nobody"),
    ("Calls and attempts", "a call's moments and ending, without the network's messages"),
    ("Sampling plans with their seals", "a draw must be repeatable; people stand in it as ids"),
    ("Published reports", "they speak of centres and name nobody"),
    ("The journal's entries", "an append-only chain of ids; what names somebody stands beside it"),
    ("The register", "while the accreditation lasts, and as its history"),
)


def rules(overrides: Mapping[str, int]) -> tuple[Rule, ...]:
    """The table with an installation's own days. Raises RetentionRefused naming what is wrong.

    >>> [rule.days for rule in rules({"letter": 30}) if rule.kind is Kept.LETTER]
    [30]
    """
    known = {rule.kind.value for rule in RULES}
    if unknown := sorted(overrides.keys() - known):
        raise RetentionRefused(
            f"RETENTION_DAYS names {unknown[0]!r}; it can name {', '.join(sorted(known))}"
        )
    return tuple(replace(rule, days=overrides.get(rule.kind, rule.days)) for rule in RULES)

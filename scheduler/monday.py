"""The Monday letter: what needs an administrator this week, each thing with its link.

Built from values that are handed in; the page and the letter say the same.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from textwrap import fill
from uuid import UUID

from config.clock import Month
from scheduler.readiness import Readiness
from scheduler.readiness_words import day, lapse_in_words, why_missing

WIDTH = 76
NAMED = 10  # calls without an assessor, of a plan
FEW = 3  # centres of which the same is said


@dataclass(frozen=True, slots=True)
class CentreStands:
    """A centre and whether it can be called."""

    id: UUID
    name: str
    provider: str
    readiness: Readiness


@dataclass(frozen=True, slots=True)
class Untaken:
    """A call to come that nobody takes, and its day; a letter tells neither centre nor hour."""

    id: UUID
    day: date


@dataclass(frozen=True, slots=True)
class PlanShort:
    """A plan that still runs: calls to come without an assessor, centres with the share of their
    ordinary calls in hours that nobody offered, and centres with what else could not be met.
    """

    first: Month
    nobody: tuple[Untaken, ...]
    uncovered: tuple[tuple[str, Fraction], ...]
    lacking: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class MonthWaits:
    """A month that is over and has reports to be published."""

    month: Month
    centres: int
    published: int
    ready: int
    open: int
    unscored: int
    unverified: int


@dataclass(frozen=True, slots=True)
class Reported:
    """What a provider told within the week, or what of its identities is worn."""

    id: UUID
    name: str
    provider: str
    what: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that the letter is built from."""

    centres: tuple[CentreStands, ...]
    plans: tuple[PlanShort, ...]
    months: tuple[MonthWaits, ...]
    given_up: int  # letters
    journal: str  # its head: number and hash of the newest entry
    reported: tuple[Reported, ...] = ()
    hours_short: str = ""  # a sentence; "" where the hours offered are enough


@dataclass(frozen=True, slots=True)
class Item:
    """One thing, and the address of the page where it can be done."""

    sentence: str
    path: str


@dataclass(frozen=True, slots=True)
class Section:
    """Things of one kind, or what is said where there are none."""

    heading: str
    items: tuple[Item, ...]
    nothing: str


@dataclass(frozen=True, slots=True)
class MondayLetter:
    """The letter before it is laid out."""

    day: date
    summary: str
    sections: tuple[Section, ...]
    journal: str

    @property
    def subject(self) -> str:
        """Its subject."""
        return f"This week: {self.summary[0].lower()}{self.summary[1:].rstrip('.')}"


def iso_week(today: date) -> str:
    """The ISO week of a day.

    >>> iso_week(date(2027, 1, 3)), iso_week(date(2027, 1, 4))
    ('2026-W53', '2027-W01')
    """
    year, week, _ = today.isocalendar()
    return f"{year:04d}-W{week:02d}"


def monday_letter(facts: Facts, today: date) -> MondayLetter:
    """What needs an administrator, as of a day."""
    sections = (
        Section(
            "Centres that can't be called",
            tuple(_not_ready(facts.centres)),
            "Every centre can be called." if facts.centres else "No centre is on the register.",
        ),
        Section(
            "What lapses within 30 days",
            tuple(_lapsing(facts.centres)),
            "Nothing that a centre has supplied lapses within 30 days.",
        ),
        Section(
            "Calls that nobody takes, hours that nobody offered",
            tuple(_short(facts.plans, facts.hours_short)),
            "Every call to come has its assessor, and every open hour could be taken.",
        ),
        Section(
            "Months waiting to be published",
            tuple(_waiting(facts.months)),
            "Every month that is over is published.",
        ),
        Section(
            "What providers told this week, and identities to ask for",
            tuple(
                Item(f"{each.name} ({each.provider}): {each.what}.", f"/centres/{each.id}")
                for each in facts.reported
            ),
            "No major incident, no closure entered late, and identities enough.",
        ),
        Section(
            "Letters that could not be sent",
            tuple(_given_up(facts.given_up)),
            "Every letter was sent or is on its way.",
        ),
    )
    count = sum(len(section.items) for section in sections)
    summary = "Nothing waits for you." if not count else f"{_things(count)} for you."
    return MondayLetter(today, summary, sections, facts.journal)


def text(letter: MondayLetter, origin: str, institute: str) -> str:
    """The letter as plain text, each thing with its link."""
    parts = [f"{institute}, {day(letter.day)}", letter.summary]
    for section in letter.sections:
        items = [_entry(item, origin) for item in section.items] or [section.nothing]
        parts.append("\n".join([section.heading.upper(), "", *items]))
    parts.append(
        f"The journal's head when this was written:\n{letter.journal}\n"
        "Keep this letter: with it, a journal that was cut or rewritten is found out."
    )
    return "\n\n".join(parts) + "\n"


def _entry(item: Item, origin: str) -> str:
    sentence = fill(item.sentence, WIDTH, initial_indent="- ", subsequent_indent="  ")
    return f"{sentence}\n  {origin}{item.path}"


def _not_ready(centres: Iterable[CentreStands]) -> Iterator[Item]:
    for each in centres:
        if not each.readiness.ready:
            why = "; ".join(why_missing(standing) for standing in each.readiness.missing)
            yield Item(f"{each.name} ({each.provider}): {why}.", f"/centres/{each.id}")


def _lapsing(centres: Iterable[CentreStands]) -> Iterator[Item]:
    """The first to lapse first."""
    found = [(each, standing) for each in centres for standing in each.readiness.lapsing]
    for each, standing in sorted(found, key=lambda pair: pair[1].days_left or 0):
        yield Item(
            f"{each.name} ({each.provider}): {lapse_in_words(standing)}.", f"/centres/{each.id}"
        )


def _short(plans: Iterable[PlanShort], hours: str) -> Iterator[Item]:
    if hours:
        yield Item(hours, "/people")
    for plan in plans:
        path = f"/plan/{plan.first}"
        named = f"Plan from {_month(plan.first)}"
        for call in plan.nobody[:NAMED]:
            yield Item(
                f"{named}: a call on {day(call.day)} has no assessor.", f"/plan/calls/{call.id}"
            )
        if more := len(plan.nobody[NAMED:]):
            calls = "1 more call to come has" if more == 1 else f"{more} more calls to come have"
            yield Item(f"{named}: {calls} no assessor.", path)
        for centre, share in plan.uncovered:
            yield Item(
                f"{named}: {centre}, nobody offered the hours of {_percent(share)} of its "
                "ordinary calls.",
                path,
            )
        alike: dict[str, list[str]] = {}
        for centre, words in plan.lacking:
            alike.setdefault(words, []).append(centre)
        for words, centres in alike.items():
            others = f" and {len(centres[FEW:])} more" if centres[FEW:] else ""
            yield Item(f"{named}: {', '.join(centres[:FEW])}{others}: {words}.", path)


def _waiting(months: Iterable[MonthWaits]) -> Iterator[Item]:
    for each in months:
        said = [
            f"{number} {words}"
            for number, words in (
                (each.ready, "ready to publish"),
                (each.open, "calls still open"),
                (each.unscored, "calls without a score"),
                (each.unverified, "calls without a verifier's word"),
            )
            if number
        ]
        yield Item(
            f"{_month(each.month)}: {each.published} of {each.centres} reports are published"
            f"{'; ' if said else ''}{', '.join(said)}.",
            f"/months/{each.month}",
        )


def _given_up(letters: int) -> Iterator[Item]:
    if letters:
        were = "1 letter was" if letters == 1 else f"{letters} letters were"
        yield Item(f"{were} given up after every try.", "/mail")


def _month(month: Month) -> str:
    return day(month.first).partition(" ")[2]


def _percent(share: Fraction) -> str:
    return f"{max(round(100 * share), 1)} %"


def _things(count: int) -> str:
    return "1 thing waits" if count == 1 else f"{count} things wait"

"""When a provider is reminded of what lapses, and what the letter says.

By the date of lapse alone: nothing here knows what is planned or was called.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from scheduler.readiness import Need, Readiness
from scheduler.readiness_words import day

STEPS = (30, 14, 0)  # days before the lapse; 0 is the last day in force


@dataclass(frozen=True, slots=True)
class Reminder:
    """A need that is met until ``last``, ``left`` days from now, and the step that is due."""

    need: Need
    last: date
    days: int
    left: int


@dataclass(frozen=True, slots=True)
class Words:
    """A need as its provider is told of it; ``missing`` ends "did not supply …", and is empty for
    what isn't supplied.
    """

    ends: str
    send: str
    missing: str = ""


# What lapses by a date and is the provider's to renew.
WORDS = {
    Need.ACCREDITATION: Words(
        "The accreditation ends",
        "Ask the institute for its renewal.",
    ),
    Need.NOTICE: Words(
        "The notice to the centre's staff, which holds for a year, ends",
        "Tell the staff again that unannounced calls may be made, and give us the date on which "
        "you told them.",
        "a notice to its staff",
    ),
    Need.NUMBER: Words(
        "The last telephone number of the centre ends",
        "Give us a number that clients ring, the keys to press in its menu, and the first and "
        "last day on which it can be rung; or a later last day for the one we have.",
        "a telephone number",
    ),
    Need.IDENTITY: Words(
        "The last client that was set up for us ends",
        "Set up another, with an account and a security code, outside of the support team, or "
        "give the one we have a later last day. Never write a security code into an e-mail.",
        "a client with a security code",
    ),
}


def due(found: Readiness) -> tuple[Reminder, ...]:
    """The reminders that a day calls for, the first to lapse first.

    Each is of the most urgent step that has come, so that days without a look are caught up with
    once. A centre whose accreditation has ended is reminded of nothing.
    """
    if any(s.need is Need.ACCREDITATION and s.begins is None for s in found.missing):
        return ()
    return tuple(
        Reminder(each.need, each.last, min(s for s in STEPS if s >= each.days_left), each.days_left)
        for each in found.lapsing
        if each.need in WORDS and each.last is not None and each.days_left is not None
    )


def subject(centre: str, reminders: Sequence[Reminder]) -> str:
    """The subject: which centre, and how soon. Raises ValueError where nothing is due."""
    left = min(each.left for each in reminders)
    name = centre if len(centre) <= 120 else f"{centre[:119]}…"
    what = "something ends" if len(reminders) == 1 else f"{len(reminders)} things end, the first"
    return f"{name}: {what} {_in_days(left)}"


def body(
    provider: str, centre: str, reminders: Sequence[Reminder], origin: str, institute: str
) -> str:
    """The letter: what ends when, what to send and how, and what follows if nothing comes."""
    items = "\n\n".join(
        f"- {WORDS[each.need].ends} on {day(each.last)} ({_in_days(each.left)}).\n"
        f"  {WORDS[each.need].send}"
        for each in reminders
    )
    not_sampled = why_not_sampled(each.need for each in reminders)
    follows = ""
    if not_sampled:
        follows = f"""\
If nothing comes, the institute can't sample the centre from the day after, and the report of a
month without it will say: "{not_sampled}"

"""
    one = len(reminders) == 1
    return f"""\
To the contacts of {centre}, {provider}

{"Something" if one else "Some of what"} that the institute needs of this centre ends soon:

{items}

How: sign in at {origin}/supplies, where everything that you supplied stands with its dates. Or send
the centre's workbook again, whole, with the new dates. What begins on the day after the old one
ends leaves no gap.

{follows}\
We write 30 and 14 days before an end and on the last day, by its date alone, and not again.

{institute}
"""


def why_not_sampled(needs: Iterable[Need]) -> str:
    """The sentence of a report on a month for which something wasn't supplied; else empty."""
    known = (WORDS[need].missing for need in needs if need in WORDS)
    missing = [words for words in known if words]
    if not missing:
        return ""
    return f"Not sampled, because the provider did not supply {_listed(missing)}."


def _in_days(left: int) -> str:
    if left == 0:
        return "today"
    return "tomorrow" if left == 1 else f"in {left} days"


def _listed(things: Sequence[str]) -> str:
    *others, last = things
    return f"{', '.join(others)} or {last}" if others else last

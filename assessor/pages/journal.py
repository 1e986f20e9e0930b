"""The journal: who saw, changed and decided what, and whether its chain holds."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Response, abort, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from assessor.desk import desk, page
from assessor.hiding import hidden
from assessor.policy import allow
from assessor.told import tell, told
from assessor.wording import day, moment, month
from config import anchors, journal, journal_aside
from config.clock import YEARS, midnight
from config.journal_csv import to_csv
from scheduler import diary, people, register
from scheduler.access import Role
from scoring.report_heads import anchored_heads

pages = Blueprint("journal", __name__)
PER_PAGE = 50
LONGEST = 200  # signs that are looked for; a database takes no pattern of any length
NUMBERS = range(1, 2**31)  # what an entry may have
TELL_HOW_MANY = ("plan drawn", "plan withdrawn")
OF_CALL = re.compile(r"call ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
# A month, a day or a moment as it is stored.
STORED = re.compile(r"(?<![\w-])(\d{4}-\d\d)(-\d\d)?(T[\d:.]+(?:Z|\+00:00))?(?![\w-])")
LONG_ID = re.compile(r"\b(?:[0-9a-f]{64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b")


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as it is listed; ``history`` leads to everything about the same subject."""

    seq: int
    at: str
    actor: str
    action: str
    subject: str
    history: str
    detail: str


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for: a text in subject or action, who, and days (both included)."""

    text: str
    who: str
    since: date | None
    until: date | None

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Search":
        """Read the fields of the form; a day that is none is left out."""
        text, who = given.get("q", "").strip()[:LONGEST], given.get("who", "")
        return cls(text, who, _day(given.get("from", "")), _day(given.get("until", "")))

    def address(self, before: int | None = None) -> str:
        """The address of the page that shows it, from below an entry's number."""
        given = {"q": self.text, "who": self.who, "from": self.since, "until": self.until}
        query = {name: str(value) for name, value in {**given, "before": before}.items() if value}
        return f"/journal?{urlencode(query)}" if query else "/journal"


@pages.get("/journal")
@allow(Role.ADMINISTRATOR, Role.AUDITOR)
def latest() -> str:
    """Fifty entries, the newest first, ``?before=`` a number, of a search."""
    own = desk()
    search = Search.of(request.args)
    before = request.args.get("before", type=int)
    if before is not None and before not in NUMBERS:
        abort(404)
    with own.sessions.reading() as session:
        newest = journal.newest(session)
        found = journal.latest(
            session,
            limit=PER_PAGE + 1,
            before=before,
            holding=search.text,
            actor=search.who,
            since=midnight(search.since, own.zone) if search.since else None,
            until=midnight(search.until + timedelta(days=1), own.zone) if search.until else None,
        )
        asides = journal_aside.asides(session, [entry.seq for entry in found])
        names = _names(session)
        actors = journal.actors(session)
        kept_back = hidden(session)
        quiet = _to_come(session, found) if kept_back.centres else frozenset()
    shown = found[:PER_PAGE]
    return page(
        "journal/journal.html",
        "/journal",
        lines=[
            _line(
                entry,
                asides.get(entry.seq),
                names,
                own.zone,
                tied=bool(kept_back.centres),
                quiet=entry.subject in quiet,
            )
            for entry in shown
        ],
        hidden=kept_back.sentence,
        search=search,
        people=[("", "everybody"), *((each, names.get(each, _short(each))) for each in actors)],
        part=search.address(before) != "/journal",
        older=search.address(shown[-1].seq) if len(found) > PER_PAGE else None,
        newest=newest,
        notices=told(),
        zone=own.zone,
    )


@pages.get("/journal/check")
@allow(Role.ADMINISTRATOR, Role.AUDITOR)
def check() -> str:
    """Whether the whole chain holds, computed anew: it takes a while where the chain is long."""
    with desk().sessions.reading() as session:
        chain = journal.whole(session)
        astray = anchors.astray(chain, anchored_heads(session))
        kept = journal_aside.commitments(session)
    return page(
        "journal/check.html",
        "/journal",
        entries=len(chain),
        head=chain[-1].hash if chain else "",
        faults=[*journal.faults(chain), *journal.aside_faults(chain, kept), *astray],
    )


@pages.get("/journal.csv")
@allow(Role.ADMINISTRATOR, Role.AUDITOR)
def export() -> BaseResponse:
    """The whole journal with its chain: not for whom a tie keeps from a part of it."""
    with desk().sessions.reading() as session:
        if hidden(session).centres:
            tell(
                "A tie keeps you from some calls to come. Somebody without one exports the journal."
            )
            return redirect("/journal", 303)
        content = to_csv(journal.entries(session))
    named = {"Content-Disposition": "attachment; filename=journal.csv"}
    return Response(content, mimetype="text/csv", headers=named)


def _names(session: Session) -> dict[str, str]:
    """What ids are called, as ``kind id`` and, for actors, as the bare id."""
    persons = {p.id: p.name for p in people.everybody(session)}
    return {
        **{str(key): name for key, name in persons.items()},
        **{f"person {key}": name for key, name in persons.items()},
        **{f"centre {c.id}": c.name for c in register.centres(session)},
        **{f"plan {p.id}": f"plan from {month(p.period.first)}" for p in diary.plans(session)},
    }


def _to_come(session: Session, entries: Iterable[journal.Entry]) -> frozenset[str]:
    """The subjects that are calls which haven't ended, whosever: one alone would be told apart."""
    subjects = {each.subject for each in entries}
    return frozenset(
        subject
        for subject in subjects
        if (key := OF_CALL.fullmatch(subject))
        and (call := diary.find_call(session, UUID(key[1])))
        and call.disposition.open
    )


def _line(
    entry: journal.Entry,
    aside: dict[str, object] | None,
    names: dict[str, str],
    zone: str,
    *,
    tied: bool,
    quiet: bool,
) -> Line:
    """An entry; who is tied is told nothing of calls to come, nor how many a plan has."""
    return Line(
        seq=entry.seq,
        at=_when(entry.at, zone),
        actor=names.get(entry.actor, _short(entry.actor)),
        action=entry.action,
        subject="a call to come"
        if quiet
        else names.get(entry.subject, _plain(entry.subject, zone)),
        history=""
        if quiet or not entry.subject
        else Search(entry.subject, "", None, None).address(),
        detail=""
        if quiet or (tied and entry.action in TELL_HOW_MANY)
        else _detail(entry.detail, aside, zone),
    )


def _when(stored: str, zone: str) -> str:
    """The moment in words, on two lines at most; as it is stored where somebody altered it."""
    try:
        said = moment(datetime.fromisoformat(stored), zone)
        return said.replace(" ", "\N{NO-BREAK SPACE}").replace(",\N{NO-BREAK SPACE}", ", ")
    except ValueError:
        return stored


def _detail(stored: str, aside: dict[str, object] | None, zone: str) -> str:
    """The detail in words with what is kept beside it; as it stands where somebody altered it."""
    try:
        said = json.loads(stored)
    except ValueError:
        return _short(stored)
    if isinstance(said, dict) and said.pop(journal_aside.NAME, None):
        said |= aside or {"personal values": "erased"}
    return _in_words(said, zone)


def _changes(changes: list[object], zone: str) -> str:
    """Changes in words: each holds what it is about, before and after."""
    return ", ".join(
        _change(each[0], each[1], each[2], zone)
        for each in changes
        if isinstance(each, list) and len(each) == 3
    )


def _change(about: object, before: object, after: object, zone: str) -> str:
    about = STORED.sub(lambda found: _plain(found[0], zone), str(about))
    if before is None:
        return f"{about} is {_in_words(after, zone)}"
    if after is None:
        return f"{about} ended"
    return f"{about} was {_in_words(before, zone)}, is {_in_words(after, zone)}"


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.year in YEARS else None


def _short(text: str) -> str:
    """A name with its ids and hashes cut to their first signs: enough to tell two apart."""
    return LONG_ID.sub(lambda found: found[0][:8], text)


def _plain(text: str, zone: str) -> str:
    """A month, a day or a moment in words; anything else with its ids cut."""
    stored = STORED.fullmatch(text)
    try:
        if stored and stored[3]:
            return moment(datetime.fromisoformat(text), zone)
        if stored:
            return day(date.fromisoformat(text)) if stored[2] else month(text)
    except ValueError:  # a number that only looks like one
        pass
    return _short(text)


def _in_words(detail: object, zone: str) -> str:
    if isinstance(detail, dict):
        said = (
            (
                key.replace("_", " "),
                _changes(value, zone)
                if key in ("changes", "changes of contacts") and isinstance(value, list)
                else _in_words(value, zone),
            )
            for key, value in detail.items()
        )
        return "; ".join(f"{key}: {words}" for key, words in said if words)
    if isinstance(detail, list):
        return ", ".join(_in_words(each, zone) for each in detail)
    if isinstance(detail, bool):
        return "yes" if detail else "no"
    return "" if detail is None else _plain(str(detail), zone)

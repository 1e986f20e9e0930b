"""The journal: who saw, changed and decided what, and whether its chain holds."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from flask import Blueprint, request
from sqlalchemy.orm import Session

from assessor.desk import desk, page
from assessor.policy import allow
from config import journal
from scheduler import diary, people, register
from scheduler.access import Role

pages = Blueprint("journal", __name__)
PER_PAGE = 50
LONG_ID = re.compile(r"\b(?:[0-9a-f]{64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b")


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as it is listed; ``history`` leads to everything about the same subject."""

    seq: int
    at: datetime
    actor: str
    action: str
    subject: str
    history: str
    detail: str


@pages.get("/journal")
@allow(Role.ADMINISTRATOR, Role.AUDITOR)
def latest() -> str:
    """Fifty entries, the newest first, ``?before=`` a number, ``?q=`` holding a text."""
    own = desk()
    text = request.args.get("q", "").strip()
    before = request.args.get("before", type=int)
    with own.sessions.reading() as session:
        chain = journal.entries(session)
        found = journal.latest(session, limit=PER_PAGE + 1, before=before, holding=text)
        names = _names(session)
    shown = found[:PER_PAGE]
    more = len(found) > PER_PAGE
    return page(
        "journal/journal.html",
        "/journal",
        lines=[_line(entry, names) for entry in shown],
        text=text,
        before=before,
        earlier=_address(text, shown[-1].seq) if more else None,
        newest=_address(text, None),
        entries=len(chain),
        head=chain[-1].hash if chain else "",
        faults=journal.faults(chain),
        zone=own.zone,
    )


def _names(session: Session) -> dict[str, str]:
    """What ids are called, as ``kind id`` and, for actors, as the bare id."""
    persons = {p.id: p.name for p in people.everybody(session)}
    return {
        **{str(key): name for key, name in persons.items()},
        **{f"person {key}": name for key, name in persons.items()},
        **{f"centre {c.id}": c.name for c in register.centres(session)},
        **{f"plan {p.id}": f"plan from {p.period.first}" for p in diary.plans(session)},
    }


def _line(entry: journal.Entry, names: dict[str, str]) -> Line:
    return Line(
        seq=entry.seq,
        at=datetime.fromisoformat(entry.at),
        actor=names.get(entry.actor, _short(entry.actor)),
        action=entry.action,
        subject=names.get(entry.subject, _short(entry.subject)),
        history=_address(entry.subject, None) if entry.subject else "",
        detail=_in_words(json.loads(entry.detail)),
    )


def _short(text: str) -> str:
    """A name with its ids and hashes cut to their first signs: enough to tell two apart."""
    return LONG_ID.sub(lambda found: found[0][:8], text)


def _in_words(detail: object) -> str:
    if isinstance(detail, dict):
        said = ((key.replace("_", " "), _in_words(value)) for key, value in detail.items())
        return "; ".join(f"{key}: {words}" for key, words in said if words)
    if isinstance(detail, list):
        return ", ".join(_in_words(each) for each in detail)
    if isinstance(detail, bool):
        return "yes" if detail else "no"
    return "" if detail is None else _short(str(detail))


def _address(text: str, before: int | None) -> str:
    query = {"q": text} if text else {}
    if before is not None:
        query["before"] = str(before)
    return f"/journal?{urlencode(query)}" if query else "/journal"

"""Discloses plans whose calls have all ended: a bundle that says everything and names nobody."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from config import journal
from config.clock import Month, Period
from config.database import Sessions
from config.vault import Vault
from scheduler import codes, diary, people, register, seals
from scheduler.bundle import packed
from scheduler.bundle_text import README
from scheduler.call import PlannedCall
from scheduler.disguise import KINDS, PERSON, Disguise
from scheduler.outcome import Disposition
from scheduler.seal import canonical
from scheduler.sealing import disguise_of

LEFT_OUT = "[left out]"
FIGURES = re.compile(r"\+?\d(?:[\s().-]?\d){3,}")  # a code, an account or a telephone number
SHOWN = 5  # open calls that a refusal names
MACHINES = ("worker", "nobody")
ROUTINE = frozenset(
    {
        "assessment submitted",
        "attempt ended",
        "attempt unknown",
        "briefing confirmed",
        "bundle downloaded",
        "code shown",
        "plan closed",
        "plan disclosed",
        "plan drawn",
        "plan running",
        "plan sealed",
        "public value given",
    }
)


class DisclosureRefused(Exception):
    """A plan that can't be disclosed yet; the text says what it waits for."""


class CallsOpen(DisclosureRefused):
    """Calls haven't ended; the text names them, so it isn't for whom a tie keeps from them."""


def disclose(sessions: Sessions, vault: Vault, first: Month, now: datetime, actor: str) -> bytes:
    """The bundle of the plan that begins with a month; said again, the same bytes.

    Raises DisclosureRefused while a call is open or the period isn't over, and where a plan was
    sealed without a certificate or an addition was never drawn.
    """
    with sessions.reading() as session:
        plans = _plans(session, first)
        _refuse_unended(session, plans)
        records = [(each.id, _record(session, vault, each, now)) for each in plans]
    with sessions.begin() as session:
        for key, record in records:
            if seals.keep_record(session, key, record, now):
                journal.record(session, now, actor, "plan disclosed", f"plan {key}")
    return bundle(sessions, vault, first)


def bundle(sessions: Sessions, vault: Vault, first: Month) -> bytes:
    """The bundle of a plan that was disclosed; raises DisclosureRefused where it wasn't."""
    with sessions.reading() as session:
        files = {"README.txt": README.encode()}
        for number, each in enumerate(_plans(session, first)):
            folder = f"additions/{number}/" if number else ""
            files |= {folder + name: body for name, body in _files(session, vault, each.id)}
    return packed(files)


def _plans(session: Session, first: Month) -> tuple[diary.Plan, ...]:
    """The plan and what adds to it; a plan older than certificates is refused."""
    covering = diary.covering(session, Period(first, 1))
    plan = next((each for each in covering if each.period.first == first), None)
    if plan is None:
        raise DisclosureRefused(f"no plan begins with {first}")
    plans = (plan, *diary.additions(session, plan.id))
    for each in plans:
        if seals.find_seal(session, each.id) is None:
            raise DisclosureRefused(
                f"the plan from {first} was sealed before plans got certificates and pseudonyms; "
                "it can't be disclosed without naming people"
            )
    return plans


def _refuse_unended(session: Session, plans: tuple[diary.Plan, ...]) -> None:
    names = {c.id: f"{c.provider_name}, {c.name}" for c in register.centres(session)}
    opened = [
        call
        for plan in plans
        for call in diary.calls(session, plan=plan.id)
        if call.disposition.open
    ]
    if opened:
        named = "; ".join(f"{names[c.centre]}, {_minute(c.drawn_moment)}" for c in opened[:SHOWN])
        more = f"; and {len(opened) - SHOWN} more" if len(opened) > SHOWN else ""
        raise CallsOpen(f"{len(opened)} calls of the period are open: {named}{more}")
    for each in plans:
        if each.drawn_at is None:
            raise DisclosureRefused(f"a plan sealed on {_minute(each.sealed_at)} was never drawn")
    if plans[0].state != "closed":
        raise DisclosureRefused(
            f"the period from {plans[0].period.first} isn't closed: it closes when it is over and "
            "every call has ended, a minute later at most while the worker runs"
        )


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _files(session: Session, vault: Vault, plan: UUID) -> Iterator[tuple[str, bytes]]:
    seal = seals.find_seal(session, plan)
    assert seal is not None
    if seal.disclosed_at is None:
        raise DisclosureRefused("the plan isn't disclosed yet; an administrator does that")
    sealed, inputs, public_value = diary.seed_and_inputs(session, plan)
    yield "certificate.txt", seal.certificate.encode()
    yield "seed.txt", f"{vault.open(sealed, 'sampling_plan', 'seed', plan.hex)}\n".encode()
    yield "inputs.json", inputs.encode()
    yield "public-value.txt", public_value.encode()
    yield "calls.json", seal.drawn.encode()
    for name, value in json.loads(seal.record).items():
        yield f"{name}.json", canonical(value)


def _record(session: Session, vault: Vault, plan: diary.Plan, now: datetime) -> str:
    seal = seals.find_seal(session, plan.id)
    assert seal is not None
    calls = diary.calls(session, plan=plan.id)
    drawn = {
        (each["centre"], each["stream"], each["slot"]) for each in json.loads(seal.drawn)["calls"]
    }
    hidden = disguise_of(vault, seal)
    made = [_as_made(hidden, call) for call in calls]
    later = [each for each in made if (each["centre"], each["stream"], each["slot"]) not in drawn]
    names = _Names.of(session, vault, hidden, calls)
    since = plan.sealed_at.isoformat()
    overrides = list(_overrides(session, plan.id, calls, names, since, now.isoformat()))
    return canonical(
        {
            "made": made,
            "redraws": sorted(later, key=lambda each: (each["stream"], each["moment"])),
            "overrides": overrides,
        }
    ).decode()


def _as_made(hidden: Disguise, call: PlannedCall) -> dict[str, Any]:
    """A call as it stands, in the words of ``calls.json``."""

    def key(field: str, value: UUID | None) -> str | None:
        kind = KINDS[field]
        assert isinstance(kind, str)
        return None if value is None else str(hidden.hide(kind, value))

    moved: dict[str, Any] = json.loads(
        canonical({"slot_start": call.slot_start, "moment": call.drawn_moment})
    )
    return {
        "centre": str(call.centre),
        "provider": str(call.provider),
        "stream": call.stream,
        "slot": call.slot,
        **moved,
        "zone": call.zone,
        "number": key("number", call.number),
        "identity": key("identity", call.identity),
        "level": key("level", call.service_level),
        "scenario": key("scenario", call.scenario),
        "caller_number": key("caller_number", call.caller_number),
        "assessor": key("assessor", call.assessor),
        "stand_in": key("stand_in", call.stand_in),
        # how it ended is the report's; the plan needs whether it was made
        "ended": str(call.disposition)
        if call.disposition in (Disposition.MISSED, Disposition.WITHDRAWN)
        else "made",
    }


@dataclass(frozen=True, slots=True)
class _Names:
    """What must not be read in what people wrote, and the pseudonyms of keys."""

    pattern: re.Pattern[str]
    keys: dict[UUID, UUID]
    hidden: Disguise

    @classmethod
    def of(
        cls, session: Session, vault: Vault, hidden: Disguise, calls: Iterable[PlannedCall]
    ) -> "_Names":
        everybody = people.everybody(session)
        said = {each.name for each in everybody} | {each.email for each in everybody}
        for identity in {call.identity for call in calls}:
            said |= set(codes.open_persona(session, vault, identity)[:2])
        parts = {part for name in said for part in (name, *name.split()) if len(part) > 2}
        words = sorted(parts, key=lambda part: (-len(part), part))
        return cls(
            re.compile("|".join(rf"(?<!\w){re.escape(w)}(?!\w)" for w in words) or r"(?!)", re.I),
            {key: hidden.hide(kind, key) for kind, key in seals.real_keys(session)},
            hidden,
        )

    def left_out(self, value: object) -> object:
        """A value of the journal without names, figures and keys."""
        if isinstance(value, dict):
            return {str(key): self.left_out(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self.left_out(each) for each in value]
        if isinstance(value, float):
            return str(value)
        if not isinstance(value, str):
            return value
        try:
            key = UUID(value)
        except ValueError:
            return FIGURES.sub(LEFT_OUT, self.pattern.sub(LEFT_OUT, value))
        return str(self.keys.get(key, key))

    def actor(self, text: str) -> str:
        """Who acted: a person by pseudonym, a program by name."""
        try:
            return f"person {self.hidden.hide(PERSON, UUID(text))}"
        except ValueError:
            return text


def _overrides(
    session: Session,
    plan: UUID,
    calls: Iterable[PlannedCall],
    names: _Names,
    since: str,
    until: str,
) -> Iterator[dict[str, object]]:
    """What people did to a plan, its calls and the line, in the order of time."""
    own = {
        f"call {c.id}": {"centre": str(c.centre), "stream": c.stream, "slot": c.slot} for c in calls
    }
    own |= {f"plan {plan}": {}}
    for entry in journal.entries(session):
        of_line = entry.subject == "line" and since <= entry.at <= until
        routine = entry.action in ROUTINE or entry.actor in MACHINES
        if routine or not (of_line or entry.subject in own):
            continue
        yield {
            "at": entry.at,
            "actor": names.actor(entry.actor),
            "action": entry.action,
            "subject": entry.subject.split()[0],
            "call": own.get(entry.subject) or None,
            "detail": names.left_out(json.loads(entry.detail)),
        }

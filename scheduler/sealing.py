"""Seals sampling plans: their seed, inputs and hashes are written and published before the draw."""

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from config import journal, mail
from config.clock import Period, civil_date
from config.database import Sessions, one_at_a_time
from config.vault import Vault
from scheduler import diary, people, register, seal_rows, seals
from scheduler.access import Role
from scheduler.certificate import Certificate, one_line, written
from scheduler.code_version import code_version
from scheduler.disguise import SALT_BYTES, Disguise
from scheduler.gathering import gather
from scheduler.plan_inputs import Inputs, inputs_from_json
from scheduler.plan_told import looked_at
from scheduler.rule import Rule, period_of, refusals
from scheduler.seal import canonical, inputs_hash, seed_hash

LOCK = 0x706C616E  # one plan at a time is sealed
LONGEST_VALUE = 1_000
SHOWN = 4  # periods that are offered to be sealed


class PlanRefused(Exception):
    """A plan that can't be made; the text says why and what would mend it."""


@dataclass(frozen=True, slots=True)
class Planner:
    """Who seals and draws plans of an installation, in the institute's zone.

    ``proved_everything``: no real telephone rings, so that every number counts as proved; in a
    rehearsal it always does. ``public_source`` says in words what public value a draw waits for,
    and ``institute`` is whose certificates are written.
    """

    sessions: Sessions
    vault: Vault = field(repr=False)
    actor: str
    zone: str
    proved_everything: bool = False
    public_source: str = ""
    institute: str = ""


@dataclass(frozen=True, slots=True)
class _Sealer:
    """Who seals, when, and what the certificate says of them."""

    vault: Vault
    now: datetime
    actor: str
    institute: str
    public_source: str
    salt: bytes = field(repr=False)

    @classmethod
    def of(cls, planner: Planner, now: datetime, salt: bytes | None = None) -> "_Sealer":
        source, institute = one_line(planner.public_source), planner.institute
        salt = salt or secrets.token_bytes(SALT_BYTES)
        return cls(planner.vault, now, planner.actor, institute, source, salt)


def seal_plan(
    planner: Planner,
    period: Period,
    rule: Rule,
    now: datetime,
    seed: bytes,
    *,
    purpose: str = "sampling",
    centres: frozenset[UUID] | None = None,
    salt: bytes | None = None,
) -> UUID:
    """Seal a plan for the period if there is none; sealing twice changes nothing.

    ``seed`` is 32 bytes of chance, used only when a plan is sealed now. ``centres`` limits the plan
    to some. ``salt`` hides keys: 32 bytes, the operating system's where none are handed in. Raises
    PlanRefused when the rule is impossible or another plan covers a month.
    """
    if period.months != rule.months:
        raise PlanRefused(f"the rule's period is {rule.months} months, not {period.months}")
    for reason in refusals(rule):
        raise PlanRefused(reason)
    by = _Sealer.of(planner, now, salt)
    with planner.sessions.begin() as session:
        one_at_a_time(session, LOCK)
        plan = find_plan(session, period)
        if plan is None:
            proved = planner.proved_everything or purpose != "sampling"
            plan = _seal(session, by, period, rule, seed, planner.zone, purpose, centres, proved)
    return plan


def seal_addition(planner: Planner, plan: UUID, now: datetime, seed: bytes) -> None:
    """Seal a plan of the centres that a plan hasn't looked at, for the rest of its period.

    Nothing is sealed while an earlier addition is still to be drawn, or where no centre is late.
    """
    by = _Sealer.of(planner, now)
    with planner.sessions.begin() as session:
        one_at_a_time(session, LOCK)
        if all(each.drawn_at for each in diary.additions(session, plan)):
            _seal_late(session, by, plan, seed, planner.zone, planner.proved_everything)


def take_public_value(
    sessions: Sessions, period: Period, value: str, now: datetime, actor: str
) -> None:
    """Keep the public value that a sealed plan, or an addition to it, waits for.

    Raises PlanRefused before the seal, after the draw, or where none is awaited.
    """
    value = value.strip()
    if not value or not value.isprintable() or len(value) > LONGEST_VALUE:
        raise PlanRefused(f"a public value is one printed line of at most {LONGEST_VALUE} signs")
    with sessions.begin() as session:
        one_at_a_time(session, LOCK)
        first = find_plan(session, period)
        if first is None:
            raise PlanRefused(f"no plan is sealed from {period.first}; seal one first")
        waiting = seals.awaiting(session)
        keys = [first, *(each.id for each in diary.additions(session, first))]
        plan = next((key for key in keys if key in waiting), None)
        if plan is None or not seals.give_public_value(session, plan, value):
            raise PlanRefused(
                f"the plan from {period.first} awaits no public value: none was named when it was "
                "sealed, or it was given or drawn already"
            )
        detail: dict[str, object] = {"public_value": value}
        journal.record(session, now, actor, "public value given", f"plan {plan}", detail)


def find_plan(session: Session, period: Period) -> UUID | None:
    """The plan of exactly this period, None where no plan covers a month of it.

    Raises PlanRefused when one covers only a part, or more.
    """
    covering = diary.covering(session, period)
    if not covering:
        return None
    if len(covering) == 1 and covering[0].period == period:
        return covering[0].id
    first = covering[0].period
    raise PlanRefused(
        f"another plan covers {first.first} and the {first.months} months from there; "
        "choose a period beside it"
    )


def to_seal(session: Session, rule: Rule, today: date) -> tuple[Period, ...]:
    """The next periods of a rule without a plan, the one that goes on among them, soonest first."""
    own = period_of(today, rule.months)
    coming = (Period(own.first.next(n * rule.months), rule.months) for n in range(SHOWN))
    return tuple(
        each
        for each in coming
        if each.end > today + timedelta(days=1) and not diary.covering(session, each)
    )


def disguise_of(vault: Vault, seal: seals.StoredSeal) -> Disguise:
    """The pseudonyms of a sealed plan."""
    salt = vault.open(seal.salt_sealed, seal_rows.TABLE, "salt", seal.plan.hex)
    return Disguise(bytes.fromhex(salt))


def _seal(
    session: Session,
    by: _Sealer,
    period: Period,
    rule: Rule,
    seed: bytes,
    zone: str,
    purpose: str,
    centres: frozenset[UUID] | None,
    proved_everything: bool,
) -> UUID:
    since = period.start
    if purpose == "sampling":  # nothing is drawn into the past; a rehearsal has no now
        since = max(since, civil_date(by.now, zone) + timedelta(days=1))
    if since >= period.end:
        raise PlanRefused(f"{period.first} and its period have passed; choose a later one")
    inputs = gather(
        session, period, rule, zone, centres, since, proved_everything=proved_everything
    )
    return _certify(session, by, period, inputs, seed, purpose, None)


def _seal_late(
    session: Session,
    by: _Sealer,
    plan: UUID,
    seed: bytes,
    zone: str,
    proved_everything: bool,
) -> None:
    found = diary.plan(session, plan)
    if found.purpose == "rehearsal":
        raise PlanRefused(
            f"the plan from {found.period.first} was rehearsed; nothing is added to it"
        )
    if found.withdrawn_at:
        raise PlanRefused(
            f"the plan from {found.period.first} was withdrawn; nothing is added to it"
        )
    late = frozenset(c.id for c in register.sampled(session)) - set(looked_at(session, plan))
    if not late:
        return
    rule = inputs_from_json(diary.seed_and_inputs(session, plan)[1]).rule
    since = max(found.period.start, civil_date(by.now, zone) + timedelta(days=1))
    inputs = gather(
        session, found.period, rule, zone, late, since, proved_everything=proved_everything
    )
    _certify(session, by, found.period, inputs, seed, found.purpose, plan)


def _certify(
    session: Session,
    by: _Sealer,
    period: Period,
    inputs: Inputs,
    seed: bytes,
    purpose: str,
    adds_to: UUID | None,
) -> UUID:
    """Write the plan under pseudonyms, its certificate, the journal's entry and the letters."""
    plan = uuid4()
    hidden = Disguise(by.salt).of(inputs)
    covers = adds_to is None
    if not keep_sealed(
        session,
        by.vault,
        plan,
        period,
        hidden,
        seed,
        by.now,
        purpose,
        covers=covers,
        adds_to=adds_to,
    ):
        raise PlanRefused("another plan was begun for this period just now; look at that one")
    certificate = Certificate(
        institute=one_line(by.institute),
        plan=plan,
        purpose=purpose,
        adds_to=adds_to,
        first=period.first,
        months=period.months,
        seed_hash=seed_hash(seed),
        inputs_hash=inputs_hash(canonical(hidden)),
        code_version=code_version(),
        sealed_at=by.now,
        public_source=by.public_source,
    )
    text = written(certificate)
    sealed_salt = by.vault.seal(by.salt.hex(), seal_rows.TABLE, "salt", plan.hex)
    seals.add_seal(session, plan, sealed_salt, by.public_source, text)
    detail: dict[str, object] = {
        "first": str(period.first),
        "months": period.months,
        "seed_hash": certificate.seed_hash,
        "inputs_hash": certificate.inputs_hash,
    }
    if adds_to:
        detail["adds_to"] = str(adds_to)
    journal.record(session, by.now, by.actor, "plan sealed", f"plan {plan}", detail)
    if purpose == "sampling":
        _tell(session, by, certificate, text)
    return plan


def _tell(session: Session, by: _Sealer, certificate: Certificate, text: str) -> None:
    """Mail the certificate to those who are to hold it, so that nobody can change it unseen."""
    readers = {
        person.email.lower(): person.email
        for role in (Role.ADMINISTRATOR, Role.AUDITOR)
        for person in people.holders(session, role)
    }
    subject = f"Sealed: the plan of {certificate.months} months from {certificate.first}"
    for address in readers.values():
        if mail.is_address(address):
            mail.post(session, by.vault, by.now, address, subject, text)


def keep_sealed(
    session: Session,
    vault: Vault,
    plan: UUID,
    period: Period,
    inputs: Inputs,
    seed: bytes,
    now: datetime,
    purpose: str,
    *,
    covers: bool,
    adds_to: UUID | None = None,
) -> bool:
    """Write a plan with its seed and inputs; False when another plan covers a month of it."""
    frozen = canonical(inputs)
    return diary.add_plan(
        session,
        period,
        purpose,
        key=plan,
        rule=canonical(inputs.rule).decode(),
        seed_sealed=vault.seal(seed.hex(), "sampling_plan", "seed", plan.hex),
        seed_hash=seed_hash(seed),
        inputs=frozen.decode(),
        inputs_hash=inputs_hash(frozen),
        public_value="",
        code_version=code_version(),
        now=now,
        covers=covers,
        adds_to=adds_to,
    )

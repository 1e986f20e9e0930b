"""What the institute itself keeps of a centre, as its page shows it and its forms hold it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from assessor.wording import day
from assessor.wording_supplies import closure_in_words, span_of_days, validity_in_words
from scheduler import accreditation, custody, people, proofs, register
from scheduler.accreditation import Accreditation
from scheduler.accrediting import CODE, volume_mark
from scheduler.centre import ProviderStatus, Reach
from scheduler.contact_number import in_groups
from scheduler.custody import Wear
from scheduler.entrusting import RISKS
from scheduler.further import Custodian, Declared, HolidaysKept
from scheduler.language import languages_in_words
from scheduler.proofs import Result
from scheduler.public_holidays import UnknownRegion, holiday_closures, regions
from scheduler.volume import LONG_LOG

AHEAD = timedelta(days=365)
SETTABLE = (ProviderStatus.APPLICANT, ProviderStatus.ACCREDITED, ProviderStatus.SUSPENDED)
Typed = Mapping[str, str]
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A form that came back: what was typed, what is wrong, and what stands by now."""

    form: str
    typed: Typed
    faults: Pairs = ()  # the control's id, the sentence
    stands: Pairs = ()  # what somebody else wrote meanwhile: label, value


@dataclass(frozen=True, slots=True)
class NumberReached:
    """A contact number with how far it reaches and when it was proved."""

    id: UUID
    label: str
    e164: str
    reach: Reach
    proved: str


@dataclass(frozen=True, slots=True)
class WornIdentity:
    """A cover identity by its place on the list: what it is called is sealed."""

    id: UUID
    name: str
    days: str
    uses: str
    most_uses: int
    risk: str
    stands: str
    usable: bool


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that the institute keeps, in display values; ``typed`` is by form."""

    status: ProviderStatus
    accredited: Pairs
    holidays: Pairs
    languages: Pairs
    holidays_ahead: tuple[str, ...]
    numbers: tuple[NumberReached, ...]
    checks: tuple[tuple[str, str, str, str, str], ...]  # day, number, result, by whom, note
    identities: Pairs  # id, words
    worn: tuple[WornIdentity, ...]
    custodian: Pairs
    volume: Pairs
    regions: Pairs
    typed: Mapping[str, Typed]
    refused: Refused | None
    statuses: Pairs = tuple((each, each) for each in SETTABLE)
    reaches: Pairs = tuple((each, each) for each in Reach)
    risks: Pairs = tuple((each, each or "not said") for each in RISKS)
    results: Pairs = tuple((each, each) for each in Result)
    code_now: str = CODE


def record(
    session: Session,
    centre: register.Centre,
    today: date,
    refused: Refused | None,
    *,
    proved_everything: bool,
) -> Record:
    """The record of a centre on a day; a form that came back holds what was typed."""
    accredited, provider_version = accreditation.accreditation(session, centre.provider)
    exceptions = register.holiday_exceptions(session, centre.id)
    kept, centre_version = accreditation.holidays_kept(session, centre.id, exceptions)
    names = {each.id: each.name for each in people.everybody(session)}
    worn = tuple(
        _worn(n, each, today) for n, each in enumerate(custody.wear(session, centre.id), 1)
    )
    custodian, custody_version = custody.custodian(session, centre.id)
    declared, analysts = accreditation.volume(session, centre.id)
    typed: dict[str, Typed] = {
        "volume": volume_typed(declared, analysts),
        "custodian": custodian_typed(custodian, custody_version),
        "accreditation": accreditation_typed(accredited, provider_version),
        "holidays": holidays_typed(kept, centre_version),
        "check": {"made_on": str(today)},
        "languages": languages_typed(centre.languages),
    }
    if refused:
        typed[refused.form] = refused.typed
    return Record(
        status=centre.status.on(today, centre.accredited_until),
        accredited=accreditation_in_words(accredited),
        holidays=holidays_in_words(kept),
        languages=languages_in_facts(centre.languages),
        holidays_ahead=_ahead(centre, exceptions, today),
        numbers=tuple(
            NumberReached(
                line.id,
                line.number.label,
                line.number.e164,
                line.reach,
                day(line.proved_on)
                if line.proved_on
                else ("counts as proved" if proved_everything else "not proved"),
            )
            for line in register.lines(session, centre.id)
        ),
        checks=tuple(
            (
                day(check.made_on),
                in_groups(e164),
                check.result,
                _name(names, check.made_by),
                check.note,
            )
            for e164, check in proofs.checks(session, centre.id)
        ),
        identities=tuple(
            (str(each.id), f"{each.name}, {each.days}") for each in worn if each.usable
        ),
        worn=worn,
        custodian=custodian_in_words(custodian),
        volume=volume_in_words(declared, analysts),
        regions=_regions(centre.country),
        typed=typed,
        refused=refused,
    )


def accreditation_typed(stands: Accreditation, version: int) -> Typed:
    """The form as it stands."""
    signed = str(stands.signed_on) if stands.signed_on else ""
    values = {"status": stands.status, "signed_on": signed, "code": stands.code}
    return {**values, "version": str(version)}


def accreditation_in_words(stands: Accreditation) -> Pairs:
    """Status and undertaking as facts."""
    signed = (
        f"signed on {day(stands.signed_on)}, code {stands.code}"
        if stands.signed_on
        else "none on record"
    )
    return (("Status", stands.status), ("Undertaking", signed))


def holidays_typed(stands: HolidaysKept, version: int) -> Typed:
    """The form as it stands; exceptions stand one a line."""
    lines = (f"{each} {'open' if is_open else 'shut'}" for each, is_open in stands.exceptions)
    keeps = "1" if stands.keeps else ""
    values = {"keeps": keeps, "region": stands.region, "exceptions": "\n".join(lines)}
    return {**values, "version": str(version)}


def holidays_in_words(stands: HolidaysKept) -> Pairs:
    """What a centre keeps as facts."""
    differs = "; ".join(f"{day(d)} {'open' if o else 'shut'}" for d, o in stands.exceptions)
    return (
        ("Public holidays", "kept: nothing opens on them" if stands.keeps else "not kept"),
        ("Region", stands.region or "the whole country"),
        ("Differs", differs or "on no day"),
    )


def languages_typed(stands: tuple[str, ...]) -> Typed:
    """The form as it stands."""
    return {"languages": ", ".join(stands), "seen": " ".join(stands)}


def languages_in_facts(stands: tuple[str, ...]) -> Pairs:
    """The languages that a centre serves in as facts."""
    return (("Languages", languages_in_words(stands)),)


def custodian_typed(stands: Custodian | None, version: int) -> Typed:
    """The form as it stands."""
    if stands is None:
        return {"version": str(version)}
    values = {key: str(value) if value else "" for key, value in asdict(stands).items()}
    return {**values, "version": str(version)}


def custodian_in_words(stands: Custodian | None) -> Pairs:
    """Who it is and what they declared as facts; none where nobody is named."""
    if stands is None:
        return ()
    declared = (
        ("No mark or alert", stands.unmarked_on),
        ("Fictitious or consented", stands.consented_on),
        ("Not billed or counted", stands.uncounted_on),
    )
    said = tuple(
        (words, f"declared on {day(on)}" if on else "not declared") for words, on in declared
    )
    return (("Custodian", f"{stands.name}, {stands.email}"), *said)


def volume_typed(declared: Declared | None, analysts: int | None) -> Typed:
    """The form as it stands: seven lines, Monday first."""
    rows = declared.volume if declared else ()
    return {
        "calls": "\n".join(" ".join(map(str, row)) for row in rows),
        "weeks": str(declared.weeks) if declared and declared.weeks else "",
        "source": declared.source if declared else "",
        "analysts": str(analysts) if analysts else "",
        "seen": volume_mark(declared, analysts),
    }


def volume_in_words(declared: Declared | None, analysts: int | None) -> Pairs:
    """What is declared, and how far the draw goes by it, as facts."""
    if declared is None:
        words = "none declared: the draw goes by the sector's"
    elif (declared.weeks or 0) >= LONG_LOG:
        words = f"{_a_week(declared)} a week, by a log of {declared.weeks} weeks"
    else:
        log = f"a log of {declared.weeks} weeks is too short" if declared.weeks else "no log"
        words = (
            f"{_a_week(declared)} a week, {log}: an hour counts within half and twice the sector's"
        )
    return (("Ordinary calls", words), ("Analysts", str(analysts) if analysts else "not said"))


def _a_week(declared: Declared) -> int:
    return sum(map(sum, declared.volume))


def _worn(place: int, wear: Wear, today: date) -> WornIdentity:
    span = (wear.valid_from, wear.valid_until)
    if wear.burnt_on is not None:
        stands = f"burnt on {day(wear.burnt_on)}"
    elif wear.uses >= wear.most_uses:
        stands = "worn out"
    else:
        stands = validity_in_words(span, today)
    return WornIdentity(
        wear.identity,
        f"Identity {place}",
        span_of_days(span),
        f"{wear.uses} of {wear.most_uses}",
        wear.most_uses,
        wear.risk,
        stands,
        wear.burnt_on is None and wear.uses < wear.most_uses,
    )


def _ahead(
    centre: register.Centre, exceptions: Mapping[date, bool], today: date
) -> tuple[str, ...]:
    if not centre.keeps_holidays:
        return ()
    kept = holiday_closures(centre.country, centre.region, exceptions, today, today + AHEAD)
    return tuple(closure_in_words(each) for each in kept)


def _regions(country: str) -> Pairs:
    try:
        return (("", "the whole country"), *((each, each) for each in regions(country)))
    except UnknownRegion:
        return (("", "the whole country"),)


def _name(names: Mapping[UUID, str], actor: str) -> str:
    try:
        return names.get(UUID(actor), actor)
    except ValueError:
        return actor

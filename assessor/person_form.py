"""Reads the form in which an administrator states a person, and writes it back as it was typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import available_timezones

from phonenumbers import SUPPORTED_REGIONS
from werkzeug.datastructures import MultiDict

from scheduler.access import Role
from scheduler.centre import DAYS, MINUTES_A_DAY, OpenSpan
from scheduler.contact_number import NotUnderstood, read_number
from scheduler.people import Profile, Stated
from scheduler.returns_cells import Cell
from scheduler.returns_times import clock, read_days, read_time

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class PersonForm:
    """The fields as texts; the telephone on file is never written into it."""

    name: str = ""
    email: str = ""
    zone: str = ""
    country: str = ""
    roles: tuple[str, ...] = ()
    provider: str = ""
    telephone: str = ""
    hours: str = ""
    version: str = "0"  # of what stood there when the form was opened


def typed(form: MultiDict[str, str]) -> PersonForm:
    """The fields as they were sent."""
    return PersonForm(
        name=" ".join(form.get("name", "").split()),
        email=form.get("email", "").strip(),
        zone=form.get("zone", ""),
        country=form.get("country", "").strip().upper(),
        roles=tuple(form.getlist("roles")),
        provider=form.get("provider", ""),
        telephone=form.get("telephone", "").strip(),
        hours=form.get("hours", ""),
        version=form.get("version", ""),
    )


def as_it_stands(profile: Profile) -> PersonForm:
    """The form of somebody who is known."""
    person = profile.person
    return PersonForm(
        name=person.name,
        email=person.email,
        zone=person.zone,
        country=person.country,
        roles=tuple(person.roles),
        provider=str(person.provider or ""),
        hours=hours_as_typed(profile.offered),
        version=str(profile.version),
    )


def read(form: PersonForm, country: str = "") -> tuple[Stated | None, dict[str, str]]:
    """What was stated, or None with the fault of each field."""
    faults: dict[str, str] = {}
    if not 0 < len(form.name) <= LONGEST_NAME or not form.name.isprintable():
        faults["name"] = f"Write a name of at most {LONGEST_NAME} signs."
    if form.zone not in available_timezones():
        faults["zone"] = "Choose a zone of the list."
    if form.country and form.country not in SUPPORTED_REGIONS:
        faults["country"] = "This is no country. Write its two letters, such as GB."
    telephone = ""
    offered: tuple[OpenSpan, ...] = ()
    try:
        telephone = read_number(form.telephone, country).e164 if form.telephone else ""
    except NotUnderstood as error:
        faults["telephone"] = f"The number {error.problem}; {error.remedy}."
    try:
        offered = read_hours(form.hours)
    except NotUnderstood as error:
        faults["hours"] = f"“{error.subject}” {error.problem}; {error.remedy}."
    try:
        roles = frozenset(Role(role) for role in form.roles)
        provider = UUID(form.provider) if form.provider else None
    except ValueError:
        faults["roles"] = "Choose the roles and the provider of the lists."
    if faults:
        return None, faults
    said = Stated(form.name, form.zone, roles, provider, offered, telephone, form.country)
    return said, faults


def read_hours(text: str) -> tuple[OpenSpan, ...]:
    """Read offered hours, a line each such as ``Mon-Fri 09:00-12:30``.

    Raises NotUnderstood for a line that is none, or spans of one day that overlap.
    """
    spans: set[OpenSpan] = set()
    for line in filter(None, map(str.strip, text.splitlines())):
        days, _, times = line.rpartition(" ")
        opens, dash, closes = times.replace("\N{EN DASH}", "-").partition("-")
        if not (days and dash):
            raise NotUnderstood(line, "names no days and hours", "write it as Mon-Fri 09:00-12:30")
        first, last = (
            read_time(Cell(opens), closes=False)[0],
            read_time(Cell(closes), closes=True)[0],
        )
        if last <= first:
            raise NotUnderstood(
                line, "ends before it begins", "write hours over midnight as two lines"
            )
        for day in read_days(Cell(days))[0]:
            span = OpenSpan(day, first, last)
            if any(s.weekday == day and s.opens < last and first < s.closes for s in spans):
                raise NotUnderstood(line, "overlaps another line", "state each hour once")
            spans.add(span)
    return tuple(sorted(spans))


def hours_as_typed(spans: tuple[OpenSpan, ...]) -> str:
    """Offered hours as ``read_hours`` reads them; days with the same hours share a line."""
    days: dict[tuple[int, int], list[int]] = {}
    for span in spans:
        days.setdefault((span.opens, min(span.closes, MINUTES_A_DAY)), []).append(span.weekday)
    return "\n".join(
        f"{_days_as_typed(on)} {clock(opens)}-{clock(closes)}"
        for (opens, closes), on in days.items()
    )


def _days_as_typed(on: list[int]) -> str:
    first, last = on[0], on[-1]
    if len(on) > 2 and last - first == len(on) - 1:
        return f"{DAYS[first]}-{DAYS[last]}"
    return ", ".join(DAYS[day] for day in on)


def zones(*used: str) -> list[tuple[str, str]]:
    """The zones to choose from: those of places, and what somebody has already."""
    places = {zone for zone in available_timezones() if "/" in zone and _is_place(zone)}
    return [(zone, zone.replace("_", " ")) for zone in sorted(places.union(filter(None, used)))]


def _is_place(zone: str) -> bool:
    return not zone.startswith(("Etc/", "SystemV/", "US/", "posix/", "right/"))


def faults_in_order(faults: Mapping[str, str]) -> list[tuple[str, str]]:
    """Faults as a form's head lists them: the control's id and the sentence."""
    order = ("name", "email", "zone", "country", "roles", "provider", "telephone", "hours")
    return [(f"f-{name}", faults[name]) for name in order if name in faults]

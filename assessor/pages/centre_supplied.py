"""What a provider keeps current of a centre, and how it kept to it, as the institute reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from assessor.desk import local
from assessor.wording import day
from assessor.wording_supplies import further_in_words, span_of_days
from config.clock import Month
from scheduler import custody, fresh_set, incidents, register, register_further

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Supplied:
    """In display values; times are in the centre's zone."""

    products: tuple[tuple[str, str, str, str], ...]  # name, version, enquiry, fix
    permissions: Pairs  # what and country, basis
    incidents: tuple[tuple[str, str, str], ...]  # reported, hours, what
    hours_paused: int
    late: tuple[tuple[str, str, str], ...]  # closure, entered, working days ahead
    calls_left: int  # that the identities are good for
    calls_lately: int  # of the last three months with calls
    asked: str  # since when the provider is asked for new identities


def supplied(
    session: Session, centre: register.Centre, months: Mapping[Month, int], today: date
) -> Supplied:
    """What stands of a centre on a day; ``months`` are its calls by month."""
    reported = incidents.incidents(session, centre.id)
    hours = [round((each.until - each.reported_at).total_seconds() / 3600) for each in reported]
    asked = fresh_set.told_from(session, centre.id)
    return Supplied(
        products=tuple(
            (each.name, each.version, each.enquiry, each.fix)
            for each in register_further.products(session, centre.id)
        ),
        permissions=tuple(
            (f"{each.what.capitalize()} in {each.country}", further_in_words(each))
            for each in register_further.permissions(session, centre.id)
        ),
        incidents=tuple(
            (_moment(each, centre.zone), f"{number} h", each.what)
            for each, number in zip(reported, hours, strict=True)
        ),
        hours_paused=sum(hours),
        late=tuple(
            (span_of_days((each.first, each.last)), day(each.on), str(each.ahead))
            for each in register.closures_entered(session, centre.id, centre.zone)
            if each.late
        ),
        calls_left=custody.calls_left(session, centre.id, today),
        calls_lately=sum(months[each] for each in sorted(months)[-3:]),
        asked=day(asked) if asked else "",
    )


def _moment(each: incidents.Incident, zone: str) -> str:
    begun = local(each.reported_at, zone)
    return f"{day(begun.date())}, {begun:%H:%M}"

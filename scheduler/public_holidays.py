"""Public holidays of a country and region, as closures of a centre that keeps them."""

from collections.abc import Mapping
from datetime import date

import holidays

from scheduler.centre import Closure

KEPT_SHUT = "closed like on a public holiday"


class UnknownRegion(ValueError):
    """A country or region whose holidays nobody listed; the text says which there are."""


def regions(country: str) -> tuple[str, ...]:
    """The regions of a country (ISO 3166-1 alpha-2) that have holidays of their own.

    Raises UnknownRegion for a country without a list.
    """
    return tuple(_calendar(country, "", 2000).subdivisions)


def check_region(country: str, region: str) -> None:
    """Raise UnknownRegion when a centre can't be said to be in a region ("" is the country)."""
    known = regions(country)
    if region and region not in known:
        listed = f"write one of {', '.join(known)}" if known else "leave it empty"
        raise UnknownRegion(f"{country} has no region {region}; {listed}.")


def holiday_closures(
    country: str, region: str, exceptions: Mapping[date, bool], first: date, last: date
) -> tuple[Closure, ...]:
    """The days from ``first`` to ``last`` on which a centre that keeps holidays is shut, in order.

    ``exceptions`` is what the centre says otherwise: True is open, False shut. A country whose
    holidays nobody listed has the exceptions alone.
    """
    names: dict[date, str] = {}
    for year in range(first.year, last.year + 1):
        try:
            names |= dict(_calendar(country, region, year).items())
        except UnknownRegion:
            break
    names |= {day: KEPT_SHUT for day, is_open in exceptions.items() if not is_open}
    return tuple(
        Closure(day, day, names[day])
        for day in sorted(names)
        if first <= day <= last and not exceptions.get(day, False)
    )


def _calendar(country: str, region: str, year: int) -> holidays.HolidayBase:
    """The library's list of one year, observed days included. Raises UnknownRegion."""
    try:
        return holidays.country_holidays(country, subdiv=region or None, years=year)
    except NotImplementedError as error:
        raise UnknownRegion(
            f"No public holidays are listed for {country} {region}".rstrip()
            + "; state closures instead."
        ) from error

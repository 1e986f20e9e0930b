"""Invents centres for rehearsals and the demonstration, as returns that could have come."""

import random
from datetime import date, timedelta

from scheduler.centre import (
    CodeKind,
    ContactNumber,
    CoverIdentity,
    Kind,
    OpenSpan,
    Return,
    SecurityCode,
    ServiceLevel,
)
from scheduler.further import Further, Permission, What

TOWNS = (
    *("Ashcombe", "Bramley Vale", "Carrow", "Dunmere", "Eastholt", "Fernworth"),
    *("Garside", "Holloway Bridge", "Inchmoor", "Kelford", "Langrick", "Marlow Down"),
)
TRADES = ("Software", "Networks", "Payroll Systems", "Health Informatics", "Retail IT", "Print")
FORENAMES = ("Alex", "Casey", "Drew", "Ellis", "Frankie", "Harper", "Jamie", "Kim")
SURNAMES = ("Abbot", "Birch", "Croft", "Dale", "Elmet", "Fenn", "Grange", "Heath")
WORKDAYS, EVERY_DAY = range(5), range(7)
HOURS = (
    tuple(OpenSpan(day, 0, 1440) for day in EVERY_DAY),
    tuple(OpenSpan(day, 8 * 60, 18 * 60) for day in WORKDAYS),
    tuple(OpenSpan(day, 9 * 60, 17 * 60 + 30) for day in WORKDAYS),
    (*(OpenSpan(day, 7 * 60, 20 * 60) for day in WORKDAYS), OpenSpan(5, 9 * 60, 13 * 60)),
    tuple(OpenSpan(day, 22 * 60, 30 * 60) for day in WORKDAYS),
)
LEVELS = ("First line: fix or escalate", "First and second line")
PRODUCTS = (
    "Desktop, e-mail, calendars and network accounts",
    "Payroll suite and its reports",
    "Printing, scanning and meeting rooms",
    "Desktop, e-mail and printing",
)


def invented_return(number: int, since: date) -> Return:
    """The return of the invented centre of a number, from 0, valid from a day for three years.

    The first is open round the clock. Every sixth shares its provider with the one before it.
    """
    chance = random.Random(number)
    town = TOWNS[number % len(TOWNS)] + (f" {number // len(TOWNS) + 1}" if number >= 12 else "")
    of_provider = number - 1 if number % 6 == 5 else number
    firm = TOWNS[of_provider % len(TOWNS)] + f" {TRADES[of_provider % len(TRADES)]}"
    internal = of_provider % 4 == 3
    last = since + timedelta(days=3 * 365)
    identities = tuple(
        CoverIdentity(
            name=f"{chance.choice(FORENAMES)} {chance.choice(SURNAMES)}",
            account=f"{chance.randrange(100_000, 900_000) + index}",
            code=SecurityCode(*_code(chance, number, index)),
            valid_from=since,
            valid_until=last,
        )
        for index in range(3)
    )
    return Return(
        provider=f"{firm} {'Group' if internal else 'Ltd'}"
        + (f" {of_provider // len(TOWNS) + 1}" if of_provider >= 12 else ""),
        centre=f"{town} service desk",
        kind=Kind.INTERNAL if internal else Kind.EXTERNAL,
        zone="Europe/London",
        country="GB",
        contact_email=f"liaison{number + 1}@provider.example",
        accredited_from=since,
        accredited_until=last,
        notice_given_on=since,
        recording_permitted=number % 2 == 0,
        further=Further(
            permissions=(Permission(What.RECORDING, "GB", "Staff were told; legitimate interest"),)
        ),
        numbers=(ContactNumber("Main line", f"+441632960{500 + number:03d}", "", since, None),),
        identities=identities,
        hours=HOURS[number % len(HOURS)],
        closures=(),
        service_level=ServiceLevel(
            products=PRODUCTS[number % len(PRODUCTS)],
            level=LEVELS[number % 2],
            answer_within=(20, 30, 60)[number % 3],
            answered_percent=(80, 85, 90)[number % 3],
            escalation_within=(15, 30, 60)[number % 3],
            calibre="Certificate in technical support skills or equivalent",
            audience="All staff" if internal else "All licensed users",
            exclusions="Hardware of other makers",
        ),
    )


def _code(chance: random.Random, number: int, index: int) -> tuple[CodeKind, str]:
    """A code that no other identity of the centre has: it ends in the identity's place."""
    digits = f"{chance.randrange(100):02d}{number % 10}{index}"
    return (
        (CodeKind.PIN, digits),
        (CodeKind.PASSWORD, f"copper-kettle-{digits}"),
        (CodeKind.CONTRACT_NUMBER, f"SC/{digits}/{'ABC'[index % 3]}"),
    )[index % 3]

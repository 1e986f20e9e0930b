"""How the forms of the portal are worded: their titles, and what each control asks for."""

import re

from scheduler import returns_further as more
from scheduler import returns_sheets as sheets
from scheduler import returns_template as template

TITLES = {
    "contacts": "Contact and place",
    "numbers": "Contact numbers",
    "identities": "Cover identities",
    "custodian": "Custodian",
    "hours": "Opening hours",
    "closures": "Closures",
    "holidays": "Public holidays",
    "service-level": "Service level",
    "volume": "Ordinary calls",
    "products": "Products",
    "permissions": "Recording and listening",
}
LEDES = {
    "contacts": "What sort of centre it is, where, and where its support team is written to.",
    "numbers": "The lines on which callers reach the centre. A number in national form is read by "
    "the centre's country, and shown with its country's code before it counts.",
    "identities": "The fictitious callers that the centre has entitled. Names and codes on file "
    "are never shown: leave them empty, and they stay.",
    "custodian": "Who set the identities up, outside the support team, and what they declare.",
    "hours": "When calls are answered, in the centre's own time. Several spans a day are several "
    "rows; one that closes earlier than it opens runs into the next day; 00:00 to 24:00 is a "
    "whole day. No row: never open.",
    "closures": "Days on which the centre doesn't open. One that is entered less than five working "
    "days ahead is kept and listed as late.",
    "holidays": "Whether the centre keeps the public holidays of its region, and where it differs.",
    "service-level": "What the centre has declared. A change counts from the day it is entered; "
    "earlier versions stay on record.",
    "volume": "The calls of an ordinary week by weekday and hour, with the log they rest on, and "
    "how many analysts answer them.",
    "products": "What callers may ask about: the product, its version, the usual enquiry, and the "
    "published fix. None: callers ask about what any centre supports.",
    "permissions": "Nothing is recorded unless it is permitted here with a legal basis for the "
    "centre's country and for that of the caller. Live listening means that a verifier or trainer "
    "beside the caller hears the call while it goes on; they may only where it is permitted "
    "likewise. The workspace itself lets nobody listen to a running call.",
}
WORDS = {
    sheets.NUMBERS: "Number",
    sheets.IDENTITIES: "Identity",
    sheets.HOURS: "Span",
    sheets.CLOSURES: "Closure",
    more.HOLIDAYS: "Day",
    more.VOLUME: "Line",
    more.PRODUCTS: "Product",
    more.PERMISSIONS: "Permission",
}
"""What one row of each table is called."""

CHOICES = {
    header: tuple((word, word) for word in words) for header, words in template.CHOICES.items()
}
DATES = template.DATES
HINTS = {
    **template.HINTS,
    sheets.NAME: "Whom the caller claims to be.",
    sheets.CODE: "What the caller has to say. It is never shown again.",
    sheets.REACH: "",
    sheets.OPENS: "As 09:00.",
    more.WEEKS: "Of the telephone log behind the calls. Empty: no log.",
    more.IN_COUNTRY: "Two letters, as in GB.",
}
LONG = {
    *(sheets.PRODUCTS, sheets.LEVEL, sheets.CALIBRE, sheets.AUDIENCE, sheets.EXCLUSIONS),
    *(more.ENQUIRY, more.FIX),
}
"""What may have several lines."""
SPELT = {sheets.NUMBER, sheets.MENU_KEYS, sheets.ACCOUNT, sheets.OPENS, sheets.CLOSES}
"""What is read sign by sign, and shown in the face for that."""


def named(header: str) -> str:
    """The name of a control: a header in small letters, without signs."""
    return re.sub(r"[^a-z]+", "-", header.lower()).strip("-")

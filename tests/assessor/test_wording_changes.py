from dataclasses import fields
from datetime import date

import pytest

from assessor.wording_changes import NAMES, change_in_words
from scheduler.centre import Closure, ContactNumber, Kind, OpenSpan, ServiceLevel
from scheduler.changes import NOTICE, SINGLE, About, Became, Change
from scheduler.returns_sheets import CENTRE_ITEMS, LEVEL_ITEMS

DAY = date(2026, 11, 25)
LINE = ContactNumber("Main line", "+441632960500", "2w1", DAY)


def test_every_field_has_the_name_of_its_sheet() -> None:
    assert {*SINGLE, NOTICE, *(field.name for field in fields(ServiceLevel))} == set(NAMES)
    assert set(NAMES.values()) - {*CENTRE_ITEMS, *LEVEL_ITEMS} == {"Notice to staff given on"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            Change(About.CENTRE, "kind", Became.CHANGED, Kind.EXTERNAL, Kind.INTERNAL),
            ("Kind", "external", "internal"),
        ),
        (
            Change(About.CENTRE, "recording_permitted", Became.CHANGED, False, True),
            ("Calls may be recorded", "no", "yes"),
        ),
        (
            Change(About.CENTRE, NOTICE, Became.BEGUN, None, DAY),
            ("Notice to staff given on", "nothing", "25 November 2026"),
        ),
        (
            Change(About.SERVICE_LEVEL, "answer_within", Became.CHANGED, 30, 45),
            ("Answer within (seconds)", "30", "45"),
        ),
        (
            Change(About.NUMBER, LINE.e164, Became.BEGUN, None, LINE),
            (
                "Contact number +44 1632 960500",
                "nothing",
                "Main line, menu 2w1, from 25 November 2026, no end",
            ),
        ),
        (
            Change(About.NUMBER, LINE.e164, Became.ENDED, LINE),
            (
                "Contact number +44 1632 960500",
                "Main line, menu 2w1, from 25 November 2026, no end",
                "ends today",
            ),
        ),
        (
            Change(About.IDENTITY, "410001", Became.BEGUN),
            ("Cover identity, account 410001", "nothing", "begins, with its security code"),
        ),
        (
            Change(About.IDENTITY, "410001", Became.CHANGED, None, "name, last day"),
            ("Cover identity, account 410001", "on file", "changes: name, last day"),
        ),
        (
            Change(About.IDENTITY, "410001", Became.ENDED),
            ("Cover identity, account 410001", "on file", "ends today"),
        ),
        (
            Change(About.HOURS, "hours", Became.CHANGED, (), (OpenSpan(0, 480, 1080),)),
            ("Hours", "nothing", "Monday 08:00 to 18:00"),
        ),
        (
            Change(About.CLOSURE, "2026-11-25", Became.BEGUN, None, Closure(DAY, DAY, "flood")),
            ("Closure", "nothing", "25 November 2026: flood"),
        ),
    ],
)
def test_a_change_is_told_in_words(change: Change, words: tuple[str, str, str]) -> None:
    assert change_in_words(change) == words

"""What a return would change, beside what is on the register."""

from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

import pytest

from scheduler.centre import Closure, ContactNumber, Kind, OpenSpan, Reach, Return, ServiceLevel
from scheduler.changes import (
    KEY,
    MANY,
    NOTICE,
    SINGLE,
    About,
    Became,
    Change,
    Registered,
    changes,
    digest,
)
from tests.builders import a_return

TODAY = date(2026, 11, 25)
STATED = a_return()
OTHER: dict[str, Any] = {
    "kind": Kind.INTERNAL,
    "zone": "Europe/Oslo",
    "country": "NO",
    "contact_email": "other@provider.example",
    "accredited_from": date(2025, 1, 1),
    "accredited_until": date(2030, 1, 1),
    "recording_permitted": True,
}
LEVEL: dict[str, Any] = {
    field.name: 7 if isinstance(getattr(STATED.service_level, field.name), int) else "other"
    for field in fields(ServiceLevel)
}


def registered(stated: Return = STATED) -> Registered:
    """What stands on the register after a return was entered."""
    return Registered(
        centre={name: getattr(stated, name) for name in SINGLE},
        notices=(date(2026, 10, 1),),
        numbers=stated.numbers,
        hours=stated.hours,
        closures=stated.closures,
        level=stated.service_level,
    )


def between(before: Registered, after: Return) -> tuple[Change, ...]:
    return changes(before, after, (), TODAY)


def test_the_same_statement_changes_nothing() -> None:
    assert between(registered(), STATED) == ()


def test_every_field_of_a_return_is_compared() -> None:
    assert {*SINGLE, *KEY, *MANY, NOTICE} == {field.name for field in fields(Return)}
    assert set(OTHER) == set(SINGLE)


@pytest.mark.parametrize("name", SINGLE)
def test_a_changed_value_is_told_before_and_after(name: str) -> None:
    (change,) = between(registered(), replace(STATED, **{name: OTHER[name]}))
    assert change == Change(About.CENTRE, name, Became.CHANGED, getattr(STATED, name), OTHER[name])


@pytest.mark.parametrize("name", LEVEL)
def test_a_changed_item_of_the_service_level_is_told(name: str) -> None:
    level = replace(STATED.service_level, **{name: LEVEL[name]})
    (change,) = between(registered(), replace(STATED, service_level=level))
    assert (change.about, change.item, change.after) == (About.SERVICE_LEVEL, name, LEVEL[name])


def test_a_centre_without_a_service_level_begins_all_of_it() -> None:
    found = between(replace(registered(), level=None), STATED)
    assert {change.became for change in found} == {Became.BEGUN}
    assert [change.item for change in found] == [field.name for field in fields(ServiceLevel)]


def test_a_new_notice_begins_and_an_old_or_missing_one_changes_nothing() -> None:
    new = date(2026, 11, 20)
    (change,) = between(registered(), replace(STATED, notice_given_on=new))
    assert (change.item, change.became, change.before, change.after) == (
        *(NOTICE, Became.BEGUN),
        *(date(2026, 10, 1), new),
    )
    assert between(registered(), replace(STATED, notice_given_on=None)) == ()


def test_numbers_begin_change_and_end() -> None:
    (old,) = STATED.numbers
    gone = ContactNumber("Old", "+441632960777", "", TODAY)
    new = ContactNumber("New", "+441632960888")
    begun = replace(new, valid_from=TODAY, reach=Reach.PUBLIC)
    renamed = replace(old, label="Help desk")
    before = replace(registered(), numbers=(old, gone))
    assert between(before, replace(STATED, numbers=(renamed, new))) == (
        Change(About.NUMBER, old.e164, Became.CHANGED, old, renamed),
        Change(About.NUMBER, new.e164, Became.BEGUN, None, begun),
        Change(About.NUMBER, gone.e164, Became.ENDED, gone),
    )


@pytest.mark.parametrize(
    ("known", "begins"), [(date(2026, 1, 1), date(2026, 1, 1)), (date(2027, 1, 1), TODAY)]
)
def test_a_number_valid_from_now_keeps_an_earlier_first_day(known: date, begins: date) -> None:
    (old,) = STATED.numbers
    before = replace(registered(), numbers=(replace(old, valid_from=known),))
    found = between(before, replace(STATED, numbers=(replace(old, valid_from=None),)))
    after = [change.after for change in found]
    assert after == ([] if known == begins else [replace(old, valid_from=begins)])


def test_hours_are_one_change_whatever_their_order() -> None:
    (change,) = between(registered(), replace(STATED, hours=(OpenSpan(1, 0, 60),)))
    assert (change.about, change.before, change.after) == (
        About.HOURS,
        STATED.hours,
        (OpenSpan(1, 0, 60),),
    )
    assert between(registered(), replace(STATED, hours=STATED.hours[::-1])) == ()


def test_closures_begin_and_end_and_past_ones_stay() -> None:
    yesterday = TODAY - timedelta(days=1)
    past, running, to_come = (
        Closure(date(2026, 1, 1), yesterday),
        Closure(date(2026, 1, 1), TODAY, "flood"),
        Closure(date(2026, 12, 25), date(2026, 12, 26)),
    )
    before = replace(registered(), closures=(past, running))
    assert between(before, replace(STATED, closures=(to_come,))) == (
        Change(About.CLOSURE, "2026-12-25", Became.BEGUN, None, to_come),
        Change(About.CLOSURE, "2026-01-01", Became.ENDED, running),
    )


def test_identities_stand_between_numbers_and_hours_as_they_were_found() -> None:
    identity = Change(About.IDENTITY, "410001", Became.ENDED)
    after = replace(STATED, numbers=(), hours=())
    found = changes(registered(), after, (identity,), TODAY)
    assert [change.about for change in found] == [About.NUMBER, About.IDENTITY, About.HOURS]


def test_a_digest_tells_other_changes_apart_and_no_others() -> None:
    one = between(registered(), replace(STATED, zone="Europe/Oslo"))
    same = between(registered(), replace(STATED, zone="Europe/Oslo"))
    other = between(registered(), replace(STATED, zone="Europe/Rome"))
    assert digest(one) == digest(same)
    assert len({digest(one), digest(other), digest(())}) == 3

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.centre import OpenSpan
from scheduler.readiness import Need, Readiness, Standing, Supplied, Turn, readiness
from scheduler.reminder import STEPS, WORDS, Reminder, body, due, subject

TODAY = date(2027, 3, 1)
OPEN = (date(2026, 1, 1), None)
COMPLETE = Supplied(
    accredited=(date(2026, 1, 1), date(2029, 1, 1)),
    notices=((date(2026, 10, 1), date(2027, 9, 30)),),
    numbers=(OPEN,),
    identities=(OPEN,),
    hours=(OpenSpan(0, 540, 1020),),
    levels=(OPEN,),
)
JARGON = ("draw", "plan ", "planned", "slot", "stream", "assessor", "scenario", "vault", "identit")


def on(day: date, **changes: object) -> tuple[Reminder, ...]:
    return due(readiness(replace(COMPLETE, **changes), day))  # type: ignore[arg-type]


def number_ending_in(days: int) -> tuple[Reminder, ...]:
    return on(TODAY, numbers=((date(2026, 1, 1), TODAY + timedelta(days=days)),))


@pytest.mark.parametrize(
    ("left", "step"),
    [(31, None), (30, 30), (29, 30), (15, 30), (14, 14), (13, 14), (1, 14), (0, 0), (-1, None)],
)
def test_a_day_calls_for_the_most_urgent_step_that_has_come(left: int, step: int | None) -> None:
    assert [each.days for each in number_ending_in(left)] == ([] if step is None else [step])


def test_what_lapses_first_is_said_first() -> None:
    found = on(
        TODAY,
        notices=((date(2026, 3, 21), date(2027, 3, 20)),),
        numbers=((date(2026, 1, 1), date(2027, 3, 4)),),
    )
    assert [(each.need, each.left) for each in found] == [(Need.NUMBER, 3), (Need.NOTICE, 19)]


def test_what_is_followed_without_a_gap_is_no_lapse() -> None:
    ends, begins = TODAY + timedelta(days=5), TODAY + timedelta(days=6)
    assert on(TODAY, numbers=((date(2026, 1, 1), ends), (begins, None))) == ()


def test_a_centre_whose_accreditation_has_ended_is_reminded_of_nothing() -> None:
    number = ((date(2026, 1, 1), TODAY + timedelta(days=5)),)
    assert on(TODAY, numbers=number, accredited=(date(2026, 1, 1), date(2027, 2, 28))) == ()
    assert len(on(TODAY, numbers=number, accredited=(date(2027, 3, 2), date(2029, 1, 1)))) == 1


@given(st.integers(0, 400), st.sets(st.integers(0, 400)))
def test_however_the_days_are_looked_at_each_step_is_due_at_most_once(
    length: int, days: set[int]
) -> None:
    """Looked at on some days only, a lapse gives no step twice and never one after the end."""
    last = TODAY + timedelta(days=length)
    seen = [
        each.days
        for offset in sorted(days)
        for each in on(TODAY + timedelta(days=offset), numbers=((date(2026, 1, 1), last),))
        if each.need is Need.NUMBER
    ]
    assert seen == sorted(seen, reverse=True)
    assert set(seen) <= set(STEPS)
    if any(offset > length for offset in days) and not any(offset <= length for offset in days):
        assert seen == []


def test_whatever_is_the_providers_and_lapses_has_words_for_it() -> None:
    undated = {Need.HOURS, Need.SERVICE_LEVEL}
    theirs = {need for need in Need if need.turn is Turn.PROVIDER} - undated
    assert set(WORDS) == theirs | {Need.ACCREDITATION}


def test_the_institutes_own_lapses_are_no_matter_of_the_providers() -> None:
    lapsing = Standing(Need.PROOF, True, TODAY, days_left=0)
    assert due(Readiness((lapsing,))) == ()


def test_an_accreditation_that_ends_is_not_said_to_be_withheld() -> None:
    text = body("P", "C", [Reminder(Need.ACCREDITATION, TODAY, 14, 9)], "https://a.org", "I")
    assert "did not supply" not in text
    assert "Ask the institute for its renewal" in text


def test_the_letter_says_what_ends_when_what_to_send_and_how_and_what_follows() -> None:
    reminders = on(
        TODAY,
        notices=((date(2026, 3, 21), date(2027, 3, 20)),),
        numbers=((date(2026, 1, 1), TODAY),),
    )
    assert subject("Leeds service desk", reminders) == (
        "Leeds service desk: 2 things end, the first today"
    )
    text = body("Northern Desk", "Leeds service desk", reminders, "https://a.org", "The institute")
    for said in (
        "To the contacts of Leeds service desk, Northern Desk",
        "The last telephone number of the centre ends on 1 March 2027 (today).",
        "which holds for a year, ends on 20 March 2027 (in 19 days).",
        "sign in at https://a.org/supplies",
        "Not sampled, because the provider did not supply a telephone number or a notice to its",
        "The institute\n",
    ):
        assert said in text


@pytest.mark.parametrize("need", WORDS)
def test_the_letter_speaks_plainly_and_of_no_plan(need: Need) -> None:
    reminder = Reminder(need, TODAY, 14, 1)
    text = body("P", "C", [reminder], "https://a.org", "I") + subject("C", [reminder])
    assert "tomorrow" in text
    assert not [word for word in JARGON if word in text.lower()]


def test_a_security_code_is_never_asked_for_by_e_mail() -> None:
    text = body("P", "C", [Reminder(Need.IDENTITY, TODAY, 14, 9)], "https://a.org", "I")
    assert "Never write a security code into an e-mail" in text


def test_a_long_name_leaves_room_for_what_ends() -> None:
    text = subject("C" * 200, [Reminder(Need.NUMBER, TODAY, 30, 20)])
    assert text.endswith("…: something ends in 20 days")
    assert len(text) <= 200

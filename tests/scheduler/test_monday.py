from datetime import date
from fractions import Fraction
from uuid import UUID

from config.clock import Month
from scheduler.monday import (
    CentreStands,
    Facts,
    MonthWaits,
    PlanShort,
    Reported,
    Untaken,
    iso_week,
    monday_letter,
    text,
)
from scheduler.readiness import Need, Readiness, Standing

TODAY = date(2027, 3, 1)
NOTHING = Facts((), (), (), 0, "entry 7, abc")
ORIGIN = "https://calls.institute.org"


def stands(number: int, *standings: Standing) -> CentreStands:
    return CentreStands(UUID(int=number), f"Centre {number}", "A provider", Readiness(standings))


def lapsing(need: Need, days: int) -> Standing:
    return Standing(need, True, date(2027, 3, 1 + days), days_left=days)


BUSY = Facts(
    centres=(
        stands(1, Standing(Need.NOTICE, False, last=date(2027, 2, 1)), lapsing(Need.NUMBER, 20)),
        stands(2, lapsing(Need.IDENTITY, 3), Standing(Need.NOTICE, True)),
        stands(3, Standing(Need.NOTICE, True)),
    ),
    plans=(
        PlanShort(
            Month(2027, 1),
            (Untaken(UUID(int=9), date(2027, 3, 9)),),
            (("Centre 3", Fraction(1, 8)),),
            tuple((f"Centre {number}", "1 of its calls with nobody") for number in range(1, 6)),
        ),
    ),
    months=(MonthWaits(Month(2027, 2), 3, 1, 1, 2, 0, 4),),
    given_up=2,
    journal="entry 7, abc",
    reported=(Reported(UUID(int=3), "Centre 3", "A provider", "a major incident for 6 h"),),
    hours_short="The calls take 9.0 hours a week, and all assessors together offered 6.0.",
)


def test_a_quiet_week_says_so_and_leaves_no_section_empty() -> None:
    letter = monday_letter(NOTHING, TODAY)
    assert letter.subject == "This week: nothing waits for you"
    said = text(letter, ORIGIN, "The institute")
    assert "No centre is on the register." in said
    assert all(section.nothing in said for section in letter.sections)


def test_every_thing_is_named_with_its_link() -> None:
    letter = monday_letter(BUSY, TODAY)
    assert [[(i.sentence, i.path) for i in section.items] for section in letter.sections] == [
        [
            (
                "Centre 1 (A provider): no notice to staff is in force (lapsed on 1 February "
                "2027).",
                f"/centres/{UUID(int=1)}",
            )
        ],
        [
            (
                "Centre 2 (A provider): cover identities: 3 days left, until 4 March 2027.",
                f"/centres/{UUID(int=2)}",
            ),
            (
                "Centre 1 (A provider): contact numbers: 20 days left, until 21 March 2027.",
                f"/centres/{UUID(int=1)}",
            ),
        ],
        [
            (
                "The calls take 9.0 hours a week, and all assessors together offered 6.0.",
                "/people",
            ),
            (
                "Plan from January 2027: a call on 9 March 2027 has no assessor.",
                f"/plan/calls/{UUID(int=9)}",
            ),
            (
                "Plan from January 2027: Centre 3, nobody offered the hours of 12 % of its "
                "ordinary calls.",
                "/plan/2027-01",
            ),
            (
                "Plan from January 2027: Centre 1, Centre 2, Centre 3 and 2 more: 1 of its calls "
                "with nobody.",
                "/plan/2027-01",
            ),
        ],
        [
            (
                "February 2027: 1 of 3 reports are published; 1 ready to publish, 2 calls still "
                "open, 4 calls without a verifier's word.",
                "/months/2027-02",
            )
        ],
        [("Centre 3 (A provider): a major incident for 6 h.", f"/centres/{UUID(int=3)}")],
        [("2 letters were given up after every try.", "/mail")],
    ]
    assert letter.subject == "This week: 10 things wait for you"


def test_the_text_holds_every_sentence_and_address_and_the_head_of_the_journal() -> None:
    letter = monday_letter(BUSY, TODAY)
    said = text(letter, ORIGIN, "The institute")
    flat = " ".join(said.split())
    for section in letter.sections:
        for item in section.items:
            assert item.sentence in flat
            assert f"{ORIGIN}{item.path}\n" in said
    assert said.startswith("The institute, 1 March 2027\n")
    assert "entry 7, abc" in said
    assert max(len(line) for line in said.splitlines()) <= 80


def test_a_share_too_small_for_a_percentage_is_not_nothing() -> None:
    plans = (PlanShort(Month(2027, 1), (), (("Centre 3", Fraction(1, 999)),)),)
    (item,) = monday_letter(Facts((), plans, (), 0, ""), TODAY).sections[2].items
    assert "1 % of its" in item.sentence


def test_more_calls_than_a_letter_names_are_counted() -> None:
    nobody = tuple(Untaken(UUID(int=number), date(2027, 3, 9)) for number in range(13))
    items = monday_letter(Facts((), (PlanShort(Month(2027, 1), nobody, ()),), (), 0, ""), TODAY)
    said = [item.sentence for item in items.sections[2].items]
    assert len(said) == 11
    assert said[-1] == "Plan from January 2027: 3 more calls to come have no assessor."


def test_a_week_is_that_of_its_monday() -> None:
    assert iso_week(date(2027, 1, 3)) == "2026-W53"
    assert iso_week(date(2027, 1, 4)) == iso_week(date(2027, 1, 10)) == "2027-W01"

from datetime import date

from scheduler.readiness import Need, Standing
from scheduler.readiness_words import NEEDS, lapse_in_words, standing_in_words

TODAY = date(2027, 3, 1)


def test_every_need_has_a_name_and_a_reason() -> None:
    assert set(NEEDS) == set(Need)


def test_a_need_says_when_it_lapses_or_since_when_it_is_missing() -> None:
    def words(met: bool, **more: object) -> str:
        return standing_in_words(Standing(Need.NOTICE, met, **more))  # type: ignore[arg-type]

    assert words(True) == "in force, no end"
    assert words(True, last=date(2027, 9, 1), days_left=184) == "in force until 1 September 2027"
    assert words(True, last=date(2027, 3, 13), days_left=12) == (
        "12 days left, until 13 March 2027"
    )
    assert words(True, last=TODAY, days_left=0) == "last day today, until 1 March 2027"
    assert words(False) == "no notice to staff is in force"
    assert words(False, last=date(2027, 2, 1)) == (
        "no notice to staff is in force (lapsed on 1 February 2027)"
    )
    assert words(False, begins=date(2027, 4, 1)) == (
        "no notice to staff is in force (one begins on 1 April 2027)"
    )


def test_a_lapse_names_the_need() -> None:
    lapse = Standing(Need.NOTICE, True, date(2027, 3, 13), days_left=12)
    assert lapse_in_words(lapse) == "notice to staff: 12 days left, until 13 March 2027"

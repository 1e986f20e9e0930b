from datetime import date

import pytest

from scheduler.centre import Closure
from scheduler.public_holidays import (
    KEPT_SHUT,
    UnknownRegion,
    check_region,
    holiday_closures,
    regions,
)

YEAR = (date(2027, 1, 1), date(2027, 12, 31))
CHRISTMAS, BOXING_DAY = date(2027, 12, 25), date(2027, 12, 26)


def days(country: str, region: str = "", exceptions: dict[date, bool] | None = None) -> set[date]:
    return {each.first for each in holiday_closures(country, region, exceptions or {}, *YEAR)}


def test_a_region_has_holidays_that_its_neighbour_has_not() -> None:
    st_andrew, easter_monday = date(2027, 11, 30), date(2027, 3, 29)
    assert st_andrew in days("GB", "SCT")
    assert st_andrew not in days("GB", "ENG")
    assert easter_monday in days("GB", "ENG")
    assert easter_monday not in days("GB", "SCT")


def test_a_holiday_at_the_weekend_is_kept_on_the_working_day_too() -> None:
    assert {CHRISTMAS, BOXING_DAY, date(2027, 12, 27), date(2027, 12, 28)} <= days("GB", "ENG")


def test_an_exception_opens_a_holiday_or_shuts_a_working_day() -> None:
    eve = date(2027, 12, 24)
    found = days("GB", "ENG", {CHRISTMAS: True, eve: False})
    assert CHRISTMAS not in found
    assert eve in found
    closures = holiday_closures("GB", "ENG", {eve: False}, eve, eve)
    assert closures == (Closure(eve, eve, KEPT_SHUT),)


def test_both_ends_count_and_nothing_outside_them() -> None:
    closures = holiday_closures("GB", "ENG", {}, CHRISTMAS, date(2028, 1, 1))
    assert closures[0].first == CHRISTMAS
    assert {each.first.year for each in closures} == {2027, 2028}
    assert holiday_closures("GB", "ENG", {}, date(2027, 7, 1), date(2027, 7, 31)) == ()


def test_a_country_without_a_list_has_its_exceptions_alone() -> None:
    shut = date(2027, 5, 3)
    assert days("XX", "", {shut: False}) == {shut}


def test_an_unknown_region_is_refused_with_those_that_there_are() -> None:
    assert regions("GB") == ("ENG", "NIR", "SCT", "WLS")
    check_region("GB", "")
    check_region("GB", "SCT")
    with pytest.raises(UnknownRegion, match="ENG, NIR, SCT, WLS"):
        check_region("GB", "ABC")
    with pytest.raises(UnknownRegion, match="state closures instead"):
        check_region("XX", "")

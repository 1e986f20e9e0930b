"""A month for which a provider supplied nothing of a need is published with the reason."""

from datetime import UTC, datetime

import pytest

from config.clock import Month
from config.database import Sessions
from scoring import reporting
from scoring.reporting import ReportRefused
from tests.builders import ZONE, Institute, an_institute
from tests.scheduler.planned import draw

JANUARY = Month(2027, 1)
MEANWHILE = datetime(2027, 1, 20, 9, tzinfo=UTC)
AFTERWARDS = datetime(2027, 2, 1, 9, tzinfo=UTC)


@pytest.fixture
def institute(sessions: Sessions) -> Institute:
    return an_institute(sessions)


def test_the_report_says_that_and_why_the_centre_was_not_sampled(institute: Institute) -> None:
    institute.centre(0)
    silent = institute.centre(1, notice_given_on=None)
    draw(institute)
    with institute.sessions.reading() as session:
        standing = reporting.month_standing(session, JANUARY, AFTERWARDS, ZONE)
    assert [(each.centre.name, each.ready) for each in standing] == [
        ("Centre 0", False),
        ("Centre 1", True),
    ]
    issued = reporting.publish_month(
        institute.sessions, JANUARY, frozenset({silent}), AFTERWARDS, "test", ZONE
    )
    assert [each.seen.verdict for each in issued] == [
        ("Not sampled, because the provider did not supply a notice to its staff.",)
    ]
    with institute.sessions.reading() as session:
        (_, told) = reporting.month_standing(session, JANUARY, AFTERWARDS, ZONE)
    assert not told.ready


def test_before_the_month_is_over_nothing_is_said(institute: Institute) -> None:
    silent = institute.centre(notice_given_on=None)
    draw(institute)
    with pytest.raises(ReportRefused, match="the month isn't over"):
        reporting.publish(institute.sessions, silent, JANUARY, MEANWHILE, "test", ZONE)


def test_a_month_without_a_call_for_another_reason_is_still_not_published(
    institute: Institute,
) -> None:
    centre = institute.centre()
    with pytest.raises(ReportRefused, match="no call was planned"):
        reporting.publish(institute.sessions, centre, JANUARY, AFTERWARDS, "test", ZONE)

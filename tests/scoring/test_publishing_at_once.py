"""A month is published once, whoever presses the button at the same moment."""

from threading import Barrier, Thread

from config.clock import Month
from config.database import Sessions, connect
from scoring import ledger
from scoring.reporting import publish_month
from tests.assessor.month_of_calls import assess_all, draw_month, verify
from tests.builders import NOW, ZONE, an_institute

OCTOBER = Month(2026, 10)


def test_two_who_publish_at_once_leave_one_issue(sessions: Sessions, database_url: str) -> None:
    institute = an_institute(sessions)
    centre = institute.centre()
    draw_month(institute, centre)
    verify(institute, *assess_all(institute))
    ready = Barrier(2)

    def publish() -> None:
        own = connect(database_url)
        ready.wait()
        publish_month(own, OCTOBER, frozenset({centre}), NOW, "test", ZONE)
        own.engine.dispose()

    both = [Thread(target=publish) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    with sessions.reading() as session:
        assert [issue.number for issue in ledger.issues(session, centres=[centre])] == [1]

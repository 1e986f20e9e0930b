"""Compares a restored database with the network's list, before anything is dialled from it.

An old backup holds calls as planned that were made since. Each of them that is due becomes an
unknown attempt, which the ordinary settling looks up: found on the network it is adopted, not
found twice it was not placed. None of them is dialled.
"""

from config import journal
from scheduler import attempts, diary, worklist
from scheduler.dialling import Desk, is_behind
from scheduler.outcome import Disposition
from scheduler.settling import reconcile


def reconcile_or_compare(desk: Desk) -> None:
    """The ordinary settling, or the comparison while the database is behind."""
    if is_behind(desk):
        compare(desk)
    else:
        reconcile(desk)


def compare(desk: Desk) -> int:
    """One round: doubt what is due, settle what is open; answers how many are left to settle.

    Once none is left the mark is set to what the database knows, and dialling goes on.
    """
    assert desk.high_water is not None
    with desk.sessions.begin() as session:
        now = desk.clock()
        for attempt in worklist.due(session, now, 10_000, desk.rehearsed):
            if attempts.doubt(session, attempt):
                diary.dispose(session, attempt.call, Disposition.UNKNOWN, now)
                subject = f"call {attempt.call}"
                journal.record(session, now, desk.owner, "attempt doubted after a restore", subject)
    reconcile(desk)
    with desk.sessions.begin() as session:
        now = desk.clock()
        left = worklist.unsettled(session, now)
        if left == 0:
            desk.high_water.lower(worklist.last_claimed(session))
            journal.record(session, now, desk.owner, "restored database compared", "line")
    return left

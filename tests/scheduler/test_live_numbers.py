"""The live telephone rings no number reserved for drama; practice rings nothing else."""

from dataclasses import replace

from config.database import Sessions
from scheduler.dialling import dial_due
from scheduler.outcome import Disposition
from tests.scheduler.switchboard import a_switchboard


def test_a_drama_number_is_missed_on_the_live_telephone_and_nobody_is_rung(
    sessions: Sessions,
) -> None:
    board = a_switchboard(sessions)
    call = board.call()
    assert dial_due(replace(board.desk, live=True)) == 0
    assert board.telephone.rings == []
    assert board.stands(call)[2] is Disposition.MISSED

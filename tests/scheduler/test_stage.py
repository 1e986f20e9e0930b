"""How far a draw is: told by its steps, and changing nothing of what is drawn."""

from config.database import Sessions
from scheduler.stage import Stage, Step, told
from tests.builders import an_institute
from tests.scheduler.planned import draw


def test_each_hundredth_part_of_a_step_is_told_once() -> None:
    heard: list[Stage] = []
    things = range(1000)
    assert list(told(Step.DRAW, things, heard.append)) == list(things)
    assert [each.done for each in heard] == list(range(0, 1000, 10))
    heard.clear()
    assert list(told(Step.DRAW, range(3), heard.append)) == [0, 1, 2]
    assert [str(each).rpartition(": ")[2] for each in heard] == ["0 %", "33 %", "66 %"]


def test_a_draw_tells_its_steps_in_their_order(sessions: Sessions) -> None:
    institute = an_institute(sessions)
    for number in range(2):
        institute.centre(number)
    heard: list[Stage] = []
    draw(institute, tell=heard.append)
    assert list(dict.fromkeys(each.step for each in heard)) == list(Step)
    assert all(0 <= each.done < each.of or each == Stage(Step.WRITE) for each in heard)

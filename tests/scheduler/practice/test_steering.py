"""A trainer's hand on a practice call: what was to come of itself lapses, and the rest goes on."""

import pytest

from scheduler.practice.behaviour import CentreAnswers, Unanswered
from scheduler.practice.leg import Leg, Status
from scheduler.practice.steering import Act, acts_on, part_of
from tests.scheduler.practice.world import ASSESSOR, CENTRE, POOL, World

PATIENT = CentreAnswers(answer_after=20, menu=30, queue=40, talk=50)
BEFORE_RING = 12  # seconds from the request until the centre rings


def centres_leg(world: World) -> Leg:
    return next(leg for leg in world.exchange.legs() if leg.parent_sid)


def ringing(world: World, outcome: CentreAnswers | Unanswered = PATIENT) -> Leg:
    """A call whose centre is being rung."""
    world.centre(outcome)
    world.ring()
    world.play(BEFORE_RING)
    leg = centres_leg(world)
    assert part_of(leg) == "ring"
    return leg


def steer(world: World, act: Act) -> tuple[int, object]:
    answer: tuple[int, object] = world.control(
        "POST", "/steer", {"call": centres_leg(world).sid, "act": act}
    )
    return answer


def test_a_call_is_answered_at_once_and_then_goes_on_by_itself(world: World) -> None:
    ringing(world)
    assert steer(world, Act.ANSWER) == (200, {"call": centres_leg(world).sid, "part": "menu"})
    assert centres_leg(world).answered == world.clock.now
    world.play(31)
    assert part_of(centres_leg(world)) == "queue"
    world.play()
    assert [row["waited"] for row in world.of("person")] == [70]
    assert [each.form["DialCallStatus"] for each in world.application.paths("ended")] == [
        "completed"
    ]
    answered = [each for each in world.of("leg", status="in-progress") if "parent_sid" in each]
    assert len(answered) == 1


def test_one_whom_nobody_would_have_answered_is_answered(world: World) -> None:
    ringing(world, Unanswered("no_answer"))
    assert steer(world, Act.ANSWER)[0] == 200
    world.play(100)
    assert centres_leg(world).status is Status.IN_PROGRESS


def test_a_person_comes_on_goes_back_to_the_queue_and_hangs_up_when_told(world: World) -> None:
    ringing(world)
    steer(world, Act.ANSWER)
    world.play(2)
    assert steer(world, Act.PERSON)[1] == {"call": centres_leg(world).sid, "part": "person"}
    world.play(600)  # longer than it would have talked
    assert part_of(centres_leg(world)) == "person"
    assert steer(world, Act.QUEUE)[1] == {"call": centres_leg(world).sid, "part": "queue"}
    world.play(600)
    assert part_of(centres_leg(world)) == "queue"
    assert steer(world, Act.PERSON)[0] == 200
    assert steer(world, Act.HANG_UP)[1] == {"call": centres_leg(world).sid, "part": "over"}
    world.play()
    assert [each.form["DialCallStatus"] for each in world.application.paths("ended")] == [
        "completed"
    ]
    assert [row["waited"] for row in world.of("person")] == [2, 1202]
    assert [row["act"] for row in world.of("steered")] == [
        "answer",
        "person",
        "queue",
        "person",
        "hang up",
    ]


@pytest.mark.parametrize("act", [Act.PERSON, Act.QUEUE, Act.HANG_UP])
def test_what_does_not_fit_the_moment_is_refused_and_changes_nothing(
    world: World, act: Act
) -> None:
    before = ringing(world)
    assert steer(world, act)[0] == 409
    assert centres_leg(world).turn == before.turn
    assert world.of("steered") == []


def test_an_assessors_telephone_is_nobodys_to_steer(world: World) -> None:
    sid = world.ring()
    world.play(2)
    assert acts_on(world.exchange.leg(sid)) == ()
    assert world.control("POST", "/steer", {"call": sid, "act": "answer"})[0] == 409
    assert world.control("POST", "/steer", {"call": "CA" + "0" * 32, "act": "answer"})[0] == 404
    assert world.control("POST", "/steer", {"call": sid, "act": "sing"})[0] == 400


def test_an_assessor_who_is_rung_back_is_no_centre(world: World) -> None:
    (number,) = world.twilio.incoming_phone_numbers.list(phone_number=POOL)
    number.update(voice_url=f"{world.application.origin}/inbound/voice")
    world.application.script["inbound"] = f"<Dial callerId='{POOL}'>{ASSESSOR}</Dial>"
    world.control("POST", "/ring", {"to": POOL, "from": CENTRE})
    world.play(2)
    leg = centres_leg(world)
    assert (leg.to, part_of(leg)) == (ASSESSOR, "ring")
    assert steer(world, Act.ANSWER)[0] == 409


def test_the_next_dial_is_decided_and_no_other(world: World) -> None:
    assert world.control("POST", "/next", {"number": CENTRE, "how": "busy"})[0] == 200
    for _ in range(2):
        world.ring()
        world.play()
    ends = [each.form["DialCallStatus"] for each in world.application.paths("ended")]
    assert ends == ["busy", "completed"]
    assert world.control("POST", "/next", {"number": CENTRE, "how": "drunk"})[0] == 400
    assert world.control("POST", "/next", {"number": "0190", "how": "busy"})[0] == 400


def test_a_closed_centre_announces_that_and_hangs_up_without_a_person(world: World) -> None:
    world.control("POST", "/next", {"number": CENTRE, "how": "closed"})
    world.ring()
    world.play()
    (end,) = world.application.paths("ended")
    assert end.form["DialCallStatus"] == "completed"
    assert end.form["DialCallDuration"] == "10"
    assert world.of("person") == []

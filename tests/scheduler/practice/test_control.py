"""Control requests: the practice world set up and watched over HTTP."""

import pytest
import requests

from tests.scheduler.practice.world import CENTRE, POOL, World


def test_telephones_are_taught_by_request(world: World) -> None:
    status, answer = world.control(
        "POST",
        "/telephones",
        [
            {
                "number": CENTRE,
                "kind": "centre",
                "outcomes": [
                    {"outcome": "busy"},
                    {"outcome": "answered", "answer_after": 2, "menu": 5, "queue": 1.5, "talk": 30},
                ],
            }
        ],
    )
    assert (status, answer) == (200, {"telephones": 1})
    for _ in range(2):
        world.ring()
        world.play()
    ends = [each.form["DialCallStatus"] for each in world.application.paths("ended")]
    assert ends == ["busy", "completed"]
    assert [row["waited"] for row in world.of("person")] == [6.5]


def test_one_wrong_telephone_leaves_all_untaught(world: World) -> None:
    good = {"number": CENTRE, "kind": "centre", "outcomes": [{"outcome": "busy"}]}
    status, answer = world.control("POST", "/telephones", [good, {"number": CENTRE}])
    assert status == 400
    assert answer["error"].startswith("telephone 2: kind must be assessor or centre")
    world.ring()
    world.play()
    assert world.application.paths("ended")[0].form["DialCallStatus"] == "completed"


def test_numbers_are_replaced_by_request(world: World) -> None:
    answer = world.control("POST", "/numbers", {"owned": ["+441632960105"], "verified": [POOL]})
    assert answer == (200, {"owned": ["+441632960105"], "verified": [POOL]})
    assert world.control("POST", "/numbers", {"owned": []}) == (
        200,
        {"owned": [], "verified": [POOL]},
    )


def test_faults_are_queued_by_request(world: World) -> None:
    body = {"create": ["500_after"], "webhooks": ["late:5@dial", "drop"]}
    assert world.control("POST", "/faults", body) == (
        200,
        {"create": 1, "webhooks": 2, "recordings": 0},
    )


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/telephones", {}),
        ("/telephones", None),
        ("/numbers", [POOL]),
        ("/numbers", {"owned": ["01632 960100"]}),
        ("/numbers", {"rented": [POOL]}),
        ("/faults", {"create": "500_after"}),
        ("/faults", {"create": [500]}),
        ("/faults", {"webhooks": ["explode"]}),
        ("/faults", {"recordings": ["lost"]}),
    ],
)
def test_what_can_not_be_read_is_refused_with_a_reason(
    world: World, path: str, body: object
) -> None:
    status, answer = world.control("POST", path, body)
    assert status == 400
    assert answer["error"]


def test_the_ledger_can_be_read_from_where_one_stopped(world: World) -> None:
    world.ring()
    world.play()
    status, rows = world.control("GET", "/ledger")
    assert status == 200
    assert rows == world.ledger.rows()
    assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1))
    assert world.control("GET", f"/ledger?after={len(rows) - 2}")[1] == rows[-2:]
    assert world.control("GET", "/ledger?after=-1")[0] == 400


def test_health_says_what_is_under_way(world: World) -> None:
    world.ring()
    status, answer = world.control("GET", "/health")
    assert status == 200
    assert answer == {
        "now": "2027-01-04T09:00:00+00:00",
        "next_event_at": "2027-01-04T09:00:00+00:00",
        "undelivered": 0,
        "calls_under_way": 1,
    }
    world.play()
    assert world.control("GET", "/health")[1]["next_event_at"] is None


def test_control_asks_for_the_account_and_its_token(world: World) -> None:
    answer = requests.get(f"{world.server.origin}/practice/health", timeout=120)
    assert answer.status_code == 401

"""The core, named in one place: each of its files, and the tests in which its promises stand."""

CORE = {
    # the draw
    "scheduler/draw.py": ("scheduler/test_draw",),
    "scheduler/keystream.py": ("scheduler/test_keystream",),
    "scheduler/hours.py": ("scheduler/test_hours",),
    # dialling: the protocol, its gate, and what follows a try
    "scheduler/outcome.py": ("scheduler/test_outcome",),
    "scheduler/attempts.py": (
        "scheduler/test_attempts",
        "scheduler/test_comparing",
        "scheduler/test_settling",
    ),
    "scheduler/dialling.py": (
        "scheduler/test_dialling",
        "scheduler/test_dialling_told",
        "scheduler/test_dialling_unfit",
        "scheduler/test_comparing",
        "scheduler/test_empty_pool",
        "scheduler/test_hearing",
        "scheduler/test_live_numbers",
        "scheduler/test_pooling",
        "scheduler/test_stop_at_the_gate",
    ),
    "scheduler/dialling_by_hand.py": (
        "scheduler/test_dialling_by_hand",
        "scheduler/test_dialling_told",
        "scheduler/test_empty_pool",
    ),
    "scheduler/entering.py": ("scheduler/test_entering", "scheduler/test_dialling_told"),
    "scheduler/hearing.py": (
        "scheduler/test_hearing",
        "scheduler/test_dialling_told",
        "scheduler/test_dialling_unfit",
        "scheduler/test_keeping",
        "scheduler/test_pooling",
        "scheduler/test_stop_at_the_gate",
    ),
    "scheduler/settling.py": (
        "scheduler/test_settling",
        "scheduler/test_comparing",
        "scheduler/test_dialling_told",
        "scheduler/test_several_workers",
    ),
    "scheduler/repeat.py": ("scheduler/test_repeat", "scheduler/test_tried_again"),
    "scheduler/high_water.py": ("scheduler/test_high_water",),
    # scoring
    "scoring/score.py": ("scoring/test_score",),
    # permission
    "assessor/policy.py": ("assessor/test_policy",),
    "scheduler/access.py": ("scheduler/test_access",),
    "scheduler/permission.py": ("scheduler/test_permission",),
    # the vault
    "config/vault.py": ("config/test_vault",),
}


def own_tests(file: str) -> list[str]:
    """The paths of a file's own tests."""
    return [f"tests/{name}.py" for name in CORE[file]]

from scheduler.further import Permission, What
from scheduler.permission import may_record

BOTH = (Permission(What.RECORDING, "GB", "consent"), Permission(What.RECORDING, "IE", "consent"))


def test_a_call_may_be_recorded_on_a_basis_in_both_countries() -> None:
    assert may_record(True, BOTH, "GB", "IE")
    assert may_record(True, BOTH, "GB", "GB").why_not == ""


def test_nothing_is_permitted_by_default() -> None:
    why_not = may_record(False, BOTH, "GB", "IE").why_not
    assert why_not == "The centre doesn't permit that its calls are recorded."
    assert not may_record(True, (), "GB", "GB")


def test_the_country_without_a_basis_is_named() -> None:
    assert "FR, the assessor's country" in may_record(True, BOTH, "GB", "FR").why_not
    assert "NO, the centre's country" in may_record(True, BOTH, "NO", "GB").why_not
    assert "which country is the assessor's" in may_record(True, BOTH, "GB", "").why_not


def test_leave_to_listen_is_no_leave_to_record() -> None:
    listening = tuple(Permission(What.LISTENING, each.country, each.basis) for each in BOTH)
    assert not may_record(True, listening, "GB", "IE")

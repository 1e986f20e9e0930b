from scripts.rehearsal.rehearsing import slug


def test_a_name_in_any_script_becomes_a_part_of_a_file_name() -> None:
    assert slug("Hartwell Help, Ltd.") == "hartwell-help-ltd"
    assert slug("帮助台 一号") == "帮助台-一号"
    assert slug("../etc/x_y") == "etc-x-y"

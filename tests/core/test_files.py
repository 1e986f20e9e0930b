from config.settings import CHECKOUT
from tests.core.files import CORE, own_tests


def test_the_core_names_files_and_tests_that_are_there() -> None:
    named = {*CORE, *(test for file in CORE for test in own_tests(file))}
    assert [name for name in sorted(named) if not (CHECKOUT / name).is_file()] == []

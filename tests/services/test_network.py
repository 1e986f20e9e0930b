import socket
import urllib.error
import urllib.request
from contextlib import closing

import pytest

from tests.services.network import NetworkClosed, is_here


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        (None, True),
        (b"localhost", True),
        ("93.184.216.34", False),
        ("localhost.example.org", False),
        ("2001:db8::1", False),
    ],
)
def test_only_this_machine_is_here(host: str | bytes | None, here: bool) -> None:
    assert is_here(host) is here


def test_a_connection_to_another_machine_is_refused() -> None:
    with closing(socket.socket()) as own, pytest.raises(NetworkClosed, match=r"192\.0\.2\.1"):
        own.connect(("192.0.2.1", 80))


def test_a_datagram_to_another_machine_is_refused() -> None:
    with (
        closing(socket.socket(type=socket.SOCK_DGRAM)) as own,
        pytest.raises(NetworkClosed, match=r"192\.0\.2\.1"),
    ):
        own.sendto(b"?", ("192.0.2.1", 53))


def test_the_name_of_another_machine_is_not_looked_up() -> None:
    with pytest.raises(urllib.error.URLError, match=r"example\.org"):
        urllib.request.urlopen("http://example.org/")


def test_a_connection_to_this_machine_stands() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
        with closing(socket.create_connection(("localhost", port), timeout=120)) as own:
            assert own.getpeername()[1] == port

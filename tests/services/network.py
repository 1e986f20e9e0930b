"""Closes the network to the tests: what is not on this machine can't be reached."""

import ipaddress
import socket
from collections.abc import Callable
from typing import Any

import pytest

LOCAL_NAMES = {"", "localhost", "0.0.0.0", "::"}


class NetworkClosed(OSError):
    """A test reached for a host that is not this machine."""

    def __init__(self, host: str) -> None:
        super().__init__(f"tests reach no host but this machine, and this was {host}")


def is_here(host: str | bytes | None) -> bool:
    """Whether a host is this machine."""
    name = host.decode() if isinstance(host, bytes) else host or ""
    if name in LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return False


def close_network(patch: pytest.MonkeyPatch) -> None:
    """Refuse connections, datagrams and look-ups that leave this machine."""
    for name in ("connect", "connect_ex", "sendto"):
        patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
    look_up = socket.getaddrinfo

    def getaddrinfo(host: str | bytes | None, *others: Any, **named: Any) -> Any:
        if not is_here(host):
            raise NetworkClosed(str(host))
        return look_up(host, *others, **named)

    patch.setattr(socket, "getaddrinfo", getaddrinfo)


def _guarded(method: Callable[..., Any]) -> Callable[..., Any]:
    def guard(self: socket.socket, *arguments: Any) -> Any:
        address = arguments[-1]  # sendto takes flags before it
        if self.family in (socket.AF_INET, socket.AF_INET6) and not is_here(address[0]):
            raise NetworkClosed(str(address[0]))
        return method(self, *arguments)

    return guard

"""The addresses that an installation is given, each https unless it is this machine's own."""

from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from config.refused import SettingsRefused


def is_loopback(origin: str) -> bool:
    """Whether an origin's host is this machine."""
    try:
        return is_loopback_host(urlsplit(origin).hostname or "")
    except ValueError:
        return False


def is_loopback_host(host: str) -> bool:
    """Whether a host's name or address is this machine's own."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def read_endpoint(environ: Mapping[str, str]) -> str:
    """Where an S3-compatible store answers, or "". Raises SettingsRefused."""
    endpoint = environ.get("RECORDINGS_ENDPOINT", "").rstrip("/")
    if endpoint and not environ.get("RECORDINGS_BUCKET"):
        raise SettingsRefused("RECORDINGS_ENDPOINT needs RECORDINGS_BUCKET; set both or neither")
    if endpoint and not endpoint.startswith("https://") and not is_loopback(endpoint):
        raise SettingsRefused("RECORDINGS_ENDPOINT must be https unless it is a loopback address")
    return endpoint


def read_alarm_webhook(environ: Mapping[str, str]) -> str:
    """Where alarms are posted, or "". Raises SettingsRefused, which doesn't repeat the address."""
    address = environ.get("ALARM_WEBHOOK", "")
    try:
        parts = urlsplit(address)
        whole = address.isascii() and address.isprintable() and parts.hostname and parts.port != 0
    except ValueError:
        whole = False
    if address and not whole:
        raise SettingsRefused("ALARM_WEBHOOK must look like https://alarms.example.org/path")
    if (
        address
        and parts.scheme != "https"
        and not (parts.scheme == "http" and is_loopback(address))
    ):
        raise SettingsRefused("ALARM_WEBHOOK must be https unless it is a loopback address")
    return address


def read_origin(environ: Mapping[str, str], port: int, *, live: bool) -> str:
    """Where the network reaches this workspace. Raises SettingsRefused."""
    origin = (environ.get("PUBLIC_ORIGIN") or f"http://127.0.0.1:{port}").rstrip("/")
    try:
        parts = urlsplit(origin)
        bare = origin == f"{parts.scheme}://{parts.netloc}" and "@" not in parts.netloc
        whole = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        bare = whole = False
    if not (bare and whole):
        raise SettingsRefused("PUBLIC_ORIGIN must look like https://calls.example.org")
    if "_" in parts.netloc:
        raise SettingsRefused("PUBLIC_ORIGIN has an underscore, which no callback may; rename it")
    if parts.scheme == "http" and not is_loopback(origin):
        raise SettingsRefused("PUBLIC_ORIGIN must be https unless it is a loopback address")
    if live and is_loopback(origin):
        raise SettingsRefused(
            "PUBLIC_ORIGIN is a loopback address, which the telephone network can't reach; "
            "set the https address at which this workspace is served"
        )
    return origin

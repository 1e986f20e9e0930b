"""The doors through which letters leave: an SMTP server, or a folder that a person can read."""

import os
import smtplib
import ssl
from collections.abc import Callable, Iterable
from contextlib import suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from uuid import UUID

from config.mail import Letter, Send
from config.origins import is_loopback_host
from config.settings import MailServer

TIMEOUT = 8.0  # seconds; a worker that is told to stop waits for no more than one step
IMPLICIT_TLS = 465
# Names that belong to nobody (RFC 2606): demonstration people and invented centres have them.
NOBODYS = ("example", "example.com", "example.net", "example.org", "test", "invalid", "localhost")


def sending(server: MailServer | None, sender: str, folder: Path) -> Send:
    """How letters go out: over the server, else into the folder.

    A letter to nobody's name, such as liaison@provider.example, goes into the folder either way.
    """
    into = into_folder(folder, sender)
    if server is None:
        return into
    over = over_smtp(server, sender)

    def send(letter: Letter) -> None:
        (into if _is_nobodys(letter.to) else over)(letter)

    return send


def _is_nobodys(address: str) -> bool:
    domain = address.rpartition("@")[2].lower().rstrip(".")
    return any(domain == name or domain.endswith(f".{name}") for name in NOBODYS)


def into_folder(folder: Path, sender: str) -> Send:
    """Write each letter as a file that a mail program opens; only the own user reads it."""

    def send(letter: Letter) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        draft = folder / f".{letter.id}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(message(letter, sender).as_bytes())
        draft.replace(folder / f"{letter.id}.eml")

    return send


def out_of_folder(folder: Path) -> Callable[[Iterable[UUID]], None]:
    """Take the files of letters away again; one that isn't there went over a server."""

    def take(letters: Iterable[UUID]) -> None:
        for letter in letters:
            (folder / f"{letter}.eml").unlink(missing_ok=True)

    return take


def over_smtp(server: MailServer, sender: str, trust: ssl.SSLContext | None = None) -> Send:
    """Send over a server; the connection is made anew for each letter.

    It is encrypted, by STARTTLS or on port 465 from the start, and the server's certificate is
    checked (against ``trust``, else the system's authorities); a server that offers neither gets
    nothing. Only a server on this machine is spoken to in clear.
    """

    def send(letter: Letter) -> None:
        connection = _connection(server, trust)
        try:
            if server.user:
                connection.login(server.user, server.password)
            connection.send_message(message(letter, sender), sender, [letter.to])
            with suppress(OSError):  # the letter is taken, however the farewell goes
                connection.quit()
        finally:
            connection.close()

    return send


def _connection(server: MailServer, trust: ssl.SSLContext | None) -> smtplib.SMTP:
    if is_loopback_host(server.host) and trust is None:
        return smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
    context = trust or ssl.create_default_context()
    if server.port == IMPLICIT_TLS:
        return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT, context=context)
    connection = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
    try:
        connection.starttls(context=context)
    except BaseException:
        connection.close()
        raise
    return connection


def message(letter: Letter, sender: str) -> EmailMessage:
    """The letter as it travels; the same letter always has the same Message-ID."""
    made = EmailMessage(policy=SMTP)
    made["From"] = _address(sender)
    made["To"] = _address(letter.to)
    made["Subject"] = letter.subject
    made["Date"] = format_datetime(letter.written_at)
    made["Message-ID"] = f"<{letter.id}@{sender.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(letter.body)
    return made


def _address(text: str) -> Address:
    name, _, domain = text.rpartition("@")
    return Address(username=name, domain=domain)

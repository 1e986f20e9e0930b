"""A mailbox over IMAP, read and never changed: what came since a day, in bounds."""

import email
import imaplib
import re
import ssl
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr

from config.origins import is_loopback_host
from config.settings import Mailbox

TIMEOUT = 15.0  # seconds
MOST = 50  # messages of one look, the newest
LARGEST = 64 * 1024  # bytes of a message that are read
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LONGEST_TEXT = 2000  # characters


class MailboxFailed(Exception):
    """The mailbox couldn't be read now; the text says why."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """One message; ``at`` is when the server received it, which its sender can't choose."""

    key: str
    sender: str
    to: str
    at: datetime
    subject: str = field(repr=False)
    text: str = field(repr=False)


def arrived(mailbox: Mailbox, since: date) -> tuple[Arrived, ...]:
    """The newest messages since a day. Raises MailboxFailed."""
    try:
        with closing(_Connection(mailbox)) as connection:
            return connection.since(since)
    except (OSError, imaplib.IMAP4.error, ValueError) as error:
        raise MailboxFailed(f"{mailbox.host}: {type(error).__name__}") from error


class _Connection:
    def __init__(self, mailbox: Mailbox) -> None:
        """Sign in, encrypted unless the server is this machine."""
        if is_loopback_host(mailbox.host):
            self._imap = imaplib.IMAP4(mailbox.host, mailbox.port, timeout=TIMEOUT)
        else:
            self._imap = imaplib.IMAP4_SSL(
                mailbox.host,
                mailbox.port,
                ssl_context=ssl.create_default_context(),
                timeout=TIMEOUT,
            )
        self._imap.login(mailbox.user, mailbox.password)
        self._imap.select("INBOX", readonly=True)

    def close(self) -> None:
        """Say goodbye, if anybody listens."""
        with suppress(OSError, imaplib.IMAP4.error):
            self._imap.logout()

    def since(self, day: date) -> tuple[Arrived, ...]:
        """The newest messages since a day."""
        asked = f"{day.day:02d}-{MONTHS[day.month - 1]}-{day.year}"
        _, found = self._imap.uid("SEARCH", "SINCE", asked)
        uids = (found[0] or b"").split()[-MOST:] if found else []
        return tuple(one for uid in uids if (one := self._one(uid)) is not None)

    def _one(self, uid: bytes) -> Arrived | None:
        wanted = f"(INTERNALDATE BODY.PEEK[]<0.{LARGEST}>)"
        _, found = self._imap.uid("FETCH", uid.decode("ascii"), wanted)
        whole = next((each for each in found if isinstance(each, tuple)), None)
        if whole is None:
            return None
        stamp = imaplib.Internaldate2tuple(whole[0])
        if stamp is None:
            return None
        at = datetime(*stamp[:6]).astimezone(UTC)
        message = email.message_from_bytes(whole[1], policy=default)
        assert isinstance(message, EmailMessage)
        return Arrived(
            key=_head(message, "Message-ID").strip() or f"{uid.decode('ascii')} {at.isoformat()}",
            sender=parseaddr(_head(message, "From"))[1].lower(),
            to=_head(message, "To"),
            at=at,
            subject=_head(message, "Subject"),
            text=_readable(lambda: _text(message)),
        )


def _head(message: EmailMessage, name: str) -> str:
    return _readable(lambda: str(message[name] or ""))


def _readable(read: Callable[[], str]) -> str:
    """What is read, or "" where it can't be: anybody may write, and one bad header must not keep
    every other message out.
    """
    try:
        return read()
    except Exception:  # the standard library stumbles over odd headers in many ways
        return ""


def _text(message: EmailMessage) -> str:
    body = message.get_body(("plain", "html"))
    if body is None:
        return ""
    text = str(body.get_content())
    if body.get_content_subtype() == "html":
        text = re.sub(r"<[^>]*>", " ", text)
    return " ".join(text.replace("\0", " ").split())[:LONGEST_TEXT]

"""A mailbox is read, bounded, and left as it was."""

from datetime import UTC, date, datetime

import pytest

from config.mailbox import LONGEST_TEXT, MOST, MailboxFailed, arrived
from config.settings import Mailbox, SettingsRefused, read_settings
from tests.services.imap import running_imap

RECEIVED = "25-Nov-2026 09:30:00 +0000"
PLAIN = (
    b"From: Help desk <Desk@Provider.example>\r\nTo: alex@mail.example\r\nSubject: Your ticket\r\n"
    b"Message-ID: <1@provider.example>\r\nDate: Mon, 1 Jan 2024 00:00:00 +0000\r\n\r\n"
    b"It works\r\nagain.\r\n"
)
HTML = (
    b"From: desk@provider.example\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    b"<p>It <b>works</b></p>"
)


def box(port: int) -> Mailbox:
    return Mailbox("127.0.0.1", port, "personas", "secret")


def test_what_came_is_read_with_the_moment_at_which_the_server_received_it() -> None:
    said: list[str] = []
    with running_imap([(RECEIVED, PLAIN), (RECEIVED, HTML)], said) as port:
        plain, html = arrived(box(port), date(2026, 11, 20))
    assert (plain.key, plain.sender) == ("<1@provider.example>", "desk@provider.example")
    assert (plain.subject, plain.text) == ("Your ticket", "It works again.")
    assert plain.at == datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
    assert html.text == "It works"
    assert html.key
    assert "UID SEARCH SINCE 20-Nov-2026" in said
    assert "EXAMINE INBOX" in said, "nothing is marked as read"
    assert "It works" not in repr(plain)


def test_only_the_newest_are_read_and_no_more_of_each_than_it_takes() -> None:
    long = PLAIN + b"x" * 10_000
    said: list[str] = []
    with running_imap([(RECEIVED, long)] * (MOST + 7), said) as port:
        found = arrived(box(port), date(2026, 11, 20))
    assert len(found) == MOST
    assert len(found[0].text) == LONGEST_TEXT


def test_a_message_that_cannot_be_read_keeps_no_other_out() -> None:
    odd = (
        b"Message-ID: <@>\r\n\r\nx",
        b"From: =?us-ascii?Q?=22?= <desk@provider.example>\r\nSubject: Ticket\r\n\r\nx",
        b"To: a@[\r\nFrom: desk@provider.example\r\n\r\nIt works.",
        b"Content-Type: ; name*0*=x\r\n\r\nx",
        b"Content-Type: text/plain; charset=none-such\r\n\r\nx",
    )
    with running_imap([(RECEIVED, each) for each in (*odd, PLAIN)], []) as port:
        found = arrived(box(port), date(2026, 11, 20))
    assert len({each.key for each in found}) == len(odd) + 1
    assert found[1].subject == "Ticket"
    assert (found[2].sender, found[2].text) == ("desk@provider.example", "It works.")
    assert found[-1].text == "It works again."


def test_a_mailbox_that_does_not_answer_says_so_without_its_password() -> None:
    with running_imap([], []) as port:
        pass
    with pytest.raises(MailboxFailed, match="ConnectionRefusedError") as failed:
        arrived(box(port), date(2026, 11, 20))
    assert "secret" not in str(failed.value) + repr(box(port))


def test_the_mailbox_is_set_whole_or_not_at_all() -> None:
    whole = {"IMAP_HOST": "mail.example.org", "IMAP_USER": "u", "IMAP_PASSWORD": "p"}
    assert read_settings(whole).mailbox == Mailbox("mail.example.org", 993, "u", "p")
    assert read_settings({}).mailbox is None
    for name in whole:
        with pytest.raises(SettingsRefused, match="set all three"):
            read_settings(whole | {name: ""})
    with pytest.raises(SettingsRefused, match="write a name"):
        read_settings(whole | {"IMAP_HOST": "imap://mail"})

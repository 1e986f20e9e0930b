"""Letters leave over a server that is trusted, or into a folder that only its owner reads."""

import email
import smtplib
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from uuid import UUID

import pytest

from config.mail import Letter
from config.mail_doors import into_folder, over_smtp, sending
from config.settings import MailServer
from tests.services.smtp import MailServerSeen, certificate, smtp_server

SENDER = "institute@institute.org"
BODY = "Guten Tag\n.\nAuf Wiedersehen\n"
WRITTEN = datetime(2027, 1, 4, 8, 0, tzinfo=UTC)


def letter(to: str = "liaison@centre.org", subject: str = "Zwei Dinge enden, Böblingen") -> Letter:
    return Letter(UUID(int=7), to, subject, WRITTEN, BODY)


def read(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=default)


def to(seen: MailServerSeen, user: str = "", host: str = "127.0.0.1") -> MailServer:
    return MailServer(host, seen.port, user, "a password" if user else "")


@pytest.fixture
def server() -> Iterator[MailServerSeen]:
    """A server on this machine, in clear."""
    with smtp_server(MailServerSeen()) as seen:
        yield seen


def test_a_letter_goes_over_a_server_of_this_machine(server: MailServerSeen) -> None:
    over_smtp(to(server, "a user"), SENDER)(letter())
    ((sender, recipients, raw, encrypted),) = server.taken
    assert (sender, recipients, encrypted) == (SENDER, ["liaison@centre.org"], False)
    read_back = read(raw)
    assert read_back["Subject"] == "Zwei Dinge enden, Böblingen"
    assert (read_back["From"], read_back["To"]) == (SENDER, "liaison@centre.org")
    assert read_back["Message-ID"] == "<00000000-0000-0000-0000-000000000007@institute.org>"
    assert read_back["Date"].datetime == WRITTEN
    assert read_back["Auto-Submitted"] == "auto-generated"
    assert read_back.get_content().splitlines() == BODY.splitlines()


def test_a_wrong_password_a_refused_recipient_and_a_dead_server_are_failures(
    server: MailServerSeen,
) -> None:
    wrong = MailServer("127.0.0.1", server.port, "a user", "another password")
    with pytest.raises(smtplib.SMTPAuthenticationError):
        over_smtp(wrong, SENDER)(letter())
    server.refuse_recipients = True
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        over_smtp(to(server), SENDER)(letter())
    with pytest.raises(OSError, match="refused"):
        over_smtp(MailServer("127.0.0.1", 1, "", ""), SENDER)(letter())
    assert server.taken == []


def test_a_letter_that_was_taken_is_sent_however_the_farewell_goes(server: MailServerSeen) -> None:
    server.silent_farewell = True
    over_smtp(to(server), SENDER)(letter())
    assert len(server.taken) == 1


def test_a_server_elsewhere_is_spoken_to_under_a_certificate_that_is_checked(
    tmp_path: Path,
) -> None:
    own, trust = certificate(tmp_path)
    with smtp_server(MailServerSeen(context=own)) as seen:
        elsewhere = to(seen, "a user", "localhost")
        with pytest.raises(ssl.SSLCertVerificationError):
            over_smtp(elsewhere, SENDER, ssl.create_default_context())(letter())
        assert "AUTH" not in "".join(seen.said)
        over_smtp(elsewhere, SENDER, trust)(letter())
    ((_, _, _, encrypted),) = seen.taken
    assert encrypted


def test_a_server_elsewhere_that_offers_no_encryption_gets_nothing(
    server: MailServerSeen,
) -> None:
    elsewhere = to(server, "a user", "localhost")
    with pytest.raises(smtplib.SMTPNotSupportedError):
        over_smtp(elsewhere, SENDER, ssl.create_default_context())(letter())
    assert [line.split(" ")[0] for line in server.said] == ["ehlo"]


def test_a_folder_keeps_each_letter_as_a_file_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "var" / "mail"
    send = into_folder(folder, SENDER)
    send(letter())
    send(letter())
    (file,) = folder.iterdir()
    assert file.name == "00000000-0000-0000-0000-000000000007.eml"
    assert read(file.read_bytes()).get_content().splitlines() == BODY.splitlines()
    assert (folder.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)


@pytest.mark.parametrize(
    "nobodys", ["liaison@provider.example", "a@EXAMPLE.com", "b@mail.test", "c@localhost"]
)
def test_a_letter_to_nobodys_name_never_goes_over_a_server(
    server: MailServerSeen, tmp_path: Path, nobodys: str
) -> None:
    send = sending(to(server), SENDER, tmp_path)
    send(letter(to=nobodys))
    assert server.taken == []
    assert len(list(tmp_path.glob("*.eml"))) == 1
    send(letter(to="liaison@myexample.com"))
    assert len(server.taken) == 1


def test_without_a_server_every_letter_goes_into_the_folder(tmp_path: Path) -> None:
    sending(None, SENDER, tmp_path)(letter())
    assert len(list(tmp_path.glob("*.eml"))) == 1


def test_a_line_break_in_a_header_never_travels(tmp_path: Path) -> None:
    send = into_folder(tmp_path, SENDER)
    for injected in (
        letter(subject="Hello\r\nBcc: all@centre.org"),
        letter(to="a@centre.org\nBcc: all@centre.org"),
    ):
        with pytest.raises(ValueError, match=r"."):
            send(injected)
    assert list(tmp_path.glob("*.eml")) == []

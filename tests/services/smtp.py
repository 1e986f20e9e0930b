"""A mail server for tests on a loopback port: it keeps what it takes, and refuses when told to."""

import base64
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


@dataclass
class MailServerSeen:
    """What a server does and has seen: ``taken`` are (sender, recipients, message, encrypted)."""

    context: ssl.SSLContext | None = None
    refuse_recipients: bool = False
    silent_farewell: bool = False
    port: int = 0
    taken: list[tuple[str, list[str], bytes, bool]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


class _Handler(StreamRequestHandler):
    seen: MailServerSeen

    def handle(self) -> None:
        self.encrypted, self.sender, self.to = False, "", list[str]()
        self._say("220 ready")
        while line := self.rfile.readline().decode().strip():
            self.seen.said.append(line)
            verb = line.split(" ")[0].upper()
            if not getattr(self, f"_{verb.lower()}", self._unknown)(line):
                return

    def _say(self, line: str) -> bool:
        self.wfile.write(f"{line}\r\n".encode())
        self.wfile.flush()
        return True

    def _ehlo(self, _line: str) -> bool:
        offers = ["127.0.0.1", "AUTH PLAIN"]
        if self.seen.context and not self.encrypted:
            offers.append("STARTTLS")
        for offer in offers[:-1]:
            self._say(f"250-{offer}")
        return self._say(f"250 {offers[-1]}")

    def _starttls(self, _line: str) -> bool:
        assert self.seen.context is not None
        self._say("220 go on")
        try:
            secure = self.seen.context.wrap_socket(self.connection, server_side=True)
        except OSError:
            return False
        self.connection, self.encrypted = secure, True
        self.rfile = secure.makefile("rb")
        self.wfile = secure.makefile("wb")
        return True

    def finish(self) -> None:
        super().finish()
        self.connection.close()

    def _auth(self, line: str) -> bool:
        known = base64.b64decode(line.split(" ")[2]) == b"\0a user\0a password"
        return self._say("235 welcome" if known else "535 unknown")

    def _mail(self, line: str) -> bool:
        self.sender, self.to = _address(line), []
        return self._say("250 fine")

    def _rcpt(self, line: str) -> bool:
        if self.seen.refuse_recipients:
            return self._say("550 nobody of that name")
        self.to.append(_address(line))
        return self._say("250 fine")

    def _data(self, _line: str) -> bool:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b"."))
        self.seen.taken.append((self.sender, self.to, b"".join(lines), self.encrypted))
        return self._say("250 taken")

    def _rset(self, _line: str) -> bool:
        return self._say("250 fine")

    def _quit(self, _line: str) -> bool:
        if not self.seen.silent_farewell:
            self._say("221 farewell")
        return False

    def _unknown(self, _line: str) -> bool:
        return self._say("500 what?")


def _address(line: str) -> str:
    return line.partition("<")[2].partition(">")[0]


class _Server(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = False  # so that closing waits for every connection
    block_on_close = True


@contextmanager
def smtp_server(seen: MailServerSeen) -> Iterator[MailServerSeen]:
    """Serve on a free loopback port."""
    handler = type("Handler", (_Handler,), {"seen": seen})
    with _Server(("127.0.0.1", 0), handler) as server:
        seen.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield seen
        finally:
            server.shutdown()
            thread.join()


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The context of a server named ``localhost`` with a certificate, and one that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + made.public_bytes(Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    return server, ssl.create_default_context(cafile=path)

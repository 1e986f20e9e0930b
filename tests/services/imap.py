"""An IMAP server on this machine that knows five commands, for tests of the mailbox."""

from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

Message = tuple[str, bytes]  # when it was received, as IMAP writes it, and the message


@contextmanager
def running_imap(messages: list[Message], said: list[str]) -> Iterator[int]:
    """Serve messages on a free port; what clients say is kept."""

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            self._say(b"* OK ready")
            for raw in self.rfile:
                tag, _, rest = raw.decode().strip().partition(" ")
                said.append(rest)
                self._answer(rest)
                self._say(f"{tag} OK done".encode())
                if rest == "LOGOUT":
                    return

        def _answer(self, rest: str) -> None:
            if rest == "CAPABILITY":
                self._say(b"* CAPABILITY IMAP4rev1")
            elif rest.startswith("EXAMINE"):
                self._say(f"* {len(messages)} EXISTS".encode())
            elif rest.startswith("UID SEARCH"):
                numbers = " ".join(str(n + 1) for n in range(len(messages)))
                self._say(f"* SEARCH {numbers}".encode())
            elif rest.startswith("UID FETCH"):
                number = int(rest.split()[2])
                at, body = messages[number - 1]
                head = f'* {number} FETCH (UID {number} INTERNALDATE "{at}" BODY[]<0> '
                self._say(head.encode() + b"{%d}\r\n" % len(body) + body + b")")
            elif rest == "LOGOUT":
                self._say(b"* BYE")

        def _say(self, line: bytes) -> None:
            self.wfile.write(line + b"\r\n")

    with ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()
